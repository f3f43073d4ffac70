"""The five folds by article: the same everywhere, so that nothing is scored by what it was trained on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"
FOLDS = 5


def fold_of(ids: Iterable[str]) -> dict[str, int]:
    """Return the fold of each article: its place among the sorted ids, modulo FOLDS."""
    return {name: place % FOLDS for place, name in enumerate(sorted(set(ids)))}
