"""The charts of an actor's page, from its tracks and sayings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from actors.models import Actor
from positions.charts import Chart, Dot, Mark, Row, position_chart, small_multiples
from positions.charts.scale import around
from positions.codebook import codebook
from positions.models import Event
from positions.pages import sentences, words
from positions.pages.facts import LEADING, Office
from positions.pages.known import Asked
from positions.pages.lines import Tracks, bands, steps

WEEK = timedelta(days=6)


def chart(
    who: Actor, topic: str, tracks: Tracks, said: Sequence[Any], mandates: Sequence[Office],
    events: Sequence[Event], ask: Asked, *, ident: str = "position", last: date | None = None,
) -> str:  # fmt: skip
    """Return the position chart, or an empty string where there is nothing to draw."""
    if not said and not tracks.line and not tracks.accounts:
        return ""
    days = [p.stated_on for p in (*tracks.line, *tracks.accounts)] + [s.stated_on for s in said]
    first, newest = around(days, ask.on)
    first_said = min(days)
    return position_chart(
        Chart(
            ident=ident,
            title=_("%(actor)s on %(topic)s") % {"actor": who.name, "topic": words.topic_name(topic)},
            description=sentences.lead(who.name, topic, tracks, ask, person=not who.is_body),
            first=first,
            last=max(newest, last or newest),
            on=ask.on,
            rungs=words.rungs(),
            steps=steps(tracks.line, ask.on),
            accounts=steps(tracks.accounts, ask.on),
            contested=bands(tracks.line),
            dots=dots(said),
            offices=office_marks(who, mandates, first),
            events=event_marks(events, first),
            no_record=_("no record before %(day)s") % {"day": words.day(first_said)},
        )
    )  # fmt: skip


def event_marks(events: Iterable[Event], first: date) -> list[Mark]:
    return [
        Mark(e.start_on, f"{words.day(e.start_on)}: {e.title}", reverse("event", args=[e.pk]))
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
                until=_end_of_month(stance.stated_on) if stance.precision == "month" else None,
                on_record=stance.on_record,
            )
        )
    return made


def _said_on(stance: Any) -> str:
    return words.stated(stance.stated_on, stance.precision)


def _end_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def office_marks(who: Actor, mandates: Sequence[Office], first: date) -> list[Mark]:
    """Return where the leader's office changed hands, or where a person took an office, inside the window."""
    if who.kind == Actor.Kind.PERSON:
        return [Mark(m.start, m.office) for m in mandates if m.start >= first]
    leader = who.facts.get("leader") or next((m.role for m in mandates if m.role in LEADING), "")
    return [Mark(m.start, m.name) for m in mandates if m.role == leader and m.start >= first]


def all_topics(who: Actor, tracks: dict[str, Tracks], ask: Asked) -> str:
    """Return all topics as small multiples on one axis; topics without a record keep their empty row."""
    days = [p.stated_on for t in tracks.values() for p in (*t.line, *t.accounts)]
    if not days:
        return ""
    first, last = around(days, ask.on)
    made = []
    for topic in codebook().topics:
        track = tracks.get(topic.slug, Tracks())
        now = track.now
        made.append(
            Row(
                label=words.topic_name(topic.slug),
                href=reverse("actor", args=[who.slug]) + f"?topic={topic.slug}",
                steps=steps(track.line, ask.on),
                accounts=steps(track.accounts, ask.on),
                now=f"{words.glyph(now.position)} {words.name(now.position)}" if now else _("no record"),
                note=_("since %(day)s") % {"day": words.day(now.since)} if now else "",
            )
        )
    return small_multiples(
        made, first=first, last=last, on=ask.on, ident="topics",
        title=_("%(actor)s on all topics") % {"actor": who.name},
        description="; ".join(f"{row.label}: {row.now}" for row in made),
    )  # fmt: skip
