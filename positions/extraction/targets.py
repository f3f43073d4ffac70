"""Whom a topic's words are for: tanks for another army, another state's accession, sanctions on a third."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from positions.extraction.lexicon import words
from positions.extraction.mentions import Cast
from positions.extraction.topics import TopicMention

if TYPE_CHECKING:
    from positions.extraction.tree import Token

_MEMBERSHIPS = ("nato-membership", "eu-membership")
# By topic: what leads from its word to whom it is for.
_LEADS = {
    **dict.fromkeys(_MEMBERSHIPS, frozenset({"of", "for", "by"})),
    **dict.fromkeys(("arms-deliveries", "long-range-strikes"), frozenset({"for", "to"})),
    "troops-in-ukraine": frozenset({"in", "to", "into", "inside"}),
    "security-guarantees": frozenset({"for", "to"}),
    "sanctions": frozenset({"on", "against"}),
}
_SIDES = frozenset({"ua", "ru", "by"})  # what is for or against these is about the war
_FORCES = words("own_forces")
_JOINING = words("joining")
_STEPS_IN = words("steps_in")
_STEPS = 3  # nouns from the topic's word outwards: "a package of shells for Morra"


def elsewhere(cast: Cast, mention: TopicMention) -> bool:
    """Return whether all that the topic's word is for, as the sentence says, is another state or its army."""
    leads = _LEADS.get(mention.topic)
    if leads is None or mention.end <= mention.start:
        return False
    head = cast.parsed.doc[mention.head]
    aims = [aim for token in _around(head) for aim in _aims(cast, mention.topic, token, leads)]
    return bool(aims) and not _SIDES.intersection(aims)


def _around(head: Token) -> Iterator[Token]:
    """Yield the topic's word, the nouns it hangs from ("a package of shells for Morra"), and their verb."""
    token = head
    for _ in range(_STEPS):
        yield token
        above = token.head
        if token.dep_ == "pobj" and above.dep_ == "prep" and above.lower_ == "of":
            above = above.head
        elif token.dep_ not in ("compound", "amod", "nmod", "conj", "poss", "dobj"):
            return
        if above is token or above.pos_ not in ("NOUN", "PROPN", "VERB"):
            return
        token = above


def _aims(cast: Cast, topic: str, token: Token, leads: frozenset[str]) -> Iterator[str]:
    """Yield the slugs of the states that the word is for; "own" for the army of whoever acts."""
    for child in token.children:
        if child.dep_ in ("prep", "dative") and child.lower_ in leads:
            for inner in child.children:
                if inner.dep_ == "pobj":
                    yield from _states(cast, inner)
        elif topic in _MEMBERSHIPS and child.dep_ in _bearers(token):
            yield from _states(cast, child)


def _bearers(token: Token) -> tuple[str, ...]:
    """Return how the state whose membership it is hangs on the word; not "the U.S.-led umbrella"."""
    lemma = token.lemma_.lower()
    if lemma in _JOINING:
        return ("nsubj", "nsubjpass")
    return ("poss", "amod", "compound") if lemma in _STEPS_IN else ()


def _states(cast: Cast, token: Token) -> Iterator[str]:
    """Yield the states that a noun and those listed with it name, or whose army it is."""
    for noun in (token, *token.conjuncts):
        mention = cast.covering(noun)
        named = noun.text[:1].isupper()  # "the country" may be any
        if named and mention is not None and mention.actor.kind == "state":
            if not mention.actor.path.startswith("capital"):  # where it was said
                yield mention.actor.slug
        elif named and noun.pos_ in ("ADJ", "PROPN") and mention is None:
            resolution = cast.resolve(noun.text)
            if resolution.resolved == "registry" and resolution.kind == "state":
                yield resolution.slug
        elif noun.lemma_.lower() in _FORCES:
            yield from _owners(cast, noun)


def _owners(cast: Cast, noun: Token) -> Iterator[str]:
    for child in noun.children:
        if child.dep_ in ("poss", "amod", "compound", "nmod"):
            if child.lower_ == "own":
                yield "own"
            yield from _states(cast, child)
