"""The condition a position is tied to: the shortest span that states it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from positions.extraction.text import Span
from positions.extraction.voices import edges

if TYPE_CHECKING:
    from positions.extraction.tree import Token

_MARKS = frozenset({"if", "unless", "until", "once", "provided", "when", "before", "after", "till", "lest"})
_PHRASES = re.compile(
    r"\b(?:as long as|as soon as|so long as|(?:on|under) (?:the )?condition(?: that| of)?|"
    r"in (?:exchange|return) for|"
    r"in (?:the )?(?:event|case) of|only (?:if|once|when|after|as part of|under|with|in)|"
    r"conditional on|subject to|provided(?: that)?|contingent on)\b",
    re.IGNORECASE,
)
# Phrases that look like conditions and only say "very soon" or "for ever".
_NOT = re.compile(
    r"as (?:long|soon) as (?:it takes|necessary|needed|possible)|once (?:more|again|and)|"
    r"if (?:need be|necessary|any)|when asked|condition of anonymity|until (?:now|then|recently|last)|"
    r"in case you|first (?:time|to|would|steps?\b)|"
    r"^(?:\w+ )?(?:minutes?|hours?|days?|weeks?|months?|years?) (?:before|after)",
    re.IGNORECASE,
)
_TO_THE_END = r"\b[^,;:.!?\"”“—\n]+"
_STRONG = re.compile(
    r"\b(?:if|unless|until|once|whenever|provided(?: that)?|(?:as|so) long as|as soon as|"
    r"(?:on|under) (?:the )?(?:condition|understanding|basis|day)|from the day|in the event|subject to|"
    r"in (?:exchange|return) for|only (?:if|once|when|after|as|with|in|on|under|within)|"
    r"not (?:before|while)|(?-i:[Ss]hould (?=[A-Z])))" + _TO_THE_END,
    re.IGNORECASE,
)
# "The war has to end first."
_PRIOR = re.compile(
    r"(?<![\w’'-])(?:[\w’'-]{1,30} ){1,6}(?:must|should|ha[sd] to|have to|needs? to) (?!be the )(?:\w+ ){1,2}"
    r"first\b(?! (?:time|to|would|steps?|of|and)\b)",
    re.IGNORECASE,
)
_FAINT = re.compile(
    r"\b(?:when|while|during|after|before|without|except|pending|first|but with|under (?:an?|the)|"
    r"the (?:day|moment))" + _TO_THE_END,
    re.IGNORECASE,
)
# "Should Russia attack, …", up to the comma that ends it.
_OPENING = re.compile(
    r"[\s\"“”‘’'(]*(?P<words>(?:If|Unless|Once|Should(?= [A-Z]\w+ \w|\s(?:the|an?|it|he|she|they)\b)|"
    r"As (?:long|soon) as|Provided|In (?:the )?(?:case|event) of) [^;:.!?\"“”\n]{6,240}?),\s"
)
_BARGAIN = re.compile(
    r"(?:only )?(?:provided|as long as|so long as|in (?:exchange|return) for|(?:on|under) (?:the )?condition|"
    r"unless)\b",
    re.IGNORECASE,
)
_FACTUAL = frozenset({"when", "before", "after", "until"})


def find_condition(text: str, anchor: Token, span: Span) -> str | None:
    """Return the condition on the clauses that hold the anchor, the nearest one, or None.

    `text` is the whole text that was parsed, `span` the anchor's sentence, which a condition may open.
    """
    for verb in [anchor, *anchor.ancestors]:
        for clause in _clauses(verb, anchor):
            words = _words(text, clause)
            if words is not None:
                return words
    opening = _OPENING.match(text, *span)
    if opening is None or anchor.idx < opening.end() or _NOT.search(opening["words"][:60]):
        return None
    return opening["words"]


def bargained(words: str) -> bool:
    """Return whether the words can only be a condition: what is asked in return, not when it will be."""
    return _BARGAIN.match(words) is not None


def loose_condition(text: str, span: Span, *, faint: bool) -> str | None:
    """Return the words of the span that look most like a condition, whatever they hang on, or None.

    For where something else says that there is a condition and the parse does not show it. `faint`: words,
    too, that more often say only when or how.
    """
    for pattern in (_STRONG, _PRIOR, _FAINT) if faint else (_STRONG, _PRIOR):
        for match in pattern.finditer(text, *span):
            words = match.group().strip(' ,.;:"”’—–-')
            if 6 <= len(words) <= 180 and not _NOT.search(words[:60]):
                return words
    return None


def _clauses(verb: Token, anchor: Token) -> Iterator[Token]:
    """Clauses and phrases hung on the verb that may state a condition; none with the anchor in it."""
    for child in verb.children:
        if child.dep_ in ("advcl", "prep", "mark", "advmod") and not _holds(child, anchor):
            yield child


def _holds(token: Token, anchor: Token) -> bool:
    return token.i == anchor.i or token.is_ancestor(anchor)


def _words(whole: str, clause: Token) -> str | None:
    start, end = edges(clause)
    text = whole[start:end].partition(";")[0].strip(' ,.;:"”—–-')
    if not 6 <= len(text) <= 180 or _NOT.search(text[:60]):
        return None
    phrase = _PHRASES.match(text) or (_PHRASES.match("only " + text) if _only_before(clause) else None)
    if clause.dep_ == "prep":
        return text if phrase else None
    marks = {c.lower_ for c in clause.children if c.dep_ in ("mark", "advmod") and c.i < clause.i}
    inverted = any(
        c.lower_ in ("should", "were", "had") and c.dep_ == "aux" and c.i == clause.left_edge.i
        for c in clause.children
    )
    if phrase or inverted or marks & (_MARKS - _FACTUAL):
        return text
    return text if marks & _FACTUAL and clause.tag_ in ("VBP", "VBZ", "VB") else None


def _only_before(clause: Token) -> bool:
    at = clause.left_edge.i
    return at > 0 and clause.doc[at - 1].lower_ == "only"
