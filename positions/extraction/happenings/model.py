"""How likely a naming of a happening is to be an event worth keeping: boosted trees in plain Python.

The trees (events.json) are learned from annotated articles by `positions/training/events.py`. They ask
only whether a feature holds.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from math import exp
from pathlib import Path
from typing import Any

from positions.extraction.happenings.features import Features

WEIGHTS = Path(__file__).resolve().parent / "events.json"

# A leaf is (-1, 0, 0, value), an inner node (feature, where it does not hold, where it holds, 0).
Tree = list[tuple[int, int, int, float]]


@dataclass(frozen=True)
class EventModel:
    """The trees over `features` (name to number) and the two thresholds of `choosing.py`."""

    version: str
    features: dict[str, int]
    baseline: float
    trees: list[Tree]
    threshold: float
    second: float

    def probability(self, names: Features) -> float:
        """Return how likely it is, 0 to 1, that a naming with these features is an event."""
        holding = {self.features[name] for name in names if name in self.features}
        score = self.baseline
        for tree in self.trees:
            node = tree[0]
            while node[0] >= 0:
                node = tree[node[2] if node[0] in holding else node[1]]
            score += node[3]
        return 1.0 / (1.0 + exp(-score))


@cache
def load_events(path: Path = WEIGHTS) -> EventModel:
    """Read the trees once per process."""
    return from_json(json.loads(path.read_text(encoding="utf-8")))


def from_json(data: dict[str, Any]) -> EventModel:
    """Build a model from its JSON form."""
    features = {name: number for number, name in enumerate(data["features"])}
    trees = [[(int(a), int(b), int(c), value) for a, b, c, value in tree] for tree in data["trees"]]
    return EventModel(data["version"], features, data["baseline"], trees, data["threshold"], data["second"])
