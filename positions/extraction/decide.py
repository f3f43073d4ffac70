"""From candidates to stances: what is kept, at which position, how sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from positions.extraction.attributes import kind_of, stated_on
from positions.extraction.candidates import Candidate, Scene, own_mode
from positions.extraction.conditions import bargained, loose_condition
from positions.extraction.decision import Chances, DecisionModel, Matrix
from positions.extraction.features import features
from positions.extraction.scorer import KINDS, LABELS, MODES, ScorerAnswer, ScorerItem
from positions.extraction.sources import apart, source_of, told
from positions.extraction.types import StanceReading

_GENERAL = "support-for-ukraine"
LIKELY = 0.5  # score from which a reading stands beside a more specific one of the same holder
_NAMED = ("strong", "weak")  # scopes of topics that the sentence itself speaks of
# Probability of a condition from which its words are believed: those that the parse ties to the position,
# "if" and the like anywhere in the sentence, "when", "after" and the like; either of a mild position.
TIED, TIED_BY_WORDS, TIED_FAINTLY, TIED_MILD = 0.5, 0.2, 0.4, 0.1
_NEAR = 260  # characters of context before the focus that a scorer sees
_DOUBT = 0.001  # added to chances before they are multiplied, that no single witness rules a trait out
# Which labels stand for opposing, neutral and supporting.
_SIGNS = ((-1, (1, 2)), (0, (3,)), (1, (4, 5)))


@dataclass(frozen=True)
class Traits:
    """What is learned of a stance besides its position; "" and None where the rules decide.

    `tied` is the probability that a condition is tied to it.
    """

    mode: str = ""
    kind: str = ""
    tied: float | None = None


def likeliest(rules: tuple[Chances, Chances], answer: ScorerAnswer | None = None) -> Traits:
    """Return the traits that are likeliest by the rules' chances of mode and kind and a scorer's together."""
    if answer is None:
        return Traits(_highest(rules[0]), _highest(rules[1]))
    said = zip((MODES, KINDS), (answer.modes, answer.kinds), strict=True)
    heard = (dict(zip(names, chances, strict=False)) for names, chances in said)
    mode, kind = (
        _highest({name: (chance + _DOUBT) * (more.get(name, 0.0) + _DOUBT) for name, chance in own.items()})
        for own, more in zip(rules, heard, strict=True)
    )
    return Traits(mode, kind, answer.condition)


def _highest(chances: Chances) -> str:
    return max(chances, key=lambda name: chances[name], default="")


@dataclass(frozen=True)
class Verdict:
    """A candidate that is kept: its position, the probability of the position's sign, and the rest."""

    candidate: Candidate
    position: int
    score: float
    confidence: float
    probabilities: tuple[float, ...] = ()
    traits: Traits = Traits()


def decide(scene: Scene, found: Sequence[Candidate], model: DecisionModel | None) -> list[StanceReading]:
    """Return the stances among the candidates, one per holder, topic and sentence."""
    asked = [candidate for candidate in found if candidate.holder.actor.resolved != "ambiguous"]
    verdicts = by_rules(asked) if model is None else by_model(scene, asked, model)
    kept = specific_only(best_each(verdicts))
    return sorted((reading(scene, v) for v in kept), key=lambda s: (s.start, s.end, s.holder.slug, s.topic))


def by_rules(found: Sequence[Candidate]) -> list[Verdict]:
    """Without a model: what the rules read at an expression of the topic itself."""
    return [
        Verdict(
            c, min(c.position, 1) if c.condition else c.position, 0.5 + 0.1 * (c.scope.how == "strong"), 0.5
        )
        for c in found
        if c.position is not None and c.scope.how in ("strong", "weak")
    ]


def by_model(scene: Scene, found: Sequence[Candidate], model: DecisionModel) -> list[Verdict]:
    """With a model: every candidate whose likeliest sign is likely enough."""
    rows = [features(scene, candidate) for candidate in found]
    table = model.probabilities(rows)
    standing = [n for n, row in enumerate(table) if position_of(row)[1] >= model.threshold]
    traits = [likeliest(model.traits_of(rows[n])) for n in standing]
    return verdicts([found[n] for n in standing], table[standing], traits, model)


def verdicts(
    found: Sequence[Candidate], table: Matrix, traits: Sequence[Traits], model: DecisionModel
) -> list[Verdict]:
    """Turn probabilities into positions, keeping those above the model's threshold."""
    kept = []
    for candidate, row, own in zip(found, table, traits, strict=True):
        position, score = position_of(row)
        if score >= model.threshold:
            said = tuple(round(float(p), 4) for p in row)
            kept.append(Verdict(candidate, position, score, model.confidence(score), said, own))
    return kept


def position_of(row: Matrix) -> tuple[int, float]:
    """Return the likeliest position of the likeliest sign, and that sign's probability."""
    sums = [(float(sum(row[k] for k in labels)), labels) for _, labels in _SIGNS]
    score, labels = max(sums, key=lambda pair: pair[0])
    best = max(labels, key=lambda k: (float(row[k]), -k))
    return int(LABELS[best] or 0), score


