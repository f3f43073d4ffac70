"""What the learned reader is shown: actors as tokens, other names as another, topics and focus marked.

It is to read the language of a position and not to know who thinks what, so names never reach it. The
questions about one sentence share one sheet: each holder asked about has a token of its own, and every
expression of a topic has the topic's token before it. Names besides the holders' are found by their
capitals, without a parser; words of the subject (NATO, Taurus, Moscow) and of offices stay.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from positions.extraction.lexicon import lexicon
from positions.extraction.scorer import ScorerItem, Span
from positions.extraction.text import folded

UNDERSTOOD, OTHER, FOCUS_START, FOCUS_END = "[unused1]", "[unused2]", "[unused3]", "[unused4]"
HOLDERS = tuple(f"[unused{n}]" for n in range(10, 26))
_TOPICS = (
    "nato-membership",
    "security-guarantees",
    "troops-in-ukraine",
    "arms-deliveries",
    "long-range-strikes",
    "negotiations",
    "territory",
    "sanctions",
    "eu-membership",
    "support-for-ukraine",
)
TOPICS = {name: f"[unused{30 + n}]" for n, name in enumerate(_TOPICS)}
TOKENS = (UNDERSTOOD, OTHER, FOCUS_START, FOCUS_END, *HOLDERS, *TOPICS.values())

_WORDS = Path(__file__).parent / "words"
_RUN = re.compile(
    r"\b[A-ZÀ-ÞŁŚŠŽČ][\w’'.-]*(?:(?: of the | of | de | van | von | al | |-)[A-ZÀ-ÞŁŚŠŽČ][\w’'.-]*)*"
)
_PLAIN = re.compile(r"\b[A-ZÀ-ÞŁŚŠŽČ]\w*")
_PART = re.compile(r"[^\s-]+(?:-[^\s-]+)*")
_POSSESSIVE = re.compile(r"(?:['’]s?|[.,])$")
_STARTS = re.compile(r"(?:^|[.!?:…][\"”’')\]]*\s+|\n\s*|[\"“‘(])$")
_PARTIES = re.compile(
    r"(?:the )?(?:Ukraine|Kyiv|Kiev|Ukrainians?|Russia|Russians?|Moscow|Kremlin|NATO|Nato|[Aa]lliance|EU"
    r"|European Union|Union|[Bb]loc)"
)
_LOOK_BACK = 6  # characters enough to see whether a sentence or quotation starts here

Edit = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One masked sentence in context, and for each question about it the holder's and the topic's token."""

    text: str
    asked: tuple[tuple[str, str], ...]


def sheet(items: Sequence[ScorerItem]) -> Sheet:
    """Return the sheet of items that share text, focus and context, in their order."""
    first = items[0]
    start, end = first.context
    named = _tokens_of_holders(items)
    edits = [(a, a if _subject(first.text[a:b]) else b, token) for (a, b), token in named.items()]
    edits += [(a, b, OTHER) for a, b in _names(first.text, start, end, tuple(named))]
    asked = tuple((_holder_token(item, named), TOPICS[item.topic]) for item in items)
    opening = f" {UNDERSTOOD} : " if any(holder == UNDERSTOOD for holder, _ in asked) else ""
    edits += [
        (first.focus[0], first.focus[0], f"{opening} {FOCUS_START} "),
        (first.focus[1], first.focus[1], f" {FOCUS_END} "),
    ]
    edits += _topic_marks(first, {item.topic for item in items})
    return Sheet(_edited(first.text, start, end, edits), asked)


def _tokens_of_holders(items: Sequence[ScorerItem]) -> dict[Span, str]:
    """Give each holder a token in the order of first mention; of overlapping spans the longest is kept."""
    holders = sorted({item.holder_spans for item in items if item.holder_spans})[: len(HOLDERS)]
    spans = [(span, HOLDERS[n]) for n, own in enumerate(holders) for span in own]
    kept: dict[Span, str] = {}
    for (a, b), token in sorted(spans, key=lambda s: (s[0][0] - s[0][1], s[0])):
        if (
            items[0].context[0] <= a
            and b <= items[0].context[1]
            and not any(a < d and c < b for c, d in kept)
        ):
            kept[(a, b)] = token
    return dict(sorted(kept.items()))


def _subject(name: str) -> bool:
    """Parties to what is asked keep their names, behind the token: a pledge to Ukraine is like no other."""
    return bool(_PARTIES.fullmatch(name))


def _holder_token(item: ScorerItem, named: dict[Span, str]) -> str:
    return next((named[span] for span in item.holder_spans if span in named), UNDERSTOOD)


def _topic_marks(item: ScorerItem, topics: set[str]) -> list[Edit]:
    """A topic's token before each of its expressions in the focus."""
    found, text = [], folded(item.text)
    for terms in lexicon().topics:
        for pattern in (terms.terms, terms.against, terms.weak):
            if terms.slug in topics and pattern is not None:
                places = {m.start() for m in pattern.finditer(text, *item.focus)}
                found += [(place, place, f" {TOPICS[terms.slug]} ") for place in places]
    return sorted(set(found))


def _edited(text: str, start: int, end: int, edits: list[Edit]) -> str:
    pieces, place = [], start
    for a, b, new in sorted(edits, key=lambda e: (e[0], e[1] > e[0], e[1], e[2])):
        if a < place:  # a mark inside a name goes behind it
            a = b = max(place, b)
        pieces += [text[place:a], f" {new} " if new in HOLDERS or new == OTHER else new]
        place = b
    return " ".join("".join([*pieces, text[place:end]]).split())


def _names(text: str, start: int, end: int, held: Sequence[Span]) -> list[Span]:
    """Spans of capitalised words that name somebody or something outside the subject, and no holder."""
    found: list[Span] = []
    for run in _RUN.finditer(text, start, end):
        base = run.start()
        words = [(m.start() + base, m.end() + base, m.group()) for m in _PART.finditer(run.group())]
        first = words[0][0]
        if _STARTS.search(text[max(0, first - _LOOK_BACK) : first]) and not _is_name(words, text):
            words = words[1:]
        found += _masked_parts([w for w in words if not any(w[0] < b and a < w[1] for a, b in held)])
    return found


def _bare(word: str) -> str:
    return _POSSESSIVE.sub("", word).lower()


def _masked_parts(words: list[tuple[int, int, str]]) -> list[Span]:
    """Runs of words that are not kept, without a possessive at the end."""
    found: list[Span] = []
    for start, end, word in words:
        if word[:1].islower() or _bare(word) in kept():
            continue  # "of", "van" and the like count only between names, which the gap below allows
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
    if _PLAIN.fullmatch(shown):
        return shown in _named_inside(text)
    return any(
        not _STARTS.search(text[max(0, m.start() - _LOOK_BACK) : m.start()])
        for m in re.finditer(rf"\b{re.escape(shown)}\b", text)
    )


@lru_cache(maxsize=2)
def _named_inside(text: str) -> frozenset[str]:
    """The capitalised words of a text that stand somewhere else than at the start of a sentence."""
    return frozenset(
        m.group()
        for m in _PLAIN.finditer(text)
        if not _STARTS.search(text[max(0, m.start() - _LOOK_BACK) : m.start()])
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
