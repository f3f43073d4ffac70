"""Whom names, titles and descriptions mean, on which day. All persons and two states are invented."""

from dataclasses import replace
from datetime import date

import pytest

from actors.naming import fold, slugify
from actors.registry import Name, Registry, RegistryActor
from actors.resolution import RegistryResolver
from tests.support.invented import person, registry, tenure

SPRING, SUMMER = date(2024, 5, 1), date(2024, 7, 1)


@pytest.fixture(scope="module")
def resolver() -> RegistryResolver:
    return RegistryResolver(registry())


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Ilse Korvat", "ilse-korvat"),
        ("KORVAT", "ilse-korvat"),
        ("Varland", "va"),
        ("Osmark", "va"),
        ("President Otto Brandt", "otto-brandt"),
        ("the Morran chancellor", "goran-ilves"),
        ("Morra's foreign minister", "mirela-lind"),
        ("the foreign minister of Varland", "hanne-aske"),
        ("two Western diplomats", "unnamed-western-diplomats"),
        ("a senior Morran official", "unnamed-morran-officials"),
        ("European leaders", "european-leaders"),
        ("the West", "western-allies"),
        ("NATO's defence ministers", "nato"),
        ("the bloc's diplomats", "unnamed-eu-diplomats"),
    ],
)
def test_resolve_finds_whom_the_words_mean(resolver: RegistryResolver, text: str, slug: str) -> None:
    assert resolver.resolve(text, SPRING).slug == slug


def test_resolve_title_goes_by_the_day(resolver: RegistryResolver) -> None:
    assert resolver.resolve("the Varlandic president", SPRING).slug == "otto-brandt"
    assert resolver.resolve("the Varlandic president", SUMMER).slug == "ilse-korvat"
    assert resolver.resolve("the Varlandic leader", SUMMER).slug == "ilse-korvat"


def test_resolve_incoming_president_is_the_one_elected(resolver: RegistryResolver) -> None:
    assert resolver.resolve("the incoming Varlandic president", SPRING).slug == "ilse-korvat"
    assert resolver.resolve("the president-elect", SPRING).slug == "ilse-korvat"
    assert resolver.resolve("the president-elect", SPRING).speaks_for == ""


def test_resolve_former_president_is_the_last_one_out(resolver: RegistryResolver) -> None:
    assert resolver.resolve("the former Varlandic president", SUMMER).slug == "otto-brandt"


def test_resolve_counterpart_shares_the_office_of_the_one_named_before(resolver: RegistryResolver) -> None:
    assert resolver.resolve("his Morran counterpart", SPRING, ("otto-brandt",)).slug == "goran-ilves"
    assert resolver.resolve("her Morran counterpart", SPRING, ("hanne-aske",)).slug == "mirela-lind"


def test_resolve_title_alone_needs_somebody_named_before(resolver: RegistryResolver) -> None:
    assert resolver.resolve("the foreign minister", SPRING, ("mo", "mirela-lind")).slug == "mirela-lind"
    assert resolver.resolve("the foreign minister", SPRING, ("va",)).slug == "hanne-aske"


def test_resolve_ambiguous_body_follows_the_context(resolver: RegistryResolver) -> None:
    assert resolver.resolve("the bloc", SPRING, ("eu",)).slug == "eu"
    assert resolver.resolve("the bloc", SPRING, ("eu", "nato")).slug == "nato"


def test_resolve_unknown_person_keeps_the_slug_of_the_name(resolver: RegistryResolver) -> None:
    found = resolver.resolve("Foreign Minister Sören Dalgård", SPRING)
    assert (found.slug, found.resolved, found.kind) == ("soeren-dalgard", "unknown", "person")


