"""`/`: where everyone stands, and what moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actors.models import BlocMembership
from positions.charts import CampDay, camp_sizes
from positions.codebook import codebook
from positions.exports import Column, Table, headed
from positions.pages import camps, learned, places, shifts, words
from positions.pages.actor_charts import window
from positions.pages.answer import Answer, choices, landmarks, page
from positions.pages.asking import Dates, WordField, ask
from positions.pages.camps import Member
from positions.pages.known import Asked, asked
from positions.pages.lines import held, is_contested, is_stale, starts
from positions.pages.rungs import base
from positions.pages.sparks import sparks

MAIN_TOPIC = "nato-membership"
ALLIANCE = "nato"
# Beside the allies, the parties to the question itself.
PINNED = ("ua", "ru", "nato", "eu")
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
    points = held(question, kinds=shifts.BODIES, brief=True)
    board = matrix(question, points, members, values["who"] or "allies", values["sort"] or "name")
    membership = {p.actor_id: p for p in points if p.topic_slug == MAIN_TOPIC}
    days = kept_days(question, MAIN_TOPIC, members, points)
    moved = [shifts.row(point) for point in shifts.newest(question, limit=6)]
    now = camps.count(membership.values(), members, question.on)
    drawn = camp_chart(days, question, title=_("Camp sizes on NATO membership"))
    sizes = camp_table(days, question)
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
            "camp_chart": drawn,
            "camp_table": sizes,
            "finding": camp_finding(days, question),
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
            sizes,
            shifts.table(moved, question, _("Shifts")),
        ],
        feed=lambda: shifts.entries(moved),
        charts={"camps": drawn},
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
    lines = sparks(ask, [p for p in points if p.actor_slug in names])
    rows = [_row(slug, names[slug], slug in allies, cells, lines, ask) for slug in order]
    if sort == "change":
        rows.sort(key=lambda r: r["newest"], reverse=True)
    elif sort == "position":
        rows.sort(
            key=lambda r: (r["cells"][0]["position"] is None, -(r["cells"][0]["position"] or 0), r["name"])
        )
    return rows


def _row(slug: str, name: str, ally: bool, cells: Any, lines: Any, ask: Asked) -> dict[str, Any]:
    made = [_cell(cells.get((slug, topic.slug)), slug, topic.slug, lines, ask) for topic in codebook().topics]
    return {
        "slug": slug,
        "name": words.short(slug, name),
        "url": places.actor(slug),
        "ally": ally,
        "cells": made,
        "newest": max((cell["since"] for cell in made if cell["since"]), default=date.min),
        "silent": sum(cell["position"] is None for cell in made),
    }


def _cell(point: Any | None, actor: str, topic: str, lines: Any, ask: Asked) -> dict[str, Any]:
    if point is None:
        return {"topic": topic, "position": None, "since": None}
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
        "url": places.actor(actor, topic),
        "spark": lines[point.actor_id, topic],
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
                "url": places.actor(member.slug, MAIN_TOPIC),
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


def kept_days(ask: Asked, topic: str, members: Sequence[Member], points: Iterable[Any]) -> list[CampDay]:
    """Return the allies' camp sizes over time; kept for as long as none of their lines changes.

    `points` are those that hold on the day (of any topics): a line that changes has a new one.
    """
    allies = {m.pk for m in members}
    lines = sorted(p.pk for p in points if p.topic_slug == topic and p.actor_id in allies and p.pk)
    key = f"camps:{topic}:{ask.on}:{sha256(str((lines, members)).encode()).hexdigest()}"
    kept = cache.get(key) if ask.stored else None
    if kept is not None:
        return [CampDay(*values) for values in kept]
    days = camps.camp_days(starts(ask, actors=allies, topic=topic), members, ask.on)
    if ask.stored:
        cache.set(key, [(day.day, day.counts, day.total) for day in days], 3600)
    return days


def camp_chart(
    days: Sequence[CampDay], ask: Asked, *, title: str, ident: str = "camps", start: date | None = None
) -> str:
    if not days:
        return ""
    last = days[-1]
    shown = window([day.day for day in days], ask.on, start)
    described = _("From %(first)s to %(last)s. Latest: %(counts)s of %(total)s allies.") % {
        "first": words.day(max(days[0].day, shown.first)),
        "last": words.day(ask.on),
        "counts": ", ".join(f"{last.counts.get(r.value, 0)} {r.name}" for r in words.rungs()),
        "total": last.total,
    }
    return camp_sizes(
        days, words.rungs(), last=ask.on, on=ask.on, ident=ident, title=title, description=described,
        silent=_("no record"), first=max(days[0].day, shown.first),
        events=landmarks(),
    )  # fmt: skip


def camp_finding(days: Sequence[CampDay], ask: Asked) -> dict[str, Any] | None:
    """Return how many allies are for it now and were a summit before; None where nothing was known then."""
    day = base(ask.on)
    then = [camp for camp in days if camp.day <= day]
    if not then:
        return None
    return {
        "now": _for(days[-1]), "total": days[-1].total, "then": _for(then[-1]), "then_total": then[-1].total,
        "day": words.day(day),
    }  # fmt: skip


def _for(day: CampDay) -> int:
    return day.counts.get(2, 0) + day.counts.get(1, 0)


def camp_table(days: Sequence[CampDay], ask: Asked) -> Table:
    """Return the numbers behind the chart: a row for each day on which a count changed, the newest first."""
    columns = [Column("day", _("From")), *(Column(f"p{r.value}", r.name, number=True) for r in words.rungs())]
    columns += headed({"silent": _("no record"), "total": _("allies")}, numbers=("silent", "total"))
    rows = (
        {
            "day": day.day,
            **{f"p{value}": day.counts.get(value, 0) for value in (2, 1, 0, -1, -2)},
            "silent": day.total - sum(day.counts.values()),
            "total": day.total,
        }
        for day in reversed(days)
    )
    caption = ngettext("Camp sizes, %(n)s change", "Camp sizes, %(n)s changes", len(days)) % {"n": len(days)}
    return Table("camps", caption, columns, rows, {"on": ask.on, "known": ask.known})
