"""Rules and learned reader together: what either alone would say is weighed against the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from positions.extraction.candidates import Candidate, Scene, scene_candidates
from positions.extraction.combination import Combination, load_combination
from positions.extraction.decide import best_each, likeliest, reading, scorer_items, specific_only
from positions.extraction.decision import DecisionModel, Matrix, load_decision
from positions.extraction.features import features
from positions.extraction.happenings import find_events
from positions.extraction.learned.scorer import LearnedScorer
from positions.extraction.parsing import DEFAULT_MODEL
from positions.extraction.reader import RulesExtractor, set_aside, unresolved
from positions.extraction.scorer import ScorerAnswer, StanceScorer
from positions.extraction.types import ArticleText, Reading, Resolver, StanceReading

VERSION = "11"
CHANCE = 0.05  # of any stance in a sentence by the rules, below which the scorer is not asked
NOTHING = (0.98, 0.004, 0.004, 0.004, 0.004, 0.004)


@dataclass
class HybridExtractor:
    """Reads stances by rules and by the learned reader, and abstains where they do not bear each other out.

    `model` names the parser; `scorer` may be any `StanceScorer`, the shipped learned reader by default.
    """

    model: str = DEFAULT_MODEL
    name: str = "hybrid"
    version: str = VERSION
    scorer: StanceScorer = field(default_factory=LearnedScorer)
    rules: RulesExtractor = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.rules = RulesExtractor(model=self.model)

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
    rules = decision.probabilities(seen)
    answers = heard(scene, asked, rules, scorer)
    own = [likeliest(decision.traits_of(row), answer) for row, answer in zip(seen, answers, strict=True)]
    kept = combination.verdicts(scene.parsed, asked, rules, labels(answers), own)
    found = (reading(scene, verdict) for verdict in specific_only(best_each(kept)))
    return sorted(found, key=lambda s: (s.start, s.end, s.holder.slug, s.topic))


def askable(scene: Scene) -> list[Candidate]:
    """The candidates whose holder is one actor."""
    return [c for c in scene_candidates(scene) if c.holder.actor.resolved != "ambiguous"]


def heard(
    scene: Scene, asked: list[Candidate], rules: Matrix, scorer: StanceScorer
) -> list[ScorerAnswer | None]:
    """What the scorer says of each candidate, None where it is not asked.

    Sentences in which the rules see next to no chance of any stance are not worth the scorer's time.
    """
    worth = worth_asking(asked, rules)
    chosen = [candidate for candidate, ask in zip(asked, worth, strict=True) if ask]
    answers = iter(scorer.answers(scorer_items(scene, chosen)) if chosen else ())
    return [next(answers) if ask else None for ask in worth]


def labels(answers: Sequence[ScorerAnswer | None]) -> Matrix:
    """Return the answers' (candidates, 6) probabilities; not to be asked counts as being sure of nothing."""
    return np.array([NOTHING if answer is None else answer.labels for answer in answers], dtype=np.float64)


def worth_asking(asked: list[Candidate], rules: Matrix) -> np.ndarray:
    """Return for each candidate whether any in its sentence has a chance by the rules."""
    sentences = np.array([candidate.sentence for candidate in asked])
    chance = np.zeros(int(sentences.max()) + 1)
    np.maximum.at(chance, sentences, 1 - rules[:, 0])
    result: np.ndarray = chance[sentences] >= CHANCE
    return result
