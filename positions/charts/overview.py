"""How much happened when, in one strip: bars a month, a link a year, the window that is shown below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from positions.charts import svg
from positions.charts.scale import TimeScale
from positions.charts.timeline import LEFT, RIGHT, WIDTH, day_number

HEIGHT, BASE, TALLEST = 58, 42, 34
# Years closer together than this have their labels thinned out.
LABEL_GAP = 30.0


@dataclass(frozen=True, slots=True)
class Span:
    """A year to go to: its days, its address, and what a reader is told of it."""

    first: date
    last: date
    href: str
    title: str


def overview(
    months: Mapping[date, int], spans: Sequence[Span], *, first: date, last: date, shown: tuple[date, date],
    ident: str, label: str, title: str, description: str,
) -> str:  # fmt: skip
    """Return the SVG. `months` maps first days of months to counts; `shown` is the window drawn elsewhere.

    It is as wide as the timeline under it, so that the same day stands at the same place where all is shown.
    """
    scale = TimeScale(first, last, LEFT, WIDTH - RIGHT)
    left, right = (scale.x(day) for day in shown)
    parts = [
        svg.text(label, x=0, y=BASE - 14, class_="lb"),
        svg.tag("path", d=f"M{LEFT} {BASE}H{WIDTH - RIGHT}", class_="g"),
        svg.tag("path", d=_bars(months, scale), class_="b"),
        svg.tag("rect", x=left, y=2, width=max(right - left, 3.0), height=BASE - 2, class_="win"),
        *_years(spans, scale),
    ]
    drawn = svg.picture(
        *parts, width=WIDTH, height=HEIGHT, label=title, description=description, ident=ident, class_="over"
    )
    edges = f'data-first="{day_number(first)}" data-last="{day_number(last)}"'
    return drawn.replace("<svg", f'<svg {edges} data-left="{LEFT}" data-right="{WIDTH - RIGHT}"', 1)


def _bars(months: Mapping[date, int], scale: TimeScale) -> str:
    """One path: a bar a month, the busiest as tall as there is room."""
    most = max(months.values(), default=1)
    bars = []
    for month, count in sorted(months.items()):
        if scale.first.replace(day=1) <= month <= scale.last:
            height = max(TALLEST * count / most, 2)
            bars.append(f"M{svg.number(scale.x(month))} {BASE}v-{svg.number(height)}h3v{svg.number(height)}z")
    return "".join(bars) or "M0 0"


def _years(spans: Sequence[Span], scale: TimeScale) -> Iterable[str]:
    """A link over each year, down to its label. The bars are the picture, these are what can be chosen."""
    room = 0.0
    for span in spans:
        left, right = scale.x(span.first), scale.x(span.last)
        middle = (left + right) / 2
        label = ""
        if middle >= room and right - left > 1:
            label = svg.text(str(span.first.year), x=middle, y=HEIGHT - 3, class_="ax", text_anchor="middle")
            room = middle + LABEL_GAP
        area = svg.tag("rect", x=left, y=0, width=max(right - left, 1.0), height=HEIGHT, class_="hit")
        yield svg.tag("a", svg.title(span.title), area, label, href=span.href, aria_label=span.title)
