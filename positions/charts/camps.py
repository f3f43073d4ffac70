"""Camp sizes over time: how many actors stand where, stacked. Counts only, nothing is averaged."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from positions.charts import svg
from positions.charts.scale import TimeScale
from positions.charts.shapes import Mark, Rung, level

WIDTH, HEIGHT = 960, 300
LEFT, RIGHT, TOP, BOTTOM = 34, 132, 26, 30
BASE = HEIGHT - BOTTOM
LABEL_GAP = 15
# Changes closer together than this, in pixels, cannot be told apart.
FINEST = 2


@dataclass(frozen=True, slots=True)
class CampDay:
    """From this day on `counts[position]` actors hold each position; `total` includes the silent ones."""

    day: date
    counts: Mapping[int, int]
    total: int


def camp_sizes(
    days: Sequence[CampDay], rungs: Sequence[Rung], *, last: date, on: date, ident: str, title: str,
    description: str, silent: str, events: Sequence[Mark] = (), first: date | None = None,
) -> str:  # fmt: skip
    """Return the stacked steps, supporters at the bottom, opponents above, silence blank at the top.

    `days` are in order of time; each holds until the next, the last one until `on`.
    """
    days = [day for day in days if day.day <= on]
    first = first or (days[0].day if days else on - timedelta(days=365))
    scale = TimeScale(first, last, LEFT, WIDTH - RIGHT)
    top = max([day.total for day in days] + [1])
    days = _thinned(days, scale)
    parts = [*_axis(scale, top)]
    order = sorted((rung.value for rung in rungs), reverse=True)
    floors = [0] * len(days)
    ends = [*(day.day for day in days[1:]), on]
    shown = [end > first for end in ends] if days else []
    edges = [svg.number(scale.x(day)) for day in (*(day.day for day in days[:1]), *ends)]
    heights = [svg.number(_y(count, top)) for count in range(top + 1)]
    for value in order:
        ceilings = [floor + day.counts.get(value, 0) for floor, day in zip(floors, days, strict=True)]
        parts.append(_layer(floors, ceilings, value, edges, heights, shown))
        floors = ceilings
    parts += _ceiling(days, edges, heights)
    parts += _labels(days, rungs, silent, top)
    parts += [part for mark in events if first < mark.day <= on for part in _event(mark, scale)]
    parts.append(svg.tag("path", d=f"M{svg.number(scale.x(on))} {TOP}V{BASE}", class_="asof"))
    return svg.picture(
        *parts, width=WIDTH, height=HEIGHT, label=title, description=description, ident=ident, class_="camps"
    )


def _event(mark: Mark, scale: TimeScale) -> Iterable[str]:
    """A dotted line through all camps, named at its head."""
    x = svg.number(scale.x(mark.day))
    yield svg.tag("path", d=f"M{x} {TOP - 6}V{BASE}", class_="of")
    yield svg.text(mark.label, x=scale.x(mark.day), y=TOP - 10, class_="on", text_anchor="middle")


def _thinned(days: Sequence[CampDay], scale: TimeScale) -> list[CampDay]:
    """Return the last day in each strip of FINEST pixels; the first stays, since the axis begins with it."""
    # What lies before the window falls into one strip.
    before = bisect_left(days, scale.first, key=lambda day: day.day)
    strips = {round(scale.x(day.day) / FINEST): day for day in days[max(before - 1, 0) :]}
    return [*days[:1], *(day for day in strips.values() if day is not days[0])]


def _y(count: float, top: int) -> float:
    return BASE - count / top * (BASE - TOP)


def _axis(scale: TimeScale, top: int) -> Iterable[str]:
    step = next(s for s in (1, 2, 5, 8, 10, 20, 50, 100, 1000) if top / s <= 5)
    for count in range(0, top + 1, step):
        height = _y(count, top)
        yield svg.tag("path", d=f"M{LEFT} {svg.number(height)}H{WIDTH - RIGHT}", class_="g")
        yield svg.text(str(count), x=LEFT - 7, y=height + 4, class_="ax", text_anchor="end")
    for x, label, is_year in scale.ticks():
        yield svg.tag("path", d=f"M{svg.number(x)} {TOP}V{BASE + 4}", class_="y" if is_year else "t")
        yield svg.text(label, x=x, y=BASE + 18, class_="ax", text_anchor="middle")


def _layer(
    floors: Sequence[int], ceilings: Sequence[int], value: int, edges: Sequence[str], heights: Sequence[str],
    shown: Sequence[bool],
) -> str:  # fmt: skip
    """One camp as boxes from edge to edge; empty stretches and what ends before the window draw nothing."""
    path = [
        f"M{left} {heights[floor]}V{heights[ceiling]}H{right}V{heights[floor]}z"
        for floor, ceiling, (left, right), visible in zip(
            floors, ceilings, pairwise(edges), shown, strict=True
        )
        if visible and ceiling != floor
    ]
    return svg.tag("path", d="".join(path) or "M0 0", class_=f"f {level(value)}")


def _ceiling(days: Sequence[CampDay], edges: Sequence[str], heights: Sequence[str]) -> Iterable[str]:
    """The number of all actors, as a thin line: what lies under it and above the camps is silence."""
    if not days:
        return
    path = f"M{edges[0]} {heights[days[0].total]}"
    path += "".join(f"H{x}V{heights[day.total]}" for x, day in zip(edges[1:], days[1:], strict=False))
    yield svg.tag("path", d=f"{path}H{edges[-1]}", class_="all")


def _labels(days: Sequence[CampDay], rungs: Sequence[Rung], silent: str, top: int) -> Iterable[str]:
    """Names at the right edge beside their layer, pushed apart where layers are thin."""
    if not days:
        return
    now, floor, places = days[-1], 0, []
    for rung in sorted(rungs, key=lambda rung: -rung.value):
        count = now.counts.get(rung.value, 0)
        places.append((_y(floor + count / 2, top), f"{count} {rung.name}", count))
        floor += count
    rest = now.total - floor
    places.append((_y(floor + rest / 2, top), f"{rest} {silent}", rest))
    height = float(BASE + LABEL_GAP)
    for wanted, words, count in places:
        if not count:
            continue
        height = min(wanted + 4, height - LABEL_GAP)
        yield svg.text(words, x=WIDTH - RIGHT + 8, y=height, class_="lb")
