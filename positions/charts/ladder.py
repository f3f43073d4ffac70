"""Then and now: who stood where on two days, with a line for everyone who moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from positions.charts import svg
from positions.charts.shapes import Rung, level

WIDTH, LINE, HEAD, GAP = 960, 17, 34, 16
LEFT_NAMES, LEFT_EDGE, RIGHT_EDGE, RIGHT_NAMES = 330, 338, 622, 630


@dataclass(frozen=True, slots=True)
class LadderName:
    """An actor and its position on the first and the second day; None is no record."""

    name: str
    href: str
    then: int | None
    now: int | None


def ladder(
    names: Sequence[LadderName], rungs: Sequence[Rung], *, then: str, now: str, silent: str, ident: str,
    title: str, description: str,
) -> str:  # fmt: skip
    """Return the SVG; inside a rung names keep the order given."""
    camps = [*sorted((r.value for r in rungs), reverse=True), None]
    words: dict[int | None, str] = {r.value: f"{r.glyph} {r.name}" for r in rungs} | {None: silent}
    left: dict[str, float] = {}
    right: dict[str, float] = {}
    parts: list[str] = [
        svg.text(then, x=LEFT_NAMES, y=16, class_="hd", text_anchor="end"),
        svg.text(now, x=RIGHT_NAMES, y=16, class_="hd"),
    ]
    height = float(HEAD)
    for camp in camps:
        before = [n for n in names if n.then == camp]
        after = [n for n in names if n.now == camp]
        if not before and not after:
            continue
        parts += _camp(words[camp], camp, height, max(len(before), len(after)))
        left |= _stack(before, height)
        right |= _stack(after, height)
        height += LINE * max(len(before), len(after)) + GAP
    parts += [line for n in names for line in _join(n, left, right)]
    parts += [line for n in names for line in _labels(n, left, right)]
    return svg.picture(
        *parts,
        width=WIDTH,
        height=int(height),
        label=title,
        description=description,
        ident=ident,
        class_="lad",
    )


def _stack(names: Sequence[LadderName], top: float) -> dict[str, float]:
    return {name.name: top + index * LINE + 12 for index, name in enumerate(names)}


def _camp(words: str, camp: int | None, top: float, lines: int) -> Iterable[str]:
    look = level(camp) if camp is not None else "none"
    for x in (LEFT_EDGE, RIGHT_EDGE - 4):
        yield svg.tag("rect", x=x, y=top, width=4, height=lines * LINE, class_=f"f {look}")
    yield svg.tag("path", d=f"M0 {svg.number(top - GAP / 2)}H{WIDTH}", class_="g")
    yield svg.text(words, x=0, y=top + 12, class_="ax")


def _join(name: LadderName, left: dict[str, float], right: dict[str, float]) -> Iterable[str]:
    """A bold line in the new colour for a mover, a faint one for who stayed, none between two silences."""
    if name.then is None and name.now is None:
        return
    a, b = svg.number(left[name.name] - 4), svg.number(right[name.name] - 4)
    middle = (LEFT_EDGE + RIGHT_EDGE) // 2
    colour = "none" if name.now is None else level(name.now)
    look = "stay" if name.then == name.now else f"move {colour}"
    yield svg.tag(
        "path", d=f"M{LEFT_EDGE + 6} {a}C{middle} {a} {middle} {b} {RIGHT_EDGE - 6} {b}", class_=look
    )


def _labels(name: LadderName, left: dict[str, float], right: dict[str, float]) -> Iterable[str]:
    look = "lb" if name.then == name.now else "lb mv"
    first = svg.text(name.name, x=LEFT_NAMES, y=left[name.name], class_=look, text_anchor="end")
    second = svg.text(name.name, x=RIGHT_NAMES, y=right[name.name], class_=look)
    yield first
    yield svg.tag("a", second, href=name.href)
