"""The learned filter: how probable it is that a candidate is an attribution, in plain Python.

Two stages. A logistic regression over words and labels scores each candidate alone; boosted trees
then weigh that score against the rivals'. The numbers were learned from PolNeAR (Newell et al., LREC
2018; networkdynamics/PolNeAR), train split; they are weights over lemmas, dependency labels and parts
of speech, no text of the corpus.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from positions.extraction.attribution import context, features
from positions.extraction.attribution.candidates import Paragraph

WEIGHTS = Path(__file__).parent / "weights.json"

# A leaf is its value; a branch is (feature, threshold, branch if not above, branch if above).
Tree = Any


@dataclass(frozen=True)
class Filter:
    """The trained numbers; `threshold` is where a candidate counts as an attribution."""

    weights: Mapping[str, float]
    rates: context.Rates
    trees: Sequence[Tree]
    base: float
    threshold: float

    def score(self, paragraphs: Sequence[Paragraph]) -> None:
        """Set `score` of every candidate of an article's paragraphs."""
        first_scores(paragraphs, self.weights)
        rows = iter(context.rows(paragraphs, self.rates))
        for paragraph in paragraphs:
            for candidate in paragraph.candidates:
                candidate.score = self._boosted(next(rows))

    def _boosted(self, row: Sequence[float]) -> float:
        total = self.base
        for tree in self.trees:
            while isinstance(tree, list):
                tree = tree[3] if row[tree[0]] > tree[1] else tree[2]
            total += tree
        return logistic(total)


def first_scores(paragraphs: Sequence[Paragraph], weights: Mapping[str, float]) -> None:
    """Set every candidate's score by the first stage alone."""
    for paragraph in paragraphs:
        for candidate, found in zip(paragraph.candidates, vectors(paragraph), strict=True):
            candidate.score = logistic(sum(weights.get(key, 0.0) * value for key, value in found.items()))


def vectors(paragraph: Paragraph) -> list[features.Features]:
    """The first stage's features of the paragraph's candidates, in order."""
    nested = features.depths(paragraph.candidates)
    return [
        features.of(candidate, first=not place, nested=nested[place])
        for place, candidate in enumerate(paragraph.candidates)
    ]


def logistic(value: float) -> float:
    return 1 / (1 + math.exp(-max(min(value, 35.0), -35.0)))


@cache
def load(path: Path = WEIGHTS) -> Filter:
    """Return the filter of a weights file; read once a process."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return Filter(data["weights"], data["rates"], data["trees"], data["base"], data["threshold"])
