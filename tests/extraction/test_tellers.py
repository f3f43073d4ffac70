"""Who tells of another's position, and the words of a condition that the parse does not show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from positions.extraction.attributes import stated_on
from positions.extraction.candidates import Candidate, Scene, scene_candidates
from positions.extraction.conditions import loose_condition
from positions.extraction.decide import Traits, Verdict, reading
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


@pytest.mark.parametrize(
    "text",
    [
        "The newspaper reported that Varland opposed Ukraine's membership in NATO.",
        "Varland opposes Ukraine's membership in NATO, the Osmark Courier reported.",
        "According to the agency, Varland opposes Ukraine's membership in NATO.",
    ],
)
def test_what_media_report_is_second_hand_without_a_source(scene: Callable[[str], Scene], text: str) -> None:
    found = scene(text)
    one = candidate(found, "va")
    said = reading(found, Verdict(one, -2, 0.9, 0.9, traits=Traits("narrative", "statement")))
    assert (said.mode, said.source) == ("second-hand", None)


def test_whom_a_newspaper_quotes_speaks_for_himself(scene: Callable[[str], Scene]) -> None:
    found = scene("Ukraine should join NATO, Goran Ilves said, the newspaper reported.")
    assert not told(found, candidate(found, "goran-ilves"))


def test_a_cue_between_commas_covers_what_follows_it(scene: Callable[[str], Scene]) -> None:
    found = scene(
        "The talk was of tanks for Ukraine, Goran Ilves said, to be given by all, and Varland agreed."
    )
    teller = source_of(found, candidate(found, "va"))
    assert teller is not None and teller.actor.slug == "goran-ilves"


@pytest.mark.parametrize(
    "text",
    [
        # Another clause of the list is somebody else's.
        "Varland opposes Ukraine's membership in NATO; a shipment of rice, Goran Ilves said, had arrived.",
        # Who wants something tells of no other's wish.
        "Varland opposes Ukraine's membership in NATO, Morra wants it within a year.",
    ],
)
def test_a_voice_beside_the_position_is_no_account(scene: Callable[[str], Scene], text: str) -> None:
    found = scene(text)
    one = candidate(found, "va")
    assert not told(found, one)
    said = reading(found, Verdict(one, -2, 0.9, 0.9, traits=Traits("second-hand", "statement")))
    assert (said.mode, said.source) == ("narrative", None)


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
        ("Yes, he said, but the war has to end first.", "but the war has to end first"),
        ("Under condition that Morra pays, yes.", "Under condition that Morra pays"),
        ("Varland must be the first to decide.", None),
        ("Morra had to make the first step.", None),
        ("He wants it now.", None),
    ],
)
def test_loose_condition_prefers_what_can_only_be_one(text: str, words: str | None) -> None:
    assert loose_condition(text, (0, len(text)), faint=True) == words


@pytest.mark.parametrize(
    ("position", "tied", "words"),
    [
        (-1, 0.1, "unless Morra pays"),
        (-2, 0.1, None),
        (-2, 0.7, "unless Morra pays"),
        (-1, None, "unless Morra pays"),
    ],
)
def test_words_that_can_only_be_a_bargain_tie_a_half_hearted_position(
    scene: Callable[[str], Scene], position: int, tied: float | None, words: str | None
) -> None:
    found = scene("Varland: no membership in NATO for Ukraine unless Morra pays.")
    one = replace(candidate(found, "va"), condition=None)
    traits = Traits("narrative", "statement", tied)
    assert reading(found, Verdict(one, position, 0.9, 0.9, traits=traits)).condition == words


def test_what_somebody_says_who_has_the_floor_is_direct(scene: Callable[[str], Scene]) -> None:
    found = scene("MS. ASKE: I oppose membership in NATO for Ukraine.\n\nQ Why?\n")
    said = Verdict(candidate(found, "hanne-aske"), -2, 0.9, 0.9, traits=Traits("indirect", "statement"))
    assert reading(found, said).mode == "direct"


def test_loose_condition_stays_in_its_span() -> None:
    text = "He wants it. She would agree if asked nicely."
    assert loose_condition(text, (0, 12), faint=True) is None


def test_loose_condition_takes_faint_words_only_if_asked() -> None:
    text = "He is against it while the war goes on."
    assert loose_condition(text, (0, len(text)), faint=True) == "while the war goes on"
    assert loose_condition(text, (0, len(text)), faint=False) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("On Sunday Varland opposed Ukraine's NATO bid.", "2024-06-30"),
        # Beside the verb of saying, and not in what is said.
        ("Ilse Korvat told a newspaper in March that Varland opposed Ukraine's NATO bid.", "2024-03-01"),
        ("Ilse Korvat said on Monday that Varland had opposed Ukraine's NATO bid in March.", "2024-07-01"),
        ("Varland has opposed Ukraine's NATO bid since March.", "2024-07-04"),
        ("In an interview broadcast on Monday Varland opposed Ukraine's NATO bid.", "2024-07-01"),
        ("Varland invites Ukraine's NATO envoys for Sunday.", "2024-07-04"),
        ("Varland opposed Ukraine's NATO bid three days after the February election.", "2024-07-04"),
    ],
)
def test_the_day_is_that_of_the_saying(scene: Callable[[str], Scene], text: str, day: str) -> None:
    found = scene(text)
    assert {stated_on(found, one)[0].isoformat() for one in scene_candidates(found)} == {day}


def test_the_day_that_heads_an_entry_is_that_of_its_sentences(scene: Callable[[str], Scene]) -> None:
    found = scene(
        "June 14: Envoys meet in Port Morra.\nVarland opposes Ukraine's NATO bid.\n\nMorra backs it."
    )
    first, *_, last = scene_candidates(found)
    assert stated_on(found, first)[0].isoformat() == "2024-06-14"
    assert stated_on(found, last)[0].isoformat() == "2024-07-04"


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("In 2008 Varland opposed Ukraine's NATO bid.", "2008-01-01", "year"),
        ("Varland opposed Ukraine's NATO bid last year.", "2023-01-01", "year"),
        ("In April 2008 Varland opposed Ukraine's NATO bid.", "2008-04-01", "month"),
        # Of what is said, of another's deed, of the year that is not over, or of all that followed.
        (
            "Varland said that the promise given in 2008 stood and opposed Ukraine's NATO bid.",
            "2024-07-04",
            "day",
        ),
        ("Varland opposed Ukraine's NATO bid this year.", "2024-07-04", "day"),
        ("Varland has opposed Ukraine's NATO bid since 2008.", "2024-07-04", "day"),
    ],
)
def test_a_year_that_is_over_dates_what_hangs_on_its_verb(
    scene: Callable[[str], Scene], text: str, day: str, precision: str
) -> None:
    found = scene(text)
    said = stated_on(found, candidate(found, "va"))
    assert (said[0].isoformat(), said[1]) == (day, precision)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        # What the holder did, and not what others say after the semicolon.
        ("Varland sent Ukraine tanks this week; Ilves says that more are needed.", "2024-07-01"),
        ("The envoys met on Wednesday, two days after Varland sent Ukraine tanks.", "2024-07-01"),
    ],
)
def test_the_day_beside_what_the_holder_did_is_that_of_the_act(
    scene: Callable[[str], Scene], text: str, day: str
) -> None:
    found = scene(text)
    assert stated_on(found, candidate(found, "va"))[0].isoformat() == day


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Should Russia attack, Morra would back sanctions against it.", "Should Russia attack"),
        ("Morra gives up on inviting Ukraine to NATO in exchange for oil.", "in exchange for oil"),
        (
            "Morra sends Ukraine tanks as long as others pay; not a coin is from Belisk.",
            "as long as others pay",
        ),
        ("Should Morra send tanks to Ukraine? Nobody knows.", None),
        ("Morra sent Ukraine tanks two days before the leaders meet.", None),
    ],
)
def test_a_condition_opens_the_sentence_or_hangs_on_its_verb(
    scene: Callable[[str], Scene], text: str, words: str | None
) -> None:
    assert candidate(scene(text), "mo").condition == words


def test_a_bargain_is_a_condition_of_whatever_strength(scene: Callable[[str], Scene]) -> None:
    found = scene("Morra gives up on inviting Ukraine to NATO in exchange for oil.")
    one = candidate(found, "mo")
    assert reading(found, Verdict(one, -2, 0.9, 0.9)).condition == "in exchange for oil"
