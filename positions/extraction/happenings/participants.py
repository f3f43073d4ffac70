"""Who takes part in a happening, and where it happens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from positions.extraction.happenings.triggers import Trigger
from positions.extraction.mentions import Cast, Mention
from positions.extraction.text import Span
from positions.extraction.who import actors_of

if TYPE_CHECKING:
    from positions.extraction.tree import Token

SUBJECTS = ("nsubj", "nsubjpass", "agent", "csubj")
_OBJECTS = ("dobj", "dative", "obj")
_COMPANY = frozenset(
    ("with", "between", "by", "alongside", "beside", "among", "of", "from", "for", "to", "against", "next")
)
_WHERE = frozenset(("in", "at"))
_WHITHER = frozenset(("in", "at", "to", "into", "for", "on"))
_GOING = frozenset(("visit", "receive"))
_LOOSE = frozenset(("it", "its", "they", "them", "their", "both"))
_PLACE_LABELS = frozenset(("GPE", "LOC", "FAC"))
# Names of years, media and bodies stand after "in" and "at" too; a place has one of the labels above
# or is a bare name after "in"/"at" that no actor but a state bears.
_REACH = 4  # steps up from a trigger to the verb whose "in PLACE" may be its own


@dataclass(frozen=True)
class Part:
    """The actors of a happening: who does it, and everybody in it (the doers first)."""

    doers: tuple[Mention, ...]
    actors: tuple[Mention, ...]


def part_of(cast: Cast, trigger: Trigger, place: Span | None) -> Part:
    """Return who takes part, each actor once; the place's own state is none of them."""
    token = trigger.token
    doers = list(_unique(_doers(cast, token), place))
    others = list(_others(cast, token))
    if token.pos_ != "VERB" and token.dep_ in (*_OBJECTS, "pobj", "nsubjpass", "attr"):
        verb = governing_verb(token)
        if verb is not None:
            others += [*_doers(cast, verb), *_others(cast, verb)]
    return Part(tuple(doers), tuple(_unique([*doers, *others], place)))


def _unique(found: Iterator[Mention] | list[Mention], place: Span | None) -> Iterator[Mention]:
    seen: set[str] = set()
    for mention in found:
        inside = place is not None and mention.start < place[1] and place[0] < mention.end
        if mention.actor.slug not in seen and not inside:
            seen.add(mention.actor.slug)
            yield mention


def certain(cast: Cast, part: Part) -> Part:
    """Return the part without "it" and "they", which are resolved too loosely to say who did something."""
    sure = {m for m in part.actors if not m.pronoun or cast.parsed.doc[m.head].lower_ not in _LOOSE}
    return Part(tuple(m for m in part.doers if m in sure), tuple(m for m in part.actors if m in sure))


def _doers(cast: Cast, token: Token) -> list[Mention]:
    if token.pos_ in ("VERB", "AUX"):
        own = subjects(token)
        return [m for child in own for m in _named(cast, child)] if own else _just_before(cast, token)
    found: list[Mention] = []
    for child in token.children:
        if child.dep_ in ("poss", "compound", "nmod", "amod") or (
            child.dep_ == "prep" and child.lower_ == "by"
        ):
            found += _named(cast, child)
    return found


def _just_before(cast: Cast, token: Token) -> list[Mention]:
    """The parser may miss the subject of a finite verb; the actor right before it is the likely one."""
    near = (
        [m for m in cast.mentions if 0 <= token.idx - m.end <= 1]
        if token.tag_ in ("VBD", "VBZ", "VBP")
        else []
    )
    return near[:1]


def agents_of(cast: Cast, verb: Token) -> list[Mention]:
    """Return the actors after "by" of a passive verb."""
    return [m for child in verb.children if child.dep_ == "agent" for m in _named(cast, child)]


