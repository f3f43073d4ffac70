"""`/search/`: one box over statements, actors, articles and events, with facets and their counts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Any

from django import forms
from django.core.cache import cache
from django.db import DatabaseError
from django.db.models import Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from actors.models import Actor
from positions import folding
from positions import search as index
from positions.exports import Table, headed
from positions.models import Article, CurrentStance, Event, Source
from positions.models.stances import Mode
from positions.pages import record, words
from positions.pages import rows as sayings
from positions.pages.answer import Answer, address, page
from positions.pages.asking import LONGEST_QUERY, AfterField, Dates, WordField, ask, topic_words
from positions.pages.feeds import Entry
from positions.pages.known import Asked, asked, rows_by_key

PAGE = 20
# As many new things as a reader's search takes into the index, and how often.
FEW, FOLLOWED_SECONDS = 50, 60
MOST_FACETS = 8
TABS = ("statement", "actor", "article", "event")
FACETS: dict[str, Callable[[index.Hit], str]] = {
    "topic": lambda h: h.topic,
    "position": lambda h: "" if h.position is None else str(h.position),
    "mode": lambda h: h.mode,
    "actor": lambda h: h.actor,
    "source": lambda h: h.outlet,
    "year": lambda h: str(h.day.year) if h.day else "",
}


# A facet's name in an entry of the index.
FIELDS = {name: name for name in FACETS} | {"source": "outlet", "year": "day__year"}


class Question(Dates):
    q = forms.CharField(required=False, max_length=LONGEST_QUERY)
    tab = WordField([(tab, tab) for tab in TABS])
    topic = WordField(topic_words())
    position = WordField([(str(value), str(value)) for value in (2, 1, 0, -1, -2)])
    mode = WordField(list(Mode.choices))
    actor = forms.SlugField(required=False, max_length=120)
    source = forms.SlugField(required=False, max_length=120)
    year = forms.RegexField(r"^\d{4}$", required=False)
    after = AfterField()


@page
def search(request: HttpRequest) -> Answer:
    values = ask(Question, request)
    question = asked(values)
    text = values["q"].strip()
    _follow(record.version_for(request).whole)
    chosen = {name: values[name] for name in FACETS if values[name]}
    hits, capped = _hits(text, chosen, question)
    fitting = [h for h in hits if all(FACETS[name](h) == value for name, value in chosen.items())]
    counts = Counter(h.kind for h in fitting)
    tab = values["tab"] or next((t for t in TABS if counts[t]), "statement")
    here = [h for h in fitting if h.kind == tab]
    shown, more = _slice(here, values["after"], request)
    rows = SHOWN[tab](shown, question, folding.stems(text).split())
    title = _("Search: %(text)s") % {"text": text} if text else _("Search")
    return Answer(
        "search.html",
        {
            "asked": question,
            "values": values,
            "text": text,
            "tab": tab,
            "tabs": _tabs(request, counts, tab),
            "facets": _facets(request, here, chosen),
            "chosen": [
                {"name": name, "value": _label(name, value), "without": address(request, **{name: ""})}
                for name, value in chosen.items()
            ],
            "rows": rows,
            "count": len(here),
            "capped": capped,
            "more": more,
            "near": _near(text) if text and not hits else [],
        },
        fragments={"results": "results"},
        tables=[sayings.table(rows, title, question)] if tab == "statement" else [_found_table(rows, title)],
        feed=(lambda: _entries(rows)) if tab == "statement" else None,
        title=title,
    )  # fmt: skip


def _hits(text: str, chosen: dict[str, str], ask: Asked) -> tuple[list[index.Hit], bool]:
    """Return what holds the words; without any, the statements that fit the facets."""
    if text or not chosen:
        return index.find(text, on=ask.on)
    return index.browse(on=ask.on, **{FIELDS[name]: value for name, value in chosen.items()})


def _follow(version: str) -> None:
    """Take what is new into the index, once a version of the record. A reader's page never fails over it.

    Only where it is little: after an import, `manage.py search_index` or the periodic task does it.
    """
    key = f"search:{version}"
    if cache.get(key):
        return
    try:
        index.follow(limit=FEW)
    except DatabaseError:
        return
    cache.set(key, True, FOLLOWED_SECONDS)


def _slice(here: Sequence[index.Hit], after: Any, request: HttpRequest) -> tuple[Sequence[index.Hit], str]:
    """Return a page of hits after the one named, and the address of the next."""
    if after:
        here = [h for h in here if h.day is not None and (h.day, h.ref) < after]
    dated = bool(here) and here[0].day is not None
    ordered = sorted(here, key=lambda h: (h.day, h.ref), reverse=True) if dated else here
    shown = ordered[:PAGE]
    last = shown[-1] if len(ordered) > PAGE else None
    return shown, address(request, after=f"{last.day}~{last.ref}") if last and last.day else ""


def _tabs(request: HttpRequest, counts: Counter[str], tab: str) -> list[dict[str, Any]]:
    names = {
        "statement": _("Statements"),
        "actor": _("Actors"),
        "article": _("Articles"),
        "event": _("Events"),
    }
    return [
        {"label": names[t], "count": counts[t], "current": t == tab, "url": address(request, tab=t, after="")}
        for t in TABS
    ]


def _facets(request: HttpRequest, here: Sequence[index.Hit], chosen: dict[str, str]) -> list[dict[str, Any]]:
    """Return the values by which the results can be narrowed, the commonest first, with counts."""
    names = {"topic": _("Topic"), "position": _("Position"), "mode": _("Mode"), "actor": _("Holder"),
             "source": _("Outlet"), "year": _("Year")}  # fmt: skip
    spelled = _names(here)
    made = []
    for name, value_of in FACETS.items():
        if name in chosen:
            continue
        counted = Counter(value for h in here if (value := value_of(h)))
        if len(counted) > 1:
            links = [
                {
                    "label": spelled.get((name, value)) or _label(name, value),
                    "count": n,
                    "url": address(request, **{name: value, "after": ""}),
                }
                for value, n in counted.most_common(MOST_FACETS)
            ]
            made.append({"name": names[name], "links": links})
    return made


def _names(here: Sequence[index.Hit]) -> dict[tuple[str, str], str]:
    """Return the names behind the slugs of the commonest holders and outlets."""
    common = lambda values: [slug for slug, _n in Counter(filter(None, values)).most_common(MOST_FACETS)]
    holders, outlets = common(h.actor for h in here), common(h.outlet for h in here)
    # Without an order of their own, which a part of a union must not have.
    actors = Actor.objects.filter(slug__in=holders).order_by().values_list(Value("actor"), "slug", "name")
    sources = Source.objects.filter(slug__in=outlets).order_by().values_list(Value("source"), "slug", "name")
    return {(what, slug): name for what, slug, name in actors.union(sources, all=True)}


def _label(name: str, value: str) -> str:
    if name == "topic":
        return words.topic_name(value)
    return f"{words.glyph(int(value))} {words.name(int(value))}" if name == "position" else value


# -- What each tab shows --


def _statements(shown: Sequence[index.Hit], ask: Asked, stems: Sequence[str]) -> list[dict[str, Any]]:
    refs = [h.ref for h in shown]
    if ask.stored:
        found = {s.stance_id: s for s in CurrentStance.public.filter(pk__in=refs).annotate(**sayings.WORDS)}
    else:
        found = {s.stance_id: s for s in sayings.with_words(rows_by_key(ask, refs))}
    rows = [sayings.row(found[ref]) for ref in refs if ref in found]
    return [{**row, "marked": marked(row["evidence"], stems)} for row in rows]


def _actors(shown: Sequence[index.Hit], ask: Asked, stems: Sequence[str]) -> list[dict[str, Any]]:
    found = Actor.objects.in_bulk([h.ref for h in shown])
    # Plain names before longer ones: who is looked for is seldom a committee.
    rows = sorted((found[h.ref] for h in shown if h.ref in found), key=lambda a: (len(a.name), a.name))
    return [
        {"title": a.name, "note": a.get_kind_display(), "url": reverse("actor", args=[a.slug]),
         "marked": marked(a.name, stems)}
        for a in rows
    ]  # fmt: skip


def _articles(shown: Sequence[index.Hit], ask: Asked, stems: Sequence[str]) -> list[dict[str, Any]]:
    rows = Article.objects.filter(pk__in=[h.ref for h in shown], withdrawn_at__isnull=True)
    if ask.moment:
        rows = rows.filter(recorded_at__lte=ask.moment)
    found = {row.pk: row for row in rows.select_related("source")}
    return [
        {"title": a.title, "note": f"{words.day(a.published_on)} · {a.source.name}",
         "url": reverse("article", args=[a.pk]), "marked": marked(a.title, stems)}
        for h in shown
        if (a := found.get(h.ref))
    ]  # fmt: skip


def _events(shown: Sequence[index.Hit], ask: Asked, stems: Sequence[str]) -> list[dict[str, Any]]:
    rows = Event.objects.filter(merged_into__isnull=True)
    if ask.moment:
        rows = rows.filter(recorded_at__lte=ask.moment)
    found = rows.in_bulk([h.ref for h in shown])
    return [
        {"title": e.title,
         "note": " · ".join(filter(None, (words.day(e.start_on), e.get_kind_display(), e.place))),
         "url": reverse("event", args=[e.pk]), "marked": marked(e.title, stems)}
        for h in shown
        if (e := found.get(h.ref))
    ]  # fmt: skip


SHOWN: dict[str, Callable[[Sequence[index.Hit], Asked, Sequence[str]], list[dict[str, Any]]]] = {
    "statement": _statements, "actor": _actors, "article": _articles, "event": _events,
}  # fmt: skip


def marked(text: str, stems: Sequence[str]) -> SafeString:
    """Return a text with the words marked that were looked for, in whatever form they stand."""
    wanted = set(stems)
    pieces = [
        f"<mark>{escape(piece)}</mark>" if wanted & set(folding.stems(piece).split()) else str(escape(piece))
        for piece in re.split(r"(\w+)", text)
    ]
    return mark_safe("".join(pieces))


def _near(text: str) -> list[dict[str, str]]:
    """Return actors whose folded names come close to a query that found nothing."""
    names: dict[str, dict[str, str]] = {}
    for name, slug in Actor.objects.existing().values_list("name", "slug"):
        entry = {"name": name, "url": reverse("actor", args=[slug])}
        for key in (" ".join(folding.fold(name)), *folding.fold(name)[-1:]):
            names.setdefault(key, entry)
    close = get_close_matches(" ".join(folding.fold(text)), names, n=4, cutoff=0.72)
    return [names[key] for key in close]


def _found_table(rows: list[dict[str, Any]], title: str) -> Table:
    return Table(
        "results", title, headed({"title": _("Title"), "note": _("Note"), "url": _("Address")}), rows
    )


def _entries(rows: list[dict[str, Any]]) -> list[Entry]:
    return [
        Entry(
            ident=f"statement:{r['id']}", title=f"{r['holder_name']}: {r['topic_name']} {r['glyph']}",
            link=r["url"], text=f"“{r['evidence']}”", updated=r["stated_on"], author=r["holder_name"],
        )
        for r in rows
    ]  # fmt: skip
