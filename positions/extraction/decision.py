"""The learned part of the decision layer: from a candidate's features to the six probabilities.

A linear model over all features, then boosted trees over the dense ones with the linear model's answer.
Plain JSON, plain numpy: no training library at run time. Trained
by `positions/training/decision.py`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from positions.extraction.features import Features

Matrix = NDArray[np.float64]
Chances = dict[str, float]  # probability of each mode, or of each kind
MODEL = Path(__file__).resolve().parent / "decision.json"
CLASSES = 6  # in the order of scorer.LABELS


@dataclass(frozen=True)
class Trees:
    """Boosted trees, all nodes in one table (feature or -1, threshold, left, right, value).

    `roots` is (rounds, classes): where each tree's first node stands in the table.
    """

    baseline: Matrix
    nodes: Matrix
    roots: NDArray[np.int64]

    def scores(self, rows: Matrix) -> Matrix:
        """Return the raw scores of each row for each class; all trees are walked at once."""
        feature, threshold, following = self._steps
        values = np.ascontiguousarray(rows).ravel()
        line = (np.arange(len(rows)) * rows.shape[1])[:, None]
        at = np.tile(self.roots.ravel(), (len(rows), 1))
        for _ in range(self._depth):
            above = values.take(feature.take(at) + line) > threshold.take(at)
            at = following.take(2 * at + above)
        leaves = self.nodes[:, 4].take(at).reshape(len(rows), *self.roots.shape)
        result: Matrix = self.baseline + leaves.sum(axis=1)
        return result

    @cached_property
    def _steps(self) -> tuple[NDArray[np.int64], Matrix, NDArray[np.int64]]:
        """Feature and threshold of each node, and the nodes that follow (not above, above); a leaf stays."""
        leaf = self.nodes[:, 0] < 0
        itself = np.arange(len(self.nodes))
        feature = np.where(leaf, 0, self.nodes[:, 0]).astype(np.int64)
        children = np.where(leaf[:, None], itself[:, None], self.nodes[:, 2:4]).astype(np.int64)
        return feature, np.where(leaf, np.inf, self.nodes[:, 1]), children.ravel()

    @cached_property
    def _depth(self) -> int:
        """Steps from a root to its farthest leaf."""
        at, steps = np.unique(self.roots), 0
        following = self._steps[2].reshape(-1, 2)
        while (self.nodes[at, 0] >= 0).any():
            at, steps = np.unique(following[at]), steps + 1
        return steps


@dataclass(frozen=True)
class TraitModel:
    """A linear choice among named classes."""

    columns: dict[str, int]
    classes: list[str]
    weights: Matrix

    def chances(self, row: Features) -> Chances:
        """Return the probability of each class."""
        known = [self.columns[name] for name in row if name in self.columns]
        shares = softmax(self.weights[known].sum(axis=0, keepdims=True))[0]
        return dict(zip(self.classes, shares.tolist(), strict=True))


@dataclass(frozen=True)
class DecisionModel:
    """Everything learned; `calibration` holds rising (score, share right) pairs."""

    version: str
    columns: dict[str, int]
    weights: Matrix  # (features, classes)
    dense: dict[str, int]
    trees: Trees
    threshold: float
    calibration: list[list[float]]
    traits: tuple[TraitModel, ...] = ()

    def probabilities(self, rows: Sequence[Features]) -> Matrix:
        """Return (rows, 6) probabilities in the order of `scorer.LABELS`."""
        if not rows:
            return np.zeros((0, CLASSES))
        table = np.hstack([self.dense_rows(rows), softmax(self.linear(rows))])
        return softmax(self.trees.scores(table))

    def linear(self, rows: Sequence[Features]) -> Matrix:
        """Return the linear model's raw scores."""
        found = np.zeros((len(rows), CLASSES))
        for number, row in enumerate(rows):
            known = [self.columns[name] for name in row if name in self.columns]
            found[number] = self.weights[known].sum(axis=0)
        return found

    def dense_rows(self, rows: Sequence[Features]) -> Matrix:
        """Return the dense features as a 0/1 matrix."""
        found = np.zeros((len(rows), len(self.dense)))
        for number, row in enumerate(rows):
            for name in row:
                if name in self.dense:
                    found[number, self.dense[name]] = 1.0
        return found

    def traits_of(self, row: Features) -> tuple[Chances, Chances]:
        """Return the chances of each mode and kind of a candidate that is a stance, none if not learned."""
        if not self.traits:
            return {}, {}
        mode, kind = (model.chances(row) for model in self.traits)
        return mode, kind

    def confidence(self, score: float) -> float:
        """Return how often a reading with this score is right, by the calibration table."""
        table = self.calibration or [[0.0, 0.0], [1.0, 1.0]]
        return float(np.interp(score, [x for x, _ in table], [y for _, y in table]))


def softmax(scores: Matrix) -> Matrix:
    """Return the rows' softmax."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    result: Matrix = shifted / shifted.sum(axis=1, keepdims=True)
    return result


@cache
def load_decision(path: Path = MODEL) -> DecisionModel | None:
    """Read a model; None where there is none, so that the rules stand alone."""
    return from_json(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


def from_json(data: dict[str, Any]) -> DecisionModel:
    """Build a model from its JSON form."""
    names = data["features"]
    return DecisionModel(
        version=data["version"],
        columns={name: n for n, name in enumerate(names)},
        weights=np.asarray(data["weights"], dtype=np.float64).reshape(len(names), CLASSES),
        dense={name: n for n, name in enumerate(data["dense"])},
        trees=_trees(data["trees"]),
        threshold=data["threshold"],
        calibration=data["calibration"],
        traits=tuple(_trait(entry) for entry in data.get("traits", ())),
    )


def _trait(data: dict[str, Any]) -> TraitModel:
    names, classes = data["features"], data["classes"]
    weights = np.asarray(data["weights"], dtype=np.float64).reshape(len(names), len(classes))
    return TraitModel({name: n for n, name in enumerate(names)}, classes, weights)


def _trees(data: dict[str, Any]) -> Trees:
    """Put the trees of all rounds into one table; child numbers are made to count from its start."""
    tables, roots, size = [], [], 0
    for trees in data["rounds"]:
        for tree in trees:
            nodes = np.asarray(tree, dtype=np.float64)
            nodes[:, 2:4] += size
            tables.append(nodes)
            roots.append(size)
            size += len(nodes)
    shape = (len(data["rounds"]), len(data["baseline"]))
    baseline = np.asarray(data["baseline"], dtype=np.float64)
    return Trees(baseline, np.vstack(tables), np.asarray(roots, dtype=np.int64).reshape(shape))
