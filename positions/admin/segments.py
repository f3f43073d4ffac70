"""An article's text cut where evidence starts and ends, as HTML whose text is exactly the article's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True, slots=True)
class Span:
    """Characters [start, end) of the text that belong to the finding `pk`."""

    start: int
    end: int
    pk: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text with the findings that cover all of it."""

    start: int
    text: str
    covering: tuple[Span, ...]


def segments(text: str, spans: Iterable[Span]) -> list[Segment]:
    """Cut `text` at every border of a span; the texts joined are `text` again."""
    kept = [span for span in spans if 0 <= span.start < span.end <= len(text)]
    cuts = sorted({0, len(text), *(s.start for s in kept), *(s.end for s in kept)})
    return [
        Segment(a, text[a:b], tuple(s for s in kept if s.start <= a and b <= s.end))
        for a, b in pairwise(cuts)
    ]


def as_html(text: str, this: Span | None, neighbours: Iterable[Span]) -> SafeString:
    """Mark `this` and, greyed, its neighbours. A page counts characters in the result as Python does."""
    others = list(neighbours)
    cut = segments(text, [*([this] if this else []), *others])
    return format_html_join("", "{}", ((_piece(segment, this),) for segment in cut))


def _piece(segment: Segment, this: Span | None) -> SafeString:
    text = _exact(segment.text)
    if this is not None and this in segment.covering:
        return format_html('<mark class="this">{}</mark>', text)
    if segment.covering:
        label = "; ".join(span.label for span in segment.covering)
        return format_html('<span class="neighbour" title="{}">{}</span>', label, text)
    return text


def _exact(text: str) -> SafeString:
    # A parser turns carriage returns into line feeds unless they are written as references.
    return mark_safe(escape(text).replace("\r", "&#13;"))  # escaped in the line itself
