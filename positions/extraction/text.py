"""Paragraphs, sentences and quotations of raw text, as half-open character spans."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

Span = tuple[int, int]

_PARAGRAPH = re.compile(r"[^\n]+")
_BREAK = re.compile(r"[.!?…][\"”’')\]]{0,2}\s+(?=[\"“‘'(\[]?[A-Z0-9À-ÞА-Я—–-])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Gen|Lt|Col|Maj|Brig|Adm|Capt|Sgt|Sen|Rep|Gov|St|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep"
    r"|Oct|Nov|Dec|No|vs|Prof|Hon|Rev|Jr|Sr|Inc|Ltd|Co|Corp|etc|approx|i\.e|e\.g)|\b[A-Z]|a\.m|p\.m)\.$"
)
# An initial or an abbreviation may still end a sentence when a new one plainly starts after it.
_RESTART = re.compile(
    r"^(?:The|A|An|In|On|At|But|And|He|She|It|They|We|I|His|Her|Its|This|That|For|As|With|No)\b"
)
# "KYIV, July 2 (Agency) - ": where the report was written, no part of its first sentence.
_DATELINE = re.compile(
    r"[A-ZÀ-Þ][A-ZÀ-Þ./' -]{2,40}(?:, [A-Z][a-z]{2,8}\.? \d{1,2}(?:, \d{4})?)?"
    r"(?: \([^)]{2,30}\))? ?[-–—]{1,2} (?=[\w\"“'‘])"
)
# "MR. KORVAT:", "THE PRESIDENT:", "Deputy KORVAT (from his seat):", "Q"
TURN = (
    r"(?:[A-Z][a-z]+\.? ){0,2}[A-ZÀ-Þ][A-ZÀ-Þ.'’ -]{2,40}(?: \([^)\n]{2,40}\))?:\s"
    r"|A:\s|(?:Q|QUESTION)\b(?!&)"
)
_TURN = re.compile(TURN)
_WIDTH = (40, 100)  # characters of a line that was broken to fit
_INNER_BREAK = re.compile(rf"(?<!\n)\n(?!\s*\n)(?!\s*(?:{TURN}))")
# Letters that mean an ASCII one where case does not count; the first alone would grow by lower().
_FOLDED = str.maketrans({"\u0130": "i", "\u0131": "i", "\u017f": "s", "\u212a": "k"})
_LONGEST = 1500  # characters: a run without sentence marks is cut here at a space, so that time stays bounded


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation with its marks; `closed` is False where the paragraph ended before the mark did."""

    start: int
    end: int
    closed: bool = True


def unwrapped(text: str) -> str:
    """Return the text, as long as before, with the line breaks inside paragraphs turned into spaces.

    Only a text that is broken at a width throughout is changed; where one line is one paragraph, as in
    most articles, every break stays.
    """
    lines = text.split("\n")
    filled = sum(1 for line in lines if line.strip())
    broken = sum(1 for a, b in pairwise(lines) if _WIDTH[0] <= len(a) <= _WIDTH[1] and b[:1].islower())
    if filled < 4 or broken < 0.25 * filled:
        return text
    return _INNER_BREAK.sub(" ", text)


@lru_cache(maxsize=2)
def folded(text: str) -> str:
    """Return the text in lower case, as long as before: what the lexicon's expressions are matched against.

    Matching small letters in it finds what ignoring case would find in the text, several times faster.
    """
    return text.translate(_FOLDED).lower()


def paragraphs(text: str) -> list[Span]:
    """Return the spans of the non-blank lines."""
    return [match.span() for match in _PARAGRAPH.finditer(text) if match.group().strip()]


def sentences(text: str) -> list[Span]:
    """Return the spans of the sentences, without surrounding blanks, in order; none spans a line break."""
    found: list[Span] = []
    for start, end in paragraphs(text):
        for a, b in _split(text, start, end):
            while a < b and text[a].isspace():
                a += 1
            while b > a and text[b - 1].isspace():
                b -= 1
            found += _bounded(text, a, b) if b > a else []
    return found


def _split(text: str, start: int, end: int) -> list[Span]:
    spans, at = [], start
    dateline = _DATELINE.match(text, start, end) or _TURN.match(text, start, end)
    if dateline is not None:
        spans.append((start, dateline.end()))
        at = dateline.end()
    for gap in _BREAK.finditer(text, at, end):
        mark = gap.start() + 1
        if _ABBREVIATION.search(text[max(start, mark - 12) : mark]) and not _RESTART.match(
            text[gap.end() :][:12]
        ):
            continue
        spans.append((at, gap.end()))
        at = gap.end()
    return [*spans, (at, end)]


def _bounded(text: str, start: int, end: int) -> list[Span]:
    spans = []
    while end - start > _LONGEST:
        cut = text.rfind(" ", start + 1, start + _LONGEST)
        cut = cut if cut > start else start + _LONGEST
        spans.append((start, cut))
        start = cut
    return [*spans, (start, end)]


def quotations(text: str) -> list[Quote]:
    """Return the quotations in double marks, straight or curly; one left open ends with its paragraph."""
    found: list[Quote] = []
    for start, end in paragraphs(text):
        opened: int | None = None
        for at in range(start, end):
            mark = text[at]
            if mark in "“„«" or (mark == '"' and opened is None):
                opened = at if opened is None else opened
            elif mark in '”"»' and opened is not None:
                found.append(Quote(opened, at + 1))
                opened = None
        if opened is not None and end - opened > 2:
            found.append(Quote(opened, end, closed=False))
    return found
