"""From stances to a position line. Pure functions over dataclasses: no database, no clock.

The rule (the methodology page prints it from the constants):

1. The line of a state, organisation or group follows its newest on-record utterance of tier 1 or 2,
   carried forward until the next. A person's line is their own word. Values are never averaged.
2. Of several utterances on one day the weightiest counts: lower tier number, then reviewed, then the
   more confident reading. Nothing depends on the order in which articles arrived.
3. Unnamed and second-hand accounts never move the line; they form a second, lighter track. Of what only the
   year is known moves neither.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from itertools import groupby, pairwise
from typing import Literal

from actors.tiers import LINE_TIERS
from positions import contested
from positions.contested import Window

STALE_DAYS = 180
# Copies and follow-ups of one saying come out on the same or the next day.
UTTERANCE_DAYS = 1

ShiftKind = Literal[
    "hardening", "softening", "reversal", "condition added", "condition dropped", "new speaker"
]  # fmt: skip
Track = Literal["line", "accounts"]


@dataclass(frozen=True, slots=True)
class Saying:
    """One stance with what the line rule needs. `stance` only tells copies alike in every word apart.

    `holder`, `source` and `topic` are slugs; `role` is the holder's role in the office they spoke
    from ("" for a body itself or a person without one); `own` says that the line's actor is the holder.
    """

    stance: int
    holder: str
    topic: str
    position: int
    stated_on: date
    evidence: str
    tier: int | None = None
    on_record: bool = True
    own: bool = True
    role: str = ""
    office: str = ""
    source: str = ""
    condition: str = ""
    reviewed: bool = False
    confidence: float = 1.0
    outlets: int = 1
    precision: str = "day"

    @property
    def dated(self) -> bool:
        """Whether it is known well enough when it was said to stand on a line: a year alone is too coarse."""
        return self.precision != "year"

    @property
    def weight(self) -> tuple[int, bool, float, str, str, str, str, int, str, str, int]:
        """The order among utterances of one day; total, and independent of arrival."""
        return (
            -(self.tier or 9),
            self.reviewed,
            self.confidence,
            self.holder,
            self.evidence,
            self.condition,
            self.source,
            self.position,
            self.role,
            self.office,
            -self.stance,  # copies alike in every word: the first, whatever order rows come in
        )


@dataclass(frozen=True, slots=True)
class Point:
    """The line takes `position` on `stated_on` and keeps it up to, not including, `until` (None: still).

    `since` is the first day of the unbroken run of this value; `shift` is empty where nothing changed.
    """

    saying: Saying
    stated_on: date
    until: date | None
    since: date
    position: int
    previous: Saying | None
    condition: str
    shift: tuple[ShiftKind, ...]
    contested: bool
    utterances: int


@dataclass(frozen=True, slots=True)
class State:
    """What a line had come to before `day`, from which it is drawn on: its newest point, if it had any.

    `spoken` has by role in an office who last spoke from it.
    """

    day: date
    saying: Saying | None = None
    since: date = date.min
    condition: str = ""
    utterances: int = 0
    spoken: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Period:
    """A run of points of one value: [start, end)."""

    start: date
    end: date | None
    position: int
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """An actor's positions on one topic over time, oldest first."""

    points: tuple[Point, ...]
    contested: tuple[Window, ...] = ()

    @property
    def periods(self) -> tuple[Period, ...]:
        runs = (
            tuple(run) for _, run in groupby(self.points, key=lambda point: (point.since, point.position))
        )
        return tuple(Period(run[0].since, run[-1].until, run[0].position, run) for run in runs)

    @property
    def shifts(self) -> tuple[Point, ...]:
        return tuple(point for point in self.points if point.shift)

    def at(self, day: date) -> Point | None:
        """Return the point that held on a day; None before the first (no record, never neutral)."""
        held = [point for point in self.points if point.stated_on <= day]
        return held[-1] if held else None

    def is_stale(self, day: date) -> bool:
        """Whether the newest utterance is older than STALE_DAYS on that day."""
        point = self.at(day)
        return point is not None and stale(point.stated_on, day)

    def is_contested(self, day: date) -> bool:
        return any(window.start <= day <= window.end for window in self.contested)


def stale(stated_on: date, day: date) -> bool:
    return (day - stated_on).days > STALE_DAYS


def utterances(sayings: Iterable[Saying]) -> dict[str, tuple[Saying, ...]]:
    """Group the same saying across articles: key -> its sayings, weightiest first.

    The same saying: one holder, source, topic and position, not more than UTTERANCE_DAYS after the first.
    The key is made of the content, so that regrouping after a late arrival keeps it where it can.
    """
    groups: dict[str, tuple[Saying, ...]] = {}
    for batch in _batches(sayings):
        text = "|".join(map(str, (*identity(batch[0]), batch[0].stated_on)))
        groups[sha256(text.encode()).hexdigest()] = tuple(sorted(batch, key=lambda s: s.weight, reverse=True))
    return groups


