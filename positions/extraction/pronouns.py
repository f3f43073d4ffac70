"""Whom a third-person pronoun means: gender, number, nearness, and who was last spoken of."""

from __future__ import annotations

from bisect import insort
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from positions.extraction.lexicon import lexicon
from positions.extraction.mentions import HE, IT, THEY, Cast, Mention

if TYPE_CHECKING:
    from spacy.tokens import Token

REACH = 4  # sentences back that a word may point
_DUMMY = frozenset({"be", "seem", "appear", "take", "come", "matter", "remain", "become", "mean"})
_SUBJECTS = ("nsubj", "nsubjpass")


def link_pronouns(cast: Cast) -> None:
    """Resolve the third-person pronouns in order, so that each may point at the one before."""
    for token in cast.parsed.doc:
        lower = token.lower_
        if token.i in cast.by_token or not (lower in HE or (lower in IT | THEY and token.dep_ in _SUBJECTS)):
            continue
        pointed = None if lower == "it" and token.head.lemma_ in _DUMMY else _search(cast, token)
        if pointed is None:
            continue
        actor = replace(
            pointed.actor,
            start=token.idx,
            end=token.idx + len(token),
            path=f"{lower} for {pointed.actor.slug}",
        )
        subject = token.dep_ in _SUBJECTS
        mention = Mention(actor, token.i, pointed.gender, pointed.speaks_for, subject, pronoun=True)
        cast.by_token[token.i] = mention
        if subject:
            insort(cast.mentions, mention, key=lambda m: m.start)


def antecedent(cast: Cast, token: Token) -> Mention | None:
    """Return whom a third-person pronoun means."""
    known = cast.by_token.get(token.i)
    return known if known is not None else _search(cast, token)


def _search(cast: Cast, token: Token) -> Mention | None:
    """Gender and number first, then nearness, being a subject, and not standing in the words reported."""
    best, best_score = None, -99.0
    here = cast.parsed.sentence_at(token.idx)
    paragraph = cast.parsed.paragraph_at(token.idx)
    reported = token.dep_ == "nsubj" and token.head.lemma_.lower() in lexicon().say
    counts = Counter(m.actor.slug for m in cast.mentions if m.subject and m.end <= token.idx)
    quote = cast.parsed.quote_at(token.idx)
    for order, mention in enumerate(cast.mentions):
        if mention.end > token.idx:
            break
        distance = here - cast.parsed.sentence_at(mention.start)
        if distance > REACH or not _agrees(token.lower_, mention):
            continue
        score = (
            -1.2 * distance
            + 1.5 * mention.subject
            + 0.001 * order
            + 0.15 * min(counts[mention.actor.slug], 4)
        )
        score += 0.6 * (cast.parsed.paragraph_at(mention.start) == paragraph)
        if distance == 0 and reported and _reported_with(cast, token, mention):
            score -= 3
        if quote is None and cast.parsed.quote_at(mention.start) is not None:
            score -= 1.5
        if score > best_score:
            best, best_score = mention, score
    return best


def _reported_with(cast: Cast, pronoun: Token, mention: Mention) -> bool:
    """Return whether the mention stands in what the pronoun's verb reports ("Putin had lied, he said")."""
    if mention.pronoun and mention.head in (pronoun.i,):
        return False
    verb = pronoun.head
    top = cast.parsed.doc[mention.head]
    return any(a.i == verb.i for a in top.ancestors) or verb.dep_ in ("parataxis", "ccomp")


def _agrees(pronoun: str, mention: Mention) -> bool:
    kind = mention.actor.kind
    if pronoun in HE:
        return kind == "person" and mention.gender in ("", HE[pronoun])
    if pronoun in IT:
        return kind in ("state", "organisation")
    if pronoun in THEY:
        return kind in ("group", "unnamed", "organisation")
    return False
