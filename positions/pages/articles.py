"""`/articles/` and `/articles/<id>/`: what was read, and an article's evidence in context."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Any

from django import forms
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from positions.exports import Table, headed
from positions.models import Article, CurrentStance, UnresolvedMention
from positions.pages import rows as sayings
from positions.pages import words
from positions.pages.answer import Answer, address, page
from positions.pages.asking import LONGEST_QUERY, AfterField, BadInput, Dates, ask
from positions.pages.known import Asked, asked, rows_as_known
from positions.pages.marking import PARAGRAPH, Span, paragraphs

PAGE = 50


class Question(Dates):
    version = forms.IntegerField(required=False, min_value=1, max_value=32_000)


class ListQuestion(Dates):
    q = forms.CharField(required=False, max_length=LONGEST_QUERY)
    source = forms.SlugField(required=False, max_length=120)
    after = AfterField()


@page
def articles(request: HttpRequest) -> Answer:
    values = ask(ListQuestion, request)
    question = asked(values)
    rows = Article.objects.filter(published_on__lte=question.on, withdrawn_at__isnull=True)
    if values["source"]:
        rows = rows.filter(source__slug=values["source"])
    if values["q"]:
        rows = rows.filter(title__icontains=values["q"])
    if question.moment:
        rows = rows.filter(recorded_at__lte=question.moment)
    if values["after"]:
        day, pk = values["after"]
        rows = rows.filter(Q(published_on__lt=day) | Q(published_on=day, pk__lt=pk))
    found = list(
        rows.order_by("-published_on", "-pk").values(
            "pk", "title", "published_on", "source__name", "source__slug", "language", "state", "set_aside"
        )[: PAGE + 1]
    )
    listed = [
        {
            **row,
            "url": reverse("article", args=[row["pk"]]),
            "day": words.day(row["published_on"]),
            "outlet": row["source__name"],
        }
        for row in found[:PAGE]
    ]
    more = f"{found[PAGE - 1]['published_on']}~{found[PAGE - 1]['pk']}" if len(found) > PAGE else ""
    columns = headed(
        {
            "published_on": _("Published"),
            "title": _("Title"),
            "outlet": _("Outlet"),
            "language": _("Language"),
            "state": _("State"),
            "url": _("Address"),
        }
    )
    title = _("Articles")
    return Answer(
        "articles.html",
        {
            "asked": question,
            "values": values,
            "rows": listed,
            "more": address(request, after=more) if more else "",
        },
        tables=[Table("articles", title, columns, listed, {"on": question.on, "known": question.known})],
        title=title,
    )


@page
def article(request: HttpRequest, pk: int) -> Answer:
    values = ask(Question, request)
    question = asked(values)
    found = Article.objects.select_related("source", "duplicate_of").filter(pk=pk).first()
    if found is None or (question.moment and found.recorded_at > question.moment):
        raise Http404(_("There is no such article in the record."))
    versions = list(found.versions.order_by("number"))
    version = _version(versions, values["version"])
    if version is None:
        raise BadInput({"version": [_("This article has %(n)s versions.") % {"n": len(versions)}]})
    said = _said(found, version.pk, question)
    rows = [{**sayings.row(s), "number": n} for n, s in enumerate(said, 1)]
    spans = [Span(s.start, s.end, s.stance_id, n, words.css(s.position)) for n, s in enumerate(said, 1)]
    text = [] if found.withdrawn_at else paragraphs(version.text, spans, excerpt=found.source.excerpt_length)
    unresolved = UnresolvedMention.objects.filter(version=version, state=UnresolvedMention.State.OPEN)
    return Answer(
        "article.html",
        {
            "asked": question,
            "article": found,
            "day": words.day(found.published_on),
            "version": version,
            "versions": versions,
            "changes": changes(versions, version),
            "text": text,
            "rows": rows,
            "unresolved": list(unresolved.values_list("text", "why")[:40]),
            "events": list(version.event_mentions.values("event_id", "event__title", "event__start_on")[:20]),
            "excerpt": found.source.excerpt_length,
        },
        tables=[sayings.table(rows, found.title, question)],
        title=found.title,
    )


def _version(versions: list[Any], number: int | None) -> Any | None:
    if number is None:
        return versions[-1] if versions else None
    return next((v for v in versions if v.number == number), None)


def _said(found: Article, version_id: int, ask: Asked) -> list[Any]:
    """Return the public sayings of one version of an article in the order of the text."""
    if ask.stored:
        rows = CurrentStance.public.filter(article=found, stance__version=version_id)
        return list(rows.annotate(**sayings.WORDS).order_by("start", "end", "stance_id"))
    rows = [
        row
        for row in rows_as_known(ask)
        if row.article_id == found.pk and row.stance.version_id == version_id
    ]
    return sorted(sayings.with_words(rows), key=lambda s: (s.start, s.end, s.stance_id))


def changes(versions: list[Any], shown: Any) -> list[dict[str, str]]:
    """Return what the shown version changed against the one before, by paragraphs; empty for the first."""
    before = next((v for v in reversed(versions) if v.number < shown.number), None)
    if before is None:
        return []
    old, new = PARAGRAPH.split(before.text), PARAGRAPH.split(shown.text)
    found = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            found.append({"old": "\n\n".join(old[a:b]), "new": "\n\n".join(new[c:d])})
    return found
