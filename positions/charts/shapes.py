"""What charts are drawn from. Days are dates; positions are -2…+2; words arrive translated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True, slots=True)
class Rung:
    """One row of the scale, with its words in the reader's language."""

    value: int
    glyph: str
    name: str


@dataclass(frozen=True, slots=True)
class Step:
    """The line held `value` from `start` up to `end` (None: still); from `stale` on it is only last known."""

    start: date
    end: date | None
    value: int
    stale: date | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """A window of days, both included."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Dot:
    """One saying. `until` is set where its date is uncertain: somewhere from `day` to `until`."""

    day: date
    value: int
    reviewed: bool
    outlets: int
    href: str
    title: str
    until: date | None = None
    on_record: bool = True


@dataclass(frozen=True, slots=True)
class Mark:
    """A dated thing beside the line: an event, or an office that changes hands."""

    day: date
    label: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """One actor's position on one topic over time. `steps` and `accounts` are in order of time.

    `note` stands under the word at the line's end ("since 6 May 2025"). Nothing before `first` is drawn.
    """

    ident: str
    title: str
    description: str
    first: date
    last: date
    on: date
    rungs: Sequence[Rung]
    steps: Sequence[Step] = ()
    accounts: Sequence[Step] = ()
    contested: Sequence[Band] = ()
    dots: Sequence[Dot] = ()
    offices: Sequence[Mark] = ()
    events: Sequence[Mark] = ()
    no_record: str = ""
    note: str = ""


def level(value: int) -> str:
    """Return the CSS class of a position's colour: p2, p1, p0, p-1, p-2."""
    return f"p{value}"


def clip(steps: Sequence[Step], first: date) -> list[Step]:
    """Return the steps as a window shows them that begins on `first`: what ended before it is left out."""
    return [
        replace(step, start=max(step.start, first), stale=max(step.stale, first) if step.stale else None)
        for step in steps
        if step.end is None or step.end > first
    ]