def identity(saying: Saying) -> tuple[str, str, str, int]:
    """Return what two sayings share that may be copies of one."""
    return saying.holder, saying.source, saying.topic, saying.position


def _batches(sayings: Iterable[Saying]) -> Iterator[list[Saying]]:
    """Yield copies and follow-ups of one saying together, each batch in order of time."""
    same: dict[tuple[str, str, str, int], list[Saying]] = defaultdict(list)
    for saying in sayings:
        same[identity(saying)].append(saying)
    for said in same.values():
        said.sort(key=lambda s: s.stated_on)
        batch: list[Saying] = []
        for saying in said:
            if batch and (saying.stated_on - batch[0].stated_on).days > UTTERANCE_DAYS:
                yield batch
                batch = []
            batch.append(saying)
        yield batch


def counts_for_line(saying: Saying, *, person: bool) -> bool:
    """Whether an utterance can move the line of its actor."""
    if not saying.on_record or not saying.dated:
        return False
    return saying.own if person else saying.tier in LINE_TIERS


def line(
    sayings: Iterable[Saying], *, person: bool = False, track: Track = "line", after: State | None = None
) -> Line:
    """Return the line (or the track of unnamed and second-hand accounts) of one actor on one topic.

    `after`: only what follows on it. The sayings need to go so far back that what is contested shows.
    """
    if track == "line":
        eligible = [saying for saying in sayings if counts_for_line(saying, person=person)]
    else:
        eligible = [saying for saying in sayings if not saying.on_record and saying.dated]
    heads = sorted(map(_head, _batches(eligible)), key=lambda s: (s.stated_on, s.weight))
    windows = contested.windows(heads) if track == "line" else ()
    return Line(points=tuple(_points(heads, windows, after)), contested=windows)


def _head(same: Sequence[Saying]) -> Saying:
    """Return the weightiest of the first day: a copy of the next day must not change what held before."""
    if len(same) == 1:
        return same[0]
    return max((s for s in same if s.stated_on == same[0].stated_on), key=lambda s: s.weight)


def _points(heads: Sequence[Saying], windows: Sequence[Window], after: State | None) -> Iterator[Point]:
    """Walk the utterances day by day. `heads` are ordered by day, the weightiest of a day last."""
    drawn = [head for head in heads if after is None or head.stated_on >= after.day]
    days = [tuple(day) for _, day in groupby(drawn, key=lambda s: s.stated_on)]
    winners = [day[-1] for day in days]
    previous: Saying | None = None
    since, condition, said = date.min, "", 0
    spoken: dict[str, str] = {}  # role -> who last spoke from it
    if after is not None:
        previous, since, condition = after.saying, after.since, after.condition
        said, spoken = after.utterances, dict(after.spoken)
    is_contested = contested.marks(windows)
    for index, saying in enumerate(winners):
        said += len(days[index])
        if previous is None or saying.position != previous.position:
            since = saying.stated_on
        # Silence about a condition does not lift it while the position stays.
        kept = saying.condition or (condition if previous and saying.position == previous.position else "")
        shift = (
            shift_kinds(previous, saying, condition, kept, spoken.get(saying.role, "")) if previous else ()
        )
        yield Point(
            saying=saying,
            stated_on=saying.stated_on,
            until=winners[index + 1].stated_on if index + 1 < len(winners) else None,
            since=since,
            position=saying.position,
            previous=previous,
            condition=kept,
            shift=shift,
            contested=is_contested(saying.stated_on),
            utterances=said,
        )
        if saying.role:
            spoken[saying.role] = saying.holder
        previous, condition = saying, kept


def shift_kinds(
    before: Saying, after: Saying, old_condition: str, new_condition: str, last_in_role: str
) -> tuple[ShiftKind, ...]:
    """Name what changed between two neighbouring points; empty where the line only went on.

    Hardening and softening speak of the position's strength, whichever side it is on: support and
    opposition can both harden. "New speaker" marks a change that came with a new holder of the same office.
    """
    kinds: list[ShiftKind] = []
    if before.position * after.position < 0:
        kinds.append("reversal")
    elif abs(after.position) > abs(before.position):
        kinds.append("hardening")
    elif abs(after.position) < abs(before.position):
        kinds.append("softening")
    if new_condition and not old_condition:
        kinds.append("condition added")
    elif old_condition and not new_condition:
        kinds.append("condition dropped")
    if kinds and last_in_role and last_in_role != after.holder:
        kinds.append("new speaker")
    return tuple(kinds)


def spread(sayings: Iterable[Saying]) -> tuple[int, int] | None:
    """Return the lowest and highest position said, None without any."""
    values = [saying.position for saying in sayings]
    return (min(values), max(values)) if values else None


def flips(points: Sequence[Point]) -> int:
    """Return how often the value changed."""
    return sum(a.position != b.position for a, b in pairwise(points))
