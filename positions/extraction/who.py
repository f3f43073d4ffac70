"""Whom a word stands for: names, bodies of a state, lists, relative clauses, pronouns."""

from __future__ import annotations

from bisect import insort
from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING

from positions.extraction.lexicon import lexicon, words
from positions.extraction.mentions import (
    BODIES,
    OWN_BODIES,
    PRONOUNS,
    REACH,
    SPOKESPEOPLE,
    Cast,
    Mention,
    actor_mention,
)
from positions.extraction.pronouns import PERSON_NOUNS, antecedent, person_noun

if TYPE_CHECKING:
    from positions.extraction.tree import Token

_MODIFIERS = ("amod", "compound", "poss", "nmod", "det")
_GROUP_NOUNS = words("group_nouns")
_PAIRS = words("pairs")
_NUMBERS = {"three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_NAMED_TOGETHER = 5  # more states than that are seldom all named just before
_PARTIES = frozenset({"ua", "ru"})  # whom the states spoken of are divided over


def link_bodies(cast: Cast) -> None:
    """Name the state where the text says "her government", "the Trump administration": it is no person's."""
    for token in cast.parsed.doc:
        if token.lower_ not in OWN_BODIES or token.i in cast.by_token:
            continue
        found = _body(cast, token, 0)
        if len(found) != 1 or found[0].actor.kind not in ("state", "organisation"):
            continue
        owners = [c for c in token.children if c.i < token.i and c.dep_ in _MODIFIERS and c.dep_ != "det"]
        for owner in owners:
            if owner.i in cast.by_token and cast.by_token[owner.i].actor.kind == "person":
                cast.forget(owner)
        start, end = min([token.idx, *(c.idx for c in owners)]), token.idx + len(token)
        actor = replace(found[0].actor, start=start, end=end, path=f"{token.lower_} of {found[0].actor.slug}")
        mention = Mention(actor, token.i, subject=token.dep_ in ("nsubj", "nsubjpass", "agent"))
        cast.by_token[token.i] = mention
        insort(cast.mentions, mention, key=attrgetter("start"))


def actors_of(cast: Cast, token: Token, depth: int = 0) -> list[Mention]:
    """Return the actors that the noun or pronoun stands for, several where it heads a list."""
    found = _one(cast, token, depth)
    for child in token.conjuncts if depth == 0 else ():
        if child.i > token.i and child.dep_ == "conj":
            found += [m for m in _one(cast, child, 1) if m.actor.slug not in {f.actor.slug for f in found}]
    return found


def _one(cast: Cast, token: Token, depth: int) -> list[Mention]:
    if depth > 3:
        return []
    mention = cast.covering(token)
    if mention is not None and not (mention.head != token.i and token.dep_ in _MODIFIERS and depth == 0):
        return [mention]
    lower = token.lower_
    if lower in PRONOUNS:
        pointed = antecedent(cast, token)
        return [pointed] if pointed is not None else []
    if lower in ("who", "which", "that", "whose") and token.tag_ in ("WP", "WDT", "WP$"):
        return _relative(cast, token, depth)
    if lower in ("former", "latter") and any(c.lower_ == "the" for c in token.children):
        return _of_two(cast, token)
    if token.pos_ in ("NOUN", "PROPN"):
        return _noun(cast, token, depth)
    if lower in _NUMBERS and any(c.lower_ in ("the", "all") for c in token.children):
        return _so_many(cast, token)
    if lower in ("both", "one", "some", "all", "many", "most", "none", "neither", "each"):
        return _of(cast, token, depth)
    return []


def _relative(cast: Cast, token: Token, depth: int) -> list[Mention]:
    verb = token.head
    while verb.dep_ not in ("relcl", "ROOT") and verb.head is not verb:
        verb = verb.head
    if verb.dep_ != "relcl":
        return []
    found = actors_of(cast, verb.head, depth + 1)
    plural = verb.tag_ == "VBP" or any(c.lower_ in ("have", "are", "were", "both") for c in verb.children)
    if plural and verb.head.dep_ == "conj":  # "Germany, Spain and Italy, which have …"
        for other in verb.head.conjuncts:
            found += [m for m in _one(cast, other, 1) if m.actor.slug not in {f.actor.slug for f in found}]
    return found


def _noun(cast: Cast, token: Token, depth: int) -> list[Mention]:
    """A common noun: a person in apposition, the body of a state, or "leaders of A and B"."""
    owned = token.lower_ in BODIES and token.lower_ not in PERSON_NOUNS  # "the Biden administration"
    for child in token.children if not owned else ():
        if child.dep_ in ("appos", "compound", "nmod") and child.i in cast.by_token:
            mention = cast.by_token[child.i]
            if mention.actor.kind == "person" and (child.dep_ == "appos" or child.i == token.i - 1):
                return [mention]
    if token.lower_ in lexicon().no_holders:
        return []
    if token.lower_ in BODIES:
        found = _body(cast, token, depth)
        if found and not (token.lower_ in PERSON_NOUNS and found[0].actor.kind == "state"):
            return found
    if token.lower_ in _PAIRS and any(c.lower_ in ("two", "both") for c in token.children):
        return _last_two(cast, token)
    if token.lower_ in PERSON_NOUNS:
        found = _name_after(cast, token) or _spoken_for(cast, token, depth)
        pointed = None if found else person_noun(cast, token)
        return found or ([pointed] if pointed is not None else [])
    if token.lower_ in _GROUP_NOUNS:
        return _group_noun(cast, token)
    return []


def _name_after(cast: Cast, token: Token) -> list[Mention]:
    """ "His envoy on the war Ulla Prent": the name that ends the noun phrase."""
    last = token.right_edge
    mention = cast.by_token.get(last.i)
    if mention is None or mention.actor.kind != "person" or last.i - token.i > 8:
        return []
    return (
        [mention]
        if not any(t.dep_ in ("relcl", "punct", "poss") for t in token.doc[token.i : last.i])
        else []
    )


def _spoken_for(cast: Cast, token: Token, depth: int) -> list[Mention]:
    """ "A spokesman for the ministry": who speaks without a name, on the record, is the body."""
    children = list(token.children)
    if token.lower_ not in SPOKESPEOPLE or not any(c.lower_ in ("a", "an", "another") for c in children):
        return []
    return [
        mention
        for prep in children
        if prep.dep_ == "prep" and prep.lower_ in ("for", "of", "at", "from", "in")
        for body in prep.children
        if body.dep_ == "pobj"
        for mention in actors_of(cast, body, depth + 1)
        if mention.actor.kind in ("state", "organisation")
    ][:1]


def _group_noun(cast: Cast, token: Token) -> list[Mention]:
    """ "The group", "the signatories": the group or organisation named last."""
    if not any(c.lower_ in ("the", "its", "this") for c in token.children):
        return []
    here = cast.parsed.sentence_at(token.idx)
    before = [m for m in cast.mentions if m.end <= token.idx]
    near = [m for m in before if here - cast.parsed.sentence_at(m.start) <= REACH]
    groups = [m for m in near if m.actor.kind == "group"]
    return (groups or [m for m in near if m.actor.kind == "organisation"])[-1:]


def _of_two(cast: Cast, token: Token) -> list[Mention]:
    """ "The former", "the latter": of the two persons, or the two states, named last."""
    before = [m for m in cast.mentions if m.end <= token.idx and m.actor.kind in ("person", "state")]
    kinds = [m.actor.kind for m in before[-2:]]
    if kinds == ["person", "state"]:  # "Ilves of Morra"
        kinds = ["person"]
    found: dict[str, Mention] = {}
    for mention in reversed([m for m in before if m.actor.kind == kinds[-1]] if kinds else []):
        found.setdefault(mention.actor.slug, mention)
        if len(found) == 2:
            pair = list(found.values())
            return [pair[token.lower_ == "former"]]
    return []


def _so_many(cast: Cast, token: Token) -> list[Mention]:
    """ "The eight", "all three": the group with that number in its name, else as many states named last."""
    number = _NUMBERS[token.lower_]
    here = cast.parsed.sentence_at(token.idx)
    near = [
        m for m in cast.mentions if m.end <= token.idx and here - cast.parsed.sentence_at(m.start) <= REACH
    ]
    for mention in reversed(near):
        name = mention.actor.name.lower()
        if mention.actor.kind in ("group", "organisation") and (
            token.lower_ in name.replace("-", " ").split() or name.endswith(str(number))
        ):
            return [mention]
    if number > _NAMED_TOGETHER:
        return []
    found: dict[str, Mention] = {}
    for mention in reversed([m for m in near if m.actor.kind == "state" and m.actor.slug not in _PARTIES]):
        found.setdefault(mention.actor.slug, mention)
        if len(found) == number:
            return list(found.values())[::-1]
    return []


def _last_two(cast: Cast, token: Token) -> list[Mention]:
    kinds = ("person",) if token.lower_ in ("men", "presidents", "ministers", "leaders") else ("state",)
    found: dict[str, Mention] = {}
    for mention in reversed([m for m in cast.mentions if m.end <= token.idx and m.actor.kind in kinds]):
        found.setdefault(mention.actor.slug, mention)
        if len(found) == 2:
            return list(found.values())
    return []


def _body(cast: Cast, token: Token, depth: int) -> list[Mention]:
    for child in token.children:
        if child.dep_ in _MODIFIERS:
            owner = _owner(cast, child, depth)
            if owner:
                return owner
    found = _of(cast, token, depth)
    if found:
        return found
    bare = token.lower_ == "parliament" and not any(c.dep_ in _MODIFIERS for c in token.children)
    if token.lower_ in OWN_BODIES and (
        bare or any(c.lower_ in ("the", "its", "this") for c in token.children)
    ):
        near = [m for m in cast.mentions if m.end <= token.idx and m.actor.kind == "state"]
        return near[-1:]
    return []


def _owner(cast: Cast, token: Token, depth: int) -> list[Mention]:
    """The state behind "German", "Biden's", "her" in front of a body."""
    if token.lower_ in PRONOUNS:
        pointed = antecedent(cast, token)
        return [government_of(cast, pointed)] if pointed is not None else []
    mention = cast.covering(token)
    if mention is not None:
        return [government_of(cast, mention)]
    if token.text[:1].isupper() and token.pos_ in ("ADJ", "PROPN"):
        resolution = cast.resolve(token.text)
        if resolution.resolved == "registry" and resolution.kind in ("state", "organisation"):
            actor = actor_mention(resolution, token.idx, token.idx + len(token))
            return [Mention(actor, token.i, speaks_for="")]
    return []


def government_of(cast: Cast, mention: Mention) -> Mention:
    """The state or body a person or unnamed source speaks for, in their place; others are themselves."""
    if mention.actor.kind not in ("person", "unnamed") or not mention.speaks_for:
        return mention
    resolution = cast.resolve(_state_name(cast, mention.speaks_for))
    if resolution.slug != mention.speaks_for:
        return mention
    return Mention(actor_mention(resolution, mention.start, mention.end), mention.head)


def _state_name(cast: Cast, slug: str) -> str:
    named = next((m.actor.name for m in cast.mentions if m.actor.slug == slug), "")
    return named or cast.name_of(slug)


def _of(cast: Cast, token: Token, depth: int) -> list[Mention]:
    for child in token.children:
        if child.dep_ == "prep" and child.lower_ in ("of", "from", "in", "like", "including"):
            for inner in child.children:
                if inner.dep_ == "pobj":
                    return actors_of(cast, inner, depth and depth + 1)
    return []
