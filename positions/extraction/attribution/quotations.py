"""Quotation marks of one paragraph, paired."""

from __future__ import annotations

from dataclasses import dataclass

OPENING, CLOSING, STRAIGHT = "“", "”", '"'


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
    quotation is ignored; what is never closed ends with the paragraph, as print does with a speech
    that goes on in the next one.
    """
    found: list[Quotation] = []
    opened = -1
    for place, mark in enumerate(paragraph):
        if opened < 0 and mark in (OPENING, STRAIGHT):
            opened = place
        elif opened >= 0 and mark in (CLOSING, STRAIGHT):
            found.append(Quotation(opened, place + 1, True))
            opened = -1
    if opened >= 0:
        found.append(Quotation(opened, len(paragraph), False))
    return tuple(found)
