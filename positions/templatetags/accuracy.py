"""The calibration plot of the methodology page, drawn on the server."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from positions.accuracy import Bin
from positions.agreement import Share

register = template.Library()
SIZE, MARGIN = 240, 34


@register.filter
def percent(share: float | None) -> str:
    """Return "83 %", and a dash where nothing is known."""
    return "–" if share is None else f"{share:.0%}".replace("%", "\N{NO-BREAK SPACE}%")


@register.filter
def interval(share: Share) -> str:
    """Return "76 %–97 %", and a dash where nothing is known."""
    return f"{percent(share.low)}–{percent(share.high)}" if share.n else "–"


@register.simple_tag
def calibration_plot(bins: Iterable[Bin]) -> SafeString:
    """Return the plot: confidence to the right, share that was right upwards, the diagonal is perfect."""
    decided = [one for one in bins if one.right.n]
    marks = format_html_join("", "{}", ((_mark(one),) for one in decided))
    says = "; ".join(f"{one.low:.1f}–{one.high:.1f}: {percent(one.right.value)}" for one in decided)
    full = SIZE + 2 * MARGIN
    return format_html(
        '<svg class="calibration" viewBox="0 0 {0} {0}" width="{0}" height="{0}" role="img">'
        "<title>Confidence and how often it was right</title><desc>{1}</desc>"
        '<g fill="none" stroke="currentColor" stroke-opacity=".35">'
        '<rect x="{2}" y="{2}" width="{3}" height="{3}"/>'
        '<path d="M{2} {4}L{4} {2}" stroke-dasharray="4 4"/></g>'
        '<g fill="currentColor" font-size="11"><text x="{2}" y="{5}">0</text>'
        '<text x="{4}" y="{5}" text-anchor="end">confidence 1</text>'
        '<text x="{6}" y="{7}" text-anchor="end">1</text><text x="{6}" y="{4}" text-anchor="end">0</text></g>'
        "{8}</svg>",
        full, says, MARGIN, SIZE, MARGIN + SIZE, MARGIN + SIZE + 15, MARGIN - 5, MARGIN + 10, marks,
    )  # fmt: skip


def _mark(one: Bin) -> SafeString:
    low, high = one.right.interval or (0.0, 1.0)
    return format_html(
        '<g stroke="currentColor" fill="currentColor"><path d="M{0} {1}V{2}" stroke-opacity=".6"/>'
        '<circle cx="{0}" cy="{3}" r="4"/></g>',
        _x(one.mean_confidence), _y(low), _y(high), _y(one.right.value or 0.0),
    )  # fmt: skip


def _x(value: float) -> str:
    return f"{MARGIN + value * SIZE:.1f}"


def _y(value: float) -> str:
    return f"{MARGIN + (1 - value) * SIZE:.1f}"
