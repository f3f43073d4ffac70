"""What else a stance says of itself: its kind, and when it was stated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from positions.extraction.candidates import Candidate, Scene
from positions.extraction.dates import When
from positions.extraction.lexicon import words
from positions.extraction.types import Kind, Precision

if TYPE_CHECKING:
    from positions.extraction.tree import Token


APPEARING = words("appearing")


def kind_of(candidate: Candidate, position: int) -> Kind:
    """Return the kind of a candidate from its predicate and mode."""
    state = candidate.claim.walk if candidate.claim is not None else None
    if state is None:
        return "statement"
    if state.kind == "threat" or (state.kind == "demand" and position != 0):
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


def stated_on(scene: Scene, candidate: Candidate) -> tuple[date, Precision]:
    """Return when it was said or done: the date beside the cue or the predicate, else that of the article.

    In a chronology or live blog each entry has its own. A year that is over dates its own verb alone.
    """
    if usable := list(_usable(scene, candidate)):
        anchor = candidate.voice.cue_at if candidate.voice else candidate.focus[0]
        best, _ = min(usable, key=lambda pair: (pair[0].rough, not pair[1], abs(pair[0].start - anchor)))
        return best.day, best.precision
    entry = scene.entries[scene.parsed.paragraph_at(candidate.focus[0])]
    return (entry.day, entry.precision) if entry is not None else (scene.parsed.article.published, "day")


def _usable(scene: Scene, candidate: Candidate) -> Iterator[tuple[When, bool]]:
    """Yield the sentence's dates that may date the statement, and whether each hangs on its own verb."""
    own = _own_verbs(candidate)
    for when in scene.dates[candidate.sentence]:
        verb = _verb(scene, when)
        beside = verb is not None and verb.i in own
        over = when.precision == "year" and when.day.year < scene.parsed.article.published.year
        if when.future or when.bound or (when.rough and not (over and beside)):
            continue
        if _belongs(when, verb, candidate, own):
            yield when, beside


def _verb(scene: Scene, when: When) -> Token | None:
    """The verb that the date hangs on; for "two days after" the one behind it."""
    if when.since:
        tokens = scene.parsed.tokens(scene.parsed.sentence_at(when.start))
        return next((t for t in tokens if t.idx >= when.end and t.pos_ == "VERB"), None)
    span = scene.parsed.doc.char_span(when.start, when.end)
    return next((t for t in span.root.ancestors if t.pos_ in ("VERB", "AUX")), None) if span else None


def _belongs(when: When, verb: Token | None, candidate: Candidate, own: set[int]) -> bool:
    """Return whether the date dates the statement: not the content, not another clause's happening.

    `verb` is what the date hangs on, `own` has the verbs by which the holder takes the position.
    """
    voice = candidate.voice
    if verb is not None and (_is_holders(verb, candidate) or _around(verb, own)):
        return True
    if when.since:
        return False
    if voice is not None and voice.kind == "clause" and voice.covers(when.start):
        return False
    if verb is None or verb.dep_ not in ("relcl", "advcl", "acl", "ccomp"):
        return True
    return verb.i in own


def _is_holders(verb: Token, candidate: Candidate) -> bool:
    """Return whether it is the verb of saying, or what the holder did and is not only going to do."""
    voice = candidate.voice
    if voice is not None and verb.i == voice.cue_token:
        return True
    return verb.i == candidate.part.verb and not any(c.tag_ in ("MD", "TO") for c in verb.children)


def _around(verb: Token, own: set[int]) -> bool:
    """Return whether it tells of the occasion of saying: "in an interview published …", "after meeting …"."""
    if verb.dep_ == "acl" and verb.lemma_ in APPEARING:
        return any(above.i in own for above in verb.ancestors)
    return verb.dep_ == "pcomp" and verb.head.head.i in own


def _own_verbs(candidate: Candidate) -> set[int]:
    own = {candidate.part.verb, candidate.voice.cue_token if candidate.voice else -1}
    if candidate.claim is not None:
        own |= {candidate.claim.walk.predicate, candidate.claim.topic.head}
    return own - {-1}
