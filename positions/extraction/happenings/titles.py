"""A short headline for an event, from the words of its sentence and the names of its actors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from positions.extraction.candidates import Scene
from positions.extraction.happenings.features import Candidate
from positions.extraction.happenings.participants import agents_of, subjects
from positions.extraction.happenings.phrases import dates, names, phrase, plural, present, undetermined
from positions.extraction.happenings.vocabulary import vocabulary

if TYPE_CHECKING:
    from positions.extraction.tree import Token

_EXCERPT = 12  # words
_TALKS = frozenset(("talk", "meeting", "negotiation", "consultation", "conversation"))
_PARTS = ("dobj", "prt", "dative", "acomp", "attr", "oprd", "xcomp")
_PREPOSITIONS = ("with", "to", "for", "on", "against")


def title_of(scene: Scene, candidate: Candidate) -> str:
    """Return a headline without a full stop; never empty."""
    trigger = candidate.trigger
    place = scene.parsed.text[slice(*candidate.place)] if candidate.place else ""
    if trigger.token.pos_ in ("NOUN", "PROPN"):
        title = _of_noun(candidate)
    elif speaks(candidate):
        title = _of_speech(scene, candidate)
    elif trigger.sort.name == "visit" and place and candidate.part.doers:
        title, place = _of_visit(candidate, place), ""
    else:
        title = _of_verb(scene, candidate)
    if place and place not in title:
        title = f"{title} in {place}"
    title = re.sub(r"\s+", " ", title).strip(" ,;:-–—") or trigger.token.text
    return title[:1].upper() + title[1:]


def speaks(candidate: Candidate) -> bool:
    """Return whether the happening is no more than somebody's saying."""
    trigger = candidate.trigger
    with_whom = len(candidate.part.actors) > len(candidate.part.doers)
    saying = trigger.sort.name == "speak" or (trigger.sort.name == "talking" and not with_whom)
    return bool(candidate.part.doers) and (saying or trigger.sort.name == "interview")


def _of_noun(candidate: Candidate) -> str:
    token, actors = candidate.trigger.token, candidate.part.actors
    if token.lemma_.lower() in _TALKS and len(actors) > 1:
        return f"{names(actors)} meet"
    shown = undetermined(phrase(token, keep=("of", "between", "with", "on")))
    named = any(m.start <= t.idx < m.end for m in actors for t in token.subtree)
    if named or not actors:
        return shown
    return (
        f"{names(actors)} at {shown}"
        if candidate.trigger.sort.name == "summit"
        else f"{names(actors)}: {shown}"
    )


def _of_speech(scene: Scene, candidate: Candidate) -> str:
    start, end = scene.parsed.sentences[candidate.trigger.sentence]
    topic = next((t.topic for t in scene.topics if start <= t.start < end), "")
    doers = candidate.part.doers
    about = f" on {vocabulary().topics[topic]}" if topic in vocabulary().topics else ""
    return f"{names(doers)} {present('speak', many=plural(doers))}{about}"


def _of_visit(candidate: Candidate, place: str) -> str:
    doers = candidate.part.doers
    return f"{names(doers)} {present('visit', many=plural(doers))} {place}"


def _of_verb(scene: Scene, candidate: Candidate) -> str:
    token, doers = candidate.trigger.token, candidate.part.doers
    agents = agents_of(scene.cast, token)
    patients = [m for m in doers if m not in agents]
    if agents and patients:
        return f"{names(agents)} {present(token.lemma_.lower(), many=plural(agents))} {names(patients)}"
    whom = [shown_subject(s) for s in subjects(token) if s.dep_ != "agent"]
    participle = token.dep_ == "acl" and token.tag_ == "VBN"
    whom = [token.head] if participle else whom
    who = names(doers) or (undetermined(phrase(whom[0], keep=("of", "on"))) if whom else "")
    if not who or (not doers and whom[0].pos_ == "PRON"):
        return _excerpt(scene, token)
    many = plural(doers) or (not doers and any(t.tag_ in ("NNS", "NNPS") for t in whom))
    verb = present(token.lemma_.lower(), many=many)
    if participle or any(child.dep_ == "auxpass" for child in token.children):
        verb = f"{present('be', many=many)} {token.text.lower()}"
    return " ".join([who, verb, *list(_objects(token))[:2]])


def _excerpt(scene: Scene, token: Token) -> str:
    """The words of the clause themselves, where it is not clear who acts."""
    start, end = scene.parsed.sentences[scene.parsed.sentence_at(token.idx)]
    words = [t for t in token.subtree if start <= t.idx < end and not t.is_space][:_EXCERPT]
    if len(words) > 1 and words[0].tag_ in ("WRB", "IN", "CC"):
        words = words[1:]
    shown = scene.parsed.text[words[0].idx : words[-1].idx + len(words[-1])]
    return shown if len(words) < _EXCERPT else f"{shown} …"


def shown_subject(token: Token) -> Token:
    """Return the noun that a relative pronoun stands for, else the word itself."""
    verb = token.head
    relative = token.tag_ in ("WP", "WDT") and verb.dep_ == "relcl"
    return verb.head if relative else token


def _objects(token: Token) -> Iterator[str]:
    for child in token.children:
        if child.dep_ in _PARTS and child.tag_ not in ("WP", "WDT") and not dates(child):
            yield phrase(child, keep=("of", "between", *_PREPOSITIONS))
    for child in token.children:
        if child.dep_ == "prep" and child.lower_ in _PREPOSITIONS and not dates(child):
            yield phrase(child, keep=("of",))
