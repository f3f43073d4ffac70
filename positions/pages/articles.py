"""`/articles/` and `/articles/<id>/`: what was read, and an article's evidence in context."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from positions.exports import Table, headed
from positions.ingestion import status
from positions.ingestion.sweeping import working
from positions.models import Article, ArticleVersion, CurrentStance, UnresolvedMention
from positions.pages import edited, words
from positions.pages import rows as sayings
from positions.pages.answer import Answer, address, live, page
from positions.pages.asking import LONGEST_QUERY, AfterField, BadInput, Dates, ask
from positions.pages.edited import Placed
from positions.pages.flat import Recorded
from positions.pages.known import Asked, asked, rows_by_key
from positions.pages.marking import Span, paragraphs

PAGE = 50


class Question(Dates):
    version = forms.IntegerField(required=False, min_value=1, max_value=32_000)


class ListQuestion(Dates):
    q = forms.CharField(required=False, max_length=LONGEST_QUERY)
    source = forms.SlugField(required=False, max_length=120)
    state = forms.ChoiceField(required=False, choices=[("", ""), *Article.State.choices])
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
    if values["state"]:
        rows = rows.filter(state=values["state"])
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
            "stands": "" if row["state"] == Article.State.DONE else words.article_state(row["state"]),
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
            "set_aside": _("Why it was not read"),
            "url": _("Address"),
        }
    )
    title = _("Articles")
    return Answer(
        "articles.html",
        {
            "asked": question,
            "values": values,
            "states": [(word, words.article_state(word)) for word in Article.State.values],
            "rows": listed,
            "more": address(request, after=more) if more else "",
        },
        tables=[Table("articles", title, columns, listed, {"on": question.on, "known": question.known})],
        title=title,
    )


def _row(request: HttpRequest, pk: int) -> Article | None:
    """Return the article, asked for once a request."""
    if not hasattr(request, "_article"):
        found = Article.objects.select_related("source", "duplicate_of").filter(pk=pk).first()
        setattr(request, "_article", found)  # noqa: B010  a request has no such field to a type checker
    article: Article | None = getattr(request, "_article", None)
    return article


def _work_on(request: HttpRequest, pk: int) -> tuple[object, ...]:
    """What a page tells of an article beside its texts and findings."""
    found = _row(request, pk)
    if found is None:
        return ()
    waits = found.state == Article.State.QUEUED and working()
    return (found.state, found.error, found.set_aside, found.next_attempt_at, found.fetches,
            found.next_fetch_at, found.withdrawn_at, found.duplicate_of_id, waits)  # fmt: skip


@live(_work_on)
def article(request: HttpRequest, pk: int) -> Answer:
    values = ask(Question, request)
    question = asked(values)
    found = _row(request, pk)
    if found is None or (question.moment and found.recorded_at > question.moment):
        raise Http404(_("There is no such article in the record."))
    versions = _versions(found, question)
    version = _version(versions, values["version"])
    if version is None and versions:
        raise BadInput({"version": [_("This article has %(n)s versions.") % {"n": len(versions)}]})
    said = _said(found, version, {v.pk: v.number for v in versions}, question) if version else []
    rows = [{**row, "number": n} for n, (_one, row) in enumerate(said, 1)]
    context = _text(found, versions, version, said) if version else {}
    return Answer(
        "article.html",
        {
            "asked": question,
            "article": found,
            "day": words.day(found.published_on),
            "stands": status.of_article(found),
            "looked_after": edited.looked_after(found),
            "version": version,
            "rows": [row for row in rows if "altered" not in row],
            "altered": [row for row in rows if "altered" in row],
            "excerpt": found.source.excerpt_length,
            **context,
        },
        tables=[sayings.table(rows, found.title, question)],
        title=found.title,
    )


def _text(
    found: Article, versions: list[ArticleVersion], version: ArticleVersion, said: list[Any]
) -> dict[str, Any]:
    """Return what a page shows of one version: marked text, changes, names, events."""
    spans = [
        Span(one.span[0], one.span[1], one.row.stance_id, n, words.css(one.row.position))
        for n, (one, _row) in enumerate(said, 1)
        if one.span is not None
    ]
    before = next((v for v in reversed(versions) if v.number < version.number), None)
    excerpt = found.source.excerpt_length
    places = edited.changes(before, version, excerpt=excerpt)
    unresolved = UnresolvedMention.objects.filter(version=version, state=UnresolvedMention.State.OPEN)
    return {
        "text": [] if found.withdrawn_at else paragraphs(version.text, spans, excerpt=excerpt),
        "versions": edited.versions(versions, version),
        "difference": edited.difference(len(places), before),
        "changes": [] if found.withdrawn_at else places[: edited.PLACES],
        "unresolved": list(unresolved.values_list("text", "why")[:40]),
        "events": list(version.event_mentions.values("event_id", "event__title", "event__start_on")[:20]),
    }


def _versions(found: Article, ask: Asked) -> list[ArticleVersion]:
    """Return the versions that the record had by then, oldest first; what came with the article always."""
    rows = found.versions.defer("raw").order_by("number")
    if ask.moment:
        rows = rows.filter(Q(number=1) | Q(fetched_at__lte=ask.moment))
    return list(rows)


def _version(versions: list[ArticleVersion], number: int | None) -> ArticleVersion | None:
    if number is None:
        return versions[-1] if versions else None
    return next((v for v in versions if v.number == number), None)


def _rows_as_known(found: Article, ask: Asked) -> list[Recorded]:
    stances = found.stances.in_bulk()
    rows = [row for row in rows_by_key(ask, stances) if row.stated_on <= ask.on]
    for row in rows:
        row.stance = stances[row.stance_id]
    return rows


def _said(
    found: Article, version: ArticleVersion, numbers: dict[int, int], ask: Asked
) -> list[tuple[Placed, dict[str, Any]]]:
    """Return the public sayings of an article as one version has them: those whose words stand in it, in the
    order of the text, then those that only earlier versions had."""
    if ask.stored:
        stored = CurrentStance.public.filter(article=found).select_related("stance")
        rows = list(stored.annotate(**sayings.WORDS))
    else:
        rows = sayings.with_words(_rows_as_known(found, ask))
    return [
        (one, {**sayings.row(one.row), **edited.altered(one, version, numbers)})
        for one in edited.placed(rows, version, numbers)
    ]
