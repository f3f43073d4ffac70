"""When a line is contested: two utterances that soon differed by much. Pure, as `positions.history` is."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

CONTESTED_DAYS = 30
CONTESTED_GAP = 2


class Utterance(Protocol):
    @property
    def position(self) -> int: ...

    @property
    def stated_on(self) -> date: ...


@dataclass(frozen=True, slots=True)
class Window:
    """Days from `start` to `end`, both included."""

    start: date
    end: date


def windows(utterances: Sequence[Utterance]) -> tuple[Window, ...]:
    """Return when two utterances within CONTESTED_DAYS differed by CONTESTED_GAP or more, merged.

    `utterances` are ordered by day.
    """
    found: list[Window] = []
    recent: dict[int, deque[date]] = defaultdict(deque)  # position -> days not too long ago
    for late in utterances:
        for position, days in recent.items():
            while days and (late.stated_on - days[0]).days > CONTESTED_DAYS:
                days.popleft()
            if days and abs(late.position - position) >= CONTESTED_GAP:
                found.append(Window(days[0], late.stated_on))
        recent[late.position].append(late.stated_on)
    return _merged(found)


def _merged(windows: Iterable[Window]) -> tuple[Window, ...]:
    merged: list[Window] = []
    for window in sorted(windows, key=lambda w: (w.start, w.end)):
        if merged and window.start <= merged[-1].end:
            merged[-1] = Window(merged[-1].start, max(merged[-1].end, window.end))
        else:
            merged.append(window)
    return tuple(merged)


def marks(windows: Sequence[Window]) -> Callable[[date], bool]:
    """Return what tells whether a day lies in one of the windows, which are merged and in order of time."""
    starts = [window.start for window in windows]

    def marked(day: date) -> bool:
        at = bisect_right(starts, day)
        return at > 0 and day <= windows[at - 1].end

    return marked
