"""Candidates: every (holder, topic, passage) that may carry a stance, with what the rules make of it.

They over-generate on purpose: each actor with a part in a sentence is paired with each topic the
sentence may be about. `decide.py` keeps what is good enough; a learned scorer may help it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from positions.extraction.conditions import find_condition
from positions.extraction.dates import When, entry_date, find_dates
from positions.extraction.lexicon import lexicon, words
from positions.extraction.mentions import Cast, Mention, find_cast
from positions.extraction.parsing import Parsed
from positions.extraction.polarity import Walk, walk
from positions.extraction.pronouns import link_pronouns
from positions.extraction.roles import Part, carry, parts_of
from positions.extraction.scopes import Scope, scopes_of
from positions.extraction.targets import elsewhere
from positions.extraction.text import Span
from positions.extraction.topics import TopicMention, find_topics
from positions.extraction.types import Mode, Resolver
from positions.extraction.voices import Voice, find_voices, voices_at
from positions.extraction.who import link_bodies

if TYPE_CHECKING:
    from positions.extraction.tree import Token


_THANKING, _THANKFUL = words("thanking"), words("thankful")


@dataclass(frozen=True)
class Scene:
    """An article with everything found in it before any judgement.

    `aside`: (sentence, topic) where the topic's words are for somebody else.
    """

    parsed: Parsed
    cast: Cast
    voices: list[Voice]
    topics: list[TopicMention]
    aside: frozenset[tuple[int, str]] = frozenset()
    said: dict[tuple[int, str], list[tuple[int, tuple[str, ...]]]] = field(
        default_factory=dict, repr=False, compare=False
    )
    marked: dict[int, list[tuple[Token, str]]] = field(default_factory=dict, repr=False, compare=False)
    _conditions: dict[int, str | None] = field(default_factory=dict, repr=False, compare=False)

    def condition_at(self, anchor: Token) -> str | None:
        """The condition on the clauses that hold the anchor. Kept, as many candidates share an anchor."""
        if anchor.i not in self._conditions:
            span = self.parsed.sentences[self.parsed.sentence_at(anchor.idx)]
            self._conditions[anchor.i] = find_condition(self.parsed.text, anchor, span)
        return self._conditions[anchor.i]

    @cached_property
    def heard(self) -> list[list[Voice]]:
        """The voices that reach into each sentence, in their order."""
        found: list[list[Voice]] = [[] for _ in self.parsed.sentences]
        for voice in self.voices:
            reached = {
                number
                for start, end in voice.content
                if start < end
                for number in range(self.parsed.sentence_at(start), self.parsed.sentence_at(end - 1) + 1)
            }
            for number in reached:
                found[number].append(voice)
        return found

    @cached_property
    def dates(self) -> list[list[When]]:
        """The date expressions of every sentence; "the day before" counts from the day named last nearby."""
        found: list[list[When]] = []
        spoken, paragraph = None, -1
        for span in self.parsed.sentences:
            here = self.parsed.paragraph_at(span[0])
            spoken = spoken if here == paragraph else None
            found.append(find_dates(self.parsed.flat, span, self.parsed.article.published, spoken))
            exact = [w.day for w in found[-1] if w.precision == "day" and not w.future]
            spoken, paragraph = (exact[-1] if exact else spoken), here
        return found

    @cached_property
    def entries(self) -> list[When | None]:
        """The date that heads each paragraph, in chronologies and live blogs."""
        published = self.parsed.article.published
        return [entry_date(self.parsed.flat, span, published) for span in self.parsed.paragraphs]


@dataclass(frozen=True)
class Claim:
    """What the rules read at one expression of the topic for one holder."""

    holder: Mention
    source: Mention | None
    walk: Walk
    voice: Voice | None
    topic: TopicMention


@dataclass(frozen=True)
class Candidate:
    """One possible stance of `holder` on `topic` in the sentence `focus`.

    `position` is the rules' reading, None where they abstain. `part` is the holder's part in the
    sentence, `scope` how the sentence comes to be about the topic, `claim` the rules' reading with
    the words it rests on. `reasons` tell an editor what was seen.
    """

    holder: Mention
    source: Mention | None
    topic: str
    position: int | None
    mode: Mode
    focus: Span
    sentence: int
    part: Part
    scope: Scope
    claim: Claim | None
    voice: Voice | None
    condition: str | None
    rivals: int = 0  # other holders for whom the rules read something on the topic here
    reasons: dict[str, Any] = field(default_factory=dict)


def read_scene(parsed: Parsed, resolver: Resolver) -> Scene:
    """Find actors, voices and topics of a parsed article."""
    cast = find_cast(parsed, resolver)
    link_pronouns(cast)
    link_bodies(cast)
    topics, aside = [], set()
    for mention in find_topics(parsed):
        if elsewhere(cast, mention):
            aside.add((parsed.sentence_at(mention.start), mention.topic))
        else:
            topics.append(mention)
    return Scene(parsed, cast, find_voices(parsed, cast), topics, frozenset(aside))


def candidates(parsed: Parsed, resolver: Resolver) -> list[Candidate]:
    """Return every candidate of the article, in the order of the text."""
    return list(scene_candidates(read_scene(parsed, resolver)))


def scene_candidates(scene: Scene) -> Iterator[Candidate]:
    """Yield the candidates of a scene, sentence by sentence, topic by topic, holder by holder."""
    carried: list[Part] = []
    for number, scopes in enumerate(scopes_of(scene.parsed, scene.topics, scene.aside)):
        if scene.cast.floor.is_asked(scene.parsed.sentences[number]):
            continue
        parts = parts_of(scene.parsed, scene.cast, scene.heard[number], number, carried)
        parts = [part for part in parts if not _only_thanks(scene, number, part)]
        for scope in scopes:
            claims = [claim for mention in scope.mentions for claim in claims_at(scene, mention)]
            yield from _scope_candidates(scene, number, scope, parts, claims)
        carried = carry(parts, owned=True)


def _only_thanks(scene: Scene, number: int, part: Part) -> bool:
    """Return whether all that the holder does in the sentence is to thank or praise others."""
    if part.role not in ("speaker", "subject", "carried"):
        return False
    tokens = scene.parsed.tokens(number)
    root = next((token for token in tokens if token.dep_ == "ROOT"), None)
    verb = scene.parsed.doc[part.verb] if part.role == "subject" and part.verb >= 0 else root
    if verb is None or any(child.dep_ == "conj" for child in verb.children):
        return False
    said = any(child.dep_ == "acomp" and child.lemma_.lower() in _THANKFUL for child in verb.children)
    return verb is root and (said or verb.lemma_.lower() in _THANKING)


def _scope_candidates(
    scene: Scene, number: int, scope: Scope, parts: list[Part], claims: list[Claim]
) -> Iterator[Candidate]:
    present = {part.mention.actor.slug for part in parts}
    extra = {
        c.holder.actor.slug: Part(c.holder, "named") for c in claims if c.holder.actor.slug not in present
    }
    held = {c.holder.actor.slug for c in claims if c.walk.position is not None}
    for part in [*parts, *extra.values()]:
        slug = part.mention.actor.slug
        if slug in scene.cast.bystanders:
            continue
        own = [claim for claim in claims if claim.holder.actor.slug == slug]
        claim = min(own, key=_claim_rank, default=None)
        yield _candidate(scene, number, scope, part, claim, len(held - {slug}))


def _claim_rank(claim: Claim) -> tuple[bool, bool, int, int]:
    walk_ = claim.walk
    return (walk_.position is None, claim.topic.weak, -len(walk_.trail), claim.topic.start)


def claims_at(scene: Scene, topic: TopicMention) -> Iterator[Claim]:
    """Read one expression of a topic: walk up from it and say whose position the walk found."""
    around = voices_at(scene.voices, topic.start)
    stop = {voice.cue_token for voice in around if voice.cue_token >= 0}
    state = walk(scene.cast, topic, stop)
    voice = next((v for v in around if v.cue_token != state.predicate or v.inherited), None)
    if voice is not None and voice.barred and not state.holders:
        return
    speakers = voice.speakers if voice is not None else ()
    for holder, source in _whose(state, speakers):
        yield Claim(holder, source, state, voice, topic)


def _whose(state: Walk, speakers: tuple[Mention, ...]) -> Iterator[tuple[Mention, Mention | None]]:
    """Yield (holder, source): speakers for their own side and for what they prescribe, else the subject."""
    if not state.holders or state.first_person:
        for speaker in speakers:
            yield speaker, None
        return
    for holder in state.holders:
        owner = same_side(holder, speakers)
        if owner is not None:
            yield owner, None
        elif speakers and state.prescribed and state.frame == "act":
            for speaker in speakers:
                yield speaker, None
        else:
            other = next((m for m in state.sources if m.actor.slug != holder.actor.slug), None)
            yield holder, speakers[0] if speakers else other


def same_side(holder: Mention, speakers: tuple[Mention, ...]) -> Mention | None:
    """A person speaking of the own state's position holds it; so does one speaking of oneself."""
    for speaker in speakers:
        if speaker.actor.slug == holder.actor.slug:
            return speaker
        if speaker.actor.kind == "person" and speaker.speaks_for and speaker.speaks_for == holder.actor.slug:
            return speaker
    return None