def subjects(verb: Token) -> list[Token]:
    """Return the subject words of a verb, an inherited one where it has none of its own."""
    at = verb
    for _ in range(_REACH):
        own = [child for child in at.children if child.dep_ in SUBJECTS]
        if own:
            return own
        if at.dep_ == "relcl" or (at.dep_ == "acl" and at.tag_ != "VBN"):
            return [at.head]
        if at.dep_ not in ("conj", "xcomp", "advcl", "ccomp", "pcomp") or at.head is at:
            return []
        at = at.head if at.dep_ != "pcomp" else at.head.head
    return []


def _named(cast: Cast, token: Token) -> list[Mention]:
    if token.dep_ in ("agent", "prep"):
        return [m for inner in token.children if inner.dep_ == "pobj" for m in actors_of(cast, inner)]
    return actors_of(cast, token)


def _others(cast: Cast, token: Token) -> Iterator[Mention]:
    for child in token.children:
        if child.dep_ in _OBJECTS or (child.dep_ == "prep" and child.lower_ in _COMPANY):
            yield from _named(cast, child)
        if child.dep_ in _OBJECTS:
            for inner in child.children:
                if inner.dep_ == "prep" and inner.lower_ in _COMPANY:
                    yield from _named(cast, inner)
        elif child.dep_ in ("prep", "advmod") and child.lower_ in ("together", "next", "along"):
            for inner in child.children:
                if inner.dep_ == "prep":
                    yield from _named(cast, inner)


def governing_verb(token: Token) -> Token | None:
    """Return the nearest verb above a noun."""
    return next((a for a in token.ancestors if a.pos_ in ("VERB", "AUX")), None)


def place_of(cast: Cast, trigger: Trigger) -> Span | None:
    """Return the span of the place's name, the one closest to the trigger in the parse."""
    at, wanted = trigger.token, _WHITHER if trigger.sort.name in _GOING else _WHERE
    if trigger.sort.name in _GOING:
        for child in at.children:
            if child.dep_ in _OBJECTS and _is_place(cast, child):
                return _span(child)
    if at.pos_ in ("NOUN", "PROPN"):
        for child in at.children:
            if (
                child.dep_ in ("compound", "poss", "nmod")
                and child.ent_type_ in _PLACE_LABELS
                and _city(cast, child)
            ):
                return _span(child)
    for _ in range(_REACH):
        for child in at.children:
            found = _after(cast, child, wanted)
            if found is not None:
                return _span(found)
        if at.dep_ == "relcl" and any(c.lower_ == "where" for c in at.children) and _is_place(cast, at.head):
            return _span(at.head)
        if at.head is at or at.dep_ in ("relcl", "ccomp"):
            return None
        at, wanted = at.head, _WHERE
    return None


def _after(cast: Cast, prep: Token, wanted: frozenset[str]) -> Token | None:
    if prep.dep_ != "prep" or prep.lower_ not in wanted:
        return None
    return next((c for c in prep.children if c.dep_ == "pobj" and _is_place(cast, c)), None)


def _is_place(cast: Cast, token: Token) -> bool:
    if token.pos_ != "PROPN" or token.ent_type_ in ("DATE", "TIME"):
        return False
    mention = cast.covering(token)
    if mention is not None:
        return mention.actor.kind == "state"
    bare = token.ent_type_ in ("", "ORG", "PERSON") and token.head.lower_ == "in"
    return token.ent_type_ in _PLACE_LABELS or bare


def _city(cast: Cast, token: Token) -> bool:
    """A name before a noun is its place only where it is no actor's own name ("Ukraine talks")."""
    mention = cast.covering(token)
    return mention is None or (mention.actor.kind == "state" and mention.actor.name != token.text)


def _span(token: Token) -> Span:
    """The name with the names before it ("New York", "The Hague")."""
    first = token
    for child in token.children:
        if child.i < first.i and child.dep_ in ("compound", "nmod", "det") and child.text[:1].isupper():
            first = child
    return first.idx, token.idx + len(token)
