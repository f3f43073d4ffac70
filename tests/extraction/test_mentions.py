"""Who is named: titles, bodies, lists, descriptions, pronouns, places that are only places."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from positions.extraction.candidates import Scene, scene_candidates
from positions.extraction.voices import subject_of
from positions.extraction.who import actors_of


def doers(scene: Scene, verb: str) -> list[str]:
    """Return the slugs of who does `verb` in the text."""
    token = next(t for t in scene.parsed.doc if t.lower_ == verb)
    subject = subject_of(token)
    return [m.actor.slug for m in actors_of(scene.cast, subject)] if subject is not None else []


@pytest.mark.parametrize(
    ("text", "verb", "slugs"),
    [
        ("The Morran chancellor refused.", "refused", ["goran-ilves"]),
        ("Foreign Minister Hanne Aske refused.", "refused", ["hanne-aske"]),
        ("The Varlandic government refused.", "refused", ["va"]),
        ("The government of Morra refused.", "refused", ["mo"]),
        ("Varland and Morra refused.", "refused", ["va", "mo"]),
        ("Two Western diplomats refused.", "refused", ["unnamed-western-diplomats"]),
        ("Ilse Korvat, who refused, left.", "refused", ["ilse-korvat"]),
        ("Ilse Korvat spoke. Her government refused.", "refused", ["va"]),
        ("Ilse Korvat spoke. The president refused.", "refused", ["ilse-korvat"]),
        ("NATO met. The alliance refused.", "refused", ["nato"]),
        ("Goran Ilves met Ilse Korvat. The Morran refused.", "refused", ["goran-ilves"]),
        ("Goran Ilves spoke in Osmark. His government refused.", "refused", ["mo"]),
        ("The Korvat administration refused.", "refused", ["va"]),
        ("Goran Ilves met Ilse Korvat in Kyiv. His foreign minister refused.", "refused", ["mirela-lind"]),
        ("Morra has sent arms to Ukraine since its top diplomat agreed.", "agreed", ["mirela-lind"]),
        ("NATO's foreign ministers refused.", "refused", ["nato"]),
        ("A spokesman for the Morran government refused.", "refused", ["mo"]),
        ("Ukraine, Varland and Morra wrote a draft with Russia. The three refused.", "refused", []),
        ("Varland, Morra and the EU met. The bloc's diplomats refused.", "refused", ["unnamed-eu-diplomats"]),
        ("Morra wants to join. Parliament agreed.", "agreed", ["mo"]),
        ("A Morran official spoke. The official refused.", "refused", ["unnamed-morran-officials"]),
        ("Ilse Korvat spoke. The diplomat refused.", "refused", ["ilse-korvat"]),
        ("Korvat had lied, he said. Ilves said he refused.", "refused", ["goran-ilves"]),
        ("Ilse Korvat spoke. Goran Ilves said he refused.", "refused", ["goran-ilves"]),
        ("Goran Ilves met Ilse Korvat. The latter refused.", "refused", ["ilse-korvat"]),
        ("Varland met Morra in May. The former refused.", "refused", ["va"]),
    ],
)
def test_actors_of_names_who_acts(
    scene: Callable[[str], Scene], text: str, verb: str, slugs: list[str]
) -> None:
    assert doers(scene(text), verb) == slugs


def test_capital_as_a_place_is_no_holder(scene: Callable[[str], Scene]) -> None:
    found = scene("Ilse Korvat said in Osmark that Varland opposes sanctions against Russia over Ukraine.")
    roles = {
        c.part.role for c in scene_candidates(found) if c.holder.actor.slug == "va" and c.holder.start < 25
    }
    assert roles == set()


def test_candidates_pair_every_actor_with_every_topic(scene: Callable[[str], Scene]) -> None:
    found = scene("Varland and Morra discussed sanctions against Russia and tanks for Ukraine.")
    pairs = {(c.holder.actor.slug, c.topic) for c in scene_candidates(found)}
    assert {(a, t) for a in ("va", "mo") for t in ("sanctions", "arms-deliveries")} <= pairs


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("The Korvat administration backs sanctions against Russia over Ukraine.", {"va"}),
        ("Ilse Korvat spoke. Her government backs sanctions against Russia over Ukraine.", {"va"}),
    ],
)
def test_a_government_is_the_state_and_not_who_leads_it(
    scene: Callable[[str], Scene], text: str, slugs: set[str]
) -> None:
    found = scene(text)
    last = len(found.parsed.sentences) - 1
    roles = {c.holder.actor.slug for c in scene_candidates(found) if c.sentence == last and c.part.verb >= 0}
    assert roles == slugs


def test_unnamed_officials_may_tell_of_their_own_side(scene: Callable[[str], Scene]) -> None:
    found = scene("A Morran official said that tanks for Ukraine were ruled out.")
    holders = {c.holder.actor.slug for c in scene_candidates(found) if c.topic == "arms-deliveries"}
    assert {"mo", "unnamed-morran-officials"} <= holders


def test_the_place_before_an_entry_is_no_holder(scene: Callable[[str], Scene]) -> None:
    found = scene("Belisk: Ilse Korvat called for sanctions against Russia over Ukraine.")
    assert "mo" not in {c.holder.actor.slug for c in scene_candidates(found)}


def test_a_topic_begins_where_a_word_begins(scene: Callable[[str], Scene]) -> None:
    found = scene("It is right to sanction Russia, said Ilse Korvat. Ukraine needs it.")
    assert {t.topic for t in found.topics} == {"sanctions"}
