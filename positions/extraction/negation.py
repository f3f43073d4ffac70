"""Negation and modality of one word: whether it is denied, left open, prescribed, only possible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from positions.extraction.lexicon import lexicon

if TYPE_CHECKING:
    from positions.extraction.tree import Token

_NOBODY = frozenset({"nobody", "none", "nothing", "neither", "few"})
_ATTACHED = ("neg", "det", "advmod", "preconj", "cc")
PRESCRIBING = frozenset({"should", "must", "ought"})
COMING = frozenset({"will", "would", "shall", "'ll", "’ll"})


def negated(token: Token, below: Token | None = None) -> bool:
    """Return whether the word is denied; `below` is the argument climbed from, whose own "no" was counted."""
    if any(_denies(child) for child in token.children):
        return True
    if token.dep_ == "conj" and _after_nor(token):
        return True
    subject = next((c for c in token.children if c.dep_ in ("nsubj", "nsubjpass")), None)
    if subject is None or (below is not None and subject.i == below.i):
        return False
    return subject.lower_ in _NOBODY or any(
        c.lower_ in ("no", "neither") and c.dep_ == "det" for c in subject.children
    )


def _denies(child: Token) -> bool:
    if child.lower_ in ("longer", "more"):
        return any(c.lower_ in ("no", "any") for c in child.children)
    if child.dep_ == "cc":
        return child.lower_ == "nor" and child.i < child.head.i
    return child.dep_ == "neg" or (child.lower_ in lexicon().negators and child.dep_ in _ATTACHED)


def _after_nor(token: Token) -> bool:
    """Return whether a "nor" joins the word to the one before it."""
    joined = [c for c in token.head.children if c.dep_ == "cc" and token.head.i < c.i < token.i]
    return bool(joined) and joined[-1].lower_ == "nor"


def neither(token: Token) -> bool:
    """Return whether the word is one half of "neither … nor …"."""
    return any(c.lower_ == "neither" and c.dep_ in ("preconj", "cc", "det", "advmod") for c in token.children)


def leaves_open(token: Token) -> bool:
    """Return whether denying the word leaves the question open ("did not rule out")."""
    lemma = token.lemma_.lower()
    compounds = [f"{lemma} {c.lower_}" for c in token.children if c.dep_ in ("prt", "prep")]
    return any(words in lexicon().open_when_negated for words in (lemma, *compounds))


def modals(verb: Token) -> set[str]:
    """Return which of tentative, future, prescribed the verb's helpers make it."""
    found = set()
    for child in verb.children:
        if child.dep_ != "aux" and child.lower_ not in ("perhaps", "possibly", "maybe"):
            continue
        if child.lower_ in lexicon().tentative:
            found.add("tentative")
        elif child.lower_ in COMING:
            found.add("future")
        elif child.lower_ in PRESCRIBING:
            found.add("prescribed")
    if verb.tag_ == "VB" and {"nsubj", "aux"} <= {
        c.dep_ for c in verb.children if c.lower_ == "to" or c.dep_ == "nsubj"
    }:
        found.add("prescribed")  # "for Ukraine to give up land"
    if verb.lemma_.lower() in ("have", "need") and any(c.dep_ == "xcomp" for c in verb.children):
        found.add("prescribed")
    return found
