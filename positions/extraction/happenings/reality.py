"""Whether the text says that a happening took or will take place, or only talks of it.

An event told as a fact that nobody reported would be worse than one missed: what is conditional, denied,
wished for or merely possible never names an event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from positions.extraction.happenings.vocabulary import vocabulary

if TYPE_CHECKING:
    from positions.extraction.tree import Token

_MODALS = frozenset(("would", "could", "should", "might", "may", "can", "must", "cannot", "ought", "'d"))
_CONDITIONS = frozenset(("if", "unless", "whether", "lest", "should", "until"))
_NEGATORS = frozenset(("no", "not", "never", "nobody", "none", "neither", "nothing", "without", "hardly"))
_ARGUMENTS = frozenset(("advmod", "nsubj", "nsubjpass", "dobj", "attr", "npadvmod"))
_SMALL = frozenset(("det", "neg", "advmod", "preconj"))
_CARRY = frozenset(("conj", "xcomp", "pcomp"))  # clauses that stand or fall with the one above
_STEPS = 6


def is_real(token: Token) -> bool:
    """Return whether the text presents the happening as a fact, past or to come."""
    if _denied(token):
        return False
    if token.pos_ not in ("VERB", "AUX"):
        return _noun_is_real(token)
    return _verb_is_real(token)


def _denied(token: Token) -> bool:
    """ "Did not", "no deal", "no longer", "never", "nobody signed", "agreed no date"."""
    below = [c for c in token.children if c.dep_ in _ARGUMENTS]
    words = {c.lower_ for c in token.children} | {
        g.lower_ for c in below for g in c.children if g.dep_ in _SMALL
    }
    return any(c.dep_ == "neg" for c in token.children) or bool(words & _NEGATORS)


def _noun_is_real(token: Token) -> bool:
    """A noun stands or falls with the verb above it; what is called for or wished is not there yet."""
    above = token.head
    if token.dep_ == "pobj" and above.lower_ in ("without", "for") and above.head.lemma_.lower() in _wishes():
        return False
    verb = next((a for a in token.ancestors if a.pos_ in ("VERB", "AUX")), None)
    if verb is None:
        return True
    if token.dep_ in ("dobj", "nsubj", "nsubjpass", "attr"):
        return verb.lemma_.lower() not in _wishes() and _verb_is_real(verb)
    return token.dep_ == "pobj" or _verb_is_real(verb)


def _verb_is_real(token: Token) -> bool:
    at = token
    for _ in range(_STEPS):
        helpers = {c.lower_ for c in at.children if c.dep_ in ("aux", "mark", "advmod", "neg")}
        if helpers & (_MODALS | _CONDITIONS) or _denied(at):
            return False
        if "to" in helpers and not _settled(at):
            return False
        if at.dep_ not in _CARRY or at.head is at:
            return True
        at = at.head
    return True


def _settled(token: Token) -> bool:
    """ "Is to meet", "is due to sign", "managed to pass": an infinitive that tells a fact or a plan fixed."""
    above = token.head
    if token.dep_ in ("ROOT", "relcl") or any(c.dep_ == "aux" and c.lemma_ == "be" for c in token.children):
        return True
    return token.dep_ == "xcomp" and above.lemma_.lower() not in _wishes()


def _wishes() -> frozenset[str]:
    return vocabulary().hypothetical
