"""The exchange form of a reading: plain dictionaries, as the reference annotations are written."""

from __future__ import annotations

from typing import Any

from positions.extraction.types import EventReading, Reading, StanceReading


def gold_form(reading: Reading, article_id: str = "") -> dict[str, Any]:
    """Return {"article", "stances", "events"} in the form of the reference annotations.

    Besides, stances carry "start", "end" (offsets into the article's text) and "confidence", events
    "start" and, where they span several days, "end_on".
    """
    return {
        "article": article_id,
        "stances": [stance_form(stance) for stance in reading.stances],
        "events": [event_form(event) for event in reading.events],
    }


def stance_form(stance: StanceReading) -> dict[str, Any]:
    """Return one stance as a dictionary; source and condition only where there is one."""
    form: dict[str, Any] = {
        "holder": stance.holder.slug,
        "topic": stance.topic,
        "position": stance.position,
        "mode": stance.mode,
        "kind": stance.kind,
        "date": stance.stated_on.isoformat(),
        "evidence": stance.evidence,
        "start": stance.start,
        "end": stance.end,
        "confidence": round(stance.confidence, 3),
    }
    if stance.source is not None:
        form["source"] = stance.source.slug
    if stance.condition:
        form["condition"] = stance.condition
    return form


def event_form(event: EventReading) -> dict[str, Any]:
    """Return one event as a dictionary."""
    form: dict[str, Any] = {
        "title": event.title,
        "type": event.kind,
        "date": event.date.isoformat(),
        "actors": [actor.slug for actor in event.actors],
        "evidence": event.evidence,
        "start": event.start,
    }
    if event.place:
        form["place"] = event.place
    if event.end_on is not None:
        form["end_on"] = event.end_on.isoformat()
    return form
