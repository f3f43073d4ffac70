"""A small registry of invented states and persons, for tests that must not speak of real ones.

Varland: President Otto Brandt (until 1 June 2024), then Ilse Korvat; Foreign Minister Hanne Aske.
Morra: Chancellor Goran Ilves. Ukraine and Russia are there as states, NATO and the EU as bodies.
"""

from __future__ import annotations

from datetime import date

from actors.registry import Membership, Name, Registry, RegistryActor, Tenure, TitleRule


def person(slug: str, name: str, gender: str, *tenures: Tenure) -> RegistryActor:
    surname = Name(name.split()[-1], "surname")
    return RegistryActor(slug, name, "person", (Name(name, "name"), surname), tenures, gender)


def state(slug: str, name: str, adjective: str, capital: str, leader: str = "head_of_state") -> RegistryActor:
    names = (Name(name, "name"), Name(adjective, "adjective"), Name(capital, "capital"))
    return RegistryActor(slug, name, "state", names, leader=leader)


def tenure(role: str, of: str, start: str, end: str | None = None, *, speaks_for: bool = True) -> Tenure:
    return Tenure(
        role.replace("_", " "),
        role,
        of,
        date.fromisoformat(start),
        date.fromisoformat(end) if end else None,
        speaks_for,
    )


def registry() -> Registry:
    body = (
        Name("NATO", "alias"),
        Name("the alliance", "alias", ambiguous=True),
        Name("the bloc", "alias", ambiguous=True),
    )
    union = (Name("European Union", "name"), Name("EU", "alias"), Name("the bloc", "alias", ambiguous=True))
    actors = [
        state("va", "Varland", "Varlandic", "Osmark"),
        state("mo", "Morra", "Morran", "Belisk", leader="head_of_government"),
        state("ua", "Ukraine", "Ukrainian", "Kyiv"),
        state("ru", "Russia", "Russian", "Moscow"),
        RegistryActor("nato", "NATO", "organisation", body),
        RegistryActor("eu", "European Union", "organisation", union),
        person(
            "otto-brandt", "Otto Brandt", "male", tenure("head_of_state", "va", "2020-06-01", "2024-06-01")
        ),
        person(
            "ilse-korvat",
            "Ilse Korvat",
            "female",
            tenure("president_elect", "va", "2024-04-10", "2024-06-01", speaks_for=False),
            tenure("head_of_state", "va", "2024-06-01"),
        ),
        person("hanne-aske", "Hanne Aske", "female", tenure("foreign_minister", "va", "2021-01-01")),
        person("goran-ilves", "Goran Ilves", "male", tenure("head_of_government", "mo", "2019-01-01")),
        person("mirela-lind", "Mirela Lind", "female", tenure("foreign_minister", "mo", "2019-01-01")),
    ]
    titles = (
        TitleRule("leader", ("leader",)),
        TitleRule("head_of_state", ("president", "head of state")),
        TitleRule("head_of_government", ("prime minister", "premier")),
        TitleRule("head_of_government", ("chancellor",), of="mo"),
        TitleRule("foreign_minister", ("foreign minister", "top diplomat")),
        TitleRule("president_elect", ("president-elect", "incoming president")),
    )
    members = (
        Membership("va", "nato", date(1999, 1, 1)),
        Membership("mo", "nato", date(2004, 1, 1), date(2023, 1, 1)),
    )
    return Registry({actor.slug: actor for actor in actors}, members, titles)
