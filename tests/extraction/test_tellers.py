"""Who tells of another's position, and the words of a condition that the parse does not show."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from positions.extraction.candidates import Candidate, Scene, scene_candidates
from positions.extraction.conditions import loose_condition
from positions.extraction.sources import source_of, told


def candidate(scene: Scene, holder: str) -> Candidate:
    return next(c for c in scene_candidates(scene) if c.holder.actor.slug == holder)


@pytest.mark.parametrize(
    ("text", "holder", "source"),
    [
        (
            "Two Western diplomats said Varland would not back Ukraine's NATO bid.",
            "va",
            "unnamed-western-diplomats",
        ),
        ("Ilse Korvat named Morra as ready to send troops to Ukraine.", "mo", "ilse-korvat"),
        ("Varland, according to Goran Ilves, opposes Ukraine's membership in NATO.", "va", "goran-ilves"),
    ],
)
def test_source_is_who_tells_and_not_the_holder(
    scene: Callable[[str], Scene], text: str, holder: str, source: str
) -> None:
    found = scene(text)
    teller = source_of(found, candidate(found, holder))
    assert teller is not None
    assert teller.actor.slug == source


def test_nobody_tells_where_the_holder_acts(scene: Callable[[str], Scene]) -> None:
    found = scene("Varland opposes Ukraine's membership in NATO.")
    one = candidate(found, "va")
    assert source_of(found, one) is None
    assert not told(found, one)


@pytest.mark.parametrize(
    ("text", "holder"),
    [
        ("Varland, according to Goran Ilves, opposes Ukraine's membership in NATO.", "va"),
        ("Two Western diplomats said that Varland opposed Ukraine's membership in NATO.", "va"),
        ("Ilse Korvat named Lessia, Morra and Varland as ready to send troops to Ukraine.", "mo"),
        (
            "An alliance official counted Lessia, with Morra, among those opposed to Ukraine joining NATO.",
            "mo",
        ),
    ],
)
def test_an_account_of_the_holder_is_second_hand(
    scene: Callable[[str], Scene], text: str, holder: str
) -> None:
    found = scene(text)
    assert told(found, candidate(found, holder))


def test_who_names_another_thing_gives_no_account(scene: Callable[[str], Scene]) -> None:
    found = scene("Varland named the invitation of Ukraine to NATO as its goal.")
    assert not told(found, candidate(found, "va"))


def test_according_to_oneself_is_no_account(scene: Callable[[str], Scene]) -> None:
    found = scene("According to Goran Ilves, Ukraine's membership in NATO is out of the question.")
    assert not told(found, candidate(found, "goran-ilves"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("She would sign, provided that the others paid, she said.", "provided that the others paid"),
        ("Should Morra agree, the tanks would roll.", "Should Morra agree"),
        ("When the war is over he will back it once others do.", "once others do"),
        ("They will sign after the summit.", "after the summit"),
        ("He will stand by them as long as it takes.", None),
        ("He wants it now.", None),
    ],
)
def test_loose_condition_prefers_what_can_only_be_one(text: str, words: str | None) -> None:
    assert loose_condition(text, (0, len(text))) == words


def test_loose_condition_stays_in_its_span() -> None:
    text = "He wants it. She would agree if asked nicely."
    assert loose_condition(text, (0, 12)) is None
