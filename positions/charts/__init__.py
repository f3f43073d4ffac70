"""Charts as pure functions: dataclasses in, an SVG string out. No Django, no clock, no script.

Every mark follows one grammar, the same on all pages: a step line in the position's colour, dotted
where stale, hatched where contested; dashed grey for unnamed and second-hand accounts; solid dots
for reviewed sayings, hollow ones for machine readings; nothing where there is no record.
Colours are CSS classes (`p2` … `p-2`), so a chart follows the page's light or dark theme.
"""

from positions.charts.bar import camp_bar
from positions.charts.camps import CampDay, camp_sizes
from positions.charts.ladder import LadderName, ladder
from positions.charts.multiples import Row, multiple, small_multiples
from positions.charts.overview import Span, overview
from positions.charts.position import position_chart
from positions.charts.shapes import Band, Chart, Dot, Mark, Rung, Step, clip, level
from positions.charts.spark import sparkline
from positions.charts.tiles import Tile, tile_map
from positions.charts.timeline import Item, Lane, timeline_chart

__all__ = [
    "Band",
    "CampDay",
    "Chart",
    "Dot",
    "Item",
    "LadderName",
    "Lane",
    "Mark",
    "Row",
    "Rung",
    "Span",
    "Step",
    "Tile",
    "camp_bar",
    "camp_sizes",
    "clip",
    "ladder",
    "level",
    "multiple",
    "overview",
    "position_chart",
    "small_multiples",
    "sparkline",
    "tile_map",
    "timeline_chart",
]
