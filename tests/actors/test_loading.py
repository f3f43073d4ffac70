"""The registry's files into rows and back: complete, repeatable, and never over an editor's work."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from actors import snapshot
from actors.loading import load
from actors.models import Actor, Alias, BlocMembership, Mandate, Origin
from actors.registry import Membership, Name, Registry, RegistryActor, Tenure, load_registry

pytestmark = pytest.mark.django_db


def registry(**changes) -> Registry:
    minister = Tenure("Foreign Minister", "foreign_minister", "varland", date(2020, 1, 1), speaks_for=True)
    varland = RegistryActor(
        "varland",
        "Varland",
        "state",
        (Name("Varland", "name"), Name("Varlandic", "adjective")),
        leader="head_of_state",
    )
    korvat = RegistryActor(
        "ilse-korvat", "Ilse Korvat", "person", (Name("Ilse Korvat", "name"), Name("Korvat", "surname")),
        tenures=(minister,), gender="female",
    )  # fmt: skip
    pact = RegistryActor("pact", "The Pact", "group", (Name("the Pact", "name"),), members_indicative=True)
    actors = {actor.slug: actor for actor in (varland, korvat, pact)}
    actors.update(changes)
    return Registry(actors, (Membership("varland", "pact", date(1990, 1, 1)),))


def test_loading_twice_changes_nothing():
    first, second = load(registry()), load(registry())
    assert first.created == {"actor": 3, "alias": 5, "mandate": 1, "blocmembership": 1}
    assert not second.changed


def test_rows_carry_kinds_tiers_and_dates():
    load(registry())
    mandate = Mandate.objects.get()
    assert (mandate.person.slug, mandate.of.slug, mandate.tier, mandate.end) == (
        "ilse-korvat",
        "varland",
        1,
        None,
    )
    assert Alias.objects.get(text="Korvat").kind == Alias.Kind.SURNAME
    assert BlocMembership.objects.get().indicative
    assert Actor.objects.get(slug="varland").facts == {"leader": "head_of_state"}


def test_changed_facts_come_over_and_leave_history():
    load(registry())
    korvat = registry().actors["ilse-korvat"]
    ended = replace(korvat.tenures[0], end=date(2024, 5, 1))
    report = load(registry(**{"ilse-korvat": replace(korvat, tenures=(ended,))}))
    assert (report.updated["mandate"], report.created["mandate"]) == (1, 0)
    mandate = Mandate.objects.get()
    assert mandate.end == date(2024, 5, 1)
    assert mandate.history.count() == 2


def test_rows_the_files_dropped_go_but_actors_stay():
    load(registry())
    bare = registry()
    del bare.actors["ilse-korvat"]
    report = load(bare)
    assert report.orphans == ["ilse-korvat"]
    assert report.removed["mandate"] == 1
    assert Actor.objects.filter(slug="ilse-korvat").exists()
    assert Mandate.history.filter(history_type="-").count() == 1


def test_editors_rows_stay_as_they_are():
    load(registry())
    Mandate.objects.update(office="Minister of Everything", origin=Origin.EDITOR)
    Alias.objects.create(actor=Actor.objects.get(slug="varland"), text="the Varlanders", origin=Origin.EDITOR)
    load(registry())
    assert Mandate.objects.filter(office="Minister of Everything", origin=Origin.EDITOR).exists()
    assert Alias.objects.filter(text="the Varlanders").exists()


def test_snapshot_of_the_shipped_registry_equals_the_files():
    files = load_registry()
    load(files)
    rows = snapshot.registry()
    assert set(rows.actors) == set(files.actors)
    for slug, actor in files.actors.items():
        assert set(rows.actors[slug].tenures) == set(actor.tenures)
        assert {n.text for n in rows.actors[slug].names} == {n.text for n in actor.names}
        ours = rows.actors[slug]
        assert (ours.leader, ours.resolves_to, ours.part_of) == (
            actor.leader,
            actor.resolves_to,
            actor.part_of,
        )
    assert set(rows.memberships) == set(files.memberships)


def test_resolver_sees_a_new_alias_at_once():
    load(registry())
    day = date(2024, 3, 1)
    assert snapshot.resolver().resolve("the Iron Lady of Varland", day).resolved != "registry"
    Alias.objects.create(actor=Actor.objects.get(slug="ilse-korvat"), text="the Iron Lady of Varland")
    assert snapshot.resolver().resolve("the Iron Lady of Varland", day).slug == "ilse-korvat"


def test_merged_actor_lends_its_names_to_the_one_it_became():
    load(registry())
    korvat = Actor.objects.get(slug="ilse-korvat")
    twin = Actor.objects.create(slug="i-korvat", name="I. Korvat", kind="person", merged_into=korvat)
    Alias.objects.create(actor=twin, text="Ilsa Korvat")
    rows = snapshot.registry()
    assert "i-korvat" not in rows.actors
    assert "Ilsa Korvat" in {name.text for name in rows.actors["ilse-korvat"].names}
