"""Candidates: every (holder, topic, passage) that may carry a stance, with what the rules make of it.

They over-generate on purpose. `decide.py` keeps what is good enough; a learned scorer may help it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from positions.extraction.lexicon import lexicon
from positions.extraction.mentions import FIRST_PERSON, Cast, Mention, find_cast
from positions.extraction.parsing import Parsed
from positions.extraction.polarity import Walk, walk
from positions.extraction.text import Span
from positions.extraction.topics import TopicMention, find_topics
from positions.extraction.types import ActorMention, Mode, Resolver
from positions.extraction.voices import Voice, find_voices, voices_at

_CONDITION = re.compile(
    r"\b(?:only )?(?:if|unless|until|once|provided(?: that)?|as long as|so long as|as soon as|on (?:the )?condition that|"
    r"on condition of|only after|in (?:exchange|return) for|in the event of|in case of|when (?:the )?(?:conditions|allies|time)|"
    r"should (?=[A-Z])|subject to|conditional on|depends? on|pending)\b[^.;\"”]{3,160}",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Candidate:
    """One possible stance. `position` is the rules' reading, None where they abstain.

    `focus` is the sentence that would be the evidence; `features` are plain numbers and words for
    the decision layer; `reasons` tell an editor what was seen.
    """

    holder: Mention
    source: Mention | None
    topic: str
    position: int | None
    mode: Mode
    focus: Span
    sentence: int
    topic_mention: TopicMention
    walk: Walk
    voice: Voice | None
    condition: str | None
    features: dict[str, Any] = field(default_factory=dict)
    reasons: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Scene:
    """An article with everything found in it before any judgement."""

    parsed: Parsed
    cast: Cast
    voices: list[Voice]
    topics: list[TopicMention]


def read_scene(parsed: Parsed, resolver: Resolver) -> Scene:
    """Find actors, voices and topics of a parsed article."""
    cast = find_cast(parsed, resolver)
    return Scene(parsed, cast, find_voices(parsed, cast), find_topics(parsed))


def candidates(parsed: Parsed, resolver: Resolver) -> list[Candidate]:
    """Return every candidate of the article, in the order of the text."""
    return list(scene_candidates(read_scene(parsed, resolver)))


def scene_candidates(scene: Scene) -> Iterator[Candidate]:
    """Yield the candidates of a scene: for each topic expression, each holder it may belong to."""
    for topic in scene.topics:
        around = voices_at(scene.voices, topic.start)
        stop = {voice.cue_token for voice in around if voice.cue_token >= 0}
        state = walk(scene.cast, topic, stop)
        voice = next((v for v in around if v.cue_token != state.predicate or v.inherited), None)
        yield from _holders(scene, topic, state, voice)


def _holders(scene: Scene, topic: TopicMention, state: Walk, voice: Voice | None) -> Iterator[Candidate]:
    speakers = list(voice.speakers) if voice is not None else []
    if voice is not None and voice.barred and not state.holders:
        return
    if not state.holders or state.first_person:
        for speaker in speakers:
            yield _candidate(scene, topic, state, voice, speaker, None)
        return
    for holder in state.holders:
        owner = _same_side(holder, speakers)
        if owner is not None:
            yield _candidate(scene, topic, state, voice, owner, None)
        elif speakers and state.prescribed and state.frame == "act":
            for speaker in speakers:
                yield _candidate(scene, topic, state, voice, speaker, None)
        else:
            yield _candidate(
                scene, topic, state, voice, holder, speakers[0] if speakers else _source(state, holder)
            )


def _source(state: Walk, holder: Mention) -> Mention | None:
    return next((m for m in state.sources if m.actor.slug != holder.actor.slug), None)


def _same_side(holder: Mention, speakers: Iterable[Mention]) -> Mention | None:
    """A person speaking of the own state's position holds it; so does one speaking of oneself."""
    for speaker in speakers:
        if speaker.actor.slug == holder.actor.slug:
            return speaker
        if speaker.actor.kind == "person" and speaker.speaks_for and speaker.speaks_for == holder.actor.slug:
            return speaker
    return None


def _candidate(
    scene: Scene,
    topic: TopicMention,
    state: Walk,
    voice: Voice | None,
    holder: Mention,
    source: Mention | None,
) -> Candidate:
    number = scene.parsed.sentence_at(topic.start)
    focus = scene.parsed.sentences[number]
    mode = _mode(scene, topic, state, voice, source)
    return Candidate(
        holder=holder,
        source=source,
        topic=topic.topic,
        position=state.position,
        mode=mode,
        focus=focus,
        sentence=number,
        topic_mention=topic,
        walk=state,
        voice=voice,
        condition=_condition(scene.parsed.doc.text, focus, topic),
        reasons={"trail": list(state.trail), "cue": voice.cue if voice else "", "path": holder.actor.path},
    )


def _mode(
    scene: Scene, topic: TopicMention, state: Walk, voice: Voice | None, source: Mention | None
) -> Mode:
    if source is not None:
        return "second-hand"
    if scene.parsed.quote_at(topic.start) is not None or _quoted_predicate(scene, state):
        return "direct"
    if voice is not None:
        return "indirect"
    if state.predicate >= 0:
        lemma = scene.parsed.doc[state.predicate].lemma_.lower()
        if lemma in lexicon().say:
            return "indirect"
    return "narrative"


def _quoted_predicate(scene: Scene, state: Walk) -> bool:
    return state.predicate >= 0 and scene.parsed.quote_at(scene.parsed.doc[state.predicate].idx) is not None


def _condition(text: str, focus: Span, topic: TopicMention) -> str | None:
    found = _CONDITION.search(text, *focus)
    if found is None:
        return None
    words = found.group().strip(' ,.;:"”')
    cut = re.search(r",\s(?:he|she|it|they|the|[A-Z]\w+)\b", words)
    words = words[: cut.start()] if cut else words
    return words if not found.start() <= topic.start < found.start() + len(words) else None


__all__ = ["FIRST_PERSON", "Candidate", "Scene", "candidates", "read_scene", "scene_candidates"]
