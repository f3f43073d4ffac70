"""A resolver for the training passages, whose persons, states and ministries are invented.

It knows the actors that a passage's annotations name, by their full wording and by surname, and
nobody else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from positions.extraction.types import ActorKind, NameHit, Resolution

_TITLE = re.compile(
    r"\b(?:president|premier|minister|chancellor|secretary|spokes\w+|envoy|ambassador|senator|deputy|speaker|general|"
    r"adviser|commissioner|king|queen|cardinal|chief|leader|taoiseach|marshal|admiral)\b",
    re.IGNORECASE,
)
_UNNAMED = re.compile(
    r"\b(?:diplomats?|officials?|sources?|aides?|people|advisers|negotiators|lawmakers|envoys)\b", re.I
)
_NAME = re.compile(r"[A-ZÀ-Þ][\w’'-]+(?:\s(?:van |de |von )?[A-ZÀ-Þ][\w’'-]+)*")


class PassageResolver:
    """Resolves the words that one passage's annotations use for its actors."""

    def __init__(self, passage: dict[str, Any]) -> None:
        text = passage["text"]
        annotated = [s[k] for s in passage["stances"] for k in ("holder", "source") if s.get(k)]
        annotated += [d["holder"] for d in passage.get("distractors", ())]
        self.spellings: dict[str, str] = {}
        for words in sorted(set(annotated), key=len, reverse=True):
            if words in text:
                slug = self._known(words) or slug_of(words)
                self.spellings[words] = slug
                surname = surname_of(words)
                if surname:
                    self.spellings.setdefault(surname, slug)

    def _known(self, words: str) -> str:
        surname = surname_of(words)
        return self.spellings.get(surname, "") if surname else self.spellings.get(words, "")

    def slug(self, words: str) -> str:
        """Return the slug of an annotated actor."""
        return self.spellings.get(words) or slug_of(words)

    def find(self, text: str) -> list[NameHit]:
        """Return where the passage's actors are named, the longest wording first."""
        taken: list[tuple[int, int]] = []
        hits = []
        for words in sorted(self.spellings, key=lambda w: (-len(w), w)):
            for match in re.finditer(
                rf"\b{re.escape(words)}\b" if words[-1].isalnum() else re.escape(words), text
            ):
                if not any(match.start() < b and a < match.end() for a, b in taken):
                    taken.append(match.span())
                    role = "person" if kind_of(words) == "person" else "state"
                    hits.append(NameHit(*match.span(), role, (self.spellings[words],)))  # type: ignore[arg-type]
        return sorted(hits, key=lambda hit: hit.start)

    def resolve(self, text: str, on: date, context: Sequence[str] = ()) -> Resolution:
        """Return the actor annotated under these words; anybody else is unknown and has no slug."""
        slug = self.spellings.get(text, "")
        kind = kind_of(text)
        return Resolution(slug, text, kind, "registry" if slug else "unknown", "annotation")


def slug_of(words: str) -> str:
    """Return a slug for an actor's wording."""
    return re.sub(r"\W+", "-", words.lower()).strip("-")


def kind_of(words: str) -> ActorKind:
    """Guess the kind of actor that a wording describes."""
    if _UNNAMED.search(words):
        return "unnamed"
    names = _NAME.findall(re.sub(r"^(?:The|A|An|Her|His|Their|Its)\s", "", words))
    if _TITLE.search(words) or any(" " in name for name in names):
        return "person"
    return "state"


def surname_of(words: str) -> str:
    """Return the surname in a person's wording, "" if there is none to be sure of."""
    if kind_of(words) != "person":
        return ""
    plain = re.sub(r"\s(?:of|in|from|to)\s.*$", "", words)
    names = [name for name in _NAME.findall(plain) if " " in name]
    return names[-1].split()[-1] if names and not _TITLE.search(names[-1].split()[-1]) else ""
