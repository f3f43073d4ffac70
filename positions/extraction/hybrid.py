"""Rules and learned reader together: what either alone would say is weighed against the other."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from positions.extraction.candidates import Candidate, Scene, scene_candidates
from positions.extraction.combination import Combination, load_combination
from positions.extraction.decide import best_each, reading, scorer_items, specific_only
from positions.extraction.decision import DecisionModel, Matrix, load_decision
from positions.extraction.features import features
from positions.extraction.happenings import find_events
from positions.extraction.learned.scorer import LearnedScorer
from positions.extraction.reader import RulesExtractor, set_aside, unresolved
from positions.extraction.scorer import StanceScorer
from positions.extraction.types import ArticleText, Reading, Resolver, StanceReading

VERSION = "1"


@dataclass
class HybridExtractor:
    """Reads stances by rules and by the learned reader, and abstains where they do not bear each other out.

    `rules` does the parsing and finds who and what; `scorer` may be any `StanceScorer`.
    """

    rules: RulesExtractor = field(default_factory=RulesExtractor)
    scorer: StanceScorer = field(default_factory=LearnedScorer)
    name: str = "hybrid"
    version: str = VERSION

    def read(self, article: ArticleText, resolver: Resolver) -> Reading:
        """Return the article's stances and events; the same text and registry give the same reading."""
        if aside := set_aside(article):
            return Reading(self.name, self.version, set_aside=aside)
        scene = self.rules.scene(article, resolver)
        stances, events = tuple(self.stances(scene)), find_events(scene)
        return Reading(self.name, self.version, stances, events, unresolved(stances, events))

    def stances(self, scene: Scene) -> list[StanceReading]:
        """Return the stances of a scene in order."""
        decision = load_decision()
        if decision is None:
            raise FileNotFoundError("the hybrid reader needs the rules' decision model")
        return combined(scene, decision, self.scorer, load_combination())


def combined(
    scene: Scene, decision: DecisionModel, scorer: StanceScorer, combination: Combination
) -> list[StanceReading]:
    """Weigh every candidate by rules and scorer; keep what stands, one per holder, topic and sentence."""
    asked = askable(scene)
    if not asked:
        return []
    seen = [features(scene, candidate) for candidate in asked]
    own = [decision.traits_of(row) for row in seen]
    kept = combination.verdicts(asked, decision.probabilities(seen), heard(scene, asked, scorer), own)
    chosen = specific_only(best_each(kept))
    found = (reading(scene, verdict) for verdict in chosen)
    return sorted(found, key=lambda s: (s.start, s.end, s.holder.slug, s.topic))


def askable(scene: Scene) -> list[Candidate]:
    """The candidates whose holder is one actor."""
    return [c for c in scene_candidates(scene) if c.holder.actor.resolved != "ambiguous"]


def heard(scene: Scene, asked: list[Candidate], scorer: StanceScorer) -> Matrix:
    """What the scorer says of each candidate: (candidates, 6) probabilities."""
    return np.asarray(scorer.score(scorer_items(scene, asked)), dtype=np.float64)
