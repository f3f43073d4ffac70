"""Whose saying it is: the word that a cue's source hangs on."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Token

# A verb in one of these places has its governor's subject where it has none of its own.
INHERITS = frozenset(
    {"conj", "xcomp", "advcl", "pcomp", "prep", "ccomp", "dep", "parataxis", "attr", "acomp"}
)
DEEP = 4  # governors climbed before giving up


def of_verb(verb: Token, depth: int = 0) -> tuple[Token | None, str]:
    """Return (source, how it was found): subject, agent, passive subject, a governor's, the modified noun."""
    if (own := _own(verb)) is not None:
        return own
    if depth <= DEEP and verb.dep_ in INHERITS and verb.head is not verb:
        governor = _governor(verb)
        if governor.pos_ in ("VERB", "AUX", "ADJ", "NOUN") or verb.dep_ == "conj":
            source, _ = of_verb(governor, depth + 1)
            return source, "inherited_" + verb.dep_ if source is not None else ""
    if verb.dep_ in ("acl", "relcl") and verb.head.pos_ in ("NOUN", "PROPN", "PRON"):
        return verb.head, verb.dep_
    return None, ""


def _own(verb: Token) -> tuple[Token, str] | None:
    found: dict[str, Token] = {}
    for child in verb.children:
        if child.dep_ in ("nsubj", "expl"):
            found.setdefault("subject", child)
        elif child.dep_ == "agent":
            for noun in child.children:
                if noun.dep_ == "pobj":
                    found.setdefault("agent", noun)
        elif child.dep_ == "nsubjpass":
            found.setdefault("passive", child)
    return next(((found[how], how) for how in ("subject", "agent", "passive") if how in found), None)


def _governor(verb: Token) -> Token:
    head = verb.head
    while head.dep_ in ("prep", "aux", "auxpass") and head.head is not head:
        head = head.head
    return head


def of_noun(noun: Token) -> Iterator[tuple[Token, str]]:
    """Yield whose claim, call or doubt it may be, each with how it was found."""
    for child in noun.children:
        if child.dep_ == "poss":
            yield child, "possessor"
            return
    for child in noun.children:
        if child.dep_ == "prep" and child.lower_ in ("by", "from", "of", "among"):
            for person in child.children:
                if person.dep_ == "pobj" and (person.ent_type_ or child.lower_ in ("by", "from", "among")):
                    yield person, "noun_" + child.lower_
    if noun.dep_ in ("dobj", "attr", "oprd") and noun.head.pos_ in ("VERB", "AUX"):
        source, how = of_verb(noun.head)
        if source is not None:
            yield source, f"{noun.dep_}_{how}"
    elif noun.dep_ == "pobj" and noun.head.head.pos_ in ("VERB", "AUX"):
        source, how = of_verb(noun.head.head)
        if source is not None:
            yield source, f"pobj_{noun.head.lower_}"


def after_according(token: Token) -> Token | None:
    """The source of "according to", None where the parse has none."""
    if token.lower_ == "per":
        return next((child for child in token.children if child.dep_ == "pobj"), None)
    to = next((child for child in token.children if child.lower_ == "to"), None)
    if to is None and token.i + 1 < len(token.doc) and token.nbor().lower_ == "to":
        to = token.nbor()
    return next((child for child in to.children if child.dep_ == "pobj"), None) if to is not None else None
