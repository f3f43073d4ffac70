"""Read the registry's YAML files into its dataclasses, with errors that name file and entry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml

from actors.registry import Membership, Name, RegistryActor, RegistryError, Tenure, TitleRule

Entry = dict[str, Any]
T = TypeVar("T")
Read = tuple[list[RegistryActor], list[Membership], list[TitleRule]]

# The C loader is some ten times faster; it is missing only where PyYAML was built without libyaml.
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_directory(directory: Path) -> Read:
    """Return the actors, memberships and title rules of one directory; a missing file is empty."""
    if not directory.is_dir():
        raise RegistryError(f"{directory}: no such directory")
    states = entries(directory / "states.yaml")
    organisations = entries(directory / "organisations.yaml")
    officials = entries(directory / "officials.yaml")
    titles = entries(directory / "titles.yaml")
    actors = [
        *guarded(directory / "states.yaml", states, state),
        *guarded(directory / "organisations.yaml", organisations, organisation),
        *guarded(directory / "officials.yaml", officials, official),
    ]
    groups = guarded(directory / "organisations.yaml", organisations, memberships)
    rules = list(guarded(directory / "titles.yaml", titles, title_rule))
    return actors, [member for group in groups for member in group], rules


def entries(path: Path) -> list[Entry]:
    """Return the mappings listed in a YAML file, none where the file is absent."""
    if not path.exists():
        return []
    try:
        loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=Loader)  # a safe loader
    except yaml.YAMLError as error:
        raise RegistryError(f"{path}: not YAML: {error}") from error
    if loaded is None:
        return []
    if not isinstance(loaded, list) or not all(isinstance(item, dict) for item in loaded):
        raise RegistryError(f"{path}: expected a list of entries")
    return loaded


def guarded(path: Path, items: list[Entry], build: Callable[[Entry], T]) -> Iterator[T]:
    """Yield `build(item)` for each entry, turning any mishap into an error that names the entry."""
    for number, item in enumerate(items, start=1):
        label = item.get("slug") or item.get("text") or f"entry {number}"
        try:
            yield build(item)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            reason = f"missing {error}" if isinstance(error, KeyError) else str(error)
            raise RegistryError(f"{path}: {label}: {reason}") from error


def state(item: Entry) -> RegistryActor:
    """Build a state from its entry; its adjectives, people, capital and metonyms become names."""
    names = [Name(item["name"], "name", ambiguous=bool(item.get("name_ambiguous")))]
    names += [spelling(alias, "alias") for alias in item.get("aliases") or []]
    names += [spelling(word, "adjective") for word in item.get("adjectives") or []]
    names += [spelling(word, "people") for word in item.get("people") or []]
    capital = item.get("capital") or {}
    names += [
        spelling(word, "capital") for word in [capital.get("name"), *(capital.get("spellings") or [])] if word
    ]
    names += [spelling(word, "metonym") for word in item.get("metonyms") or []]
    return RegistryActor(
        slug=slug_of(item),
        name=item["name"],
        kind="state",
        names=tuple(names),
        wikidata=item.get("wikidata") or "",
        leader=item.get("leader") or "",
        head_of_government_title=item.get("head_of_government_title") or "",
        monarchy=bool(item.get("monarchy")),
        note=item.get("note") or "",
    )


def organisation(item: Entry) -> RegistryActor:
    """Build an organisation or group from its entry."""
    names = [Name(item["name"], "name"), *(spelling(alias, "alias") for alias in item.get("aliases") or [])]
    return RegistryActor(
        slug=slug_of(item),
        name=item["name"],
        kind=item["kind"],
        names=tuple(names),
        wikidata=item.get("wikidata") or "",
        part_of=item.get("part_of") or "",
        resolves_to=item.get("resolves_to") or "",
        start=day(item.get("from")),
        end=day(item.get("to")),
        members_indicative=bool(item.get("members_indicative")),
        note=item.get("note") or "",
    )


def official(item: Entry) -> RegistryActor:
    """Build a person from its entry."""
    names = [Name(item["name"], "name"), *(spelling(alias, "alias") for alias in item.get("aliases") or [])]
    names += [spelling(word, "surname") for word in item.get("surnames") or []]
    return RegistryActor(
        slug=slug_of(item),
        name=item["name"],
        kind="person",
        names=tuple(names),
        tenures=tuple(tenure(entry) for entry in item.get("tenures") or []),
        gender=item.get("gender") or "",
        wikidata=item.get("wikidata") or "",
        note=item.get("note") or "",
    )


def tenure(entry: Entry) -> Tenure:
    """Build one tenure; `from` is required."""
    start = day(entry["from"])
    if start is None:
        raise ValueError(f"office {entry.get('office')!r} has no first day")
    return Tenure(
        office=entry["office"],
        role=entry["role"],
        of=entry["of"],
        start=start,
        end=day(entry.get("to")),
        speaks_for=bool(entry.get("speaks_for")),
        ceremonial=bool(entry.get("ceremonial")),
        acting=bool(entry.get("acting")),
        precision=entry.get("date_precision") or "day",
        confirmed_to=day(entry.get("confirmed_to")),
    )


def memberships(item: Entry) -> list[Membership]:
    """Return the dated members of an organisation's entry."""
    slug = slug_of(item)
    return [
        Membership(member["state"], slug, day(member.get("from")), day(member.get("to")))
        for member in item.get("members") or []
    ]


def title_rule(item: Entry) -> TitleRule:
    """Build one title rule."""
    texts = tuple(str(text) for text in item["text"])
    return TitleRule(role=item["role"], texts=texts, of=item.get("of") or "", office=item.get("office") or "")


def spelling(value: str | Entry, kind: str) -> Name:
    """Build a name from a bare string or from a mapping with flags."""
    if isinstance(value, str):
        return Name(value, kind)
    return Name(
        text=value["text"],
        kind=kind,
        ambiguous=bool(value.get("ambiguous")),
        common_word=bool(value.get("common_word")),
        organ=value.get("organ") or "",
        note=value.get("note") or "",
    )


def slug_of(item: Entry) -> str:
    """Return the slug, refusing what YAML read as a boolean (an unquoted `no`)."""
    slug = item["slug"]
    if not isinstance(slug, str):
        raise ValueError(f"slug {slug!r} is not text: quote it")
    return slug


def day(value: object) -> date | None:
    """Return a YAML date; None stays None; anything else is an error."""
    if value is None or isinstance(value, date):
        return value
    return date.fromisoformat(str(value))
