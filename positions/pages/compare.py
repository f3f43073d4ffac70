"""`/compare/`: several actors, or one actor on two days, side by side."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from actors.models import Actor
from positions.codebook import codebook
from positions.exports import Table, headed
from positions.models import LinePoint
from positions.pages import words
from positions.pages.actor_charts import days_of, multiples, spans
from positions.pages.answer import Answer, address, page
from positions.pages.asking import BadInput, DayField, Drawn, SlugsField, WordField, ask, topic_words
from positions.pages.home import MAIN_TOPIC
from positions.pages.known import Asked, asked
from positions.pages.lines import Tracks, held, tracks_of_all

STARTERS = ("us", "de", "fr", "gb", "pl", "hu")


class Question(Drawn):
    actors = SlugsField(required=False, max_length=1600)
    actor = forms.SlugField(required=False, max_length=120)
    topic = WordField(topic_words())
    then = DayField()
    add = forms.SlugField(required=False, max_length=120)


@page
def compare(request: HttpRequest) -> Answer:
    values = ask(Question, request)
    question = asked(values)
    topic = values["topic"] or MAIN_TOPIC
    slugs = list(dict.fromkeys([*values["actors"], *filter(None, (values["actor"], values["add"]))]))
    chosen = _found(slugs)
    tracks = tracks_of_all(chosen, question, topic)
    now = _cells(chosen, question)
    then = _cells(chosen, replace(question, on=values["then"])) if values["then"] else {}
    rows = _rows(chosen, now, then, two_dates=bool(values["then"]))
    drawn = _chart(chosen, tracks, question, topic, values["from"])
    title = _("Compare") + (": " + ", ".join(a.name for a in chosen) if chosen else "")
    return Answer(
        "compare.html",
        {
            "asked": question,
            "values": values,
            "then": values["then"],
            "topic": topic,
            "topic_name": words.topic_name(topic),
            "topics": topic_words(),
            "chosen": _chips(request, chosen),
            "actor_words": "~".join(a.slug for a in chosen),
            "offers": _offers(request, [a.slug for a in chosen]),
            "options": _options() if len(chosen) < 12 else [],
            "rows": rows,
            "chart": drawn,
            "spans": spans(request, question, days_of(tracks.values()), values["from"]),
            "starter": address(request, actors="~".join(STARTERS)),
        },
        fragments={"compare": "compare"},
        tables=[_table(rows, question)],
        charts={"compare": drawn} if drawn else {},
        title=title,
    )


def _found(slugs: list[str]) -> list[Actor]:
    """Return the actors in the order asked; unknown ones are refused by name."""
    rows = {actor.slug: actor for actor in Actor.objects.filter(slug__in=slugs)}
    unknown = [slug for slug in slugs if slug not in rows]
    if unknown:
        raise BadInput({"actors": [_("We know no actor “%(slugs)s”.") % {"slugs": ", ".join(unknown)}]})
    return [rows[slug] for slug in slugs]


def _cells(chosen: list[Actor], ask: Asked) -> dict[tuple[int, str], Any]:
    return {(p.actor_id, p.topic_slug): p for p in held(ask, actors=[a.pk for a in chosen])} if chosen else {}


def _rows(
    chosen: list[Actor], now: dict[tuple[int, str], Any], then: dict[tuple[int, str], Any], *, two_dates: bool
) -> list[dict[str, Any]]:
    """Return a row a topic with a cell an actor (two with a second date); most different topics first."""
    rows = []
    for topic in codebook().topics:
        cells = []
        for actor in chosen:
            if two_dates:
                cells.append(_cell(then.get((actor.pk, topic.slug))))
            cells.append(_cell(now.get((actor.pk, topic.slug))))
        values = [c["position"] for c in cells if c["position"] is not None]
        gap = max(values) - min(values) if len(values) > 1 else 0
        rows.append({"slug": topic.slug, "topic": words.topic_name(topic.slug), "cells": cells, "gap": gap})
    return sorted(rows, key=lambda r: -r["gap"])


def _cell(point: Any | None) -> dict[str, Any]:
    if point is None:
        return {"position": None}
    return {
        "position": point.position, "css": words.css(point.position), "glyph": words.glyph(point.position),
        "word": words.name(point.position), "since": words.day(point.since), "condition": point.condition,
        "evidence": point.words, "actor": point.actor_name,
        "url": reverse("statement", args=[point.stance_id]),
    }  # fmt: skip


def _chart(chosen: list[Actor], tracks: dict[int, Tracks], ask: Asked, topic: str, start: date | None) -> str:
    named = [
        (actor.name, reverse("actor", args=[actor.slug]) + f"?topic={topic}", tracks.get(actor.pk, Tracks()))
        for actor in chosen
    ]
    values = {"names": ", ".join(a.name for a in chosen), "topic": words.topic_name(topic)}
    title = _("%(names)s on %(topic)s") % values
    return multiples(named, ask, ident="compare-chart", title=title, start=start)


def _chips(request: HttpRequest, chosen: list[Actor]) -> list[dict[str, str]]:
    slugs = [a.slug for a in chosen]
    return [
        {
            "name": actor.name,
            "without": address(request, actors="~".join(s for s in slugs if s != actor.slug), actor=""),
        }
        for actor in chosen
    ]


def _offers(request: HttpRequest, slugs: list[str]) -> list[dict[str, str]]:
    """Return links that add one of the usual actors."""
    return [
        {"slug": slug, "url": address(request, actors="~".join([*slugs, slug]), actor="")}
        for slug in ("us", "de", "fr", "gb", "pl", "hu", "tr", "ua", "ru", "nato", "eu")
        if slug not in slugs
    ]


def _options() -> list[tuple[str, str]]:
    """Return who can be added: states and bodies with a record."""
    kinds = (Actor.Kind.STATE, Actor.Kind.ORGANISATION, Actor.Kind.GROUP)
    recorded = Exists(LinePoint.objects.filter(actor=OuterRef("pk"), until__isnull=True, track="line"))
    return list(
        Actor.objects.filter(recorded, kind__in=kinds).order_by("name").values_list("slug", "name")[:300]
    )


def _table(rows: list[dict[str, Any]], ask: Asked) -> Table:
    columns = headed(
        {
            "topic": _("Topic"),
            "actor": _("Actor"),
            "position": _("Position"),
            "word": _("Word"),
            "since": _("Since"),
            "condition": _("Condition"),
            "evidence": _("Evidence"),
            "url": _("Address"),
        },
        numbers=("position",),
    )
    flat = [
        {"topic": row["topic"], **cell}
        for row in rows
        for cell in row["cells"]
        if cell["position"] is not None
    ]
    return Table("compare", _("Compare"), columns, flat, {"on": ask.on, "known": ask.known})
