"""Who exists, under which names, and who held which office when: plain data, read from YAML.

A `Registry` is built either from the data files (`load_registry`) or from database rows; nothing
here knows of Django. Days are half-open: in office on a day means `start <= day < end`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"
NAME_KINDS = frozenset({"name", "alias", "surname", "adjective", "people", "capital", "metonym"})
ACTOR_KINDS = frozenset({"state", "organisation", "group", "person"})


class RegistryError(ValueError):
    """The data contradict themselves; the message names the file and the entry."""


@dataclass(frozen=True, slots=True)
class Name:
    """One spelling of an actor. `kind` is one of NAME_KINDS.

    `ambiguous`: it may mean someone else too, so context must decide; `common_word`: also an
    ordinary word, so it is a name only after a full mention or a title; `organ`: which part of a
    state a metonym stands for.
    """

    text: str
    kind: str
    ambiguous: bool = False
    common_word: bool = False
    organ: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tenure:
    """One person in one office. `precision` tells how exact `start` and `end` are: day, month, year."""

    office: str
    role: str
    of: str
    start: date
    end: date | None = None
    speaks_for: bool = False
    ceremonial: bool = False
    acting: bool = False
    precision: str = "day"
    confirmed_to: date | None = None

    def held_on(self, day: date) -> bool:
        """Return whether the office was held on `day` (the last day belongs to the successor)."""
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Membership:
    """A state in an organisation or group from `start` (None: always) to `end` (None: still)."""

    state: str
    organisation: str
    start: date | None = None
    end: date | None = None

    def held_on(self, day: date) -> bool:
        """Return whether the state belonged to it on `day`."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class RegistryActor:
    """A state, organisation, group or person with every name and, for persons, every tenure."""

    slug: str
    name: str
    kind: str
    names: tuple[Name, ...] = ()
    tenures: tuple[Tenure, ...] = ()
    gender: str = ""
    wikidata: str = ""
    leader: str = ""
    head_of_government_title: str = ""
    monarchy: bool = False
    part_of: str = ""
    resolves_to: str = ""
    start: date | None = None
    end: date | None = None
    members_indicative: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class TitleRule:
    """Title words and the office they stand for; `role` "leader" means the state's `leader` role."""

    role: str
    texts: tuple[str, ...]
    of: str = ""
    office: str = ""


