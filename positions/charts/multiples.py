"""Small multiples: one row a topic, person or actor on one shared axis of time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from positions.charts import svg
from positions.charts.scale import TimeScale
from positions.charts.shapes import Step, level

WIDTH, LEFT, RIGHT, TOP, ROW, RUNG = 960, 156, 140, 22, 46, 7


@dataclass(frozen=True, slots=True)
class Row:
    """`now` is the word at the right end ("+ supports"), `note` a smaller line under it."""

    label: str
    href: str
    steps: Sequence[Step]
    accounts: Sequence[Step] = ()
    now: str = ""
    note: str = ""


def multiple(row: Row, place: int, *, first: date, last: date, on: date) -> str:
    """Return the markup of the row at a place (from 0) of small multiples over these days."""
    scale = TimeScale(first, last, LEFT, WIDTH - RIGHT)
    return "".join(_row(row, TOP + place * ROW + ROW / 2, scale, on))


def small_multiples(
    rows: Sequence[Row | str], *, first: date, last: date, on: date, ident: str, title: str, description: str
) -> str:
    """Return the SVG; rows, or what `multiple` made of them, in the order given. Steps end at `on`."""
    scale = TimeScale(first, last, LEFT, WIDTH - RIGHT)
    height = TOP + ROW * max(len(rows), 1) + 8
    parts = list(_axis(scale, height))
    for place, row in enumerate(rows):
        parts.append(row if isinstance(row, str) else multiple(row, place, first=first, last=last, on=on))
    x = svg.number(scale.x(on))
    parts.append(svg.tag("path", d=f"M{x} {TOP - 4}V{height - 6}", class_="asof"))
    return svg.picture(
        *parts, width=WIDTH, height=height, label=title, description=description, ident=ident, class_="mult"
    )


def _axis(scale: TimeScale, height: int) -> Iterable[str]:
    for x, label, is_year in scale.ticks():
        yield svg.tag("path", d=f"M{svg.number(x)} {TOP - 4}V{height - 6}", class_="y" if is_year else "t")
        yield svg.text(label, x=x, y=12, class_="ax", text_anchor="middle")


def _row(row: Row, middle: float, scale: TimeScale, on: date) -> Iterable[str]:
    edge = svg.number(middle + ROW / 2)
    yield svg.tag("path", d=f"M0 {edge}H{WIDTH}", class_="g")
    yield svg.tag("path", d=f"M{LEFT} {svg.number(middle)}H{WIDTH - RIGHT}", class_="z")
    label = svg.text(row.label, x=0, y=middle + 4, class_="lb")
    yield svg.tag("a", label, href=row.href) if row.href else label
    yield from _trace(row.accounts, middle + 3, scale, on, "acc")
    yield from _trace(row.steps, middle, scale, on, "ln")
    yield svg.text(row.now, x=WIDTH - RIGHT + 10, y=middle + (-1 if row.note else 4), class_="now")
    if row.note:
        yield svg.text(row.note, x=WIDTH - RIGHT + 10, y=middle + 13, class_="ax note")


def _trace(steps: Sequence[Step], middle: float, scale: TimeScale, on: date, trace: str) -> Iterable[str]:
    for before, after in pairwise(steps):
        if before.value != after.value:
            top, bottom = sorted((middle - before.value * RUNG, middle - after.value * RUNG))
            x = svg.number(scale.x(after.start))
            yield svg.tag("path", d=f"M{x} {svg.number(top)}V{svg.number(bottom)}", class_=f"ri {trace}")
    for step in steps:
        end = min(step.end or on, on)
        turn = min(max(step.stale or end, step.start), end)
        height = svg.number(middle - step.value * RUNG)
        left = scale.x(step.start)
        if turn > step.start or step.stale is None:
            d = f"M{svg.number(left)} {height}H{svg.number(max(scale.x(turn), left + 2))}"
            yield svg.tag("path", d=d, class_=f"{trace} {level(step.value)}")
        if end > turn:
            d = f"M{svg.number(scale.x(turn))} {height}H{svg.number(scale.x(end))}"
            yield svg.tag("path", d=d, class_=f"{trace} {level(step.value)} st")
