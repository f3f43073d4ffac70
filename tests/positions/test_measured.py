"""Measurements kept as data: by reader, version and kind, newest version first."""

from __future__ import annotations

from pathlib import Path

from positions.evaluation import evaluate
from positions.matching import Example
from positions.measured import Measured, store, stored

BODY = "Ruritania wants in. Zenda does not.\n"


def reading(holder: str, position: int, evidence: str, confidence: float) -> dict[str, object]:
    fixed = {"topic": "nato-membership", "mode": "narrative", "kind": "statement", "date": "2024-03-04"}
    return {**fixed, "holder": holder, "position": position, "evidence": evidence, "confidence": confidence}


def test_stored_are_by_reader_and_the_newest_version_first(tmp_path: Path):
    for version, how in (("9", "blind"), ("10", "in-sample"), ("10", "blind")):
        store(Measured("rules", version, how, "2024-03-04", {"articles": 1}), tmp_path)
    assert [(m.version, m.how) for m in stored(tmp_path)] == [
        ("10", "blind"),
        ("10", "in-sample"),
        ("9", "blind"),
    ]


def test_store_again_takes_the_place_of_the_first(tmp_path: Path):
    for day in ("2024-03-04", "2024-03-05"):
        store(Measured("rules", "1", "blind", day, {}), tmp_path)
    assert [m.day for m in stored(tmp_path)] == ["2024-03-05"]


def test_stored_nothing_measured(tmp_path: Path):
    assert stored(tmp_path / "none") == []


def test_reliability_counts_right_signs_by_tenths_of_confidence():
    gold = [reading("ruritania", 1, "Ruritania wants in.", 1), reading("zenda", -2, "Zenda does not.", 1)]
    read = [
        reading("ruritania", 2, "Ruritania wants in.", 0.85),
        reading("zenda", 1, "Zenda does not.", 0.35),
    ]
    result = evaluate([Example("a", BODY, {"stances": gold}, {"stances": read})])
    assert result.reliability == [(0.3, 1, 0.35, 0.0), (0.8, 1, 0.85, 1.0)]
    assert round(result.brier, 6) == round((0.15**2 + 0.35**2) / 2, 6)
