"""Position over time: one actor, one topic, the whole grammar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import pairwise

from positions.charts import svg
from positions.charts.scale import TimeScale
from positions.charts.shapes import Chart, Dot, Mark, Step, level

WIDTH, HEIGHT = 960, 286
LEFT, RIGHT, TOP, BOTTOM = 118, 124, 28, 34
ROW = (HEIGHT - TOP - BOTTOM) / 5
BASE = HEIGHT - BOTTOM
# The second trace lies a little lower, so that both stay visible where they agree.
ACCOUNTS_DROP = 6
LARGEST_DOT = 6
LABEL_ROOM = 74


def y(value: int) -> float:
    return TOP + (2 - value) * ROW + ROW / 2


def position_chart(chart: Chart) -> str:
    """Return the SVG. Nothing later than `chart.on` is drawn; the time after it is hatched."""
    scale = TimeScale(chart.first, chart.last, LEFT, WIDTH - RIGHT)
    parts = [
        svg.tag("defs", svg.hatch(f"{chart.ident}-c", "hl"), svg.hatch(f"{chart.ident}-f", "hf")),
        *_grid(chart, scale),
        *_contested(chart, scale),
        *_offices(chart.offices, scale),
        *step_paths(chart.accounts, scale, chart, drop=ACCOUNTS_DROP, trace="acc"),
        *step_paths(chart.steps, scale, chart),
        *(_dot(dot, scale) for dot in chart.dots),
        *_events(chart.events, scale),
        *_on(chart, scale),
        *_now(chart, scale),
    ]
    return svg.picture(
        *parts, width=WIDTH, height=HEIGHT, label=chart.title, description=chart.description,
        ident=chart.ident, class_="pos",
    )  # fmt: skip


def _grid(chart: Chart, scale: TimeScale) -> Iterable[str]:
    for rung in chart.rungs:
        middle = y(rung.value)
        yield svg.tag(
            "path", d=f"M{LEFT} {svg.number(middle)}H{WIDTH - RIGHT}", class_="z" if rung.value == 0 else "g"
        )
        yield svg.text(
            rung.glyph, x=LEFT - 10, y=middle + 4, class_=f"gl {level(rung.value)}", text_anchor="end",
            aria_hidden="true",
        )  # fmt: skip
        yield svg.text(rung.name, x=LEFT - 38, y=middle + 4, class_="ax", text_anchor="end")
    for x, label, is_year in scale.ticks():
        yield svg.tag("path", d=f"M{svg.number(x)} {TOP}V{BASE + 4}", class_="y" if is_year else "t")
        yield svg.text(label, x=x, y=BASE + 18, class_="ax", text_anchor="middle")
    if chart.no_record:
        start = chart.steps[0].start if chart.steps else chart.on
        right = scale.x(start)
        if right - LEFT > 6 * len(chart.no_record):
            yield svg.text(
                chart.no_record, x=(LEFT + right) / 2, y=y(0) - 5, class_="nr", text_anchor="middle"
            )


def _contested(chart: Chart, scale: TimeScale) -> Iterable[str]:
    for band in chart.contested:
        left, right = scale.x(band.start), scale.x(band.end)
        yield svg.tag(
            "rect", x=left, y=TOP, width=max(right - left, 3.0), height=float(BASE - TOP),
            fill=f"url(#{chart.ident}-c)", class_="ct",
        )  # fmt: skip


def _offices(offices: Sequence[Mark], scale: TimeScale) -> Iterable[str]:
    """A dotted line where an office changes hands; its name where the one before leaves room."""
    room = 0.0
    for mark in offices:
        x = scale.x(mark.day)
        yield svg.tag("path", svg.title(mark.label), d=f"M{svg.number(x)} {TOP - 8}V{BASE}", class_="of")
        if x >= room and x < WIDTH - RIGHT - 30:
            yield svg.text(mark.label, x=x + 3, y=TOP - 10, class_="on")
            room = x + max(LABEL_ROOM, 6 * len(mark.label))


def step_paths(
    steps: Sequence[Step], scale: TimeScale, chart: Chart, *, drop: float = 0, trace: str = "ln"
) -> Iterable[str]:
    """Risers first, then the steps: whole where they hold, dotted from the day they are stale."""
    for before, after in pairwise(steps):
        if before.value != after.value:
            top, bottom = sorted((y(before.value) + drop, y(after.value) + drop))
            yield svg.tag(
                "path", d=f"M{svg.number(scale.x(after.start))} {svg.number(top)}V{svg.number(bottom)}",
                class_=f"ri {trace}",
            )  # fmt: skip
    for step in steps:
        end = min(step.end or chart.on, chart.on)
        turn = min(max(step.stale or end, step.start), end)
        height = svg.number(y(step.value) + drop)
        colour = level(step.value)
        if turn > step.start or step.stale is None:
            # A step of a single day still shows: never narrower than its own thickness.
            right = max(scale.x(turn), scale.x(step.start) + 2)
            d = f"M{svg.number(scale.x(step.start))} {height}H{svg.number(right)}"
            yield svg.tag("path", d=d, class_=f"{trace} {colour}")
        if end > turn:
            d = f"M{svg.number(scale.x(turn))} {height}H{svg.number(scale.x(end))}"
            yield svg.tag("path", d=d, class_=f"{trace} {colour} st")


def _dot(dot: Dot, scale: TimeScale) -> str:
    x, middle = scale.x(dot.day), y(dot.value) + (0 if dot.on_record else ACCOUNTS_DROP)
    look = ("d" if dot.reviewed else "d h") + f" {level(dot.value)}" + ("" if dot.on_record else " un")
    if dot.until and dot.until > dot.day:
        width = max(scale.x(dot.until) - x, 4.0)
        shape = svg.tag("rect", x=x, y=middle - 3, width=width, height=6.0, rx=3.0, class_=look)
    else:
        shape = svg.tag("circle", cx=x, cy=middle, r=float(min(3 + dot.outlets, LARGEST_DOT)), class_=look)
    # Out of the tab order: the list below the chart holds the same sayings.
    return svg.tag("a", svg.title(dot.title), shape, href=dot.href, tabindex="-1")


def _events(events: Sequence[Mark], scale: TimeScale) -> Iterable[str]:
    for mark in events:
        x = svg.number(scale.x(mark.day))
        shape = svg.tag("path", d=f"M{x} {BASE - 7}l4.5 8h-9z", class_="ev")
        yield svg.tag("a", svg.title(mark.label), shape, href=mark.href, tabindex="-1")


def _now(chart: Chart, scale: TimeScale) -> Iterable[str]:
    """The line's own label at its end: the word, and since when. Nothing where there is no line."""
    if not chart.steps:
        return
    last = chart.steps[-1]
    x = scale.x(chart.on) + 9
    rung = next(rung for rung in chart.rungs if rung.value == last.value)
    yield svg.text(f"{rung.glyph} {rung.name}", x=x, y=y(last.value) + (0 if chart.note else 4), class_="now")
    if chart.note:
        yield svg.text(chart.note, x=x, y=y(last.value) + 14, class_="ax note")


def _on(chart: Chart, scale: TimeScale) -> Iterable[str]:
    x = scale.x(chart.on)
    if chart.on < chart.last - timedelta(days=1):
        width = WIDTH - RIGHT - x
        yield svg.tag(
            "rect",
            x=x,
            y=float(TOP),
            width=width,
            height=float(BASE - TOP),
            fill=f"url(#{chart.ident}-f)",
            class_="fu",
        )
    yield svg.tag("path", d=f"M{svg.number(x)} {TOP - 4}V{BASE + 4}", class_="asof")
