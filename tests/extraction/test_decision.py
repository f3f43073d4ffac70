"""The decision model: walking trees, choosing positions, thresholds, calibration."""

from __future__ import annotations

import numpy as np
import pytest

from positions.extraction.decide import Traits, likeliest, position_of
from positions.extraction.decision import from_json, load_decision
from positions.extraction.scorer import KINDS, LABELS, MODES, ScorerAnswer

LEAF = [-1, 0, 0, 0]
STUMP = [[0, 0.5, 1, 2, 0], [*LEAF, -1.0], [*LEAF, 2.0]]  # says 2 where the first column is set, else -1
FLAT = [[*LEAF, 0.0]]
MODEL = {
    "version": "t", "features": ["a", "b"], "weights": [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0], "dense": ["a"],
    "trees": {"baseline": [0] * 6, "rounds": [[FLAT, FLAT, FLAT, FLAT, FLAT, STUMP]]}, "threshold": 0.3,
    "calibration": [[0.0, 0.1], [1.0, 0.9]],
}  # fmt: skip


def test_probabilities_follow_the_trees() -> None:
    table = from_json(MODEL).probabilities([{"a": 1.0}, {"b": 1.0}])
    assert table.shape == (2, 6)
    assert table.sum(axis=1) == pytest.approx([1.0, 1.0])
    assert table[0, 5] == pytest.approx(np.exp(2) / (np.exp(2) + 5))
    assert table[1, 5] == pytest.approx(np.exp(-1) / (np.exp(-1) + 5))


def test_probabilities_of_nothing_is_an_empty_table() -> None:
    assert from_json(MODEL).probabilities([]).shape == (0, 6)


def test_confidence_reads_the_calibration_table() -> None:
    assert from_json(MODEL).confidence(0.5) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([0.2, 0.3, 0.25, 0.0, 0.2, 0.05], (-2, 0.55)),
        ([0.1, 0.0, 0.1, 0.5, 0.2, 0.1], (0, 0.5)),
        ([0.1, 0.05, 0.05, 0.1, 0.3, 0.4], (2, 0.7)),
    ],
)
def test_position_of_takes_the_likeliest_sign_first(row: list[float], expected: tuple[int, float]) -> None:
    position, score = position_of(np.array(row))
    assert (position, round(score, 6)) == expected


SILENT = ScorerAnswer((1.0, 0.0, 0.0, 0.0, 0.0, 0.0), 0.5)  # on mode and kind
RULES = ({"direct": 0.6, "narrative": 0.4}, {"pledge": 0.5, "demand": 0.3, "threat": 0.2})


def said(mode: str, kind: str, chance: float) -> ScorerAnswer:
    """An answer with that chance for a mode and a kind, the rest spread over the others."""
    modes, kinds = (
        tuple(chance if name == wanted else (1 - chance) / (len(names) - 1) for name in names)
        for names, wanted in ((MODES, mode), (KINDS, kind))
    )
    return ScorerAnswer((1.0, 0.0, 0.0, 0.0, 0.0, 0.0), 0.25, modes, kinds)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, Traits("direct", "pledge", None)),
        (said("narrative", "demand", 0.9), Traits("narrative", "demand", 0.25)),
        (said("narrative", "demand", 0.22), Traits("direct", "pledge", 0.25)),  # too little to turn the rules
        (SILENT, Traits("direct", "pledge", 0.5)),
    ],
)
def test_mode_and_kind_are_what_rules_and_scorer_together_take_for_likeliest(
    answer: ScorerAnswer | None, expected: Traits
) -> None:
    assert likeliest(RULES, answer) == expected


def test_mode_and_kind_are_open_where_the_model_has_learned_neither() -> None:
    assert likeliest(from_json(MODEL).traits_of({"a": 1.0})) == Traits()


def test_shipped_model_loads_and_knows_no_actor() -> None:
    model = load_decision()
    assert model is not None
    assert model.weights.shape == (len(model.columns), len(LABELS))
    assert not [name for name in model.columns if "zelensk" in name or "putin" in name or "trump" in name]
