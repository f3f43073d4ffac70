"""The debate as lanes of dated items. The script beside it only re-places what this draws."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from positions.charts import svg
from positions.charts.scale import TimeScale
from positions.charts.shapes import Mark, level

WIDTH, LEFT, RIGHT, TOP, ROW, PAD = 960, 132, 12, 54, 15, 8
LABEL_ROWS, LETTER = (TOP - 11, TOP - 24), 6.4
# How close two items may come before the later one drops to the next row of its lane.
ELBOW = 11.0
DEEPEST = 4
SHAPES = {
    "meeting": "M-6 0L0-6L6 0L0 6z",
    "statement": "M-4.5-4.5h9v9h-9z",
    "decision": "M0-6L6 5h-12z",
    "aid": "M-2-5.5h4v3.5h3.5v4h-3.5v3.5h-4v-3.5h-3.5v-4h3.5z",
    "military": "M-5-5L0-2L5-5L2 0L5 5L0 2L-5 5L-2 0z",
    "political": "M0 6L-6-5h12z",
    "shift": "M-5.5 0a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0z",
}


@dataclass(frozen=True, slots=True)
class Item:
    """Something dated in a lane. `shape` names an event kind or `shift`; a position gives its colour."""

    day: date
    shape: str
    href: str
    title: str
    position: int | None = None
    card: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    label: str
    items: Sequence[Item]
    href: str = ""


def timeline_chart(
    lanes: Sequence[Lane], *, first: date, last: date, on: date, ident: str, title: str, description: str,
    landmarks: Sequence[Mark] = (),
) -> str:  # fmt: skip
    """Return the SVG. Every item carries its day as `data-t` (days since 1970) for the zoom script."""
    scale = TimeScale(first, last, LEFT, WIDTH - RIGHT)
    parts: list[str] = []
    height = float(TOP)
    for lane in lanes:
        rows = _rows(lane.items, scale)
        depth = max(rows.values(), default=0) + 1
        parts += _lane(lane, rows, height, depth, scale)
        height += depth * ROW + 2 * PAD
    axis = svg.tag("g", *_axis(scale, height), class_="axis")
    x = svg.number(scale.x(on))
    parts = [
        axis,
        *_landmarks([mark for mark in landmarks if first < mark.day < last], scale, height),
        *parts,
        svg.tag("path", d=f"M{x} {TOP - 34}V{svg.number(height)}", class_="asof", data_t=day_number(on)),
    ]
    drawn = svg.picture(
        *parts,
        width=WIDTH,
        height=int(height) + 4,
        label=title,
        description=description,
        ident=ident,
        class_="tl",
    )
    edges = f'data-first="{day_number(first)}" data-last="{day_number(last)}"'
    return drawn.replace("<svg", f'<svg {edges} data-left="{LEFT}" data-right="{WIDTH - RIGHT}"', 1)


def _landmarks(marks: Iterable[Mark], scale: TimeScale, height: float) -> Iterable[str]:
    """Dotted lines through all lanes under the names of what happened, to know where one is.

    A name that would touch the one before stands a line higher.
    """
    ends = [0.0] * len(LABEL_ROWS)
    for mark in marks:
        x, half = scale.x(mark.day), len(mark.label) * LETTER / 2
        row = next((r for r, end in enumerate(ends) if x - half > end), len(ends) - 1)
        ends[row] = x + half
        y = LABEL_ROWS[row]
        line = svg.tag("path", d=f"M{svg.number(x)} {y + 4}V{svg.number(height)}", class_="of")
        name = svg.text(mark.label, x=x, y=y, class_="on", text_anchor="middle")
        yield svg.tag("g", line, name, data_t=day_number(mark.day))


def day_number(day: date) -> int:
    """Return the days since 1970, which is what the script beside counts in."""
    return day.toordinal() - date(1970, 1, 1).toordinal()


def _rows(items: Sequence[Item], scale: TimeScale) -> Mapping[int, int]:
    """Return the row of every item: the first in which it does not touch its neighbour."""
    ends = [-ELBOW] * DEEPEST
    rows = {}
    for index, item in enumerate(items):
        x = scale.x(item.day)
        row = next(
            (r for r, end in enumerate(ends) if x - end >= ELBOW), min(range(DEEPEST), key=ends.__getitem__)
        )
        ends[row] = x
        rows[index] = row
    return rows


def _lane(lane: Lane, rows: Mapping[int, int], top: float, depth: int, scale: TimeScale) -> Iterable[str]:
    bottom = top + depth * ROW + 2 * PAD
    yield svg.tag("path", d=f"M0 {svg.number(bottom)}H{WIDTH}", class_="g")
    label = svg.text(lane.label, x=0, y=top + PAD + 11, class_="lb")
    yield svg.tag("a", label, href=lane.href) if lane.href else label
    for index, item in enumerate(lane.items):
        yield _item(item, scale.x(item.day), top + PAD + rows[index] * ROW + ROW / 2)


def _item(item: Item, x: float, y: float) -> str:
    look = level(item.position) if item.position is not None else "e"
    shape = svg.tag("path", d=SHAPES[item.shape], class_=f"i {look}")
    return svg.tag(
        "a", svg.title(item.title), shape, href=item.href, tabindex="-1",
        data_t=day_number(item.day), data_y=svg.number(y), data_card=item.card or None,
        transform=f"translate({svg.number(x)} {svg.number(y)})",
    )  # fmt: skip


def _axis(scale: TimeScale, height: float) -> Iterable[str]:
    for x, label, is_year in scale.ticks():
        yield svg.tag(
            "path", d=f"M{svg.number(x)} {TOP - 34}V{svg.number(height)}", class_="y" if is_year else "t"
        )
        yield svg.text(label, x=x, y=12, class_="ax", text_anchor="middle")
