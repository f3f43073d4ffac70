"""A tile map: one square a state, roughly where it lies. Readable where a projection is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from positions.charts import svg
from positions.charts.shapes import level

SIZE, GAP = 58, 4

# (column, row) of each state that can have a tile: geography, not a list of who is an ally.
PLACES = {
    "us": (0, 3), "ca": (0, 2), "is": (2, 0), "no": (5, 0), "se": (6, 0), "fi": (7, 0), "ee": (8, 1),
    "lv": (8, 2), "lt": (8, 3), "dk": (5, 1), "gb": (3, 2), "ie": (2, 2), "nl": (4, 2), "be": (4, 3),
    "lu": (4, 4), "de": (5, 2), "pl": (7, 3), "cz": (6, 3), "sk": (7, 4), "at": (6, 4), "hu": (7, 5),
    "si": (6, 5), "hr": (6, 6), "fr": (3, 4), "es": (2, 5), "pt": (1, 5), "it": (5, 5), "ch": (5, 4),
    "ro": (8, 5), "bg": (8, 6), "gr": (8, 7), "tr": (9, 7), "al": (7, 7), "me": (7, 6), "mk": (7, 8),
    "ua": (9, 4), "md": (9, 5), "ru": (10, 2), "by": (9, 3), "ge": (11, 6), "rs": (6, 7), "cy": (9, 8),
    "mt": (5, 7),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tile:
    """A state with its position (None: no record). `stale` fades it; `words` are read out."""

    code: str
    glyph: str
    position: int | None
    href: str
    words: str
    stale: bool = False


def tile_map(tiles: Sequence[Tile], *, ident: str, title: str, description: str) -> str:
    """Return the SVG. States without a place on the grid are left to the table beside the map."""
    placed = [tile for tile in tiles if tile.code in PLACES]
    columns = max((PLACES[t.code][0] for t in placed), default=0) + 1
    rows = max((PLACES[t.code][1] for t in placed), default=0) + 1
    return svg.picture(
        *(_tile(tile) for tile in placed),
        width=columns * (SIZE + GAP), height=rows * (SIZE + GAP), label=title, description=description,
        ident=ident, class_="tiles",
    )  # fmt: skip


def _tile(tile: Tile) -> str:
    column, row = PLACES[tile.code]
    x, y = column * (SIZE + GAP), row * (SIZE + GAP)
    look = "none" if tile.position is None else level(tile.position)
    return svg.tag(
        "a",
        svg.title(tile.words),
        svg.tag(
            "rect",
            x=x,
            y=y,
            width=SIZE,
            height=SIZE,
            rx=3,
            class_=f"f {look}" + (" st" if tile.stale else ""),
        ),
        svg.text(tile.code.upper(), x=x + SIZE / 2, y=y + 26, class_=f"c {look}", text_anchor="middle"),
        svg.text(tile.glyph, x=x + SIZE / 2, y=y + 45, class_=f"k {look}", text_anchor="middle"),
        href=tile.href,
        aria_label=tile.words,
    )
