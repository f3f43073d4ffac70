"""A line small enough for a table cell. Hidden from screen readers: the cell's word says the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from positions.charts import svg
from positions.charts.scale import TimeScale
from positions.charts.shapes import Step, level

WIDTH, HEIGHT = 64, 22


def sparkline(steps: Sequence[Step], first: date, last: date) -> str:
    """Return the line between two days, one path a position, or an empty string without steps."""
    scale = TimeScale(first, last, 1, WIDTH - 1)
    paths: dict[int, list[str]] = defaultdict(list)
    for step in steps:
        if step.start > last or (step.end and step.end <= first):
            continue
        left = scale.x(max(step.start, first))
        right = max(scale.x(min(step.end or last, last)), left + 2)
        paths[step.value].append(f"M{svg.number(left)} {11 - step.value * 4}H{svg.number(right)}")
    if not paths:
        return ""
    lines = "".join(f'<path class="{level(value)}" d="{"".join(d)}"/>' for value, d in sorted(paths.items()))
    return f'<svg class="sp" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">{lines}</svg>'
