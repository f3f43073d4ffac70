"""`/`: where everyone stands, and what moved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from actors.models import BlocMembership
from positions.charts import CampDay
from positions.codebook import codebook
from positions.models import LinePoint
from positions.pages import camps, flat, learned, matrix, places, shifts, words
from positions.pages.answer import Answer, choices, page
from positions.pages.asking import Dates, WordField, ask
from positions.pages.camp_charts import ALLIANCE, Camps, alliance
from positions.pages.camps import Member
from positions.pages.known import Asked, asked
from positions.pages.lines import held, is_stale, parts, standing
from positions.pages.markup import joined, tile

MAIN_TOPIC = "nato-membership"


class Question(Dates):
    who = WordField([("allies", "allies"), ("all", "all")])
    sort = WordField([("name", "name"), ("change", "change"), ("position", "position")])


@page
def home(request: HttpRequest) -> Answer:
    values = ask(Question, request)
    question = asked(values)
    members = alliance(request)
    points = _points(question, everybody=values["who"] == "all")
    board = matrix.rows(question, points, members, values["who"], values["sort"])
    membership = {p.actor_id: p for p in points if p.topic_slug == MAIN_TOPIC}
    sizes = Camps(question, MAIN_TOPIC, members, points)
    moved = [shifts.row(point) for point in shifts.newest(question, limit=6)]
    now = camps.count(membership.values(), members, question.on)
    drawn = sizes.chart(title=_("Camp sizes on NATO membership"))
    since = learned.since(question, points, kinds=shifts.BODIES)
    title = _("Where everyone stands on Ukraine and NATO")
    return Answer(
        "home.html",
        {
            "asked": question,
            "values": values,
            "topics": [
                {"slug": t.slug, "name": words.topic_name(t.slug), "proposition": words.proposition(t.slug)}
                for t in codebook().topics
            ],
            "matrix": partial(matrix.body, board, question),
            "with_lines": matrix.has_lines(board),
            "strip": strip(membership, members, question.on),
            "lead": lead(now, membership, members, question.on),
            "moved": moved,
            "camp_chart": drawn,
            "camp_table": sizes.rows(),
            "finding": sizes.finding(),
            "empty": not points,
            "learned": since,
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
        tables=lambda: [
            matrix.table(board, question),
            sizes.table(),
            shifts.table(moved, question, _("Shifts")),
            *learned.tables(since),
        ],
        feed=lambda: shifts.entries(moved),
        charts={"camps": drawn},
        title=title,
    )


def _points(ask: Asked, *, everybody: bool) -> list[Any]:
    """Return the points that hold: of all states and bodies, or of those shown and counted only."""
    if everybody or not ask.stored:
        return held(ask, kinds=shifts.BODIES, brief=True)
    return flat.fetched(flat.Held, [_SHOWN.piece(ask.on, shape=part) for part in parts(ask.on)])


def _shown(on: date, part: str) -> QuerySet[LinePoint]:
    rows = standing(on, part).filter(actor__kind__in=shifts.BODIES)
    allies = BlocMembership.objects.filter(bloc__slug=ALLIANCE).order_by().values("member")
    return rows.filter(Q(actor__slug__in=matrix.PINNED) | Q(actor__in=allies))


_SHOWN = flat.Written(flat.Held, _shown, date(1111, 1, 1))


# -- The membership count --


def strip(points: dict[int, Any], members: Sequence[Member], on: date) -> list[dict[str, Any]]:
    """Return the camps on membership, opponents first, the silent last, each with its tiles."""
    found = camps.by_camp(points, members, on)
    made = []
    for value in (-2, -1, 0, 1, 2, None):
        if found[value]:
            word = _("no record") if value is None else words.name(value)
            css = "none" if value is None else words.css(value)
            tiles = [
                tile(
                    css, member.slug, member.name, places.actor(member.slug, MAIN_TOPIC),
                    stale=value is not None and is_stale(points[member.pk], on),
                )
                for member in found[value]
            ]  # fmt: skip
            made.append({"word": word, "css": css, "tiles": joined(tiles), "count": len(tiles)})
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
