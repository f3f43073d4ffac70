"""One bar of camps side by side: how many of all stand where, at a glance. The counts stand beside it."""

from __future__ import annotations

from collections.abc import Mapping

from positions.charts import svg
from positions.charts.shapes import level

WIDTH, HEIGHT = 100, 8


def camp_bar(counts: Mapping[int, int], most: int) -> str:
    """Return the bar, opponents at the left, stretched to its box; `most` actors would fill it."""
    left, parts = 0.0, []
    for value in sorted(counts):
        width = WIDTH * counts[value] / max(most, 1)
        if width:
            parts.append(svg.tag("rect", x=left, y=0, width=width, height=HEIGHT, class_=f"f {level(value)}"))
        left += width
    return (
        f'<svg class="campbar" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" aria-hidden="true">'
        f"{''.join(parts)}</svg>"
    )
