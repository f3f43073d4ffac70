"""What the second stage looks at: a candidate's first score among those of its neighbours.

Contents do not nest and one cue has one content, so whether a candidate stands depends on how good
its rivals are. All features are numbers; words never enter, only how often a pattern, link or tag is right.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from positions.extraction.attribution.candidates import Candidate, Paragraph
from positions.extraction.attribution.decode import continues

NOBODY = -10.0  # the logit of an absent rival
CLIP = 1e-4
QUOTED = {"none": 0.0, "part": 1.0, "whole": 2.0}
Rates = Mapping[str, Mapping[str, float]]


def logit(probability: float) -> float:
    clipped = min(max(probability, CLIP), 1 - CLIP)
    return math.log(clipped / (1 - clipped))


def kinds(candidate: Candidate) -> dict[str, str]:
    """The candidate's categories; training counts how often each is right."""
    complement = candidate.complement
    return {
        "pattern": candidate.pattern,
        "link": candidate.link,
        "dep": candidate.cue.dep_,
        "tag": candidate.cue.tag_,
        "source": candidate.source.ent_type_ or candidate.source.pos_,
        "content": complement.tag_ if complement is not None else "-",
    }


def rows(paragraphs: Sequence[Paragraph], rates: Rates) -> list[list[float]]:
    """Return one row of numbers a candidate, paragraphs in order; expects first-stage scores in `score`."""
    logits = [[logit(c.score) for c in paragraph.candidates] for paragraph in paragraphs]
    tops = [NOBODY, *(max(line, default=NOBODY) for line in logits), NOBODY]
    found = []
    for place, (paragraph, line) in enumerate(zip(paragraphs, logits, strict=True)):
        around = [tops[place], tops[place + 2], float(place)]
        for index, candidate in enumerate(paragraph.candidates):
            row = [line[index], *_rivals(paragraph.candidates, line, index)]
            row += _shape(candidate, paragraph)
            row += [rates[name].get(kind, 0.0) for name, kind in kinds(candidate).items()]
            found.append(row + around)
    return found


def _rivals(candidates: list[Candidate], line: list[float], index: int) -> list[float]:
    """Best logits of the other candidates by how they stand to this one, and how many they are."""
    mine = candidates[index]
    groups: dict[str, list[float]] = {
        name: [] for name in ("cue", "outer", "before", "inner", "overlap", "source", "sentence")
    }
    for other, score in zip(candidates, line, strict=True):
        if other is not mine:
            for name in _relations(mine, other):
                groups[name].append(score)
    best = [max(scores, default=NOBODY) for scores in groups.values()]
    counts = [float(len(groups[name])) for name in ("cue", "outer", "inner")]
    return [*best, *counts, float(sum(score > 0 for score in groups["sentence"]))]


def _relations(mine: Candidate, other: Candidate) -> list[str]:
    found = ["sentence"] if other.cue.sent.start == mine.cue.sent.start else []
    if other.cue is mine.cue:
        return [*found, "cue"]
    if _holds(other, mine):
        found.append("before" if continues(mine, other) else "outer")
    if _holds(mine, other):
        found.append("inner")
    if any(a < d and c < b for a, b in mine.content for c, d in other.content):
        found.append("overlap")
    if other.source is mine.source:
        found.append("source")
    return found


def _holds(outer: Candidate, inner: Candidate) -> bool:
    start, end = inner.cue_span
    return any(a <= start and end <= b for a, b in outer.content)


def _shape(candidate: Candidate, paragraph: Paragraph) -> list[float]:
    sentence, (start, _) = candidate.cue.sent, candidate.cue_span
    low, high = candidate.source_span
    return [
        float(sum(b - a for a, b in candidate.content)),
        float(len(candidate.content)),
        float(start - low),
        float(high - low),
        float(min(abs(a - start) for a, _ in candidate.content)),
        float(start - sentence.start_char),
        float(sentence.end_char - sentence.start_char),
        float(len(paragraph.text)),
        QUOTED[candidate.quoted],
        float(candidate.in_quotation),
        float(len(paragraph.quotations)),
        float(sum(q.touches(sentence.start_char, sentence.end_char) for q in paragraph.quotations)),
    ]
