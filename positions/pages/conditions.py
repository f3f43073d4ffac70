"""The conditions board: what would have to happen for everyone who attaches a condition to be for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from positions.pages import places, words
from positions.pages.camps import Member

# Between support and reluctance a condition says what would move its holder; beyond, nothing would.
CONDITIONAL = (1, 0, -1)
OPENERS = re.compile(
    r"^(?:only |but )?(?:if|once|when|as soon as|after|until|unless|provided(?: that)?)\s+", re.I
)


def board(points: Sequence[Any], members: Sequence[Member], on: date) -> dict[str, Any]:
    """Return the conditions that stand on the day, equal ones together, those of most allies first."""
    allies = {m.pk for m in members if m.on(on)}
    held = [p for p in points if p.condition and p.position in CONDITIONAL]
    groups: dict[str, list[Any]] = defaultdict(list)
    for point in held:
        groups[same(point.condition)].append(point)
    ordered = sorted(groups.values(), key=lambda some: (-_allied(some, allies), some[0].actor_name))
    rows = [
        {
            "condition": some[0].condition,
            "allies": _allied(some, allies),
            "holders": [
                _holder(p) for p in sorted(some, key=lambda p: (p.actor_id not in allies, p.actor_name))
            ],
        }
        for some in ordered
    ]
    return {"rows": rows, "allies": _allied(held, allies)}


def same(condition: str) -> str:
    """Return what makes two conditions the same: the words without how the sentence brings them in."""
    return OPENERS.sub("", condition.strip()).casefold().rstrip(" .,;")


def _allied(points: Sequence[Any], allies: set[int]) -> int:
    return sum(p.actor_id in allies for p in points)


def _holder(point: Any) -> dict[str, Any]:
    return {
        "actor": point.actor_name,
        "url": places.actor(point.actor_slug, point.topic_slug),
        "css": words.css(point.position),
        "glyph": words.glyph(point.position),
        "word": words.name(point.position),
        "speaker": point.holder_name,
        "day": words.day(point.stated_on),
        "evidence_url": places.statement(point.stance_id),
    }
