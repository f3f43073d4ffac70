"""The seam between the rules and a learned reader.

The rules over-generate candidates, each a (holder, topic, passage) that may or may not carry a
stance. A scorer says for each how likely it is that there is none, or which position it takes.
Nothing here loads a model: an implementation lives in `learned/` and is passed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

# Order of an answer's six probabilities.
LABELS: tuple[int | None, ...] = (None, -2, -1, 0, 1, 2)
# Order of its chances of each kind and mode.
KINDS = ("statement", "demand", "pledge", "threat", "action", "prediction")
MODES = ("direct", "indirect", "narrative", "second-hand")

Span = tuple[int, int]
Probabilities = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class ScorerItem:
    """One question to a scorer: does the holder take a position on the topic in the focus?

    All spans are half-open character offsets into `text` (the whole article). `context` contains
    `focus` (the sentence that would be the evidence) and usually the sentence or two before it.
    `holder_spans` are the mentions of the holder inside the context that an implementation may
    mask, in order; empty where the holder is only understood (a continued quotation).
    """

    text: str
    holder_spans: tuple[Span, ...]
    topic: str
    focus: Span
    context: Span


@dataclass(frozen=True, slots=True)
class ScorerAnswer:
    """What a scorer says to one question.

    `labels` are probabilities in the order of `LABELS`, summing to 1; `condition` is the probability that, if
    there is a stance, a condition is tied to it. `modes` and `kinds` are the probabilities, if there is one,
    of each of MODES and KINDS; empty where a scorer does not say.
    """

    labels: Probabilities
    condition: float
    modes: tuple[float, ...] = ()
    kinds: tuple[float, ...] = ()


class StanceScorer(Protocol):
    """Reads candidates in a batch. Pure and deterministic: the same items give the same numbers."""

    def answers(self, items: Sequence[ScorerItem]) -> Sequence[ScorerAnswer]:
        """Return the answers in the items' order."""
        ...
