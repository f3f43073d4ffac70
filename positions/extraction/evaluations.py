"""Judgements said of a topic: "premature", "a mistake", "the only way", and where they stand in a clause."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from positions.extraction.lexicon import lexicon, words

if TYPE_CHECKING:
    from positions.extraction.tree import Token

_JUDGING = words("judging")
_COMPLEMENTS = ("acomp", "attr", "oprd", "advmod")


@lru_cache(maxsize=1)
def _phrases() -> tuple[tuple[str, int], ...]:
    """Return the judgements of several words, the longest first."""
    found = [(words, value) for words, value in lexicon().evaluations.items() if " " in words]
    return tuple(sorted(found, key=lambda pair: (-len(pair[0]), pair[0])))


def evaluation_of(token: Token) -> int | None:
    """Return the value of a judgement headed by the token, None where it is none."""
    near = token.doc[max(0, token.i - 4) : token.i + 5]
    phrase = f" {' '.join(t.lower_ for t in near if not t.is_punct)} "
    for judged, value in _phrases():
        if f" {judged} " in phrase and token.lower_ in judged.split():
            return value
    value_alone = lexicon().evaluations.get(token.lower_)
    return value_alone if value_alone is not None else lexicon().evaluations.get(token.lemma_.lower())


def evaluations_beside(node: Token, head: Token) -> tuple[Token, int] | None:
    """Return the judgement that `head` passes on its argument `node`, with the word that carries it."""
    if node.dep_ in ("nsubj", "nsubjpass", "csubj"):
        options = [c for c in head.children if c.dep_ in (*_COMPLEMENTS, "prep") and c.i > node.i]
        options += [head] if head.pos_ in ("ADJ", "NOUN") else []
    elif node.dep_ == "dobj":
        options = _after_object(node, head) if head.lemma_.lower() in _JUDGING else []
    elif head.pos_ in ("ADJ", "NOUN") and node.dep_ in ("xcomp", "ccomp", "acl", "advcl"):
        options = [head]
    elif head.lemma_ == "be" and node.dep_ in ("ccomp", "xcomp", "advcl", "csubj"):
        options = [c for c in head.children if c.dep_ in ("acomp", "attr") and c.i < node.i]
    else:
        options = []
    for option in options:
        value = evaluation_of(option)
        if value is not None:
            return option, value
    return None


def _after_object(node: Token, head: Token) -> list[Token]:
    """What the object is called: "called it a mistake", "described membership as premature"."""
    found = [c for c in head.children if c.dep_ in (*_COMPLEMENTS, "xcomp", "ccomp") and c.i > node.i]
    for child in head.children:
        if child.dep_ == "prep" and child.i > node.i:
            found += [c for c in child.children if c.dep_ in ("pobj", "amod", "pcomp")] or [child]
    return found
