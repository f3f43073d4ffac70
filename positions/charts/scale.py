"""The time axis: days to horizontal places, and which days deserve a label."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

MONTH_DAYS = 30.4
# Months between labels, tried from fine to coarse.
STEPS = (1, 3, 6, 12, 24, 60, 120)
SMALLEST_GAP = 44.0


@dataclass(frozen=True, slots=True)
class TimeScale:
    """Maps `first`…`last` onto `left`…`right`; days outside are clamped to the edge."""

    first: date
    last: date
    left: float
    right: float

    def x(self, day: date) -> float:
        if day <= self.first:
            return round(self.left, 1)
        if day >= self.last:
            return round(self.right, 1)
        share = (day - self.first).days / (self.last - self.first).days
        return round(self.left + share * (self.right - self.left), 1)

    def ticks(self) -> list[tuple[float, str, bool]]:
        """Return (x, label, whether it is a year) for labels that leave room for each other."""
        width = self.right - self.left
        months = max((self.last - self.first).days, 1) / MONTH_DAYS
        step = next((s for s in STEPS if width / months * s >= SMALLEST_GAP), STEPS[-1])
        days = [d for d in _firsts(self.first, self.last, step) if d >= self.first]
        ticks = [(self.x(day), _label(day, step), day.month == 1) for day in days]
        return _spread(ticks)


def _firsts(first: date, last: date, step: int) -> Iterator[date]:
    """First days of every `step`-th month, counted from January of a round year."""
    month = (first.year * 12 + first.month - 1) // step * step
    while (day := date(month // 12, month % 12 + 1, 1)) <= last:
        yield day
        month += step


def _label(day: date, step: int) -> str:
    """A year in January, the short month elsewhere; months are numbers so that no language is assumed."""
    return str(day.year) if day.month == 1 or step >= 12 else f"{day.month:02d}/{day.year % 100:02d}"


def _spread(ticks: list[tuple[float, str, bool]]) -> list[tuple[float, str, bool]]:
    """Drop labels that would touch their neighbour at the left edge."""
    kept = ticks[:1]
    for (before, *_), tick in pairwise(ticks):
        if tick[0] - before >= SMALLEST_GAP * 0.6:
            kept.append(tick)
    return kept


def around(days: list[date], on: date, *, least: int = 365) -> tuple[date, date]:
    """Return a window that holds all `days` and `on`, at least `least` days wide, and a small margin."""
    first = min([*days, on])
    last = max([*days, on])
    if (last - first).days < least:
        first = last - timedelta(days=least)
    margin = max((last - first).days // 40, 5)
    return first - timedelta(days=margin), last
