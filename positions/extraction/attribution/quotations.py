"""Quotation marks of one paragraph, paired."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Two apostrophes are a mark in the copy of some papers.
MARK = re.compile(r"[“”\"]|''|``|(?<!\w)‘‘|’’")
OPENING, CLOSING = frozenset({"“", "``", "‘‘"}), frozenset({"”", "’’"})


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation with its marks; `closed` is False where it runs on to the end of the paragraph."""

    start: int
    end: int
    closed: bool

    def touches(self, start: int, end: int) -> bool:
        return self.start < end and start < self.end

    def holds(self, place: int) -> bool:
        return self.start < place < self.end


def quotations(paragraph: str) -> tuple[Quotation, ...]:
    """Return the quotations of a paragraph in order.

    A straight mark opens when none is open and closes otherwise. An opening mark inside an open
    quotation is ignored, a closing one that begins the paragraph opens (a common slip); what is
    never closed ends with the paragraph, as print does with a speech that goes on in the next one.
    """
    found: list[Quotation] = []
    opened = -1
    for match in MARK.finditer(paragraph):
        mark = match.group()
        if opened < 0 and (mark not in CLOSING or not match.start()):
            opened = match.start()
        elif opened >= 0 and mark not in OPENING:
            found.append(Quotation(opened, match.end(), True))
            opened = -1
    if opened >= 0:
        found.append(Quotation(opened, len(paragraph), False))
    return tuple(found)