@dataclass(frozen=True)
class Registry:
    """All actors by slug, memberships and title rules, with the look-ups that go by date."""

    actors: dict[str, RegistryActor]
    memberships: tuple[Membership, ...] = ()
    titles: tuple[TitleRule, ...] = ()
    _by_office: dict[tuple[str, str], list[tuple[RegistryActor, Tenure]]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        index: dict[tuple[str, str], list[tuple[RegistryActor, Tenure]]] = defaultdict(list)
        for actor in self.actors.values():
            for tenure in actor.tenures:
                index[tenure.role, tenure.of].append((actor, tenure))
        self._by_office.update(index)

    def role_of_leader(self, state: str) -> str:
        """Return the role that "the … leader" means for a state: head of state or of government."""
        actor = self.actors.get(state)
        return (actor.leader if actor else "") or "head_of_government"

    def holders(self, role: str, of: str, day: date, office: str = "") -> list[RegistryActor]:
        """Return who holds the office on the day, the newest in office first, regular before acting."""
        role = self.role_of_leader(of) if role == "leader" else role
        found = [
            (tenure, actor)
            for actor, tenure in self._by_office.get((role, of), [])
            if tenure.held_on(day) and office.casefold() in tenure.office.casefold()
        ]
        found.sort(key=lambda pair: (pair[0].acting, -pair[0].start.toordinal(), pair[1].slug))
        return list(dict.fromkeys(actor for _, actor in found))

    def former_holders(self, role: str, of: str, day: date, office: str = "") -> list[RegistryActor]:
        """Return who held the office before the day and no longer does, the latest first."""
        role = self.role_of_leader(of) if role == "leader" else role
        found = [
            (tenure.end, actor)
            for actor, tenure in self._by_office.get((role, of), [])
            if tenure.end is not None and tenure.end <= day and office.casefold() in tenure.office.casefold()
        ]
        found.sort(key=lambda pair: (-pair[0].toordinal(), pair[1].slug))
        return list(dict.fromkeys(actor for _, actor in found))

    def states_with(self, role: str, day: date) -> list[str]:
        """Return the state where alone somebody holds the role on the day; none where several do."""
        owners = {of for held, of in self._by_office if held == role and self.holders(role, of, day)}
        return sorted(owners) if len(owners) == 1 else []

    def tenures_on(self, slug: str, day: date) -> list[Tenure]:
        """Return the offices a person holds on the day, newest first."""
        actor = self.actors.get(slug)
        held = [tenure for tenure in actor.tenures if tenure.held_on(day)] if actor else []
        return sorted(held, key=lambda tenure: (not tenure.speaks_for, -tenure.start.toordinal()))

    def speaks_for(self, slug: str, day: date) -> str:
        """Return the slug of the state or organisation the person speaks for on the day, or ""."""
        return next((t.of for t in self.tenures_on(slug, day) if t.speaks_for), "")

    def members(self, organisation: str, day: date) -> list[str]:
        """Return the member states of an organisation or group on the day, in the data's order."""
        return [m.state for m in self.memberships if m.organisation == organisation and m.held_on(day)]


def merge(actors: Iterable[RegistryActor]) -> dict[str, RegistryActor]:
    """Return actors by slug; a slug met again adds its names and tenures to the first entry."""
    merged: dict[str, RegistryActor] = {}
    for actor in actors:
        known = merged.get(actor.slug)
        if known is None:
            merged[actor.slug] = actor
            continue
        names = tuple(dict.fromkeys((*known.names, *actor.names)))
        tenures = tuple(dict.fromkeys((*known.tenures, *actor.tenures)))
        merged[actor.slug] = replace(known, names=names, tenures=tenures)
    return merged


def check(registry: Registry) -> Iterator[str]:
    """Yield what is wrong with a registry: dangling references, unknown kinds, days out of order."""
    for actor in registry.actors.values():
        if actor.kind not in ACTOR_KINDS:
            yield f"{actor.slug}: unknown kind {actor.kind!r}"
        for tenure in actor.tenures:
            if tenure.of not in registry.actors:
                yield f"{actor.slug}: office {tenure.office!r} of unknown actor {tenure.of!r}"
            if tenure.end is not None and tenure.end < tenure.start:
                yield f"{actor.slug}: office {tenure.office!r} ends before it starts"
        if actor.resolves_to and actor.resolves_to not in registry.actors:
            yield f"{actor.slug}: resolves to unknown actor {actor.resolves_to!r}"
    for member in registry.memberships:
        for slug in (member.state, member.organisation):
            if slug not in registry.actors:
                yield f"{member.organisation}: member {member.state!r}: unknown actor {slug!r}"
    for rule in registry.titles:
        if rule.of and rule.of not in registry.actors:
            yield f"title {rule.texts[0]!r}: unknown actor {rule.of!r}"


def load_registry(*directories: str | Path) -> Registry:
    """Read the shipped data, or the given directories in order, later ones adding to earlier ones.

    A directory may hold any of states.yaml, organisations.yaml, officials.yaml and titles.yaml.
    Raises RegistryError, naming file and entry, where an entry is malformed or refers to nobody.
    """
    from actors.registry_files import read_directory  # it builds on the classes above

    actors: list[RegistryActor] = []
    memberships: list[Membership] = []
    titles: list[TitleRule] = []
    for directory in directories or (DATA,):
        more_actors, more_memberships, more_titles = read_directory(Path(directory))
        actors += more_actors
        memberships += more_memberships
        titles += more_titles
    registry = Registry(merge(actors), tuple(dict.fromkeys(memberships)), tuple(titles))
    for problem in check(registry):
        raise RegistryError(problem)
    return registry
