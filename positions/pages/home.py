"""`/`: where everyone stands, and what moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actors.models import BlocMembership
from positions.charts import CampDay, Step, camp_sizes, sparkline
from positions.codebook import codebook
from positions.exports import Column, Table, headed
from positions.pages import camps, learned, shifts, words
from positions.pages.answer import Answer, choices, page
from positions.pages.asking import Dates, WordField, ask
from positions.pages.camps import Member
from positions.pages.lines import Asked, asked, held, is_contested, is_stale, starts

MAIN_TOPIC = "nato-membership"
ALLIANCE = "nato"
# Beside the allies, the parties to the question itself.
PINNED = ("ua", "ru", "nato", "eu")
SPARK_DAYS = 3 * 365
MOVED_DAYS = 90


class Question(Dates):
    who = WordField([("allies", "allies"), ("all", "all")])
    sort = WordField([("name", "name"), ("change", "change"), ("position", "position")])


def alliance() -> list[Member]:
    """Return everyone who ever was an ally, with the days."""
    rows = BlocMembership.objects.filter(bloc__slug=ALLIANCE).order_by("member__name")
    values = rows.values_list("member_id", "member__slug", "member__name", "start", "end")
    return [Member(*value) for value in values]


@page
def home(request: HttpRequest) -> Answer:
    values = ask(Question, request)
    question = asked(values)
    members = alliance()
    points = [p for p in held(question) if p.actor_kind in shifts.BODIES]
    board = matrix(question, points, members, values["who"] or "allies", values["sort"] or "name")
    membership = {p.actor_id: p for p in points if p.topic_slug == MAIN_TOPIC}
    days = camps.camp_days(starts(question, topic=MAIN_TOPIC), members, question.on)
    moved = [shifts.row(point) for point in shifts.newest(question, limit=6)]
    now = camps.count(membership.values(), members, question.on)
    title = _("Where everyone stands on Ukraine and NATO")
    return Answer(
        "home.html",
        {
            "asked": question,
            "values": values,
            "who": values["who"] or "allies",
            "sort": values["sort"] or "name",
            "topics": codebook().topics,
            "board": board,
            "strip": strip(membership, members, question.on),
            "lead": lead(now, membership, members, question.on),
            "moved": moved,
            "camp_chart": camp_chart(days, question, title=_("Camp sizes on NATO membership")),
            "camp_table": camp_table(days, question),
            "empty": not points,
            "learned": learned.since(question, points, kinds=shifts.BODIES),
            "who_links": choices(
                request, "who", values["who"], {"": _("Allies"), "all": _("All states and bodies")}
            ),
            "sort_links": choices(
                request,
                "sort",
                values["sort"],
                {"": _("by name"), "position": _("by position"), "change": _("by latest change")},
            ),
        },
        fragments={"board": "board"},
        tables=[
            board_table(board, question),
            camp_table(days, question),
            shifts.table(moved, question, _("Shifts")),
        ],
        feed=shifts.entries(moved),
        charts={"camps": camp_chart(days, question, title=_("Camp sizes on NATO membership"))},
        title=title,
    )


# -- The matrix --


def matrix(
    ask: Asked, points: Sequence[Any], members: Sequence[Member], who: str, sort: str
) -> list[dict[str, Any]]:
    """Return the rows of the matrix: an actor and a cell for each topic, in the codebook's order."""
    cells = {(p.actor_slug, p.topic_slug): p for p in points}
    allies = {m.slug: m.name for m in members if m.on(ask.on)}
    names = {p.actor_slug: p.actor_name for p in points if who == "all" or p.actor_slug in PINNED} | allies
    order = [slug for slug in PINNED if slug in names and slug not in allies]
    order += sorted((slug for slug in names if slug not in order), key=lambda slug: names[slug])
    ids = {p.actor_id for p in points if p.actor_slug in names}
    traces = _traces(starts(ask, actors=ids, after=ask.on - timedelta(days=SPARK_DAYS)), ask.on)
    rows = [_row(slug, names[slug], slug in allies, cells, traces, ask) for slug in order]
    if sort == "change":
        rows.sort(key=lambda r: r["newest"], reverse=True)
    elif sort == "position":
        rows.sort(
            key=lambda r: (r["cells"][0]["position"] is None, -(r["cells"][0]["position"] or 0), r["name"])
        )
    return rows


def _traces(points: Iterable[Any], on: date) -> dict[tuple[int, str], list[Step]]:
    """Return each line's steps from the points at which it took a new value."""
    found: dict[tuple[int, str], list[Step]] = defaultdict(list)
    for point in points:
        line = found[point.actor_id, point.topic_slug]
        if line:
            line[-1] = Step(line[-1].start, point.stated_on, line[-1].value)
        line.append(Step(point.stated_on, None, point.position))
    return found


def _row(slug: str, name: str, ally: bool, cells: Any, traces: Any, ask: Asked) -> dict[str, Any]:
    made = [
        _cell(cells.get((slug, topic.slug)), slug, topic.slug, traces, ask) for topic in codebook().topics
    ]
    return {
        "slug": slug,
        "name": words.short(slug, name),
        "url": reverse("actor", args=[slug]),
        "ally": ally,
        "cells": made,
        "newest": max((cell["since"] for cell in made if cell["since"]), default=date.min),
        "silent": sum(cell["position"] is None for cell in made),
    }