def _candidate(
    scene: Scene, number: int, scope: Scope, part: Part, claim: Claim | None, rivals: int
) -> Candidate:
    focus = scene.parsed.sentences[number]
    voice = claim.voice if claim is not None else part.voice or _voice_over(scene, number)
    source = claim.source if claim is not None else _reporter(part, voice)
    state = claim.walk if claim is not None else None
    return Candidate(
        holder=part.mention if claim is None else claim.holder,
        source=source,
        topic=scope.topic,
        position=state.position if state is not None else None,
        mode=_mode(scene, number, claim, voice, source),
        focus=focus,
        sentence=number,
        part=part,
        scope=scope,
        claim=claim,
        voice=voice,
        condition=scene.condition_at(_anchor(scene, number, part, claim)),
        rivals=rivals,
        reasons={
            "cue": voice.cue if voice else "",
            "trail": list(state.trail) if state else [],
            "part": part.role,
            "topic": scope.how,
            "resolution": part.mention.actor.path,
        },
    )


def _anchor(scene: Scene, number: int, part: Part, claim: Claim | None) -> Token:
    """The word whose clause states the position: the topic's, the holder's verb, or the sentence's root."""
    doc = scene.parsed.doc
    if claim is not None:
        return doc[claim.topic.head]
    if part.verb >= 0:
        return doc[part.verb]
    tokens = scene.parsed.tokens(number)
    return next((t for t in tokens if t.dep_ == "ROOT"), tokens[0])


