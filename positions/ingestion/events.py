"""Events that a reading found: one row for one happening, however many articles report it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from actors.models import Actor
from positions.extraction.types import EventReading, Reading
from positions.ingestion.identity import normalised
from positions.models import ArticleVersion, Event, EventMention

SHARED_WORDS = 0.5
Participation = Event.actors.through


def write_events(reading: Reading, version: ArticleVersion, now: datetime) -> None:
    """Tie the version to the events it reports. An editor's events keep their words; re-runs add nothing.

    The number of queries does not grow with how many events there are.
    """
    told = {(row.event_id, row.start): row for row in version.event_mentions.order_by()}
    kept: dict[tuple[int, int], EventMention] = {}
    for read, event in zip(reading.events, _settled(reading.events, now), strict=True):
        place = event.pk, read.start
        kept.setdefault(place, told.get(place) or _mention(read, event, version, now))
    EventMention.objects.bulk_create([row for row in kept.values() if row.pk is None])
    _forget([row for place, row in told.items() if place not in kept])


def _mention(read: EventReading, event: Event, version: ArticleVersion, now: datetime) -> EventMention:
    evidence = version.text[read.start : read.end]
    return EventMention(
        event=event, version=version, start=read.start, end=read.end, evidence=evidence, recorded_at=now
    )


def _forget(mentions: Sequence[EventMention]) -> None:
    """Delete mentions that are not read any more, and the events that nothing else reports."""
    if not mentions:
        return
    EventMention.objects.filter(pk__in=[row.pk for row in mentions]).delete()
    lonely = Event.objects.filter(pk__in={row.event_id for row in mentions}, mentions__isnull=True)
    lonely.filter(by_hand=False, merged__isnull=True).delete()


@dataclass(slots=True)
class Happening:
    """An event, perhaps not stored yet, who takes part in it, and who does by this reading."""

    event: Event
    taking_part: set[int] = field(default_factory=set)
    joining: set[int] = field(default_factory=set)

    def join(self, actors: set[int]) -> None:
        if not self.event.by_hand:
            self.joining |= actors - self.taking_part
            self.taking_part |= actors

    def is_like(self, read: EventReading, actors: set[int]) -> bool:
        """Same kind and first day, and the same place, two participants or half the words in common."""
        event = self.event
        if (event.kind, event.start_on) != (read.kind, read.date):
            return False
        if read.place and read.place.casefold() == event.place.casefold():
            return True
        if len(actors & self.taking_part) >= 2:
            return True
        words, other = set(normalised(read.title).split()), set(normalised(event.title).split())
        return len(words & other) >= SHARED_WORDS * max(1, len(words | other))


def _settled(reads: Sequence[EventReading], now: datetime) -> list[Event]:
    """Return the event of each: known by its key, by its likeness to another of that day, or new."""
    if not reads:
        return []
    actors = _actors(reads)
    known = _known(reads)
    found = []
    for read in reads:
        taking_part = {actors[slug] for slug in _slugs(read) if slug in actors}
        happening = _happening(read, taking_part, known, now)
        happening.join(taking_part)
        found.append(happening)
    Event.objects.bulk_create([one.event for one in known if one.event.pk is None])
    Participation.objects.bulk_create(
        [
            Participation(event_id=one.event.pk, actor_id=actor)
            for one in known
            for actor in sorted(one.joining)
        ],
        ignore_conflicts=True,
    )
    return [happening.event for happening in found]


def _slugs(read: EventReading) -> set[str]:
    return {m.slug for m in read.actors if m.resolved in ("registry", "made")}


def _actors(reads: Sequence[EventReading]) -> dict[str, int]:
    slugs = {slug for read in reads for slug in _slugs(read)}
    return dict(Actor.objects.filter(slug__in=slugs).order_by().values_list("slug", "pk"))


def _known(reads: Sequence[EventReading]) -> list[Happening]:
    """Return the stored events that these could be, the oldest first."""
    same_day = Q(start_on__in={read.date for read in reads}, kind__in={read.kind for read in reads})
    same = Event.objects.filter(same_day | Q(key__in={event_key(read) for read in reads})).order_by("pk")
    known = {event.pk: Happening(event) for event in same}
    for event, actor in Participation.objects.filter(event__in=known).values_list("event_id", "actor_id"):
        known[event].taking_part.add(actor)
    return list(known.values())


def _happening(read: EventReading, actors: set[int], known: list[Happening], now: datetime) -> Happening:
    """Return which of the known ones it is; one that is new joins them."""
    key = event_key(read)
    same = next((one for one in known if one.event.key == key), None)
    same = same or next((one for one in known if one.is_like(read, actors)), None)
    if same is None:
        same = Happening(
            Event(
                key=key, title=read.title[:300], kind=read.kind, start_on=read.date, end_on=read.end_on,
                place=read.place[:120], recorded_at=now,
            )
        )  # fmt: skip
        known.append(same)
    return _remaining(same, known)


def _remaining(happening: Happening, known: list[Happening]) -> Happening:
    """Follow merges to the event that remained."""
    event = happening.event
    if event.merged_into is None:
        return happening
    while event.merged_into is not None:
        event = event.merged_into
    for one in known:
        if one.event.pk == event.pk:
            return one
    known.append(Happening(event, set(event.actors.values_list("pk", flat=True))))
    return known[-1]


def event_key(read: EventReading) -> str:
    words = " ".join(sorted(set(normalised(read.title).split())))
    return hashlib.sha256("\x1f".join((read.kind, read.date.isoformat(), words)).encode()).hexdigest()
