"""What an outlet changed in an article: two texts, sentence by sentence. Pure."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Literal

from positions.ingestion.anchor import sentences


@dataclass(frozen=True, slots=True)
class Edit:
    """A run of sentences that both texts have, or that one of them has alone. Joined they give the texts."""

    kind: Literal["same", "removed", "added"]
    text: str


def edits(old: str, new: str) -> list[Edit]:
    """Return how the old text became the new one, in order; removed before added."""
    before, after = _split(old), _split(new)
    found: list[Edit] = []
    matcher = difflib.SequenceMatcher(
        None, [s.strip() for s in before], [s.strip() for s in after], autojunk=False
    )
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            found.append(Edit("same", "".join(after[c:d])))
            continue
        if b > a:
            found.append(Edit("removed", "".join(before[a:b])))
        if d > c:
            found.append(Edit("added", "".join(after[c:d])))
    return found


def _split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]
