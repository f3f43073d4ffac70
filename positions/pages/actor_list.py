"""`/actors/`: who is in the record, with each one's line on a chosen topic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, When
from django.http import HttpRequest
from django.utils.translation import gettext as _

from actors.models import Actor, Alias, BlocMembership, Mandate
from positions.exports import Table, headed
from positions.models import LinePoint
from positions.pages import places, words
from positions.pages.answer import Answer, address, page
from positions.pages.asking import LONGEST_QUERY, Dates, WordField, ask, topic_words
from positions.pages.home import MAIN_TOPIC
from positions.pages.known import Asked, asked
from positions.pages.lines import held, is_stale
from positions.pages.sparks import sparks

PAGE = 60
# States and bodies first, then persons, unnamed sources last.
RANK = Case(
    When(kind=Actor.Kind.PERSON, then=1), When(kind=Actor.Kind.UNNAMED, then=2), default=0,
    output_field=IntegerField(),
)  # fmt: skip


class Question(Dates):
    q = forms.CharField(required=False, max_length=LONGEST_QUERY)
    kind = WordField([(kind, label) for kind, label in Actor.Kind.choices])
    bloc = WordField([("nato", "NATO"), ("eu", "EU")])
    topic = WordField(topic_words())
    record = WordField([("all", "all")])
    after = forms.RegexField(r"^[0-2]~.{1,200}~\d{1,18}$", required=False)


@page
def actors(request: HttpRequest) -> Answer:
    values = ask(Question, request)
    question = asked(values)
    topic = values["topic"] or MAIN_TOPIC
    found = list(_narrow(values, question.on).order_by("rank", "name", "pk")[: PAGE + 1])
    rows = _rows(found[:PAGE], question, topic)
    last = found[PAGE - 1] if len(found) > PAGE else None
    title = _("Actors")
    return Answer(
        "actors.html",
        {
            "asked": question,
            "values": values,
            "rows": rows,
            "topic": topic,
            "topic_name": words.topic_name(topic),
            "topics": topic_words(),
            "kinds": [(kind, words.tongue().said(label)) for kind, label in Actor.Kind.choices],
            "more": address(request, after=f"{last.rank}~{last.name}~{last.pk}") if last else "",
            "filtered": any(values[name] for name in ("q", "kind", "bloc")),
        },
        fragments={"rows": "rows"},
        tables=[_table(rows, question)],
        title=title,
    )


def _narrow(values: dict[str, Any], on: date) -> Any:
    """Return the actors that fit, each with its `rank`."""
    rows = Actor.objects.existing().annotate(rank=RANK)
    if values["q"]:
        text = values["q"].strip()
        spelled = Alias.objects.filter(actor=OuterRef("pk"), text__icontains=text)
        rows = rows.filter(Q(name__icontains=text) | Q(slug__icontains=text) | Exists(spelled))
    if values["kind"]:
        rows = rows.filter(kind=values["kind"])
    if values["bloc"]:
        members = BlocMembership.objects.on(on).filter(bloc__slug=values["bloc"])
        rows = rows.filter(pk__in=members.values("member"))
    if not values["record"]:
        rows = rows.filter(Exists(LinePoint.objects.filter(actor=OuterRef("pk"), stated_on__lte=on)))
    if values["after"]:
        rank, rest = values["after"].split("~", 1)
        name, pk = rest.rsplit("~", 1)
        further = Q(name__gt=name) | Q(name=name, pk__gt=pk)
        rows = rows.filter(Q(rank__gt=rank) | Q(rank=rank) & further)
    return rows


def _rows(found: Sequence[Actor], ask: Asked, topic: str) -> list[dict[str, Any]]:
    ids = [actor.pk for actor in found]
    points: dict[int, list[Any]] = defaultdict(list)
    for point in held(ask, actors=ids, brief=True):
        points[point.actor_id].append(point)
    lines = sparks(ask, [p for one in points.values() for p in one if p.topic_slug == topic])
    offices = _offices(ids, ask.on)
    return [_row(actor, points[actor.pk], lines, offices, ask, topic) for actor in found]


def _offices(ids: Sequence[int], on: date) -> dict[int, str]:
    """Return each person's weightiest office on a day."""
    rows = Mandate.objects.on(on).filter(person__in=ids).order_by("-tier", "start")
    return {pk: f"{office}, {name}" for pk, office, name in rows.values_list("person", "office", "of__name")}


def _row(
    actor: Actor, points: list[Any], lines: Any, offices: dict[int, str], ask: Asked, topic: str
) -> dict[str, Any]:
    now = next((p for p in points if p.topic_slug == topic), None)
    last = max((p.stated_on for p in points), default=None)
    row = {
        "slug": actor.slug,
        "name": actor.name,
        "url": places.actor(actor.slug) + ("" if topic == MAIN_TOPIC else f"?topic={topic}"),
        "kind": actor.kind,
        "kind_name": words.tongue().said(actor.get_kind_display()),
        "office": offices.get(actor.pk, ""),
        "topics": len(points),
        "last": last,
        "age": words.age(last, ask.on) if last else "",
        "position": None,
    }
    if now:
        row |= {
            "position": now.position, "css": words.css(now.position), "glyph": words.glyph(now.position),
            "word": words.name(now.position), "since": now.since, "since_day": words.day(now.since),
            "stale": is_stale(now, ask.on), "n": now.utterances,
            "spark": lines[actor.pk, topic],
        }  # fmt: skip
    return row


def _table(rows: list[dict[str, Any]], ask: Asked) -> Table:
    columns = headed(
        {
            "name": _("Actor"),
            "kind": _("Kind"),
            "office": _("Office"),
            "position": _("Position"),
            "word": _("Word"),
            "since": _("Since"),
            "last": _("Last heard"),
            "topics": _("Topics"),
            "n": _("Sayings"),
            "slug": _("Slug"),
        },
        numbers=("position", "topics", "n"),
    )
    return Table("actors", _("Actors"), columns, rows, {"on": ask.on, "known": ask.known})
