"""Rules and learned reader together: what stands when they agree, and when they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from positions.extraction.candidates import scene_candidates
from positions.extraction.combination import load_combination, position, rows
from positions.extraction.decide import Traits, Verdict, specific_only
from positions.extraction.hybrid import HybridExtractor
from positions.extraction.scopes import Scope
from positions.extraction.scorer import Probabilities, ScorerAnswer, ScorerItem
from positions.extraction.types import ArticleText, NameHit, Resolution

TEXT = (
    "Varland will veto any invitation for Ukraine to join NATO, Premier Ilse Korvat said on Monday. "
    "Ukraine has asked for one again and again. The town on the river was shelled through the night.\n"
)
NAMES = {"Varland": "varland", "Ilse Korvat": "ilse-korvat", "Ukraine": "ua", "NATO": "nato"}


class Names:
    """A resolver that knows the four actors of the text."""

    def find(self, text: str) -> list[NameHit]:
        hits = []
        for name, slug in NAMES.items():
            role = "person" if " " in name else "state"
            at = text.find(name)
            while at >= 0:
                hits.append(NameHit(at, at + len(name), role, (slug,)))
                at = text.find(name, at + 1)
        return sorted(hits, key=lambda hit: hit.start)

    def name_of(self, slug: str) -> str:
        return next((name for name, known in NAMES.items() if known == slug), slug)

    def resolve(self, text: str, on: date, context: Sequence[str] = ()) -> Resolution:
        slug = NAMES.get(text, "")
        kind = "person" if " " in text else "state"
        return Resolution(slug, text, kind, "registry" if slug else "unknown", "test")


class Says:
    """A scorer that gives every question the same answer."""

    def __init__(self, labels: Probabilities) -> None:
        self.answer = ScorerAnswer(labels, 0.0)

    def answers(self, items: Sequence[ScorerItem]) -> list[ScorerAnswer]:
        return [self.answer] * len(items)


OPPOSED = (0.02, 0.9, 0.05, 0.01, 0.01, 0.01)
NOTHING = (0.995, 0.001, 0.001, 0.001, 0.001, 0.001)
ARTICLE = ArticleText("a", TEXT, date(2024, 6, 3))


def test_read_agreed_opposition_stands_with_its_evidence() -> None:
    stances = HybridExtractor(scorer=Says(OPPOSED)).read(ARTICLE, Names()).stances
    assert ("nato-membership", -2) in {(s.topic, s.position) for s in stances}
    assert all(TEXT[s.start : s.end] == s.evidence for s in stances)
    assert all(0.0 <= s.confidence <= 1.0 for s in stances)


def test_read_scorer_that_hears_nothing_silences_more() -> None:
    loud = HybridExtractor(scorer=Says(OPPOSED)).read(ARTICLE, Names()).stances
    quiet = HybridExtractor(scorer=Says(NOTHING)).read(ARTICLE, Names()).stances
    assert len(quiet) < len(loud)


def test_read_twice_the_same() -> None:
    extractor = HybridExtractor()
    assert extractor.read(ARTICLE, Names()) == extractor.read(ARTICLE, Names())


def test_read_other_subject_is_set_aside() -> None:
    article = ArticleText("b", "Varland has a new bridge.", date(2024, 6, 3))
    reading = HybridExtractor(scorer=Says(OPPOSED)).read(article, Names())
    assert reading.stances == ()
    assert reading.set_aside


def test_read_names_itself() -> None:
    reading = HybridExtractor(scorer=Says(NOTHING)).read(ARTICLE, Names())
    assert (reading.extractor, reading.version) == ("hybrid", HybridExtractor.version)


def test_position_opposed_only_where_clearly_likelier_than_reluctant() -> None:
    assert [position(-1, (0.1, firm, 0.3, 0.0, 0.0, 0.0)) for firm in (0.29, 0.44, 0.46)] == [-1, -1, -2]


@pytest.mark.parametrize(("sign", "expected"), [(-1, -2), (0, 0), (1, 1)])
def test_position_likelier_of_the_sign(sign: int, expected: int) -> None:
    assert position(sign, (0.1, 0.3, 0.1, 0.2, 0.2, 0.1)) == expected


def test_confidence_rises_with_the_score() -> None:
    combination = load_combination()
    values = [combination.confidence(np.array([0.0, 0.0, score])) for score in np.linspace(0, 1, 21)]
    assert values == sorted(values)
    assert values[0] < 0.3 < values[-1]


def test_a_doubtful_sign_costs_confidence() -> None:
    combination = load_combination()
    of_sure, of_doubtful = (
        [combination.confidence(np.array([other * score, 0.0, score])) for score in np.linspace(0, 1, 21)]
        for other in (0.0, 0.9)
    )
    assert all(a <= b for a, b in zip(of_doubtful, of_sure, strict=True))
    assert max(b - a for a, b in zip(of_doubtful, of_sure, strict=True)) > 0.05


@pytest.mark.parametrize(("other", "standing"), [(0.4, {"ilse-korvat"}), (0.5, {"ilse-korvat", "varland"})])
def test_one_far_below_another_holder_of_the_sentence_does_not_stand(
    other: float, standing: set[str]
) -> None:
    scene = HybridExtractor(scorer=Says(NOTHING)).rules.scene(ARTICLE, Names())
    first = [c for c in scene_candidates(scene) if c.sentence == 0 and c.topic == "nato-membership"]
    two = [c for c in first if c.holder.actor.slug in ("ilse-korvat", "varland")]
    scores = np.array([[0.9 if c.holder.actor.slug == "ilse-korvat" else other, 0.0, 0.0] for c in two])
    labels = np.array([OPPOSED for _ in two])
    kept = load_combination().standing(two, scores, labels, labels, [Traits() for _ in two])
    assert {verdict.candidate.holder.actor.slug for verdict in kept} == standing


@pytest.mark.parametrize(("score", "stands"), [(0.49, False), (0.5, True)])
@pytest.mark.parametrize(
    "other", [{"topic": "support-for-ukraine"}, {"scope": Scope("territory", "back1", ())}]
)
def test_what_is_likely_stands_beside_something_more_specific(
    other: dict[str, Any], score: float, stands: bool
) -> None:
    scene = HybridExtractor(scorer=Says(NOTHING)).rules.scene(ARTICLE, Names())
    own = next(c for c in scene_candidates(scene) if c.holder.actor.slug == "ilse-korvat")
    specific = Verdict(own, -2, 0.9, 0.9)
    less = Verdict(replace(own, **other), -2, score, score)
    assert specific_only([specific, less]) == [specific, less][: 1 + stands]


def test_combination_weighs_how_near_a_sentence_is_to_the_war() -> None:
    filler = "The bridge in Osmark has a new coat of paint. " * 12
    combination, scores = load_combination(), []
    for text in (TEXT, TEXT + filler):
        scene = HybridExtractor(scorer=Says(NOTHING)).rules.scene(
            ArticleText("c", text, ARTICLE.published), Names()
        )
        first = [c for c in scene_candidates(scene) if c.sentence == 0][:1]
        said = np.array([OPPOSED])
        scores.append(combination.scores(rows(scene.parsed, first, said, said, combination.rates)).max())
    assert scores[1] < scores[0]
