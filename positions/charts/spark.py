"""A line small enough for a table cell. Hidden from screen readers: the cell's word says the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from positions.charts.scale import TimeScale
from positions.charts.shapes import Step, level

WIDTH, HEIGHT = 64, 22


def sparkline(steps: Sequence[Step], first: date, last: date) -> str:
    """Return the line between two days, one path a position, or an empty string without steps.

    It is stretched to its cell's width, so that all cells of a column share one axis of time.
    """
    scale = TimeScale(first, last, 0, WIDTH)
    paths: dict[int, list[str]] = defaultdict(list)
    risers: list[str] = []
    before: int | None = None
    for step in steps:
        if step.start > last or (step.end and step.end <= first):
            continue
        # Whole numbers: a page has hundreds of these, and nobody sees half a pixel of them.
        left = round(scale.x(max(step.start, first)))
        right = max(round(scale.x(min(step.end or last, last))), left + 2)
        paths[step.value].append(f"M{left} {_y(step.value)}H{right}")
        if before not in (None, step.value):
            risers.append(f"M{left} {_y(before)}V{_y(step.value)}")
        before = step.value
    if not paths:
        return ""
    joined = f'<path class="r" d="{"".join(risers)}"/>' if risers else ""
    lines = "".join(f'<path class="{level(value)}" d="{"".join(d)}"/>' for value, d in sorted(paths.items()))
    box = f'viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none"'
    return f'<svg class="sp" {box} aria-hidden="true">{joined}{lines}</svg>'


def _y(value: int) -> int:
    return HEIGHT // 2 - value * 4
