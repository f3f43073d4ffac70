"""What is to be measured, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.timing import Compared


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes of records, smallest first, and how long to measure; `articles` are read to watch memory."""

    sizes: tuple[int, ...]  # of the records, in stances
    rounds: int = 5
    calls: int = 40
    articles: int = 500

    @property
    def small(self) -> int:
        return self.sizes[0]

    @property
    def large(self) -> int:
        return self.sizes[-1]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report. `goal` is the largest ratio (or number, or milliseconds) that will do."""

    id: str
    what: str
    ratio: float
    goal: float
    ours: float | None = None
    floor: float | None = None
    note: str = ""


def figure(id: str, what: str, goal: float, found: Compared, note: str = "") -> Figure:
    return Figure(id, what, round(found.ratio, 3), goal, round(found.ours, 2), round(found.floor, 2), note)
