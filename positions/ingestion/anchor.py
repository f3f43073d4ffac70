"""Finding in a newer text the words that an older one had. Pure."""

from __future__ import annotations

import difflib
import re
from functools import lru_cache

from positions.ingestion.identity import normalised

# A break between sentences: end mark, closing quote, space, a capital; or a new line.
_BREAK = re.compile(r"(?<=[.!?])[\"”’')\]]*\s+(?=[\"“‘'(\[]*[A-Z0-9])|\n+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Gen|Lt|Col|Sen|Rep|St|Jan|Feb|Aug|Sept|Sep|Oct|Nov|Dec|No|vs|Prof|[A-Z])"
    r"|U\.S|U\.K|U\.N|E\.U|a\.m|p\.m)\.$"
)
# Words of a changed sentence that must be left for it to be called the same sentence, changed.
ALIKE = 0.5


@lru_cache(maxsize=4)  # asked for every finding of one article in turn
def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Return the spans of the text's sentences, in order and without gaps."""
    spans, start = [], 0
    for gap in _BREAK.finditer(text):
        if "\n" not in gap.group() and _ABBREVIATION.search(text[max(start, gap.start() - 6) : gap.start()]):
            continue
        spans.append((start, gap.end()))
        start = gap.end()
    if start < len(text) or not spans:
        spans.append((start, len(text)))
    return tuple(spans)


def sentence_at(text: str, offset: int) -> tuple[int, int]:
    """Return the span of the sentence that holds the character at `offset`."""
    return next(span for span in reversed(sentences(text)) if span[0] <= offset)


def stands(evidence: str, text: str) -> tuple[int, int] | None:
    """Return where the evidence stands word for word in a text, else None.

    Layout, case and punctuation may differ: the span found covers the same words.
    """
    exact = re.search(rf"(?<!\w){re.escape(evidence)}(?!\w)", text)
    if exact:
        return exact.span()
    words = normalised(evidence).split()
    if not words:
        return None
    pattern = r"\W+".join(map(re.escape, words))
    match = re.search(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE)
    return match.span() if match else None


def successor(evidence: str, text: str) -> tuple[int, int] | None:
    """Return the sentence most like the evidence, if it is like enough to be it, changed."""
    words = normalised(evidence).split()
    best, score = None, ALIKE
    for start, end in sentences(text):
        other = normalised(text[start:end]).split()
        ratio = difflib.SequenceMatcher(None, words, other, autojunk=False).ratio()
        if ratio >= score:
            best, score = (start, end), ratio
    return best
