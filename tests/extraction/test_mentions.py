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