def scorer_items(scene: Scene, found: Sequence[Candidate]) -> list[ScorerItem]:
    """Put the candidates as questions to a scorer."""
    text = scene.parsed.article.text
    where: dict[str, list[tuple[int, int]]] = {}
    for mention in scene.cast.mentions:
        where.setdefault(mention.actor.slug, []).append((mention.start, mention.end))
    items = []
    for candidate in found:
        start, end = candidate.focus
        first = scene.parsed.sentences[scene.parsed.sentence_from(start - _NEAR)][0]
        spans = tuple(
            (a, b) for a, b in where.get(candidate.holder.actor.slug, ()) if first <= a and b <= end
        )
        items.append(ScorerItem(text, spans, candidate.topic, candidate.focus, (first, end)))
    return items


def best_each(found: Sequence[Verdict]) -> list[Verdict]:
    """Keep the surest verdict for each holder, topic and sentence."""
    kept: dict[tuple[str, str, int], Verdict] = {}
    for verdict in found:
        candidate = verdict.candidate
        key = (candidate.holder.actor.slug, candidate.topic, candidate.sentence)
        if key not in kept or verdict.score > kept[key].score:
            kept[key] = verdict
    return list(kept.values())


def specific_only(found: Sequence[Verdict]) -> list[Verdict]:
    """Drop what the same holder's words in the same sentence make redundant, unless it is likely itself.

    General support counts only where nothing more specific is kept; a topic carried on from before only
    where none is kept that the sentence names.
    """
    beside: dict[tuple[str, int], list[Verdict]] = {}
    for verdict in found:
        beside.setdefault((verdict.candidate.holder.actor.slug, verdict.candidate.sentence), []).append(
            verdict
        )
    return [v for group in beside.values() for v in group if v.score >= LIKELY or not _redundant(v, group)]


def _redundant(verdict: Verdict, group: Sequence[Verdict]) -> bool:
    topic, named = verdict.candidate.topic, verdict.candidate.scope.how in _NAMED
    others_named = any(v.candidate.scope.how in _NAMED for v in group)
    specific = any(v.candidate.topic != _GENERAL for v in group)
    return (topic == _GENERAL and specific) or (not named and others_named)


def reading(scene: Scene, verdict: Verdict) -> StanceReading:
    """Build the stance of a verdict."""
    candidate, position = verdict.candidate, verdict.position
    start, end = candidate.focus
    day, precision = stated_on(scene, candidate)
    mode = _mode(scene, verdict)
    source = source_of(scene, candidate) if mode == "second-hand" else None
    reasons = dict(candidate.reasons, rules=candidate.position)
    if verdict.probabilities:
        reasons["model"] = list(verdict.probabilities)
    return StanceReading(
        holder=candidate.holder.actor,
        topic=candidate.topic,
        position=position,
        mode=mode,  # type: ignore[arg-type]  # the model knows only the codebook's words
        kind=verdict.traits.kind or kind_of(candidate, position),  # type: ignore[arg-type]
        stated_on=day,
        start=start,
        end=end,
        evidence=scene.parsed.text[start:end],
        confidence=float(np.clip(verdict.confidence, 0.0, 1.0)),
        source=source.actor if source is not None else None,
        condition=_condition(scene, verdict),
        precision=precision,
        reasons=MappingProxyType(reasons),
    )


def _mode(scene: Scene, verdict: Verdict) -> str:
    """Second-hand where the rules see others tell of it, direct of who has the floor, else as learned."""
    candidate = verdict.candidate
    if told(scene, candidate):
        return "second-hand"
    speaker = scene.cast.floor.speaker_at(candidate.focus[0])
    if speaker is not None and speaker.slug == candidate.holder.actor.slug:
        return "direct"
    learned = verdict.traits.mode or candidate.mode
    if learned == "second-hand" and candidate.source is not None and apart(scene, candidate):
        return own_mode(scene, candidate)
    return learned


def _condition(scene: Scene, verdict: Verdict) -> str | None:
    """The words of the condition: where the parse shows one, or a scorer holds that there is one.

    Less is needed for a mild position: by the codebook a condition is what makes many of them mild.
    """
    candidate, tied = verdict.candidate, verdict.traits.tied
    mild = abs(verdict.position) == 1
    by_parse = tied >= (TIED_MILD if mild else TIED) if tied is not None else mild
    if candidate.condition and (by_parse or bargained(candidate.condition)):
        return candidate.condition
    tied = tied or 0.0
    words = loose_condition(scene.parsed.text, candidate.focus, faint=tied >= TIED_FAINTLY)
    believed = tied >= (TIED_MILD if mild else TIED_BY_WORDS)
    return words if words and (believed or (mild and bargained(words))) else None
