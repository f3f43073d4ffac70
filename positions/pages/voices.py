"""Who speaks inside an actor, who disagrees, and under which conditions. Pure over loaded sayings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from actors.models import Actor
from positions import contested
from positions.pages import places, words
from positions.pages.known import Asked
from positions.pages.lines import Tracks, is_stale


def voices(who: Actor, said: Sequence[Any], tracks: Tracks, ask: Asked) -> list[dict[str, Any]]:
    """Return one row a person who spoke for the body on the topic, the latest first.

    A voice disagrees where its newest word differs from the line by the gap that makes a line contested.
    """
    if not who.is_body:
        return []
    people: dict[str, list[Any]] = defaultdict(list)
    for stance in said:
        if stance.holder_slug != who.slug and stance.on_record:
            people[stance.holder_slug].append(stance)
    now = tracks.now
    return [_voice(slug, spoken, now, ask) for slug, spoken in people.items()]


def _voice(slug: str, spoken: Sequence[Any], now: Any | None, ask: Asked) -> dict[str, Any]:
    newest = spoken[0]
    values = [s.position for s in spoken]
    return {
        "name": newest.holder_name,
        "url": places.actor(slug, newest.topic_slug),
        "office": newest.office,
        "tier": newest.tier,
        "position": newest.position,
        "css": words.css(newest.position),
        "glyph": words.glyph(newest.position),
        "word": words.name(newest.position),
        "day": words.stated(newest.stated_on, newest.precision),
        "iso": newest.stated_on.isoformat(),
        "n": len(spoken),
        "low": words.glyph(min(values)),
        "high": words.glyph(max(values)),
        "spread": min(values) != max(values),
        "stale": is_stale(newest, ask.on),
        "disagrees": now is not None and abs(newest.position - now.position) >= contested.CONTESTED_GAP,
        "evidence": newest.evidence,
        "evidence_url": places.statement(newest.stance_id),
    }


def conditions(said: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the conditions attached, equal words together, the latest said first."""
    groups: dict[str, list[Any]] = defaultdict(list)
    for stance in said:
        if stance.condition:
            groups[stance.condition.strip().casefold()].append(stance)
    return [
        {
            "condition": spoken[0].condition,
            "first": words.day(spoken[-1].stated_on),
            "last": words.day(spoken[0].stated_on),
            "n": len(spoken),
            "by": ", ".join(dict.fromkeys(s.holder_name for s in spoken)),
            "css": words.css(spoken[0].position),
            "glyph": words.glyph(spoken[0].position),
            "word": words.name(spoken[0].position),
            "url": places.statement(spoken[0].stance_id),
        }
        for spoken in groups.values()
    ]
