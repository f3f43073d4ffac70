"""The training passages are well formed: their annotations speak of what stands in the text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from positions.extraction.learned.masking import TOPICS
from positions.extraction.scorer import KINDS, MODES
from positions.training.invented import CastResolver

DATA = Path(__file__).resolve().parents[2] / "positions" / "data"
FILES = sorted([*(DATA / "passages").glob("*.jsonl"), *(DATA / "mixed").glob("*.jsonl")])
POSITIONS = (-2, -1, 0, 1, 2)


def rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        yield number, json.loads(line)


def faults(row: dict[str, Any]) -> Iterator[str]:
    text = row["text"]
    names = {actor["name"] for actor in row["actors"]} if "actors" in row else None
    for stance in row["stances"]:
        for field in ("holder", "source"):
            who = stance.get(field)
            if who and not (who in names if names is not None else who in text):
                yield f"{field} {who!r}"
        for field in ("evidence", "condition"):
            if stance.get(field) and stance[field] not in text:
                yield f"{field} {stance[field]!r}"
        if stance["topic"] not in TOPICS or stance["mode"] not in MODES or stance["kind"] not in KINDS:
            yield f"values of {stance['evidence']!r}"
        if not {stance["position"], *stance.get("accept", [])} <= set(POSITIONS):
            yield f"position of {stance['evidence']!r}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_annotations_stand_in_the_text(path: Path) -> None:
    assert [(number, fault) for number, row in rows(path) for fault in faults(row)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_listed_holders_stand_in_the_text_under_one_of_their_names(path: Path) -> None:
    for number, row in rows(path):
        if "actors" not in row:
            continue
        date.fromisoformat(row["published"])
        names = CastResolver(row["actors"])
        # Perhaps only within another's: "the alliance's secretary general".
        seen = {slug for words, slug in names.spellings.items() if words in row["text"]}
        # A state may be named only by its adjective or its people.
        unseen = {s["holder"] for s in row["stances"] if names.slug(s["holder"]) not in seen}
        assert [name for name in unseen if name not in row["text"]] == [], f"{path.stem}:{number}"
