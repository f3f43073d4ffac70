"""Whom a name, title, demonym, capital or metonym means on a day. Pure: a registry in, answers out.

The order of trial in `RegistryResolver.resolve` is the order of certainty: a spelling the registry
holds, a title and its holder on the day, a description of unnamed sources or of a loose group, and
last the slug of a name nobody in the registry bears. What cannot be decided is said to be ambiguous.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from actors import descriptions
from actors.naming import bare, key, keys, slugify, words
from actors.registry import Name, Registry, RegistryActor, TitleRule
from actors.titles import TitleReader
from positions.extraction.types import NameHit, Resolution

Role = Literal[
    "person", "surname", "state", "organisation", "group", "adjective", "capital", "metonym", "title"
]
# Names that mean one actor unless the context names another candidate.
_DEFAULTS = {"alliance": "nato", "allies": "nato", "bloc": "eu", "brussels": "eu", "europe": "europe"}
_JOINERS = re.compile(r"[\s.\-–'’,&/]{0,3}")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One spelling in the index."""

    actor: RegistryActor
    name: Name


class RegistryResolver:
    """Answers `resolve` and `find` from a registry; build once, use for any number of articles."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.titles = TitleReader(registry)
        self._index: dict[tuple[str, ...], list[_Entry]] = defaultdict(list)
        self._titles: dict[tuple[str, ...], list[TitleRule]] = defaultdict(list)
        self._first: dict[str, int] = {}
        for actor in registry.actors.values():
            for name in actor.names:
                self._add(name.text, _Entry(actor, name))
        for rule in registry.titles:
            for text in rule.texts:
                self._titles[key(text)].append(rule)
        for spelling in (*self._index, *self._titles):
            self._first[spelling[0]] = max(len(spelling), self._first.get(spelling[0], 0))

    def _add(self, text: str, entry: _Entry) -> None:
        for spelling in keys(text):
            if spelling and all(
                e.actor is not entry.actor or e.name.kind != entry.name.kind for e in self._index[spelling]
            ):
                self._index[spelling].append(entry)

    # -- finding ---------------------------------------------------------------------------------

    def find(self, text: str) -> list[NameHit]:
        """Return the registry's names and titles in `text`, longest first at each place, no overlaps."""
        found: list[NameHit] = []
        run = words(text)
        at = 0
        while at < len(run):
            hit, used = self._longest(text, run, at)
            if hit is not None:
                found.append(hit)
            at += used
        return found

    def _longest(self, text: str, run: list[tuple[str, int, int]], at: int) -> tuple[NameHit | None, int]:
        limit = min(self._first.get(run[at][0], 0), len(run) - at)
        for size in range(limit, 0, -1):
            spelling = tuple(word for word, _, _ in run[at : at + size])
            if spelling not in self._index and spelling not in self._titles:
                continue
            if not _joined(text, run[at : at + size]):
                continue
            hit = self._hit(text, spelling, run[at][1], run[at + size - 1][2])
            if hit is not None:
                return hit, size
        return None, 1

    def _hit(self, text: str, spelling: tuple[str, ...], start: int, end: int) -> NameHit | None:
        shown = text[start:end]
        entries = [e for e in self._index.get(spelling, []) if _written_as(e.name.text, shown, text[:start])]
        if entries:
            best = min(entries, key=_strength)
            slugs = tuple(dict.fromkeys(e.actor.slug for e in entries))
            weak = best.name.ambiguous or best.name.common_word
            return NameHit(start, end, _role(best), slugs, weak)
        if spelling in self._titles:
            owners = tuple(dict.fromkeys(rule.of for rule in self._titles[spelling] if rule.of))
            return NameHit(start, end, "title", owners)
        return None

    def name_of(self, slug: str) -> str:
        """Return the name that resolves to the slug, or the slug where the registry lacks it."""
        return self.registry.actors[slug].name if slug in self.registry.actors else slug

    # -- resolving -------------------------------------------------------------------------------

    def resolve(self, text: str, on: date, context: Sequence[str] = ()) -> Resolution:
        """Return whom `text` means on the day `on`; `context` are slugs named before, newest last."""
        shown = bare(text)
        spelling = key(shown)
        if not spelling:
            return Resolution(slug="", name=shown, kind="unnamed", resolved="unknown", path="empty")
        named = self._named(spelling, shown, on, context)
        if named is not None:
            return named
        titled = self.titles.read(shown, on, context, self._state_or_body)
        if titled is not None:
            return (
                self._answer(titled.slug, titled.path, on)
                if titled.slug
                else self._titled_name(titled, on, context)
            )
        described = descriptions.describe(shown, self._state_or_body)
        body = described.slug if described is not None and described.kind == "organisation" else ""
        if body in self.registry.actors:
            return self._answer(body, "its ministers or leaders", on)
        return described or _unknown(shown)

    def _named(
        self, spelling: tuple[str, ...], shown: str, on: date, context: Sequence[str]
    ) -> Resolution | None:
        entries = [e for e in self._index.get(spelling, []) if _active(e.actor, on)]
        entries = [e for e in entries if e.name.kind != "adjective"] or entries
        exact = [e for e in entries if _written_as(e.name.text, shown, "the ")]
        entries = exact or entries
        if not entries:
            return None
        slugs = list(dict.fromkeys(e.actor.slug for e in entries))
        if len(slugs) == 1 and not entries[0].name.ambiguous:
            return self._answer(slugs[0], _path(entries[0]), on)
        return self._choose(slugs, entries, shown, on, context)

    def _choose(
        self, slugs: list[str], entries: list[_Entry], shown: str, on: date, context: Sequence[str]
    ) -> Resolution:
        for slug in reversed(context):
            meant = slug if slug in slugs else self.registry.speaks_for(slug, on)
            if meant in slugs:
                return self._answer(meant, f"{_path(entries[0])}, named before", on)
        places = [e.actor.slug for e in entries if e.actor.kind == "state" and e.name.kind != "surname"]
        if len(places) == 1 and len(slugs) > 1 and any(e.name.kind == "surname" for e in entries):
            return self._answer(places[0], "the state rather than a surname", on)
        default = _DEFAULTS.get(key(shown)[-1])
        if default in slugs:
            return self._answer(str(default), "usual meaning", on)
        serving = [slug for slug in slugs if self.registry.speaks_for(slug, on)]
        serving = serving or [slug for slug in slugs if self.registry.tenures_on(slug, on)]
        leading = [slug for slug in serving if self.titles.leads(slug, on)]
        serving = leading if len(leading) == 1 else serving
        if len(serving) == 1:
            return self._answer(serving[0], f"{_path(entries[0])}, the one in office", on)
        if len(slugs) == 1:
            return self._answer(slugs[0], f"{_path(entries[0])}, though ambiguous", on)
        kind = entries[0].actor.kind
        return Resolution(slugify(shown), shown, kind, "ambiguous", "several bear the name", tuple(slugs))  # type: ignore[arg-type]

    def _titled_name(self, titled: TitleReader.Titled, on: date, context: Sequence[str]) -> Resolution:
        """A title followed by a name: the name decides; the title only tells that it is a person."""
        named = self._named(key(titled.name), titled.name, on, context)
        return named if named is not None and named.kind == "person" else _unknown(titled.name)

    def _state_or_body(self, spelling: tuple[str, ...]) -> str:
        """Return the state or organisation that an adjective, name, capital or metonym gives, or ""."""
        slugs = [
            entry.actor.slug
            for entry in self._index.get(spelling, [])
            if entry.actor.kind in ("state", "organisation")
        ]
        usual = _DEFAULTS.get(spelling[-1])
        return usual if usual in slugs else next(iter(slugs), "")

    def _answer(self, slug: str, path: str, on: date) -> Resolution:
        actor = self.registry.actors[slug]
        if actor.resolves_to:
            actor = self.registry.actors[actor.resolves_to]
        return Resolution(
            slug=actor.slug,
            name=actor.name,
            kind=actor.kind,  # type: ignore[arg-type]  # checked by registry.check
            resolved="registry",
            path=path,
            gender=actor.gender,
            speaks_for=self.registry.speaks_for(actor.slug, on),
        )


