"""The codebook as data: topics, positions, modes, kinds and rulings (`positions/data/codebook.yaml`).

Nothing else in the code lists them. Importing this module needs no Django.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

PATH = Path(__file__).parent / "data" / "codebook.yaml"


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the codebook and what it means (which may be empty: then it speaks for itself)."""

    slug: str
    meaning: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class TopicEntry:
    slug: str
    name: str
    proposition: str
    belongs_here: str
    not_here: str


@dataclass(frozen=True, slots=True)
class PositionEntry:
    """One step of the scale: `value` -2…+2, its word, its sign, and how it reads on NATO membership."""

    value: int
    name: str
    glyph: str
    on_membership: str

    @property
    def css(self) -> str:
        """Return the class of the step's colour: `p2`, `p1`, `p0`, `p-1`, `p-2`."""
        return f"p{self.value}"


@dataclass(frozen=True, slots=True)
class Ruling:
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class WorkedCase:
    text: str
    coding: str


@dataclass(frozen=True, slots=True)
class Codebook:
    """The whole text. Strings hold light Markdown: **bold**, *italics* and `code`."""

    version: str
    intro: tuple[str, ...]
    actor_kinds: tuple[Term, ...]
    holder: tuple[str, ...]
    topics: tuple[TopicEntry, ...]
    topics_note: str
    positions: tuple[PositionEntry, ...]  # +2 first
    position_rules: tuple[str, ...]
    modes: tuple[Term, ...]
    kinds: tuple[Term, ...]
    dating: tuple[str, ...]
    events: tuple[Term, ...]
    events_note: str
    rulings: tuple[Ruling, ...]
    worked_cases: tuple[WorkedCase, ...]

    def topic(self, slug: str) -> TopicEntry:
        """Raise KeyError for a topic that the codebook does not know."""
        for topic in self.topics:
            if topic.slug == slug:
                return topic
        raise KeyError(slug)

    def position(self, value: int) -> PositionEntry:
        for position in self.positions:
            if position.value == value:
                return position
        raise KeyError(value)


def _terms(rows: list[dict[str, str]]) -> tuple[Term, ...]:
    return tuple(Term(**row) for row in rows)


def parse(data: dict[str, Any]) -> Codebook:
    """Build the codebook; a missing or unknown key is a TypeError or KeyError naming it."""
    return Codebook(
        **{
            **data,
            "intro": tuple(data["intro"]),
            "actor_kinds": _terms(data["actor_kinds"]),
            "holder": tuple(data["holder"]),
            "topics": tuple(TopicEntry(**row) for row in data["topics"]),
            "positions": tuple(PositionEntry(**row) for row in data["positions"]),
            "position_rules": tuple(data["position_rules"]),
            "modes": _terms(data["modes"]),
            "kinds": _terms(data["kinds"]),
            "dating": tuple(data["dating"]),
            "events": _terms(data["events"]),
            "rulings": tuple(Ruling(**row) for row in data["rulings"]),
            "worked_cases": tuple(WorkedCase(**row) for row in data["worked_cases"]),
        }
    )


@cache
def codebook() -> Codebook:
    """Return the shipped codebook."""
    return parse(yaml.safe_load(PATH.read_text(encoding="utf-8")))
