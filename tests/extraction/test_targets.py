"""Whom the words of a topic are for: what is for a third state or its army is not asked about."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from positions.extraction.candidates import Scene, scene_candidates

LEAD = "Ukraine wants to join NATO and the European Union. It wants tanks. It wants sanctions on Russia. "


@pytest.mark.parametrize(
    ("sentence", "topic"),
    [
        ("Ilse Korvat promised tanks for Morra.", "arms-deliveries"),
        ("Ilse Korvat ordered tanks for the Morran army.", "arms-deliveries"),
        ("Ilse Korvat ordered tanks for her own army.", "arms-deliveries"),
        ("Ilse Korvat backs Morra's accession to the European Union.", "eu-membership"),
        ("Ilse Korvat backs the accession of Morra to the European Union.", "eu-membership"),
        ("Ilse Korvat recalled that Morra joined NATO in 2004.", "nato-membership"),
        ("Ilse Korvat backs sanctions against Morra.", "sanctions"),
        ("Ilse Korvat will keep peacekeeping troops in Morra.", "troops-in-ukraine"),
        ("Ilse Korvat offers security guarantees to Morra.", "security-guarantees"),
    ],
)
def test_what_is_for_a_third_state_is_not_asked_about(
    scene: Callable[[str], Scene], sentence: str, topic: str
) -> None:
    found = scene(LEAD + sentence)
    assert (topic, sentence) not in asked(found)
    ours = sentence.replace("Morran army", "Ukrainian army").replace("her own army", "Ukraine's army")
    ours = ours.replace("against Morra", "against Russia").replace("Morra", "Ukraine")
    assert (topic, ours) in asked(scene(LEAD + ours))


@pytest.mark.parametrize(
    ("sentence", "topic"),
    [
        ("Ilse Korvat promised tanks for Ukraine and Morra.", "arms-deliveries"),
        ("Morra sends tanks.", "arms-deliveries"),
        ("Morra wants Ukraine's accession to the European Union.", "eu-membership"),
        ("Morra backs sanctions on Russia.", "sanctions"),
        ("Morra wants Ukraine under the Varland-led NATO security umbrella.", "nato-membership"),
    ],
)
def test_who_else_is_named_changes_nothing(scene: Callable[[str], Scene], sentence: str, topic: str) -> None:
    assert (topic, sentence) in asked(scene(LEAD + sentence))


def asked(scene: Scene) -> set[tuple[str, str]]:
    return {(c.topic, scene.parsed.text[slice(*c.focus)].strip()) for c in scene_candidates(scene)}