def test_resolve_shared_surname_is_said_to_be_ambiguous() -> None:
    known = registry()
    known.actors["tom-aske"] = person("tom-aske", "Tom Aske", "male", tenure("minister", "mo", "2020-01-01"))
    known.actors["hanne-aske"] = person(
        "hanne-aske", "Hanne Aske", "female", tenure("minister", "va", "2020-01-01")
    )
    found = RegistryResolver(known).resolve("Aske", SPRING)
    assert (found.resolved, found.candidates) == ("ambiguous", ("hanne-aske", "tom-aske"))
    assert RegistryResolver(known).resolve("Aske", SPRING, ("tom-aske",)).slug == "tom-aske"


def test_resolve_speaks_for_ends_with_the_office(resolver: RegistryResolver) -> None:
    assert resolver.resolve("Otto Brandt", SPRING).speaks_for == "va"
    assert resolver.resolve("Otto Brandt", SUMMER).speaks_for == ""


def test_resolve_body_that_stands_for_another_answers_as_that_one() -> None:
    known = registry()
    council = RegistryActor(
        "council", "Grand Council", "organisation", (Name("Grand Council", "name"),), resolves_to="nato"
    )
    known.actors["council"] = council
    assert RegistryResolver(known).resolve("the Grand Council", SPRING).slug == "nato"


def test_find_returns_places_longest_first_without_overlap(resolver: RegistryResolver) -> None:
    text = "Ilse Korvat of Varland and the Morran chancellor met NATO in Osmark."
    found = [(text[h.start : h.end], h.role) for h in resolver.find(text)]
    assert found == [
        ("Ilse Korvat", "person"), ("Varland", "state"), ("Morran", "adjective"), ("chancellor", "title"),
        ("NATO", "organisation"), ("Osmark", "capital"),
    ]  # fmt: skip


def test_find_needs_capitals_where_the_name_has_them(resolver: RegistryResolver) -> None:
    assert resolver.find("an eu of nato in morra") == []
    assert [h.slugs for h in resolver.find("the alliance")] == [("nato",)]


@pytest.mark.parametrize("text", ["", " ", "''", "…", "\x00", "🙂" * 50, "of the of the", "the"])
def test_resolve_never_fails_on_odd_words(resolver: RegistryResolver, text: str) -> None:
    assert resolver.resolve(text, SPRING).resolved in ("registry", "made", "unknown", "ambiguous")


def test_fold_and_slugify_drop_accents_and_spell_umlauts() -> None:
    assert fold("Élysée Łódź") == "elysee lodz"
    assert slugify("Jürgen Österlin’s") == "juergen-oesterlin"


def test_unnamed_officials_speak_for_their_side(resolver: RegistryResolver) -> None:
    assert resolver.resolve("a senior Morran official", SPRING).speaks_for == "mo"
    assert resolver.resolve("two Western diplomats", SPRING).speaks_for == ""


def test_the_name_of_a_slug_means_it_again(resolver: RegistryResolver) -> None:
    assert resolver.resolve(resolver.name_of("va"), SPRING).slug == "va"
    assert resolver.name_of("nobody") == "nobody"


def test_a_leader_is_whichever_head_was_named_before() -> None:
    own = registry()
    own.actors["ada-holm"] = person(
        "ada-holm", "Ada Holm", "female", tenure("head_of_state", "mo", "2019-01-01")
    )
    two = RegistryResolver(Registry(own.actors, own.memberships, own.titles))
    assert two.resolve("the Morran leader", SPRING).slug == "goran-ilves"
    assert two.resolve("the Morran leader", SPRING, ("ada-holm",)).slug == "ada-holm"


def test_a_surname_by_itself_is_that_of_who_leads() -> None:
    own = registry()
    other = person("petra-ilves", "Petra Ilves", "female", tenure("defence_minister", "mo", "2019-01-01"))
    namesake = tuple(replace(name, ambiguous=name.kind == "surname") for name in other.names)
    own.actors["petra-ilves"] = replace(other, names=namesake)
    two = RegistryResolver(Registry(own.actors, own.memberships, own.titles))
    assert two.resolve("Ilves", SPRING).slug == "goran-ilves"
    assert two.resolve("Ilves", SPRING, ("petra-ilves",)).slug == "petra-ilves"
