"""Events that a reading found: one row for one happening, however many articles report it."""

from __future__ import annotations

import hashlib
from datetime import datetime

from actors.models import Actor
from positions.extraction.types import EventReading, Reading
from positions.ingestion.identity import normalised
from positions.models import ArticleVersion, Event, EventMention

SHARED_WORDS = 0.5


def write_events(reading: Reading, version: ArticleVersion, now: datetime) -> None:
    """Tie the version to the events it reports. An editor's events keep their words; re-runs add nothing."""
    kept = set()
    for read in reading.events:
        slugs = {m.slug for m in read.actors if m.resolved in ("registry", "made")}
        actors = list(Actor.objects.filter(slug__in=slugs))
        event = _event(read, actors, now)
        if not event.by_hand:
            event.actors.add(*actors)
        mention, _ = EventMention.objects.get_or_create(
            event=event, version=version, start=read.start,
            defaults={"end": read.end, "evidence": version.text[read.start : read.end], "recorded_at": now},
        )  # fmt: skip
        kept.add(mention.pk)
    dropped = EventMention.objects.filter(version=version).exclude(pk__in=kept)
    lonely = set(dropped.values_list("event_id", flat=True))
    dropped.delete()
    Event.objects.filter(pk__in=lonely, mentions__isnull=True, by_hand=False, merged__isnull=True).delete()


def _event(read: EventReading, actors: list[Actor], now: datetime) -> Event:
    """Return the event, known by its key or by its likeness to one of the same kind and day."""
    key = event_key(read)
    event = Event.objects.filter(key=key).first() or _alike(read, actors)
    if event is None:
        return Event.objects.create(
            key=key, title=read.title[:300], kind=read.kind, start_on=read.date, end_on=read.end_on,
            place=read.place[:120], recorded_at=now,
        )  # fmt: skip
    while event.merged_into is not None:
        event = event.merged_into
    return event


def event_key(read: EventReading) -> str:
    words = " ".join(sorted(set(normalised(read.title).split())))
    return hashlib.sha256("\x1f".join((read.kind, read.date.isoformat(), words)).encode()).hexdigest()


def _alike(read: EventReading, actors: list[Actor]) -> Event | None:
    """Same kind and first day, and the same place, two participants or half the title's words in common."""
    same_day = (
        Event.objects.filter(kind=read.kind, start_on=read.date).prefetch_related("actors").order_by("pk")
    )
    ids, words = {actor.pk for actor in actors}, set(normalised(read.title).split())
    for event in same_day.prefetch_related("actors"):
        shared = len(ids & {actor.pk for actor in event.actors.all()})
        other = set(normalised(event.title).split())
        same_place = bool(read.place) and read.place.casefold() == event.place.casefold()
        if same_place or shared >= 2 or len(words & other) >= SHARED_WORDS * max(1, len(words | other)):
            return event
    return None
