"""Who is heard where: cues, quotations, orphan quotations, other people's words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from positions.extraction.candidates import Scene
from positions.extraction.types import Reading
from positions.extraction.voices import voices_at


def heard(scene: Scene, words: str) -> list[str]:
    """Return the slugs of those in whose words `words` stand, the innermost voice's."""
    around = voices_at(scene.voices, scene.parsed.text.index(words))
    return [m.actor.slug for m in around[0].speakers] if around else []


@pytest.mark.parametrize(
    ("text", "words", "slugs"),
    [
        ("Ilse Korvat said tanks would go to Kyiv.", "tanks", ["ilse-korvat"]),
        ("Tanks would go to Kyiv, said Ilse Korvat.", "Tanks", ["ilse-korvat"]),
        ("Tanks, Ilse Korvat said, would go to Kyiv.", "would go", ["ilse-korvat"]),
        ('"Tanks will go to Kyiv," Ilse Korvat told reporters.', "Tanks", ["ilse-korvat"]),
        ("According to Hanne Aske, tanks will go to Kyiv.", "tanks", ["hanne-aske"]),
        ("In the view of Hanne Aske, tanks should go to Kyiv.", "tanks", ["hanne-aske"]),
        ("Goran Ilves was blunt: no tanks would go to Kyiv.", "tanks", ["goran-ilves"]),
        ("Tanks would go to Kyiv.", "Tanks", []),
    ],
)
def test_voices_find_the_speaker(
    scene: Callable[[str], Scene], text: str, words: str, slugs: list[str]
) -> None:
    assert heard(scene(text), words) == slugs


def test_orphan_quotation_belongs_to_the_one_who_spoke_last(scene: Callable[[str], Scene]) -> None:
    found = scene(
        '"We stand by Ukraine," Ilse Korvat said.\n\n"Nobody in Kyiv should doubt our resolve today."\n'
    )
    assert heard(found, "Nobody") == ["ilse-korvat"]


def test_pronoun_speaker_is_of_the_right_gender(scene: Callable[[str], Scene]) -> None:
    found = scene(
        "Ilse Korvat met Goran Ilves in Kyiv. He said tanks would come, and she agreed that guns would."
    )
    assert heard(found, "tanks") == ["goran-ilves"]


def test_expert_is_no_voice_of_an_actor(scene: Callable[[str], Scene]) -> None:
    found = scene("An analyst said Ukraine should join NATO.")
    assert [voice.barred for voice in found.voices] == [True]


TRANSCRIPT = """Q    Will Varland send troops to Ukraine?

MS. KORVAT:  We will not send soldiers to Ukraine.  We support sanctions
against Russia, as Ilse Korvat has said all along and as
everybody in Kyiv knows full well by now.

MR. ILVES:  I want to see a cease-fire in Ukraine before the winter
comes over the front and before more people have to die for
nothing at all.
"""


def test_transcript_turn_belongs_to_its_speaker(scene: Callable[[str], Scene]) -> None:
    found = scene(TRANSCRIPT)
    assert heard(found, "send soldiers") == ["ilse-korvat"]
    assert heard(found, "cease-fire") == ["goran-ilves"]
    assert heard(found, "Will Varland") == []


def test_transcript_first_person_is_the_speaker_and_the_question_nobody(
    read: Callable[[str], Reading],
) -> None:
    found = [(s.holder.slug, s.topic, s.position) for s in read(TRANSCRIPT).stances]
    assert ("ilse-korvat", "troops-in-ukraine", -2) in found
    assert ("ilse-korvat", "sanctions", 1) in found
    assert all(start != 0 for start in (s.start for s in read(TRANSCRIPT).stances))


def test_transcript_evidence_keeps_the_line_breaks_of_the_text(read: Callable[[str], Reading]) -> None:
    assert all(TRANSCRIPT[s.start : s.end] == s.evidence for s in read(TRANSCRIPT).stances)
