"""How many actors hold each position, day by day. Pure: points and memberships in, counts out."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from positions.charts import CampDay


@dataclass(frozen=True, slots=True)
class Member:
    """An ally and the days for which it is one: [start, end)."""

    pk: int
    slug: str
    name: str
    start: date | None
    end: date | None

    def on(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


def camp_days(starts: Sequence[Any], members: Sequence[Member], on: date) -> list[CampDay]:
    """Return the counts from each day on which one changed, from the first point on.

    `starts` are points at which a line took a value (`actor_id`, `stated_on`, `position`), in order of
    time. Only who is a member on the day counts; a member without a record counts in `total` alone.
    """
    if not starts:
        return []
    first = starts[0].stated_on
    edges = {day for m in members for day in (m.start, m.end) if day and first <= day <= on}
    values: dict[int, int] = {}
    here: Counter[int] = Counter()
    counts: Counter[int] = Counter()
    queue = deque(starts)
    days: list[CampDay] = []
    for day in sorted({point.stated_on for point in starts if point.stated_on <= on} | edges):
        if not days or day in edges:
            here = Counter(m.pk for m in members if m.on(day))
            counts = _counted(here, values)
        while queue and queue[0].stated_on <= day:
            point = queue.popleft()
            if (old := values.get(point.actor_id)) is not None:
                counts[old] -= here[point.actor_id]
            values[point.actor_id] = point.position
            counts[point.position] += here[point.actor_id]
        made = CampDay(day, {value: n for value, n in counts.items() if n}, here.total())
        if not days or (days[-1].counts, days[-1].total) != (made.counts, made.total):
            days.append(made)
    return days


def _counted(here: Counter[int], values: Mapping[int, int]) -> Counter[int]:
    counts: Counter[int] = Counter()
    for pk, value in values.items():
        counts[value] += here[pk]
    return counts


def count(points: Iterable[Any], members: Sequence[Member], on: date) -> CampDay:
    """Return the counts on one day from the points that hold on it."""
    here = {m.pk for m in members if m.on(on)}
    counts = Counter(point.position for point in points if point.actor_id in here)
    return CampDay(on, dict(counts), len(here))


def by_camp(points: Mapping[int, Any], members: Sequence[Member], on: date) -> dict[int | None, list[Member]]:
    """Return who is in which camp on a day; None: no record."""
    camps: dict[int | None, list[Member]] = {2: [], 1: [], 0: [], -1: [], -2: [], None: []}
    for member in members:
        if member.on(on):
            point = points.get(member.pk)
            camps[point.position if point else None].append(member)
    return camps