def _cell(point: Any | None, actor: str, topic: str, traces: Any, ask: Asked) -> dict[str, Any]:
    if point is None:
        return {"topic": topic, "position": None, "since": None}
    first = ask.on - timedelta(days=SPARK_DAYS)
    steps = traces.get((point.actor_id, topic), [])
    if not steps or steps[0].start > point.since:
        steps = [Step(point.since, None, point.position)]
    elif (
        point.previous is not None
        and steps[0].start > first
        and len(steps) == 1
        and point.stated_on == point.since
    ):
        # The value before the window's only change is known from the point itself.
        steps = [Step(first, point.since, point.previous), *steps]
    moved = point.previous is not None and (ask.on - point.since).days <= MOVED_DAYS
    return {
        "topic": topic,
        "topic_name": words.topic_name(topic),
        "position": point.position,
        "css": words.css(point.position),
        "glyph": words.glyph(point.position),
        "word": words.name(point.position),
        "since": point.since,
        "since_day": words.day(point.since),
        "last": point.stated_on,
        "last_day": words.day(point.stated_on),
        "stale": is_stale(point, ask.on),
        "contested": is_contested(point, ask.on),
        "moved": moved and bool(point.shift),
        "condition": point.condition,
        "n": point.utterances,
        "url": reverse("actor", args=[actor]) + f"?topic={topic}",
        "spark": sparkline(steps, first, ask.on),
    }


def board_table(board: Sequence[dict[str, Any]], ask: Asked) -> Table:
    columns = headed(
        {
            "actor": _("Actor"),
            "topic": _("Topic"),
            "position": _("Position"),
            "word": _("Word"),
            "since": _("Since"),
            "last": _("Last said"),
            "stale": _("Older than 180 days"),
            "contested": _("Contested"),
            "condition": _("Condition"),
            "n": _("Sayings"),
            "slug": _("Slug"),
        },
        numbers=("position", "n"),
    )
    rows = [{"actor": row["name"], "slug": row["slug"], **cell} for row in board for cell in row["cells"]]
    return Table("positions", _("Positions"), columns, rows, {"on": ask.on, "known": ask.known})


# -- The membership count --


def strip(points: dict[int, Any], members: Sequence[Member], on: date) -> list[dict[str, Any]]:
    """Return the camps on membership, opponents first, the silent last, each with its tiles."""
    found = camps.by_camp(points, members, on)
    made = []
    for value in (-2, -1, 0, 1, 2, None):
        tiles = [
            {
                "code": member.slug.upper(),
                "name": member.name,
                "url": reverse("actor", args=[member.slug]) + f"?topic={MAIN_TOPIC}",
                "stale": value is not None and is_stale(points[member.pk], on),
            }
            for member in found[value]
        ]
        if tiles:
            word = _("no record") if value is None else words.name(value)
            css = "none" if value is None else words.css(value)
            glyph = "·" if value is None else words.glyph(value)
            made.append({"word": word, "css": css, "glyph": glyph, "tiles": tiles, "count": len(tiles)})
    return made


def lead(now: CampDay, points: dict[int, Any], members: Sequence[Member], on: date) -> dict[str, Any]:
    """Return the sentence of counts, with the bounds that remain when stale lines are left out."""
    fresh = camps.count((p for p in points.values() if not is_stale(p, on)), members, on)
    heard = sum(now.counts.values())
    conditional = sum(
        1
        for m in members
        if m.on(on) and m.pk in points and points[m.pk].position == 1 and points[m.pk].condition
    )
    support = [now.counts.get(v, 0) for v in (2, 1, 0, -1, -2)]
    return {
        "total": now.total,
        "advocate": support[0],
        "support": support[1],
        "conditional": conditional,
        "neutral": support[2],
        "reluctant": support[3],
        "oppose": support[4],
        "silent": now.total - heard,
        "for_all": support[0] + support[1],
        "for_fresh": fresh.counts.get(2, 0) + fresh.counts.get(1, 0),
        "against_all": support[3] + support[4],
        "against_fresh": fresh.counts.get(-1, 0) + fresh.counts.get(-2, 0),
        "stale": heard - sum(fresh.counts.values()),
    }


# -- Camp sizes over time --


def camp_chart(days: Sequence[CampDay], ask: Asked, *, title: str, ident: str = "camps") -> str:
    if not days:
        return ""
    first, last = days[0], days[-1]
    described = _("From %(first)s to %(last)s. Latest: %(counts)s of %(total)s allies.") % {
        "first": words.day(first.day),
        "last": words.day(ask.on),
        "counts": ", ".join(f"{last.counts.get(r.value, 0)} {r.name}" for r in words.rungs()),
        "total": last.total,
    }
    return camp_sizes(
        days, words.rungs(), last=ask.on, on=ask.on, ident=ident, title=title, description=described,
        silent=_("no record"),
    )  # fmt: skip


def camp_table(days: Sequence[CampDay], ask: Asked) -> Table:
    """Return the numbers behind the chart: a row for each day on which a count changed."""
    columns = [Column("day", _("From")), *(Column(f"p{r.value}", r.name, number=True) for r in words.rungs())]
    columns += headed({"silent": _("no record"), "total": _("allies")}, numbers=("silent", "total"))
    rows = [
        {
            "day": day.day,
            **{f"p{value}": day.counts.get(value, 0) for value in (2, 1, 0, -1, -2)},
            "silent": day.total - sum(day.counts.values()),
            "total": day.total,
        }
        for day in days
    ]
    caption = ngettext("Camp sizes, %(n)s change", "Camp sizes, %(n)s changes", len(rows)) % {"n": len(rows)}
    return Table("camps", caption, columns, rows, {"on": ask.on, "known": ask.known})