def _voice_over(scene: Scene, number: int) -> Voice | None:
    start, end = scene.parsed.sentences[number]
    middle = voices_at(scene.voices, (start + end) // 2)
    return middle[0] if middle else None


def _reporter(part: Part, voice: Voice | None) -> Mention | None:
    if voice is None or part.role in ("speaker", "carried") or not voice.speakers:
        return None
    return None if same_side(part.mention, voice.speakers) else voice.speakers[0]


def _mode(
    scene: Scene, number: int, claim: Claim | None, voice: Voice | None, source: Mention | None
) -> Mode:
    if source is not None:
        return "second-hand"
    return _own_mode(scene, number, claim, voice)


def own_mode(scene: Scene, candidate: Candidate) -> Mode:
    """Return how the holder's position is given if the voice around it tells of something else."""
    return _own_mode(scene, candidate.sentence, candidate.claim, None)


def _own_mode(scene: Scene, number: int, claim: Claim | None, voice: Voice | None) -> Mode:
    parsed = scene.parsed
    start, end = parsed.sentences[number]
    if claim is not None:
        predicate = claim.walk.predicate
        places = [claim.topic.start, *([parsed.doc[predicate].idx] if predicate >= 0 else [])]
        if any(parsed.quote_at(place) is not None for place in places):
            return "direct"
        if voice is None and claim.walk.frame == "act":
            return "narrative"
        if voice is not None or (predicate >= 0 and parsed.doc[predicate].lemma_.lower() in lexicon().say):
            return "indirect"
        return "narrative"
    quoted = sum(
        min(q.end, end) - max(q.start, start) for q in parsed.quotes if q.start < end and start < q.end
    )
    if voice is not None and quoted > (end - start) / 3:
        return "direct"
    return "indirect" if voice is not None else "narrative"
