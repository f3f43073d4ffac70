"""What the learned reader is shown: the holder as a token, other names as another, the focus marked.

It is to read the language of a position and not to know who thinks what, so names never reach it.
Names are found by their capitals, without a parser; words of the subject (NATO, Taurus, Moscow) and of
offices (president, ministry) stay.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from positions.extraction.scorer import ScorerItem, Span

HOLDER, OTHER, FOCUS_START, FOCUS_END = "[unused1]", "[unused2]", "[unused3]", "[unused4]"

_WORDS = Path(__file__).parent / "words"
_RUN = re.compile(
    r"\b[A-ZÀ-ÞŁŚŠŽČ][\w’'.-]*(?:(?: of the | of | de | van | von | al | |-)[A-ZÀ-ÞŁŚŠŽČ][\w’'.-]*)*"
)
_PART = re.compile(r"[^\s-]+(?:-[^\s-]+)*")
_POSSESSIVE = re.compile(r"(?:['’]s?|[.,])$")
_STARTS = re.compile(r"(?:^|[.!?:…][\"”’')\]]*\s+|\n\s*|[\"“‘(])$")
_LOOK_BACK = 6  # characters enough to see whether a sentence or quotation starts here


def masked(item: ScorerItem) -> str:
    """Return the item's context with holder and names replaced and the focus between its marks."""
    start, end = item.context
    edits: list[tuple[int, int, str]] = [(a, b, HOLDER) for a, b in _inside(item.holder_spans, start, end)]
    edits += [
        (a, b, OTHER) for a, b in _names(item.text, start, end) if not any(a < d and c < b for c, d, _ in edits)
    ]
    opening = FOCUS_START if edits and _holder_seen(edits) else f"{HOLDER} : {FOCUS_START}"
    edits += [(item.focus[0], item.focus[0], f" {opening} "), (item.focus[1], item.focus[1], f" {FOCUS_END} ")]
    return _edited(item.text, start, end, edits)


def _inside(spans: tuple[Span, ...], start: int, end: int) -> list[Span]:
    found: list[Span] = []
    for a, b in sorted(spans):
        if start <= a and b <= end and (not found or found[-1][1] <= a):
            found.append((a, b))
    return found


def _holder_seen(edits: list[tuple[int, int, str]]) -> bool:
    return any(name == HOLDER for _, _, name in edits)


def _edited(text: str, start: int, end: int, edits: list[tuple[int, int, str]]) -> str:
    pieces, place = [], start
    for a, b, new in sorted(edits):
        if a < place:  # the edge of the focus lies inside a name: the mark goes behind it
            a = b = max(place, b)
        pieces += [text[place:a], new]
        place = b
    return " ".join("".join([*pieces, text[place:end]]).split())


def _names(text: str, start: int, end: int) -> list[Span]:
    """Spans of capitalised runs that name somebody or something outside the subject."""
    found = []
    for run in _RUN.finditer(text, start, end):
        words = [(m.start() + run.start(), m.end() + run.start(), m.group()) for m in _PART.finditer(run.group())]
        if _STARTS.search(text[max(0, words[0][0] - _LOOK_BACK) : words[0][0]]) and not _is_name(words, text):
            words = words[1:]
        found += _masked_parts(words)
    return found


def _bare(word: str) -> str:
    return _POSSESSIVE.sub("", word).lower()


def _masked_parts(words: list[tuple[int, int, str]]) -> list[Span]:
    """Runs of words that are not kept, without a possessive at the end."""
    found: list[Span] = []
    for start, end, word in words:
        if _bare(word) in kept():
            continue
        ending = _POSSESSIVE.search(word)
        abbreviated = ending is not None and ending.group() == "." and len(word) <= 4
        stop = start + ending.start() if ending and not abbreviated else end
        if found and start - found[-1][1] <= 8 and found[-1][1] > start - 8:
            found[-1] = (found[-1][0], stop)
        else:
            found.append((start, stop))
    return found


def _is_name(words: list[tuple[int, int, str]], text: str) -> bool:
    """A capital at the start of a sentence tells nothing: is the word a name elsewhere, or a country?"""
    word = _bare(words[0][2])
    if word in places():
        return True
    if word in plain():
        return False
    if len(words) > 1:
        return True
    shown = text[words[0][0] : words[0][0] + len(word)]
    return any(
        not _STARTS.search(text[max(0, m.start() - _LOOK_BACK) : m.start()])
        for m in re.finditer(rf"\b{re.escape(shown)}\b", text)
    )


@cache
def kept() -> frozenset[str]:
    """Words of the subject and of offices, months and days: never masked."""
    return _read("kept.txt")


@cache
def places() -> frozenset[str]:
    """States, their people and capitals: masked also where a sentence begins with them."""
    return _read("places.txt")


@cache
def plain() -> frozenset[str]:
    """Common words that begin sentences: not names whatever follows them."""
    return _read("plain.txt")


def _read(name: str) -> frozenset[str]:
    return frozenset((_WORDS / name).read_text(encoding="utf-8").split())
