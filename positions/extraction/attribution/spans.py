"""Character spans of tokens and phrases, inside one parsed paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterable

from spacy.tokens import Token

Span = tuple[int, int]  # half-open, in characters

EDGE = " ,;:\n\t–—-"
# "WASHINGTON (AP) — " before the first name of a report is no part of the name.
DATELINE = re.compile(r"[A-Z][A-Z.,\w ]{2,40}(?:\([^)]{1,20}\))? ?[—–-]{1,2} ")
PARTY = re.compile(r"((?:[A-Z][\w.’'-]+ )+)\([RDI]?[-–—]?$")
LOOSE_CLAUSES = ("relcl", "parataxis", "advcl")


def width(token: Token) -> Span:
    """The token's own span."""
    return token.idx, token.idx + len(token)


def subtree(token: Token) -> Span:
    """From the first to the last word that hangs from the token."""
    right = token.right_edge
    return token.left_edge.idx, right.idx + len(right)


def around(tokens: Iterable[Token]) -> Span:
    """The shortest span that holds the subtrees of all tokens (at least one)."""
    spans = [subtree(token) for token in tokens]
    return min(start for start, _ in spans), max(end for _, end in spans)


def trimmed(text: str, span: Span) -> Span:
    """The span without commas, dashes and spaces at its edges."""
    start, end = span
    while start < end and text[start] in EDGE + ".":
        start += 1
    while end > start and text[end - 1] in EDGE:
        end -= 1
    return start, end


def without(spans: Iterable[Span], hole: Span) -> list[Span]:
    """The spans with the hole cut out of them; empty pieces are dropped."""
    pieces = []
    for start, end in spans:
        if end <= hole[0] or hole[1] <= start:
            pieces.append((start, end))
        else:
            pieces += [(start, hole[0]), (hole[1], end)]
    return [(start, end) for start, end in pieces if start < end]


def overlap(first: Iterable[Span], second: Iterable[Span]) -> int:
    """Number of characters that both lists of spans cover (spans of one list do not overlap)."""
    others = list(second)
    return sum(max(0, min(b, d) - max(a, c)) for a, b in first for c, d in others)


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans in order, those that touch or overlap joined."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def noun_phrase(head: Token) -> Span:
    """The phrase that names a source: its head's subtree without a loose clause after a comma."""
    text, last = head.doc.text, head.right_edge.i
    for child in head.children:
        first = child.left_edge.i
        if child.i > head.i and child.dep_ in LOOSE_CLAUSES and head.doc[max(first - 1, 0)].text in ",(—–-":
            last = min(last, first - 2)
    last = max(last, head.i)
    phrase = head.doc[head.left_edge.i : last + 1]
    start, end = trimmed(text, (phrase.start_char, phrase.end_char))
    if start < 3 and (dateline := DATELINE.match(text[start:end])):
        start += dateline.end()
    return _before_party(text, (start, end))


def _before_party(text: str, span: Span) -> Span:
    """ "Rob Portman (R-OH) said" parses with the party as the subject: give back the name."""
    before = text[: span[0]]
    if before.rstrip("RDI-–—").endswith("(") and (name := PARTY.search(before)):
        return name.start(1), name.end(1) - 1
    return span
