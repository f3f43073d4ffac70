"""Short phrases out of a parsed sentence, for titles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from positions.extraction.happenings.participants import SUBJECTS
from positions.extraction.mentions import Mention

if TYPE_CHECKING:
    from positions.extraction.tree import Token

_LONGEST = 9  # words
_DEEPEST = 4
_DROPPED = ("relcl", "acl", "appos", "advcl", "punct", "parataxis", "predet")
_HANGING = ("ADP", "DET", "CCONJ", "PART", "PUNCT", "SCONJ")
_MOST_NAMES = 3
_IRREGULAR = {"have": "has", "be": "is", "do": "does", "go": "goes"}
_DETERMINER = re.compile(r"^(?:the|a|an|his|her|its|their|this|that) ", re.IGNORECASE)


def phrase(token: Token, keep: Sequence[str] = ()) -> str:
    """Return the token's phrase without clauses, dates and prepositions other than those in `keep`."""
    words = sorted(_kept(token, keep, 0), key=lambda t: t.i)[:_LONGEST]
    while words and words[-1] is not token and words[-1].pos_ in _HANGING:
        words.pop()
    while words and words[0] is not token and words[0].pos_ in ("SCONJ", "CCONJ", "PUNCT"):
        words.pop(0)
    following = {t.i - 1 for t in words}
    return "".join(t.text_with_ws if t.i in following else f"{t.text} " for t in words).strip()


def undetermined(text: str) -> str:
    """Return a phrase without its article."""
    return _DETERMINER.sub("", text)


def _kept(token: Token, keep: Sequence[str], depth: int) -> Iterator[Token]:
    yield token
    for child in token.children:
        if depth < _DEEPEST and not _skipped(child, keep, depth):
            yield from _kept(child, keep, depth + 1)


def _skipped(child: Token, keep: Sequence[str], depth: int) -> bool:
    if child.dep_ in _DROPPED or (depth == 0 and child.dep_ in SUBJECTS) or dates(child):
        return True
    return child.dep_ == "prep" and child.lower_ not in keep


def dates(token: Token) -> bool:
    """Return whether the word, or all that a preposition governs, is a date."""
    if token.dep_ != "prep":
        return token.ent_type_ in ("DATE", "TIME")
    return all(c.ent_type_ in ("DATE", "TIME") for c in token.children if c.dep_ in ("pobj", "pcomp"))


def names(mentions: Sequence[Mention]) -> str:
    """Return "A", "A and B", "A, B and others"."""
    found = list(dict.fromkeys(name(mention) for mention in mentions))
    if len(found) > _MOST_NAMES:
        found = [*found[: _MOST_NAMES - 1], "others"]
    return " and ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)


def name(mention: Mention) -> str:
    """Return the actor's name; bodies go by their initials where these are their slug (NATO, EU, UN)."""
    actor = mention.actor
    return actor.slug.upper() if actor.kind == "organisation" and len(actor.slug) <= 4 else actor.name


def plural(mentions: Sequence[Mention]) -> bool:
    """Return whether a verb after these names stands in the plural."""
    loose = [m for m in mentions if m.actor.kind in ("group", "unnamed") and m.actor.name.endswith("s")]
    return len(mentions) > 1 or bool(loose)


def present(lemma: str, *, many: bool) -> str:
    """Return the verb's present tense, third person."""
    if many:
        return {"be": "are"}.get(lemma, lemma)
    if lemma in _IRREGULAR:
        return _IRREGULAR[lemma]
    if re.search(r"(?:s|x|z|ch|sh|o)$", lemma):
        return lemma + "es"
    return lemma[:-1] + "ies" if re.search(r"[^aeiou]y$", lemma) else lemma + "s"
