"""Folds and halves by article: the same everywhere, so that nothing is scored by what it was trained on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"
FOLDS = 5
HALVES = 2  # of what the learned reader is trained on: five trainings would take a day


def fold_of(ids: Iterable[str]) -> dict[str, int]:
    """Return the fold of each article: its place among the sorted ids, modulo FOLDS."""
    return _dealt(ids, FOLDS)


def half_of(ids: Iterable[str]) -> dict[str, int]:
    """Return the half of each article: its place among the sorted ids, modulo HALVES."""
    return _dealt(ids, HALVES)


def _dealt(ids: Iterable[str], parts: int) -> dict[str, int]:
    return {name: place % parts for place, name in enumerate(sorted(set(ids)))}
