"""Events: what happened, when, where and with whom; and what is only talked of never becomes one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from positions.extraction.candidates import Scene
from positions.extraction.happenings import find_events
from positions.extraction.happenings.choosing import choose
from positions.extraction.happenings.dating import dateline, dates_of
from positions.extraction.happenings.features import find_candidates
from positions.extraction.happenings.model import EventModel, Tree, load_events
from positions.extraction.happenings.reality import is_real
from positions.extraction.types import EventReading

Read = Callable[[str], Scene]
# Cases are published on Thursday, 4 July 2024.
LEAD = "President Ilse Korvat visited Kyiv on Tuesday to speak about Ukraine."


@pytest.fixture(scope="module")
def events(scene: Read) -> Callable[[str], tuple[EventReading, ...]]:
    return lambda text: find_events(scene(text + "\n"))


@pytest.fixture(scope="module")
def days(scene: Read) -> Callable[[str], list[date]]:
    return lambda text: [dated.day for row in dates_of(scene(text).parsed) for dated in row]


def test_a_visit_has_its_title_day_place_and_people(
    events: Callable[[str], tuple[EventReading, ...]],
) -> None:
    (event,) = events(LEAD)
    assert (event.title, event.kind, event.place) == ("Ilse Korvat visits Kyiv", "meeting", "Kyiv")
    assert event.date == date(2024, 7, 2)
    assert [actor.slug for actor in event.actors] == ["ilse-korvat"]
    assert event.evidence == LEAD


@pytest.mark.parametrize(
    ("text", "kind", "day"),
    [
        ("NATO foreign ministers met in Osmark on Wednesday.", "meeting", date(2024, 7, 3)),
        ("On Monday Varland announced 650 million euros in arms for Ukraine.", "aid", date(2024, 7, 1)),
        ("Varland and Ukraine signed an agreement in Osmark on Tuesday.", "decision", date(2024, 7, 2)),
        ("Otto Brandt said in an interview on Monday that Ukraine must win.", "statement", date(2024, 7, 1)),
        ("Russia attacked Ukraine with 80 drones and missiles on Wednesday.", "military", date(2024, 7, 3)),
        ("Ilse Korvat was elected president of Varland on April 10.", "political", date(2024, 4, 10)),
    ],
)  # fmt: skip
def test_each_kind_is_found_on_its_day(
    events: Callable[[str], tuple[EventReading, ...]], text: str, kind: str, day: date
) -> None:
    assert [(event.kind, event.date) for event in events(text)] == [(kind, day)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ministers will meet in Osmark on Tuesday.", [date(2024, 7, 9)]),
        ("Ministers met in Osmark on Tuesday.", [date(2024, 7, 2)]),
        (
            "Korvat met Ilves on June 20. A day earlier she had seen Aske.",
            [date(2024, 6, 20), date(2024, 6, 19)],
        ),
        ("On the following day, June 8, they left.", [date(2024, 6, 8)]),
        ("Six weeks before an election she signed.", []),
        ("He has led the country since May 2019.", []),
        ("It pledged one billion for this year.", []),
        ("OSMARK, July 3 - Korvat spoke on Tuesday.", [date(2024, 7, 2)]),
    ],
)
def test_days_are_resolved_as_events_need_them(
    days: Callable[[str], list[date]], text: str, expected: list[date]
) -> None:
    assert days(text) == expected


def test_an_event_of_several_days_keeps_its_last(scene: Read) -> None:
    (row,) = dates_of(scene("NATO leaders meet in Osmark on July 7 and 8.").parsed)
    assert [(dated.day, dated.end_on) for dated in row] == [(date(2024, 7, 7), date(2024, 7, 8))]


def test_a_dateline_is_recognised_and_a_sentence_is_not() -> None:
    assert dateline("OSMARK, July 3 - Korvat spoke.") == len("OSMARK, July 3 - ")
    assert dateline("NATO leaders met - at last - on Tuesday.") == 0


@pytest.mark.parametrize(
    ("text", "word", "real"),
    [
        ("Korvat signed the treaty.", "signed", True),
        ("Korvat is to sign the treaty.", "sign", True),
        ("Korvat will sign the treaty.", "sign", True),
        ("Korvat did not sign the treaty.", "sign", False),
        ("Korvat no longer attends the summit.", "attends", False),
        ("Ministers signed no treaty.", "signed", False),
        ("Korvat would sign the treaty.", "sign", False),
        ("Ilves warned of war if the alliance sent soldiers.", "sent", False),
        ("Korvat wants to sign the treaty.", "sign", False),
        ("Korvat refused to visit Kyiv.", "visit", False),
        ("Korvat called for a summit.", "summit", False),
        ("Korvat opened the summit.", "summit", True),
    ],
)
def test_what_is_denied_wished_or_conditional_is_not_real(
    scene: Read, text: str, word: str, real: bool
) -> None:
    token = next(token for token in scene(text).parsed.doc if token.text == word)
    assert is_real(token) is real


def test_what_is_only_conditional_is_no_event(events: Callable[[str], tuple[EventReading, ...]]) -> None:
    assert events("If NATO sent soldiers to Ukraine on Friday, Russia would attack them.") == ()


def test_a_happening_told_twice_is_one_event(events: Callable[[str], tuple[EventReading, ...]]) -> None:
    again = (
        f"{LEAD}\n\nUkraine was grateful. Ilse Korvat had come to Kyiv on Tuesday with her foreign minister."
    )
    assert [event.date for event in events(again)] == [date(2024, 7, 2)]


def test_words_of_one_sentence_and_day_compete(scene: Read) -> None:
    found = find_candidates(scene("Ilse Korvat signed a declaration after talks in Kyiv on Tuesday."))
    chances = [0.2 + 0.01 * n for n in range(len(found))]
    assert len(found) > 1
    assert choose(found, chances, threshold=0.3, second=0.9) == [len(found) - 1]
    assert choose(found, chances, threshold=9.0, second=0.9) == []


def test_a_tree_asks_whether_a_feature_holds() -> None:
    tree: Tree = [(0, 1, 2, 0), (-1, 0, 0, -2.0), (-1, 0, 0, 2.0)]
    model = EventModel("test", {"dated": 0}, 0.0, [tree], 0.5, 0.5)
    assert model.probability(frozenset({"dated", "unheard of"})) == pytest.approx(0.8808, abs=1e-4)
    assert model.probability(frozenset()) == pytest.approx(0.1192, abs=1e-4)


def test_the_shipped_trees_are_sound() -> None:
    model = load_events()
    assert 0 < model.threshold < 1
    for tree in model.trees:
        for node in tree:
            assert node[0] == -1 or (node[0] < len(model.features) and 0 < node[1] < len(tree) > node[2] > 0)


WORDS = st.sampled_from(
    ["NATO", "Ukraine", "Ilse", "Korvat", "met", "in", "Kyiv", "on", "Tuesday", "July", "31", "signed", "by",
     "if", "summit", "the", "who", ",", ".", '"', "–", "\n", "said", "will", "attack", "before", "2024"]
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(WORDS, min_size=1, max_size=40))
def test_any_text_gives_exact_spans_and_titles_the_same_each_time(scene: Read, words: list[str]) -> None:
    seen = scene(" ".join(words) + "\n")
    found = find_events(seen)
    assert found == find_events(seen)
    for event in found:
        assert event.evidence == seen.parsed.text[event.start : event.end] != ""
        assert event.title == event.title.strip() != ""
        assert event.end_on is None or event.end_on > event.date
