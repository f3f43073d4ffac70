"""Whom a pronoun or "the minister" means: gender, number, nearness, and who was last spoken of."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING

from positions.extraction.lexicon import lexicon, words
from positions.extraction.mentions import HE, IT, REACH, THEY, Cast, Mention

if TYPE_CHECKING:
    from positions.extraction.tree import Token

_DUMMY = frozenset({"be", "seem", "appear", "take", "come", "matter", "remain", "become", "mean"})
_SUBJECTS = ("nsubj", "nsubjpass")
# Nouns for a person already named: "the minister", "the German visitor", "his host".
PERSON_NOUNS = words("person_nouns")
_OWNERS = ("amod", "compound", "poss", "nmod")


def link_pronouns(cast: Cast) -> None:
    """Resolve pronouns, and "the minister" as a subject, in order: each may point at the one before."""
    for token in cast.parsed.doc:
        pointed = _pointed(cast, token)
        if pointed is None:
            continue
        lower = token.lower_
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


def _pointed(cast: Cast, token: Token) -> Mention | None:
    lower = token.lower_
    if token.i in cast.by_token:
        return None
    if token.dep_ in _SUBJECTS and (lower in PERSON_NOUNS or _of_a_people(cast, token)):
        return person_noun(cast, token)
    if not (lower in HE or (lower in IT | THEY and token.dep_ in _SUBJECTS)):
        return None
    return None if lower == "it" and token.head.lemma_ in _DUMMY else _search(cast, token)


def _of_a_people(cast: Cast, token: Token) -> bool:
    """Return whether an adjective stands for one of the people: "the Latvian refused"."""
    if not token.text[:1].isupper() or not any(c.lower_ == "the" for c in token.children):
        return False
    resolution = cast.resolve(token.text)
    return resolution.kind == "state" and resolution.path == "adjective"


def person_noun(cast: Cast, token: Token) -> Mention | None:
    """ "The minister", "the German visitor", "the Finn": the person named last whom the words fit."""
    if not any(c.lower_ in ("the", "his", "her", "their", "its") for c in token.children):
        return None
    state = ""
    told = [c for c in token.children if c.dep_ in ("amod", "compound", "poss")]
    for word in (*told, token):
        if word.text[:1].isupper():
            state = _state_of(cast, word.text) or state
    here = cast.parsed.sentence_at(token.idx)
    owners = [antecedent(cast, c) for c in token.children if c.dep_ == "poss" and c.lower_ in HE]
    others = {owner.actor.slug for owner in owners if owner is not None}  # his guest is not himself
    for mention in reversed([m for m in cast.mentions if m.end <= token.idx and m.actor.kind == "person"]):
        if here - cast.parsed.sentence_at(mention.start) > REACH:
            break
        if mention.actor.slug not in others and (not state or mention.speaks_for == state):
            return mention
    return None


def _state_of(cast: Cast, word: str) -> str:
    """Return the state of an adjective or of one of its people; many are listed as "Danes", "Frenchmen"."""
    for shown in (word, f"{word}s", re.sub("(?:wo)?man$", "men", word)):
        resolution = cast.resolve(shown)
        if resolution.kind == "state":
            return resolution.slug
    return ""


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
    quote = cast.parsed.quote_at(token.idx)
    reach = cast.parsed.sentences[max(0, here - REACH)][0] if here > REACH else 0
    first = bisect_left(cast.mentions, reach, key=attrgetter("start"))
    for order, mention in enumerate(cast.mentions[first:], first):
        if mention.end > token.idx:
            break
        if not _agrees(cast, token.lower_, mention):
            continue
        distance = here - cast.parsed.sentence_at(mention.start)
        score = -1.2 * distance + 1.5 * _acts(cast, mention) + 0.001 * order
        score += 0.8 * (reported and _speaks(cast, mention))
        score += 0.6 * (cast.parsed.paragraph_at(mention.start) == paragraph)
        if distance == 0 and reported and _reported_with(cast, token, mention):
            score -= 3
        if quote is None and cast.parsed.quote_at(mention.start) is not None:
            score -= 1.5
        if score > best_score:
            best, best_score = mention, score
    return best


def _acts(cast: Cast, mention: Mention) -> bool:
    """A subject, or the name set beside one ("a spokesman, Ulla Prent, said")."""
    token = cast.parsed.doc[mention.head]
    return mention.subject or (token.dep_ == "appos" and token.head.dep_ in (*_SUBJECTS, "agent"))


def _speaks(cast: Cast, mention: Mention) -> bool:
    """Who spoke last is likely to go on."""
    head = cast.parsed.doc[mention.head]
    head = head.head if head.dep_ == "appos" else head
    return head.dep_ in _SUBJECTS and head.head.lemma_.lower() in lexicon().say


def _reported_with(cast: Cast, pronoun: Token, mention: Mention) -> bool:
    """Return whether the mention stands in what the pronoun's verb reports ("Ilves had lied, he said").

    Not so who reports the pronoun's own clause: "Ilves said he refused".
    """
    if mention.pronoun and mention.head in (pronoun.i,):
        return False
    verb = pronoun.head
    top = cast.parsed.doc[mention.head]
    if verb.dep_ in ("parataxis", "ccomp"):
        return not (top.head.i == verb.head.i and top.i < verb.head.i < verb.i)
    return any(a.i == verb.i for a in top.ancestors)


def _agrees(cast: Cast, pronoun: str, mention: Mention) -> bool:
    kind = mention.actor.kind
    if pronoun in HE:
        return (kind == "person" and mention.gender in ("", HE[pronoun])) or _spokesman(cast, mention)
    if pronoun in IT:
        return kind in ("state", "organisation")
    if pronoun in THEY:
        return kind in ("group", "unnamed", "organisation")
    return False


def _spokesman(cast: Cast, mention: Mention) -> bool:
    """Return whether the mention names whom an unnamed person speaks for: "a NATO spokesman … he said"."""
    token = cast.parsed.doc[mention.head]
    person = token.head
    if token.dep_ == "pobj" and person.lower_ in ("of", "for", "from"):
        person = person.head
    elif token.dep_ not in _OWNERS:
        return False
    return (
        person.lower_ in PERSON_NOUNS
        and person.tag_ == "NN"
        and person.dep_ in _SUBJECTS
        and person.i not in cast.by_token
        and not any(c.dep_ == "appos" for c in person.children)
    )
