"""Where a text speaks of Ukraine: whether it is read at all, and which of its sentences are.

Pure text, no parse: what is said elsewhere in a long text is neither parsed nor asked about.
"""

from __future__ import annotations

import re
from itertools import accumulate

from positions.extraction.text import Span, folded, paragraphs

UKRAINE = re.compile(r"ukrain|kyiv|kiev|zelensk")
INVADER = re.compile(r"\b(?:russia|moscow|putin|kremlin)")
_INVADER_NAMED = re.compile(r"\b(?:Russia|Moscow|Kremlin|Putin)")
_WHOLE = 0.15  # of an article's sentences: it is about the war throughout
_BRIEF, _LEAD = 40, 4  # sentences of a short article, and of its beginning
_ANSWER = 2  # paragraphs
_PART = 0.3  # of the sentences of a stretch in an article that wanders
_STRETCH = 10  # sentences before and after
_ARTICLE = 90  # sentences of a news article at most
_GOES_ON, _LEADS_UP = 25, 4  # sentences after one that names a side of the war, and before
# Sentences parsed round those that are asked about: pronouns and "the minister" point back into them.
_BEFORE, _AFTER = 6, 1


def about_ukraine(text: str) -> bool:
    """Return whether an article can hold stances at all: one passing mention of Ukraine is not enough.

    It is where the other side of the war is named too: talks with Moscow are about Ukraine.
    """
    plain = folded(text)
    named = len(UKRAINE.findall(plain))
    return (
        named >= 2 or bool(UKRAINE.search(plain[:600])) or (named == 1 and bool(_INVADER_NAMED.search(text)))
    )


def near_ukraine(text: str, sentences: list[Span]) -> list[bool]:
    """Return for each sentence of a folded text whether Ukraine is what is spoken of there.

    It is throughout an article of which a good part names Ukraine or Russia, and a short one that begins
    with Ukraine. Others wander. News comes back to its subject: there, in what follows a sentence that names
    either side, and just before it. Briefings and long interviews do not: only in sentences that name
    Ukraine, in answers to questions that do, and in stretches that keep to it.
    """
    ukraine = [bool(UKRAINE.search(text, *span)) for span in sentences]
    war = _of_war(text, sentences)
    brief = len(war) <= _BRIEF and (any(ukraine[:_LEAD]) or not any(war))
    if brief or sum(war) >= _WHOLE * len(war):
        return [True] * len(war)
    if len(war) <= _ARTICLE:
        return [any(war[max(0, n - _GOES_ON) : n + _LEADS_UP + 1]) for n in range(len(war))]
    named = _answers(text)
    inside = [any(a <= start < b for a, b in named) for start, _ in sentences]
    ukraine = [here or around for here, around in zip(ukraine, inside, strict=True)]
    counts = [0, *accumulate(war)]
    spans = [(max(0, n - _STRETCH), min(len(war), n + _STRETCH + 1)) for n in range(len(war))]
    return [
        here or counts[end] - counts[start] >= _PART * (end - start)
        for here, (start, end) in zip(ukraine, spans, strict=True)
    ]


def _answers(text: str) -> list[Span]:
    """Return the paragraphs after a question about Ukraine, up to the next question."""
    found: list[Span] = []
    left = 0
    for start, end in paragraphs(text):
        if text[start:end].rstrip(" *\n").endswith("?"):
            left = _ANSWER if UKRAINE.search(text, start, end) else 0
        elif left:
            found.append((start, end))
            left -= 1
    return found


def nearness(text: str, sentences: list[Span]) -> list[tuple[float, ...]]:
    """Return for each sentence of a folded text how near it is to the war, as numbers from 0 to 1.

    The article's share of sentences that name a side; that of the sentences around; whether this one names
    Ukraine, and whether it names Russia; how lately Ukraine was named (1: here, 1/2: one sentence before, …,
    0: not yet).
    """
    war, named = _of_war(text, sentences), [bool(UKRAINE.search(text, *span)) for span in sentences]
    counts = [0, *accumulate(war)]
    share = counts[-1] / max(1, len(war))
    found: list[tuple[float, ...]] = []
    last: int | None = None
    for n, here in enumerate(named):
        first, end = max(0, n - _STRETCH), min(len(war), n + _STRETCH + 1)
        last = n if here else last
        around = (counts[end] - counts[first]) / (end - first)
        invader = bool(INVADER.search(text, *sentences[n]))
        lately = 0.0 if last is None else 1 / (1 + n - last)
        found.append((share, around, float(here), float(invader), lately))
    return found


def _of_war(text: str, sentences: list[Span]) -> list[bool]:
    return [bool(UKRAINE.search(text, *span) or INVADER.search(text, *span)) for span in sentences]


def worth_parsing(near: list[bool]) -> list[bool]:
    """Return for each sentence whether reading those near Ukraine needs its parse."""
    counts = [0, *accumulate(near)]
    ends = [(max(0, n - _AFTER), min(len(near), n + _BEFORE + 1)) for n in range(len(near))]
    return [counts[end] > counts[start] for start, end in ends]
