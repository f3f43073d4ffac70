"""What the learned reader is shown: never a name, always the question."""

from __future__ import annotations

import pytest

from positions.extraction.learned.masking import (
    FOCUS_END,
    FOCUS_START,
    HOLDERS,
    OTHER,
    TOKENS,
    TOPICS,
    UNDERSTOOD,
    sheet,
)
from positions.extraction.scorer import ScorerItem


def item(text: str, *holders: str, topic: str = "nato-membership", focus: str = "") -> ScorerItem:
    """A question about the focus (the whole text if none is given); holders by their words."""
    start = text.find(focus)
    spans = tuple((text.find(name), text.find(name) + len(name)) for name in holders)
    return ScorerItem(text, spans, topic, (start, start + len(focus or text)), (0, len(text)))


def test_sheet_holder_and_other_names_are_masked() -> None:
    text = "Premier Ilse Korvat of Varland will not back the plan of Otto Fehrmann."
    page = sheet([item(text, "Premier Ilse Korvat", topic="sanctions")])
    assert (
        page.text == f"{FOCUS_START} {HOLDERS[0]} of {OTHER} will not back the plan of {OTHER} . {FOCUS_END}"
    )
    assert page.asked == ((HOLDERS[0], TOPICS["sanctions"]),)


def test_sheet_same_sentence_other_name_same_sheet() -> None:
    texts = [f"On Monday {name} vowed to veto any invitation." for name in ("Ilse Korvat", "Otto Fehrmann")]
    pages = [sheet([item(text, text[10:].split(" vowed")[0])]) for text in texts]
    assert pages[0] == pages[1]


def test_sheet_two_holders_have_tokens_of_their_own() -> None:
    text = "Varland backs the invitation, Ostmarken does not."
    page = sheet([item(text, "Varland"), item(text, "Ostmarken")])
    assert [holder for holder, _ in page.asked] == [HOLDERS[0], HOLDERS[1]]
    assert page.text.index(HOLDERS[0]) < page.text.index("backs") < page.text.index(HOLDERS[1])


def test_sheet_topic_expressions_are_marked_for_topics_asked_only() -> None:
    text = "Varland wants Ukraine to join NATO and sanctions on Russia kept."
    one = sheet([item(text, "Varland")])
    both = sheet([item(text, "Varland"), item(text, "Varland", topic="sanctions")])
    assert TOPICS["sanctions"] not in one.text
    assert f"{TOPICS['sanctions']} sanctions" in both.text


def test_sheet_parties_keep_their_names() -> None:
    text = "Varland said Ukraine would get an invitation."
    page = sheet([item(text, "Varland"), item(text, "Ukraine")])
    assert f"{HOLDERS[1]} Ukraine" in page.text
    assert "Varland" not in page.text


def test_sheet_understood_holder_stands_before_the_focus() -> None:
    text = '"We shall not send a single soldier."'
    page = sheet([item(text, topic="troops-in-ukraine")])
    assert page.asked[0][0] == UNDERSTOOD
    assert page.text.startswith(f"{UNDERSTOOD} : {FOCUS_START}")


def test_sheet_context_before_the_focus_is_shown_outside_the_marks() -> None:
    text = "Korvat met reporters. She ruled out an invitation."
    page = sheet([item(text, "Korvat", focus="She ruled out an invitation.")])
    assert page.text.index(HOLDERS[0]) < page.text.index(FOCUS_START) < page.text.index("ruled")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Talks could begin in May.", "Talks could begin in May."),
        ("Berlin could begin in May.", f"{OTHER} could begin in May."),
        ("They want Taurus missiles and F-16s.", "They want Taurus missiles and F-16s."),
        ("The Varland government hesitates.", f"The {OTHER} government hesitates."),
    ],
)
def test_sheet_capitals_that_name_nobody_stay(text: str, kept: str) -> None:
    page = sheet([item(text, topic="territory")])
    inner = page.text.split(FOCUS_START)[1].split(FOCUS_END)[0]
    assert inner.strip().replace(" .", ".") == kept


@pytest.mark.parametrize("text", ["x", "A", "...", "“", "ALL CAPITALS HERE AND EVERYWHERE", "U.S. " * 40])
def test_sheet_odd_text_no_crash(text: str) -> None:
    page = sheet([item(text)])
    assert page.text.count(FOCUS_START) == page.text.count(FOCUS_END) == 1


def test_tokens_differ() -> None:
    assert len(set(TOKENS)) == len(TOKENS)
