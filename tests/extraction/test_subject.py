"""Long texts wander: only where they speak of Ukraine is anybody asked for a position."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from actors.resolution import RegistryResolver
from positions.extraction import parsing, subject
from positions.extraction.candidates import Scene, scene_candidates
from positions.extraction.reader import RulesExtractor
from tests.extraction.test_tree import Kept

Read = Callable[[str], Scene]
FILLER = [
    "The harvest festival opened with music.",
    "Ilse Korvat cut a ribbon.",
    "Schools get new roofs.",
] * 12
LONG = FILLER * 3  # longer than news
WAR = [
    "Ilse Korvat will send Ukraine tanks.",
    "Russia has not replied.",
    "Moscow waits.",
    "She wants more shells.",
    "They go to Kyiv in May.",
    "The shells for Israel are another matter.",
    "Russia called it a mistake.",
    "Ukraine thanked her, and Russia protested.",
    "Moscow is angry.",
]


def near(scene: Scene, *sentences: str) -> list[bool]:
    found = scene.parsed.near
    return [found[scene.parsed.sentence_at(scene.parsed.text.index(one))] for one in sentences]


def asked(scene: Scene) -> set[tuple[str, str]]:
    text = scene.parsed.text
    return {(c.topic, text[slice(*c.focus)].strip()) for c in scene_candidates(scene)}


@pytest.fixture
def wandering(scene: Read) -> Scene:
    return scene(" ".join([*LONG, *WAR, *FILLER, "Ilse Korvat promised the army tanks."]))


def test_a_text_that_wanders_is_about_ukraine_where_it_keeps_to_the_war(wandering: Scene) -> None:
    assert near(wandering, WAR[0], WAR[3], WAR[4]) == [True, True, True]
    assert near(wandering, FILLER[0], "promised the army") == [False, False]


def test_nearness_tells_how_far_a_sentence_is_from_the_war(wandering: Scene) -> None:
    parsed = wandering.parsed
    at = [parsed.sentence_at(parsed.text.index(one)) for one in (WAR[0], WAR[1], WAR[3], "promised the army")]
    numbers = [parsed.nearness[n] for n in at]
    assert len({share for share, *_ in numbers}) == 1
    assert numbers[0][1] > 0.3 and numbers[-1][1] == 0
    assert [row[2:] for row in numbers[:3]] == [(1.0, 0.0, 1.0), (0.0, 1.0, 1 / 2), (0.0, 0.0, 1 / 4)]
    assert numbers[-1][2:4] == (0.0, 0.0) and 0 < numbers[-1][4] < 0.05


def test_nobody_is_asked_about_what_is_said_elsewhere(wandering: Scene) -> None:
    asked_about = {sentence for _, sentence in asked(wandering)}
    assert WAR[0] in asked_about
    assert not any("promised the army" in sentence for sentence in asked_about)


def test_a_sentence_that_names_ukraine_counts_alone(scene: Read) -> None:
    found = scene(" ".join([*LONG, "Ilse Korvat will send Ukraine tanks.", "She likes tanks.", *FILLER]))
    assert near(found, "will send Ukraine", "She likes") == [True, False]


def test_news_that_wanders_is_about_ukraine_round_the_sentences_that_name_a_side(scene: Read) -> None:
    count = subject._GOES_ON, subject._LEADS_UP
    after, before = ([f"Roof {side} {n} leaks." for n in range(40)] for side in ("west", "east"))
    found = scene(" ".join([*before, "Ilse Korvat will send Ukraine tanks.", *after]))
    assert near(found, *before) == [n >= 40 - count[1] for n in range(40)]
    assert near(found, *after) == [n < count[0] for n in range(40)]


def test_a_short_article_that_begins_with_ukraine_is_about_it_throughout(scene: Read) -> None:
    found = scene(
        " ".join(["Varland gathers shells for Ukraine.", *FILLER[:30], "Morra pays, as Israel does."])
    )
    assert all(found.parsed.near)


@pytest.mark.parametrize(
    ("sentence", "topic"),
    [
        ("Ilse Korvat backs Finland's accession to the alliance.", "nato-membership"),
        ("Ilse Korvat backs arms control with Russia.", "arms-deliveries"),
        ("Ilse Korvat warns Russia about its nuclear weapons.", "arms-deliveries"),
        ("Ilse Korvat backs a cease-fire in Gaza.", "negotiations"),
        ("Ilse Korvat sees a path forward for the allies.", "nato-membership"),
    ],
)
def test_words_of_a_topic_that_mean_something_else(scene: Read, sentence: str, topic: str) -> None:
    found = scene(f"Ukraine wants to join NATO. Ukraine wants tanks. {sentence}")
    assert not [s for s in found.topics if s.topic == topic and s.start > found.parsed.text.index("Ilse")]


@pytest.mark.parametrize(("between", "expected"), [(0, True), (1, True), (2, False)])
def test_a_side_named_just_before_lets_a_word_hint_at_a_topic(
    scene: Read, between: int, expected: bool
) -> None:
    hinted = "Ilse Korvat says no soldier will be sent."
    found = scene(" ".join(["Russia waits in front of Ukraine.", *FILLER[:between], hinted, *FILLER[:6]]))
    assert (("troops-in-ukraine", hinted) in asked(found)) is expected


@pytest.mark.parametrize(
    "sentence", ["Ilse Korvat kept NATO united.", "Ilse Korvat thanked the alliance.", "Morra met the EU."]
)
def test_the_bare_name_of_a_body_hints_at_no_membership(scene: Read, sentence: str) -> None:
    found = scene(" ".join(["Russia waits in front of Ukraine.", sentence, *FILLER[:6]]))
    assert not {topic for topic, where in asked(found) if where == sentence and "membership" in topic}


def test_another_states_accession_is_not_asked_about(scene: Read) -> None:
    found = scene("Ukraine wants to join NATO. Ilse Korvat backs Finland's accession to the alliance.")
    assert ("nato-membership", "Ilse Korvat backs Finland's accession to the alliance.") not in asked(found)


def test_what_is_parsed_reads_as_it_would_in_the_whole_text(
    wandering: Scene, rules: RulesExtractor, resolver: RegistryResolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = wandering.parsed.article
    tree, found = wandering.parsed.doc, rules.read(article, resolver)
    assert {token.pos_ for token in tree if token.idx < 200} == {""}
    assert article.text == "".join(token.text_with_ws for token in tree)
    monkeypatch.setattr(parsing, "worth_parsing", lambda near: [True] * len(near))
    assert all(token.pos_ for token in rules.scene(article, resolver).parsed.doc)
    assert found.stances and found == rules.read(article, resolver)


def test_a_kept_parse_is_not_taken_where_more_is_asked_about(
    wandering: Scene, rules: RulesExtractor, resolver: RegistryResolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = replace(wandering.parsed.article, parses=Kept())
    rules.read(article, resolver)
    less = rules.scene(article, resolver).parsed.near
    monkeypatch.setattr(subject, "_PART", 0.0)
    assert sum(rules.scene(article, resolver).parsed.near) > sum(less)
    assert rules.read(article, resolver) == rules.read(replace(article, parses=None), resolver)


@pytest.mark.parametrize(
    ("sentence", "holders"),
    [
        ("Ilse Korvat thanked Morra for its tanks.", set()),
        ("Ilse Korvat is grateful for the tanks.", set()),
        ("Ilse Korvat thanked Morra and promised tanks.", {"ilse-korvat"}),
    ],
)
def test_thanks_are_no_position(scene: Read, sentence: str, holders: set[str]) -> None:
    found = scene(f"Ukraine wants tanks. {sentence}")
    here = {
        c.holder.actor.slug for c in scene_candidates(found) if c.focus[0] > 5 and c.part.role == "subject"
    }
    assert here == holders


def test_nobody_is_asked_about_what_a_questioner_asks(scene: Read) -> None:
    found = scene("MS. ASKE:  Varland backs Ukraine.\n\nQ    Will Morra send Ukraine tanks?\n")
    assert not any("Will Morra" in sentence for _, sentence in asked(found))


def test_the_answer_to_a_question_about_ukraine_is_about_it(scene: Read) -> None:
    filler = "\n".join(LONG)
    found = scene(
        f"{filler}\n\nQ: Will you help Ukraine?\n\nA: We will.\n\nQ: And the roofs?\n\nA: New ones.\n"
    )
    assert near(found, "We will.", "New ones.") == [True, False]


@pytest.mark.parametrize(
    "told",
    [
        "Ada Holm, an analyst,",
        "Ada Holm, who teaches law,",
        "Historian Ada Holm",
        "Ada Holm, a professor of law,",
    ],
)
def test_experts_by_name_hold_nothing(scene: Read, told: str) -> None:
    found = scene(f"{told} said that Ukraine should join NATO. Holm opposes sanctions on Russia.")
    assert {c.holder.actor.slug for c in scene_candidates(found)} & {"ada-holm"} == set()


def test_officials_the_registry_lacks_hold_what_they_say(scene: Read) -> None:
    found = scene("Ada Holm, the deputy minister, said that Ukraine should join NATO.")
    assert "ada-holm" in {c.holder.actor.slug for c in scene_candidates(found)}
