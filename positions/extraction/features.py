"""What the decision layer sees of a candidate: named numbers, never who the holder is.

Actors' names are left out on purpose, so that what is learned is how positions are put into words
and not who holds which.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from positions.extraction.candidates import Candidate, Scene
from positions.extraction.lexicon import lexicon
from positions.extraction.voices import edges

if TYPE_CHECKING:
    from positions.extraction.tree import Token

Features = dict[str, float]
_SKIPPED_POS = frozenset({"PROPN", "PUNCT", "SPACE", "NUM", "SYM", "X"})
_POS = {"VERB": "verb", "AUX": "verb", "NOUN": "noun", "ADJ": "adjective", "PROPN": "noun"}


def features(scene: Scene, candidate: Candidate) -> Features:
    """Return the candidate's features; every value is 1.0 unless said otherwise."""
    found: Features = {"bias": 1.0}
    for name in (
        *_shape(scene, candidate),
        *_terms(scene, candidate),
        *_reading(candidate),
        *_words(scene, candidate),
    ):
        found[name] = 1.0
    return found


def _shape(scene: Scene, candidate: Candidate) -> Iterator[str]:
    """Where the holder and the topic stand."""
    part, scope = candidate.part, candidate.scope
    actor = candidate.holder.actor
    yield f"role={part.role}"
    yield f"scope={scope.how}"
    yield f"role,scope={part.role},{scope.how}"
    yield f"topic={candidate.topic}"
    yield f"topic,scope={candidate.topic},{scope.how}"
    yield f"kind={actor.kind}"
    yield f"kind,role={actor.kind},{part.role}"
    yield f"mode={candidate.mode}"
    yield f"named={'yes' if candidate.focus[0] <= candidate.holder.start < candidate.focus[1] else 'no'}"
    if actor.kind == "state" and actor.slug == "ua":
        yield f"beneficiary,{part.role}"
    if candidate.source is not None:
        yield "has source"
    if candidate.condition:
        yield "condition"
    if part.listed:
        yield "listed"
    yield f"rivals={min(candidate.rivals, 2)}"
    if part.voice is not None:
        yield f"voice={part.voice.kind},{'inherited' if part.voice.inherited else 'own'}"
        yield f"cue={part.voice.cue}"
    others = {
        t.topic for t in scene.topics if candidate.focus[0] <= t.start < candidate.focus[1] and not t.weak
    }
    yield f"other topics={min(len(others - {candidate.topic}), 3)},{scope.how}"
    yield f"in paragraph={_place(scene, candidate)}"
    yield from _quoted(scene, candidate)


def _quoted(scene: Scene, candidate: Candidate) -> Iterator[str]:
    """How much of the sentence, and which of its deciding words, stand in quotation marks."""
    start, end = candidate.focus
    inside = sum(max(0, min(q.end, end) - max(q.start, start)) for q in scene.parsed.quotes)
    yield f"quoted={min(3, round(4 * inside / max(1, end - start)))}"
    claim = candidate.claim
    if claim is not None:
        yield f"quoted topic={scene.parsed.quote_at(claim.topic.start) is not None}"
        if claim.walk.predicate >= 0:
            predicate = scene.parsed.doc[claim.walk.predicate]
            yield f"quoted predicate={scene.parsed.quote_at(predicate.idx) is not None}"
            yield f"predicate={predicate.lemma_.lower()}"


def _place(scene: Scene, candidate: Candidate) -> str:
    paragraph = scene.parsed.paragraphs[scene.parsed.paragraph_at(candidate.focus[0])]
    return "first" if candidate.focus[0] <= paragraph[0] else "later"


def _terms(scene: Scene, candidate: Candidate) -> Iterator[str]:
    """The words that raised the topic."""
    for mention in candidate.scope.mentions[:4]:
        if mention.end > mention.start:
            head = scene.parsed.doc[mention.head].lemma_.lower()
            yield f"term={candidate.topic},{head}"
            yield f"term scope={candidate.topic},{head},{candidate.scope.how}"


def _reading(candidate: Candidate) -> Iterator[str]:
    """What the rules made of it."""
    yield f"rule={candidate.position}"
    yield f"rule,scope={candidate.position},{candidate.scope.how}"
    yield f"rule,role={candidate.position},{candidate.part.role}"
    claim = candidate.claim
    if claim is None:
        yield "no claim"
        return
    state = claim.walk
    yield f"frame={state.frame or '-'},{candidate.position}"
    yield f"pointer={claim.topic.weak},{candidate.position}"
    for flag in ("prescribed", "tentative", "opened", "future", "first_person"):
        if getattr(state, flag):
            yield flag
            yield f"{flag},{candidate.position}"
    yield f"negated={min(state.negated, 2)},{candidate.position}"
    for step in state.trail:
        yield f"trail={step}"
        yield f"group={step.split(':')[-1]},{state.sign > 0}"


def _words(scene: Scene, candidate: Candidate) -> Iterator[str]:
    """The words of the sentence in the holder's reach, negation marked; names left out."""
    start, end = _reach(scene, candidate)
    for at, names in _said(scene, candidate.sentence, candidate.topic):
        if start <= at < end:
            yield from names
    if candidate.part.verb >= 0:
        verb = scene.parsed.doc[candidate.part.verb]
        mark = "not " if _negated(verb) else ""
        yield f"verb={mark}{verb.lemma_.lower()}"
        for group in _groups(verb, mark, candidate.topic):
            yield f"verb {group}"


def _said(scene: Scene, number: int, topic: str) -> list[tuple[int, tuple[str, ...]]]:
    """Each word of a sentence as (offset, features); kept, as every candidate of the sentence asks."""
    known = scene.said.get((number, topic))
    if known is None:
        known = [
            (token.idx, (f"w={mark}{token.lemma_.lower()}", *_groups(token, mark, topic)))
            for token, mark in _marked(scene, number)
        ]
        scene.said[number, topic] = known
    return known


def _marked(scene: Scene, number: int) -> list[tuple[Token, str]]:
    """The words of a sentence that are no names, with "not " where negated; kept, as every topic asks."""
    known = scene.marked.get(number)
    if known is None:
        known = [
            (token, "not " if _negated(token) else "")
            for token in scene.parsed.tokens(number)
            if token.pos_ not in _SKIPPED_POS and token.i not in scene.cast.by_token
        ]
        scene.marked[number] = known
    return known


def _groups(token: Token, mark: str, topic: str) -> Iterator[str]:
    pos = _POS.get(token.pos_)
    entry = lexicon().predicate(pos, token.lemma_.lower(), topic) if pos else None
    if entry is not None:
        yield f"g={mark}{entry.group}"
    value = lexicon().evaluations.get(token.lower_)
    if value is not None:
        yield f"e={mark}{value}"


def _reach(scene: Scene, candidate: Candidate) -> tuple[int, int]:
    """The stretch of the sentence that is the holder's: a voice's content, or the verb's clause."""
    start, end = candidate.focus
    part = candidate.part
    if part.role == "subject" and part.verb >= 0:
        a, b = edges(scene.parsed.doc[part.verb])
        return max(start, a), min(end, b)
    return start, end


def _negated(token: Token) -> bool:
    negators = lexicon().negators
    near = (
        [token, token.head] if token.dep_ in ("xcomp", "ccomp", "dobj", "attr", "acomp", "pobj") else [token]
    )
    return any(
        c.dep_ == "neg" or (c.lower_ in negators and c.dep_ in ("det", "advmod"))
        for t in near
        for c in t.children
    )
