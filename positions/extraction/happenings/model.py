"""How likely a naming of a happening is to be an event worth keeping: a logistic regression in plain Python.

The weights (events.json) are learned from annotated articles by `positions/training/events.py`.
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


@dataclass(frozen=True)
class EventModel:
    """Weights by feature and the two thresholds of `choosing.py`."""

    version: str
    weights: dict[str, float]
    threshold: float
    second: float

    def probability(self, features: Features) -> float:
        """Return 0–1. Summed in a fixed order, so that the last digit never varies."""
        score = sum(self.weights[name] for name in sorted(features) if name in self.weights)
        return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, score))))


@cache
def load_events(path: Path = WEIGHTS) -> EventModel:
    """Read the weights once per process."""
    return from_json(json.loads(path.read_text(encoding="utf-8")))


def from_json(data: dict[str, Any]) -> EventModel:
    """Build a model from its JSON form."""
    return EventModel(data["version"], data["weights"], data["threshold"], data["second"])
