"""Evidence highlighted in a text: pure, from offsets to paragraphs of marked pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

PARAGRAPH = re.compile(r"\n\s*\n")
ELLIPSIS = "[…]"


@dataclass(frozen=True, slots=True)
class Span:
    """Characters [start, end) of the text, shown as finding number `number` with the statement's id."""

    start: int
    end: int
    ident: int
    number: int
    css: str


def paragraphs(text: str, spans: Sequence[Span], *, excerpt: int = 0) -> list[SafeString]:
    """Return the text as HTML paragraphs with its spans marked, overlapping ones nested.

    With `excerpt`, only so many characters around each span are shown, whole paragraphs where they fit.
    """
    windows = _windows(text, spans, excerpt)
    seen: set[int] = set()
    return [
        mark_safe("".join(_pieces(text, start, end, spans, windows, seen)))
        for start, end in _bounds(text)
        if any(left < end and right > start for left, right in windows)
    ]


def _bounds(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for gap in PARAGRAPH.finditer(text):
        if gap.start() > at:
            yield at, gap.start()
        at = gap.end()
    if text[at:].strip():
        yield at, len(text)


def _windows(text: str, spans: Sequence[Span], excerpt: int) -> list[tuple[int, int]]:
    """Return what may be shown, merged and in order: everything without an excerpt length."""
    if not excerpt:
        return [(0, len(text))]
    merged: list[tuple[int, int]] = []
    for span in sorted(spans, key=lambda s: s.start):
        left, right = max(span.start - excerpt, 0), min(span.end + excerpt, len(text))
        if merged and left <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(right, merged[-1][1]))
        else:
            merged.append((left, right))
    return merged


def _pieces(
    text: str, start: int, end: int, spans: Sequence[Span], windows: Sequence[tuple[int, int]], seen: set[int]
) -> Iterator[str]:
    """Cut a paragraph wherever a mark or window begins or ends, and wrap each piece in the marks over it."""
    cuts = {start, end}
    for left, right in [(s.start, s.end) for s in spans] + list(windows):
        cuts |= {place for place in (left, right) if start < place < end}
    edges = sorted(cuts)
    hidden = False
    for left, right in pairwise(edges):
        if not any(a <= left and right <= b for a, b in windows):
            if not hidden:
                yield f" {ELLIPSIS} "
            hidden = True
            continue
        hidden = False
        over = [s for s in spans if s.start <= left and right <= s.end]
        yield _wrap(escape(text[left:right]), sorted(over, key=lambda s: s.end - s.start), right, seen)


def _wrap(piece: str, over: Sequence[Span], right: int, seen: set[int]) -> str:
    """Wrap a piece in its marks, the longest outermost; number a mark where it ends."""
    for depth, span in enumerate(over):
        ident = "" if span.ident in seen else f' id="s{span.ident}"'
        seen.add(span.ident)
        look = f"{span.css} outer" if depth else span.css
        note = f'<sup><a href="#f{span.ident}">{span.number}</a></sup>' if span.end == right else ""
        piece = f'<mark{ident} class="{look}">{piece}</mark>{note}'
    return piece
