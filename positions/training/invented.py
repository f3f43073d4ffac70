"""The training passages, whose persons, states and ministries are invented, and who resolves their names.

Short passages name their actors only in their annotations, by the words of the text; whole digests list
every actor with all its names, so that a reader is asked about them as about real ones.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from positions.extraction.types import ActorKind, ArticleText, NameHit, Resolution, Resolver

_TITLE = re.compile(
    r"\b(?:president|premier|minister|chancellor|secretary|spokes\w+|envoy|ambassador|senator|deputy|speaker|general|"
    r"adviser|commissioner|king|queen|cardinal|chief|leader|taoiseach|marshal|admiral)\b",
    re.IGNORECASE,
)
_UNNAMED = re.compile(
    r"\b(?:diplomats?|officials?|sources?|aides?|people|advisers|negotiators|lawmakers|envoys)\b", re.I
)
_NAME = re.compile(r"[A-ZÀ-Þ][\w’'-]+(?:\s(?:van |de |von )?[A-ZÀ-Þ][\w’'-]+)*")


DAY = date(2024, 3, 5)  # of passages without a date; nothing they teach hangs on one
_PARTIES = {"Ukraine": "ua", "Russia": "ru", "Belarus": "by", "NATO": "nato", "European Union": "eu"}
_ROLES = {"state": "state", "organisation": "organisation", "group": "group", "unnamed": "group"}


def read_passages(path: Path) -> Iterator[tuple[ArticleText, Resolver, list[dict[str, Any]]]]:
    """Yield each passage of a file with its resolver and its stances, holders and sources as slugs."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        names = CastResolver(row["actors"]) if "actors" in row else PassageResolver(row)
        day = date.fromisoformat(row["published"]) if "published" in row else DAY
        yield ArticleText(f"{path.stem}:{number}", row["text"] + "\n", day), names, list(_stances(row, names))


def _stances(row: dict[str, Any], names: CastResolver | PassageResolver) -> Iterator[dict[str, Any]]:
    for entry in row["stances"]:
        yield {**entry, **{k: names.slug(entry[k]) for k in ("holder", "source") if entry.get(k)}}


class CastResolver:
    """Resolves every name and alias of a digest's listed actors, and nobody else's."""

    def __init__(self, actors: Sequence[Mapping[str, Any]]) -> None:
        self.actors = {slug_of(actor["name"]): actor for actor in actors}
        self.spellings = {
            words: slug
            for slug, actor in self.actors.items()
            for words in (actor["name"], *actor.get("aliases", ()))
        }

    def slug(self, words: str) -> str:
        """Return the slug of a listed actor."""
        return self.spellings.get(words) or slug_of(words)

    def name_of(self, slug: str) -> str:
        return str(self.actors[slug]["name"]) if slug in self.actors else slug

    def find(self, text: str) -> list[NameHit]:
        """Return where the listed actors are named, the longest wording first."""
        return [
            NameHit(start, end, self._role(words), (self.spellings[words],))  # type: ignore[arg-type]
            for start, end, words in _places(text, self.spellings)
        ]

    def _role(self, words: str) -> str:
        kind = self.actors[self.spellings[words]]["kind"]
        return _ROLES.get(kind) or ("person" if " " in words else "surname")

    def resolve(self, text: str, on: date, context: Sequence[str] = ()) -> Resolution:
        """Return the listed actor of these words; anybody else is unknown and has no slug."""
        slug = self.spellings.get(text, "")
        if not slug:
            return Resolution("", text, kind_of(text), "unknown", "annotation")
        actor = self.actors[slug]
        whom = slug_of(actor["speaks_for"]) if actor.get("speaks_for") else ""
        return Resolution(
            slug, actor["name"], actor["kind"], "registry", "annotation",
            gender=actor.get("gender", ""), speaks_for=whom,
        )  # fmt: skip


def _places(text: str, spellings: Mapping[str, str]) -> list[tuple[int, int, str]]:
    """Return (start, end, wording) of every wording in the text, the longest first, without overlaps."""
    taken: list[tuple[int, int, str]] = []
    for words in sorted(spellings, key=lambda w: (-len(w), w)):
        pattern = rf"(?<!\w){re.escape(words)}(?!\w)" if words[-1].isalnum() else re.escape(words)
        for match in re.finditer(pattern, text):
            if not any(match.start() < b and a < match.end() for a, b, _ in taken):
                taken.append((*match.span(), words))
    return sorted(taken)


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

    def name_of(self, slug: str) -> str:
        return next((words for words, known in self.spellings.items() if known == slug), slug)

    def find(self, text: str) -> list[NameHit]:
        """Return where the passage's actors are named, the longest wording first."""
        return [
            NameHit(start, end, "person" if kind_of(words) == "person" else "state", (self.spellings[words],))
            for start, end, words in _places(text, self.spellings)
        ]

    def resolve(self, text: str, on: date, context: Sequence[str] = ()) -> Resolution:
        """Return the actor annotated under these words; anybody else is unknown and has no slug."""
        slug = self.spellings.get(text, "")
        kind = kind_of(text)
        return Resolution(slug, text, kind, "registry" if slug else "unknown", "annotation")


def slug_of(words: str) -> str:
    """Return a slug for an actor's wording; the parties that are not invented have their own."""
    return _PARTIES.get(words) or re.sub(r"\W+", "-", words.lower()).strip("-")


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
