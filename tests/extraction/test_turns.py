"""Who has the floor in transcripts and speeches, and which president "the President" is there."""

from __future__ import annotations

import pytest

from actors.resolution import RegistryResolver
from positions.extraction.candidates import Scene, scene_candidates
from positions.extraction.reader import RulesExtractor
from positions.extraction.types import ArticleText
from tests.extraction.conftest import DAY

BRIEFING = """NATO Headquarters
Belisk, Morra

THE PRESIDENT:  Good evening.  We will not send soldiers to Ukraine, as Prime Minister Goran Ilves knows.

Q    Has the President promised Ukraine tanks?

MS. ASKE:  The President will send Ukraine tanks next week.  I spoke with the President of Russia, too.
"""
SPEECH = """Thank you all for coming to Belisk.
I will not send soldiers to Ukraine. Chancellor Goran Ilves says that Morra wants them there.
My country wants a cease-fire in Ukraine. We want it now.
"""


@pytest.fixture
def titled(rules: RulesExtractor, resolver: RegistryResolver):
    return lambda text, title: rules.scene(ArticleText("case", text, DAY, title), resolver)


def speaker(scene: Scene, words: str) -> list[str]:
    at = scene.parsed.text.index(words)
    return [m.actor.slug for v in scene.voices if v.kind == "turn" and v.covers(at) for m in v.speakers]


def named(scene: Scene, words: str) -> str:
    at = scene.parsed.text.index(words)
    return next((m.actor.slug for m in scene.cast.mentions if m.start <= at < m.end and not m.pronoun), "")


def test_an_office_that_speaks_is_the_one_the_title_announces(titled) -> None:
    found = titled(BRIEFING, "Remarks by President Korvat in Press Conference")
    assert speaker(found, "Good evening") == ["ilse-korvat"]
    assert speaker(found, "Has the President") == []


def test_the_president_in_a_transcript_is_that_of_who_speaks(titled) -> None:
    found = titled(BRIEFING, "Press Briefing by Foreign Minister Hanne Aske")
    assert named(found, "President will send") == "ilse-korvat"
    assert named(found, "President promised") == "ilse-korvat"
    assert named(found, "President of Russia") != "ilse-korvat"


@pytest.mark.parametrize(
    "title",
    [
        "Remarks by President Ilse Korvat on Ukraine",
        "Ilse Korvat's speech at Belisk",
        "Statement from the President of Varland",
    ],
)
def test_a_speech_is_the_words_of_whom_its_title_announces(titled, title: str) -> None:
    found = titled(SPEECH, title)
    assert speaker(found, "soldiers") == speaker(found, "cease-fire") == ["ilse-korvat"]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (SPEECH, "Varland will send no soldiers"),
        (SPEECH, "Remarks by an ambassador nobody knows"),
        # An article about a speech is not the speech.
        (
            "Korvat spoke in Belisk. “We will not send soldiers,” she said. She left.",
            "Remarks by Ilse Korvat reported",
        ),
    ],
)
def test_nobody_has_the_floor_where_none_is_given(titled, text: str, title: str) -> None:
    assert titled(text, title).cast.floor.turns == []


INTERVIEW = """Question: Will Varland send soldiers to Ukraine?

President of Varland Ilse Korvat (speaking in Varlandic): I will not send soldiers to Ukraine.
Not now.

We want a cease-fire there.

Goran Ilves: Morra wants soldiers in Ukraine.

Osmark: the capital was quiet.
"""


def test_labels_written_as_names_are_turns(titled) -> None:
    found = titled(INTERVIEW, "Interview")
    assert speaker(found, "send soldiers to Ukraine.") == speaker(found, "cease-fire") == ["ilse-korvat"]
    assert speaker(found, "Morra wants") == speaker(found, "quiet") == ["goran-ilves"]
    assert speaker(found, "Will Varland") == []


@pytest.mark.parametrize(
    "text",
    [
        "Morra: the chancellor backs Ukraine.\n\nVarland: no word yet.\n",
        "Ilse Korvat: no soldiers for Ukraine.\n\nThe president said so on Monday.\n",
        "Q&A about Ukraine\n\nIlse Korvat backs it.\n",
    ],
)
def test_other_paragraphs_that_begin_with_a_colon_are_none(titled, text: str) -> None:
    assert titled(text, "Reactions").cast.floor.turns == []


@pytest.mark.parametrize(
    ("introduction", "title"),
    [
        ("Ilse Korvat received us in Osmark.", "Roofs and ports"),
        ("A conversation in Osmark.", "Interview with President Ilse Korvat"),
    ],
)
def test_who_is_interviewed_answers(titled, introduction: str, title: str) -> None:
    text = (
        f"{introduction}\n\nQ: Soldiers for Ukraine?\n\nA: We will send none.\n\nQ: And tanks?\n\nA: Yes.\n"
    )
    found = titled(text, title)
    assert speaker(found, "send none") == speaker(found, "Yes.") == ["ilse-korvat"]
    assert speaker(found, "And tanks") == []


UNLABELLED = """Prime Minister Ilse Korvat receives us late.

{} you ever rest, Prime Minister?

I do, on trains.

{} your neighbours be given tanks?

They should, and I would send Ukraine ours tomorrow.

{} the roofs?

We mend them when we can.
"""


@pytest.mark.parametrize("title", ["", "Saturday interview with Ilse Korvat"])
@pytest.mark.parametrize(
    "text",
    [
        UNLABELLED.format("Do", "Must", "And"),
        UNLABELLED.format("**Do", "**Must", "**And").replace("?\n", "?**\n"),
    ],
)
def test_an_interview_without_labels_has_turns(titled, text: str, title: str) -> None:
    found = titled(text, title)
    assert (
        speaker(found, "I do")
        == speaker(found, "They should")
        == speaker(found, "We mend")
        == ["ilse-korvat"]
    )
    assert speaker(found, "Must" if "**" not in text else "**Must") == []
    assert not any("neighbours" in found.parsed.text[slice(*c.focus)] for c in scene_candidates(found))


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (UNLABELLED.format("Do", "Must", "And"), "Remarks by Prime Minister Korvat"),
        ("***\n\nI rest.\n\n***\n\nWe rest.\n\n***\n\nI do.\n", ""),
        ("What did they decide?\n\nNothing.\n\nWho came?\n\nAll.\n\nAnd now?\n\nNobody knows.\n", ""),
    ],
)
def test_questions_in_a_speech_or_an_explainer_give_nobody_else_the_floor(
    titled, text: str, title: str
) -> None:
    assert not any(turn.asks for turn in titled(text, title).cast.floor.turns)


def test_a_turn_may_be_labelled_with_a_title_and_an_aside(titled) -> None:
    found = titled("Deputy GORAN ILVES (from his seat): We want tanks.\n\nMS. ASKE: We do not.\n", "")
    assert speaker(found, "We want") == ["goran-ilves"]
    assert speaker(found, "We do not") == ["hanne-aske"]


def test_a_heading_with_capitals_is_no_turn(titled) -> None:
    found = titled("Inside NATO: what comes next.\n\nIlse Korvat wants Ukraine in NATO.\n", "")
    assert found.cast.floor.turns == []
