"""The charts of an actor's page, from its tracks and sayings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from actors.models import Actor
from positions.charts import Chart, Dot, Mark, Row, clip, position_chart, small_multiples
from positions.charts.scale import around
from positions.pages import places, sentences, words
from positions.pages.answer import address
from positions.pages.facts import LEADING, Happening, Office
from positions.pages.known import Asked
from positions.pages.lines import Tracks, bands, steps

# A record longer than LONG is drawn from YEARS before the day asked about, unless more is asked for.
YEARS, LONG = timedelta(days=5 * 365), timedelta(days=6 * 365)


@dataclass(frozen=True, slots=True)
class Window:
    """What a page's charts show: from `first` to `last`; `whole` is the first day on record."""

    first: date
    last: date
    whole: date

    @property
    def cut(self) -> bool:
        return self.first > self.whole


def window(days: Sequence[date], on: date, start: date | None = None) -> Window:
    """Return the window of charts over these days, from `start` on where it is asked for."""
    first, last = around(list(days), on)
    whole = min([*days, on])
    if start:
        first = start
    elif last - first > LONG and max([*days, date.min]) > last - YEARS:
        first = last - YEARS
    return Window(first, last, whole)


def spans(request: HttpRequest, ask: Asked, days: Sequence[date], start: date | None) -> list[dict[str, Any]]:
    """Return links between the last years and the whole record, none where these are the same."""
    if not days:
        return []
    usual = window(days, ask.on)
    if start is None and not usual.cut:
        return []
    whole = usual.whole - timedelta(days=30)
    offered = [
        ("", _("since %(year)s") % {"year": usual.first.year}, start is None),
        (whole, _("whole record, since %(year)s") % {"year": usual.whole.year}, start == whole),
    ]
    return [
        {"url": address(request, **{"from": day}), "label": label, "current": current}
        for day, label, current in offered
    ]


def days_of(tracks: Iterable[Tracks], said: Iterable[Any] = ()) -> list[date]:
    return [p.stated_on for t in tracks for p in (*t.line, *t.accounts)] + [s.stated_on for s in said]


def chart(
    who: Actor, topic: str, tracks: Tracks, said: Sequence[Any], mandates: Sequence[Office],
    events: Sequence[Happening], ask: Asked, *, ident: str = "position", shown: Window | None = None,
) -> str:  # fmt: skip
    """Return the position chart, or an empty string where there is nothing to draw."""
    if not said and not tracks.line and not tracks.accounts:
        return ""
    days = days_of([tracks], said)
    shown = shown or window(days, ask.on)
    first = shown.first
    return position_chart(
        Chart(
            ident=ident,
            title=_("%(actor)s on %(topic)s") % {"actor": who.name, "topic": words.topic_name(topic)},
            description=sentences.lead(who.name, topic, tracks, ask, person=not who.is_body),
            first=first,
            last=shown.last,
            on=ask.on,
            rungs=words.rungs(),
            steps=clip(steps(tracks.line, ask.on), first),
            accounts=clip(steps(tracks.accounts, ask.on), first),
            contested=[band for band in bands(tracks.line) if band.end >= first],
            dots=[dot for dot in dots(said) if dot.day >= first],
            offices=office_marks(who, mandates, first),
            events=event_marks(events, first),
            no_record=_("no record before %(day)s") % {"day": words.day(min(days))},
            note=since(tracks.now),
        )
    )  # fmt: skip


def since(point: Any | None) -> str:
    """Return the small line under a line's word: since when it has held."""
    return _("since %(day)s") % {"day": words.short_day(point.since)} if point else ""


def event_marks(events: Iterable[Happening], first: date) -> list[Mark]:
    return [
        Mark(e.start_on, f"{words.day(e.start_on)}: {e.title}", places.event(e.pk))
        for e in events
        if e.start_on >= first
    ]


def dots(said: Iterable[Any]) -> list[Dot]:
    """Return one dot an utterance; of its copies the first met."""
    seen: set[int] = set()
    made = []
    for stance in said:
        if stance.utterance_id in seen:
            continue
        if stance.utterance_id:
            seen.add(stance.utterance_id)
        made.append(
            Dot(
                day=stance.stated_on,
                value=stance.position,
                reviewed=stance.is_reviewed,
                outlets=stance.outlets or 1,
                href=f"#s{stance.stance_id}",
                title=f"{_said_on(stance)} · {stance.holder_name}: {stance.evidence[:160]}",
                until=_last_day(stance.stated_on, stance.precision),
                on_record=stance.on_record,
            )
        )
    return made


def _said_on(stance: Any) -> str:
    return words.stated(stance.stated_on, stance.precision)


def _last_day(day: date, precision: str) -> date | None:
    """Return the last day that a date of a month or year can mean, None for one that is exact."""
    if precision == "year":
        return date(day.year, 12, 31)
    if precision == "month":
        return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return None


def office_marks(who: Actor, mandates: Sequence[Office], first: date) -> list[Mark]:
    """Return where the leader's office changed hands, or where a person took an office, inside the window."""
    if who.kind == Actor.Kind.PERSON:
        return [Mark(m.start, m.office) for m in mandates if m.start >= first]
    leader = who.facts.get("leader") or next((m.role for m in mandates if m.role in LEADING), "")
    return [Mark(m.start, m.name) for m in mandates if m.role == leader and m.start >= first]


def multiples(
    named: Sequence[tuple[str, str, Tracks]], ask: Asked, *, ident: str, title: str, start: date | None
) -> str:
    """Return one row for each (label, address, tracks) on one axis; an empty string without any record."""
    days = days_of(tracks for _label, _link, tracks in named)
    if not days:
        return ""
    shown = window(days, ask.on, start)
    made = [multiples_row(label, link, tracks, ask, shown) for label, link, tracks in named]
    return small_multiples(
        made, first=shown.first, last=shown.last, on=ask.on, ident=ident, title=title,
        description="; ".join(f"{row.label}: {row.now}" for row in made),
    )  # fmt: skip


def multiples_row(label: str, link: str, tracks: Tracks, ask: Asked, shown: Window) -> Row:
    now = tracks.now
    return Row(
        label=label,
        href=link,
        steps=clip(steps(tracks.line, ask.on), shown.first),
        accounts=clip(steps(tracks.accounts, ask.on), shown.first),
        now=f"{words.glyph(now.position)} {words.name(now.position)}" if now else _("no record"),
        note=since(now),
    )