def _unknown(shown: str) -> Resolution:
    """A name nobody bears: a person if it looks like one, else an actor without a kind of its own."""
    return Resolution(slugify(shown), shown, "person", "unknown", "not in the registry")


def _active(actor: RegistryActor, on: date) -> bool:
    return (actor.start is None or actor.start <= on) and (actor.end is None or on <= actor.end)


def _joined(text: str, run: list[tuple[str, int, int]]) -> bool:
    """Return whether nothing but spaces and light punctuation stands between the words."""
    return all(_JOINERS.fullmatch(text[a[2] : b[1]]) for a, b in itertools.pairwise(run))


def _written_as(name: str, shown: str, before: str) -> bool:
    """Return whether the text writes the name as a name: capitals where the name has them."""
    name = bare(name)
    if name[:1].islower():
        return before[-4:].lower() == "the " or not name.islower()
    if name.isupper() and len(name) <= 4:
        return shown.isupper()
    return shown[:1].isupper() or shown[:1].isdigit()


def _strength(entry: _Entry) -> tuple[bool, int]:
    order = ("name", "alias", "capital", "metonym", "people", "adjective", "surname")
    return entry.name.ambiguous or entry.name.common_word, order.index(entry.name.kind)


def _role(entry: _Entry) -> Role:
    kind = entry.name.kind
    if kind == "surname" or kind in ("adjective", "capital", "metonym"):
        return kind  # type: ignore[return-value]
    if kind == "people":
        return "state"
    return entry.actor.kind  # type: ignore[return-value]


def _path(entry: _Entry) -> str:
    kind = entry.name.kind
    return f"{kind} of {entry.name.organ.replace('_', ' ')}" if entry.name.organ else kind
