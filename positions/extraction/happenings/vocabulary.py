"""The words of happening, read from lexicon/events.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

import yaml

from positions.extraction.types import EventKind

_FILE = Path(__file__).resolve().parent.parent / "lexicon" / "events.yaml"


@dataclass(frozen=True, slots=True)
class Sort:
    """A class of happenings ("visit", "vote") and the codebook's kind of event it belongs to."""

    name: str
    kind: EventKind


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Lemmas to sorts of happening, and the word lists that judge them; see events.yaml."""

    nouns: dict[str, Sort]
    verbs: dict[str, Sort]
    aid_words: frozenset[str]
    war_words: frozenset[str]
    venues: frozenset[str]
    hypothetical: frozenset[str]
    topics: dict[str, str]


OTHER = Sort("other", "decision")  # a dated act by a verb that the vocabulary does not know


@cache
def vocabulary() -> Vocabulary:
    """Read the file once per process."""
    data = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    nouns: dict[str, Sort] = {}
    verbs: dict[str, Sort] = {}
    for name, entry in data["classes"].items():
        sort = Sort(name, cast(EventKind, entry["kind"]))
        nouns |= dict.fromkeys(entry.get("nouns", ()), sort)
        verbs |= dict.fromkeys(entry.get("verbs", ()), sort)
    lists = {k: frozenset(data[k]) for k in ("aid_words", "war_words", "venues", "hypothetical")}
    return Vocabulary(nouns, verbs, topics=data["topics"], **lists)
