"""The matrix of actors and topics: its rows, their markup, and the same as a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple

from django.core.cache import cache
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from positions.codebook import codebook
from positions.exports import Table, headed
from positions.pages import places, record, words
from positions.pages.camps import Member
from positions.pages.known import Asked
from positions.pages.lines import is_contested, is_stale
from positions.pages.sparks import sparks

# Beside the allies, the parties to the question itself.
PINNED = ("ua", "ru", "nato", "eu")
MOVED_DAYS = 90
MOST_DRAWN = 48
KEPT_SECONDS, MOST_KEPT = 3600, 500
Sparks = Mapping[tuple[int, str], str]


@dataclass(frozen=True, slots=True)
class Row:
    """An actor and the point that holds on each topic (None: no record), in the codebook's order."""

    slug: str
    name: str
    points: Sequence[Any | None]

    @property
    def newest(self) -> date:
        return max((point.since for point in self.points if point), default=date.min)

    @property
    def state(self) -> tuple[Any, ...]:
        """What tells the row from the same row at another time."""
        return self.slug, self.name, *(p.edition if p else None for p in self.points)


def rows(ask: Asked, points: Sequence[Any], members: Sequence[Member], who: str, sort: str) -> list[Row]:
    """Return the rows by name, parties to the question first; or by `change`, or by `position`."""
    cells = {(p.actor_slug, p.topic_slug): p for p in points}
    allies = {m.slug: m.name for m in members if m.on(ask.on)}
    names = {p.actor_slug: p.actor_name for p in points if who == "all" or p.actor_slug in PINNED} | allies
    order = [slug for slug in PINNED if slug in names and slug not in allies]
    order += sorted((slug for slug in names if slug not in order), key=lambda slug: names[slug])
    topics = [topic.slug for topic in codebook().topics]
    found = [
        Row(slug, words.short(slug, names[slug]), [cells.get((slug, topic)) for topic in topics])
        for slug in order
    ]
    if sort == "change":
        found.sort(key=lambda row: row.newest, reverse=True)
    elif sort == "position":
        found.sort(key=_by_position)
    return found


def _by_position(row: Row) -> tuple[bool, int, str]:
    first = row.points[0]
    return first is None, -(first.position if first else 0), row.name


# -- As markup --


def body(found: Sequence[Row], ask: Asked) -> SafeString:
    """Return the rows as markup. Each is kept for as long as none of its lines changes."""
    with_lines = has_lines(found)
    key = f"matrix:{record.release()}:{get_language()}:{ask.on}:{with_lines}"
    kept: dict[tuple[Any, ...], str] = (cache.get(key) or {}) if ask.stored else {}
    missing = [row for row in found if row.state not in kept]
    if missing:
        drawn = [point for row in missing for point in row.points if point]
        lines = sparks(ask, drawn) if with_lines else defaultdict(str)
        kept = {state: kept[state] for state in list(kept)[-MOST_KEPT:]}
        kept |= {row.state: _markup(row, lines, ask.on) for row in missing}
        if ask.stored:
            cache.set(key, kept, KEPT_SECONDS)
    return mark_safe("".join(kept[row.state] for row in found))


def has_lines(found: Sequence[Row]) -> bool:
    """Whether cells show their small lines: of too many rows these alone outweigh any page."""
    return len(found) <= MOST_DRAWN


class Labels(NamedTuple):
    silent: str
    about: str
    condition: str
    moved: str


@lru_cache(maxsize=16)
def _labels(_language: str) -> Labels:
    silent = escape(_("no record"))
    return Labels(
        silent=f'<td class="none"><span aria-hidden="true">·</span><span class="vh">{silent}</span></td>',
        about=_("since %(since)s, last said %(last)s, n = %(n)s"),
        condition=f'<i title="{escape(_("with a condition"))}">*</i>',
        moved=f'<em><span aria-hidden="true">⇄</span><span class="vh">{escape(_("moved"))}</span></em>',
    )


def _markup(row: Row, lines: Sparks, on: date) -> str:
    labels = _labels(get_language() or "en")
    cells = "".join(_cell(point, lines, labels, on) if point else labels.silent for point in row.points)
    head = f'<a href="{escape(places.actor(row.slug))}">{escape(row.name)}</a>'
    return f'<tr><th scope="row">{head}</th>{cells}</tr>'


def _cell(point: Any, lines: Sparks, labels: Labels, on: date) -> str:
    say = words.tongue()
    values = {"since": say.day(point.since), "last": say.day(point.stated_on), "n": point.utterances}
    about = labels.about % values + (f" · {point.condition}" if point.condition else "")
    look = words.css(point.position) + (" st" if is_stale(point, on) else "")
    look += " ct" if is_contested(point, on) else ""
    address = places.actor(point.actor_slug, point.topic_slug)
    return (
        f'<td class="{look}"><a href="{escape(address)}" title="{escape(about)}">'
        f'<b aria-hidden="true">{escape(words.glyph(point.position))}</b> '
        f"<span>{escape(say.name(point.position))}{labels.condition if point.condition else ''}</span>"
        f"{labels.moved if has_moved(point, on) else ''}{lines[point.actor_id, point.topic_slug]}</a></td>"
    )


def has_moved(point: Any, on: date) -> bool:
    """Whether the line changed lately."""
    return point.previous is not None and bool(point.shift) and (on - point.since).days <= MOVED_DAYS


# -- As a table --


def table(found: Sequence[Row], ask: Asked) -> Table:
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
    return Table(
        "positions", _("Positions"), columns, _values(found, ask), {"on": ask.on, "known": ask.known}
    )


def _values(found: Sequence[Row], ask: Asked) -> Iterator[dict[str, Any]]:
    for row in found:
        for topic, point in zip(codebook().topics, row.points, strict=True):
            yield {"actor": row.name, "slug": row.slug, "topic": topic.slug, **_value(point, ask.on)}


def _value(point: Any | None, on: date) -> dict[str, Any]:
    if point is None:
        return {}
    return {
        "position": point.position,
        "word": words.name(point.position),
        "since": point.since,
        "last": point.stated_on,
        "stale": is_stale(point, on),
        "contested": is_contested(point, on),
        "condition": point.condition,
        "n": point.utterances,
    }
