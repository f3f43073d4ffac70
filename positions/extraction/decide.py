"""From candidates to stances: what is kept, at which position, how sure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType

from positions.extraction.candidates import Candidate, Scene
from positions.extraction.dates import When, find_dates
from positions.extraction.polarity import Walk
from positions.extraction.topics import TopicMention
from positions.extraction.types import Kind, Precision, StanceReading

_SPECIFIC_OVER = "support-for-ukraine"


def decide(scene: Scene, found: Iterable[Candidate]) -> list[StanceReading]:
    """Return the stances among the candidates, one per holder, topic and sentence."""
    kept: dict[tuple[str, str, int], Candidate] = {}
    for candidate in found:
        if candidate.position is None or candidate.scope.how not in ("strong","weak") or _excluded(candidate):
            continue
        key = (candidate.holder.actor.slug, candidate.topic, candidate.sentence)
        if key not in kept or _rank(candidate) > _rank(kept[key]):
            kept[key] = candidate
    chosen = _specific_only(list(kept.values()))
    return sorted(
        (reading(scene, candidate) for candidate in chosen),
        key=lambda s: (s.start, s.end, s.holder.slug, s.topic),
    )


def _excluded(candidate: Candidate) -> bool:
    return candidate.holder.actor.resolved == "ambiguous"


def _rank(candidate: Candidate) -> tuple[bool, bool, int]:
    trail = candidate.claim.walk.trail if candidate.claim else []
    return (candidate.scope.how == "strong", candidate.part.role == "speaker", len(trail))


def _specific_only(chosen: list[Candidate]) -> list[Candidate]:
    """General support counts only where the same words hold nothing more specific."""
    specific = {(c.holder.actor.slug, c.sentence) for c in chosen if c.topic != _SPECIFIC_OVER}
    return [
        c for c in chosen if c.topic != _SPECIFIC_OVER or (c.holder.actor.slug, c.sentence) not in specific
    ]


def reading(scene: Scene, candidate: Candidate) -> StanceReading:
    """Build the stance of a candidate."""
    start, end = candidate.focus
    day, precision = stated_on(scene, candidate)
    position = candidate.position or 0
    if candidate.condition and position == 2:
        position = 1
    return StanceReading(
        holder=candidate.holder.actor,
        topic=candidate.topic,
        position=position,
        mode=candidate.mode,
        kind=kind_of(candidate),
        stated_on=day,
        start=start,
        end=end,
        evidence=scene.parsed.text[start:end],
        confidence=0.5,
        source=candidate.source.actor if candidate.source else None,
        condition=candidate.condition,
        precision=precision,
        reasons=MappingProxyType(candidate.reasons),
    )


def kind_of(candidate: Candidate) -> Kind:
    """Return the kind of a candidate from its predicate and mode."""
    state = candidate.claim.walk if candidate.claim else Walk(TopicMention("", 1, 0, 0, 0, True), 1)
    if state.kind in ("demand", "threat"):
        return state.kind  # type: ignore[return-value]
    if state.prescribed:
        return "demand"
    if candidate.mode == "second-hand":
        return "prediction" if state.future else "statement"
    if state.kind == "pledge" or (state.future and state.frame == "act"):
        return "pledge"
    if candidate.mode == "narrative" and state.frame == "act":
        return "action"
    return "statement"


def stated_on(scene: Scene, candidate: Candidate) -> tuple[object, Precision]:  # type: ignore[type-arg]
    """Return when it was said or done: the date beside the cue, else the article's."""
    published = scene.parsed.article.published
    dates = find_dates(scene.parsed.text, candidate.focus, published)
    usable = [w for w in dates if not w.future and not w.rough and not _in_content(w, candidate)]
    if usable:
        anchor = candidate.voice.cue_at if candidate.voice else candidate.focus[0]
        best = min(usable, key=lambda w: abs(w.start - anchor))
        return best.day, best.precision
    return published, "day"


def _in_content(when: When, candidate: Candidate) -> bool:
    return (
        candidate.voice is not None
        and candidate.voice.kind == "clause"
        and candidate.voice.covers(when.start)
    )
