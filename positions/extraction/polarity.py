"""From the words of a topic up through the predicates above them: who takes which position on it.

The walk starts at the topic's expression with the proposition itself (+) and climbs the parse. Each
predicate it is an argument of changes the value or claims it for its subject; negation and modality
apply where they stand. The walk ends at the cue of the innermost voice or at the root.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from positions.extraction.lexicon import Predicate, lexicon
from positions.extraction.mentions import FIRST_PERSON, Cast, Mention
from positions.extraction.topics import TopicMention
from positions.extraction.voices import subject_of
from positions.extraction.who import actors_of

if TYPE_CHECKING:
    from spacy.tokens import Token

_MAX_CLIMB = 14
_TIMES = frozenset({"end", "start", "beginning", "opening", "launch"})  # "by the end of" is no predicate


@dataclass
class Walk:
    """What the climb gathers; `value` is None until a predicate gives one."""

    topic: TopicMention
    sign: int
    value: int | None = None
    holders: list[Mention] = field(default_factory=list)
    first_person: bool = False
    frame: str = ""
    kind: str = ""
    prescribed: bool = False
    tentative: bool = False
    opened: bool = False
    future: bool = False
    sources: list[Mention] = field(default_factory=list)
    trail: list[str] = field(default_factory=list)
    predicate: int = -1
    negated: int = 0
    above: bool = False

    @property
    def position(self) -> int | None:
        if self.opened:
            return 0
        if self.value is None:
            return None
        strength = min(abs(self.value), 1) if self.tentative else abs(self.value)
        return self.sign * strength


def walk(cast: Cast, topic: TopicMention, stop: set[int]) -> Walk:
    """Climb from the topic's expression; `stop` holds the indices of the cues that report it."""
    state = Walk(topic, topic.sign)
    doc = cast.parsed.doc
    node = doc[topic.head]
    _own(state, cast, node)
    for _ in range(_MAX_CLIMB):
        head = node.head
        if head.i == node.i:
            break
        if head.i in stop and not _is_frame(head, topic.topic):
            break
        _step(state, cast, node, head)
        if head.i in stop:
            break
        node = head
    return state


def _is_frame(head: Token, topic: str) -> bool:
    """A cue that itself takes a position ("urged", "warned", "promised") is part of the walk."""
    entry = lexicon().predicate("verb", _lemma(head), topic)
    return entry is not None and entry.frame == "attitude"


def _own(state: Walk, cast: Cast, node: Token) -> None:
    """The expression may be a predicate itself ("join", "cede territory", "arming Ukraine")."""
    _negation(state, node)
    if node.pos_ == "VERB":
        _modality(state, node)
        entry = lexicon().predicate("verb", _lemma(node), state.topic.topic)
        accession = state.topic.topic in ("nato-membership", "eu-membership")
        if not accession and (entry is None or entry.frame == "act"):
            state.value = 2
            _claim(state, cast, node, "act")
        elif accession and any(
            c.lower_ in ("will", "must", "should", "shall", "can", "could", "would") for c in node.children
        ):
            state.value = 1


def _step(state: Walk, cast: Cast, node: Token, head: Token) -> None:
    if head.pos_ in ("ADP", "PART", "SCONJ"):
        if head.lower_ == "against" and _entry(head.head, state.topic.topic, "against") is None:
            _apply(state, cast, head, Predicate("neutral", -2, "against"), claim=False)
        elif head.lower_ == "without":
            state.sign = -state.sign
        return
    if node.dep_ in ("relcl",) and head.pos_ in ("NOUN", "PROPN", "PRON"):
        state.above = True
    if node.dep_ in ("nsubj", "nsubjpass", "csubj") and _evaluated(state, cast, node, head):
        return
    if node.dep_ in ("conj",) and head.pos_ == node.pos_ and head.pos_ in ("VERB", "AUX"):
        state.trail.append(f"with {head.lower_}")
        return
    entry = _entry(head, state.topic.topic)
    if node.dep_ in ("advcl",) and head.pos_ == "VERB" and state.value is not None:
        entry = None if entry is None or entry.frame != "attitude" or node.i < head.i else None
    subject_like = node.dep_ == "nsubj"
    if entry is not None and not (subject_like and entry.frame == "attitude"):
        _apply(state, cast, head, entry)
    _negation(state, head, entry)
    if head.pos_ in ("VERB", "AUX"):
        _modality(state, head)


def _entry(token: Token, topic: str, particle: str = "") -> Predicate | None:
    """Return the entry of a word with its particle, or (where no `particle` is asked for) without."""
    pos = {"VERB": "verb", "AUX": "verb", "NOUN": "noun", "ADJ": "adjective", "PROPN": "noun"}.get(token.pos_)
    if pos is None:
        return None
    lex = lexicon()
    lemma = _lemma(token)
    if lemma in _TIMES and token.head.lower_ in (
        "at",
        "by",
        "until",
        "since",
        "before",
        "after",
        "from",
        "in",
    ):
        return None
    particles = [c.lower_ for c in token.children if c.dep_ in ("prt", "prep", "advmod") and c.i > token.i]
    for word in [particle] if particle else particles:
        entry = lex.predicate(pos, f"{lemma} {word}", topic)
        if entry is not None:
            return entry
    return None if particle else lex.predicate(pos, lemma, topic)


def _lemma(token: Token) -> str:
    return token.lemma_.lower()


def _apply(state: Walk, cast: Cast, token: Token, entry: Predicate, *, claim: bool = True) -> None:
    state.trail.append(f"{token.lower_}:{entry.group}")
    if entry.frame == "neutral" and entry.value == 0:
        return
    if entry.frame == "epistemic":
        _epistemic(state, cast, token)
        return
    if entry.value < 0:
        state.sign = -state.sign
    inner = state.value
    if entry.frame == "attitude" or inner is None:
        state.value = abs(entry.value)
    if entry.group == "delay":
        state.value = 1
    state.kind = entry.kind or state.kind
    if claim and entry.frame in ("attitude", "act") and token.pos_ != "ADP":
        _claim(state, cast, token, entry.frame)


def _epistemic(state: Walk, cast: Cast, token: Token) -> None:
    if state.value is None:
        return
    subject = subject_of(token)
    state.sources = actors_of(cast, subject) if subject is not None else []


def _claim(state: Walk, cast: Cast, token: Token, frame: str) -> None:
    """Make the predicate's subject the holder: attitudes always, acts where nobody is yet."""
    if state.holders and frame == "act":
        return
    subject = subject_of(token) if token.pos_ in ("VERB", "AUX") else _noun_subject(token)
    if subject is None:
        return
    state.predicate = token.i
    if subject.lower_ in FIRST_PERSON:
        state.first_person = True
        state.holders = []
        return
    found = actors_of(cast, subject)
    if found:
        state.holders, state.frame, state.first_person = found, frame, False


def _noun_subject(token: Token) -> Token | None:
    """The holder of a noun or adjective: "Berlin's opposition", "opposition from Berlin", "is opposed"."""
    for child in token.children:
        if child.dep_ == "poss":
            return child
    for child in token.children:
        if child.dep_ == "prep" and child.lower_ in ("from", "by", "of") and token.pos_ == "NOUN":
            inner = next((c for c in child.children if c.dep_ == "pobj"), None)
            if inner is not None and inner.text[:1].isupper():
                return inner
    for child in token.children:
        if child.dep_ in ("amod", "compound") and child.text[:1].isupper():
            return child
    head = token.head
    if head.pos_ in ("VERB", "AUX") and token.dep_ in ("dobj", "attr", "acomp", "oprd"):
        return subject_of(head)
    return None


def _evaluated(state: Walk, cast: Cast, node: Token, head: Token) -> bool:
    """The topic is what is talked about: "membership is premature", "talks are off the table"."""
    lex = lexicon()
    complements = [
        c for c in head.children if c.dep_ in ("acomp", "attr", "oprd", "prep", "advmod") and c.i > node.i
    ]
    for complement in [*complements, *([head] if head.pos_ in ("ADJ", "NOUN") else [])]:
        phrase = " ".join(t.lower_ for t in complement.subtree if not t.is_punct)[:80]
        value = lex.evaluations.get(complement.lower_)
        if value is None:
            value = next(
                (v for words, v in lex.evaluations.items() if " " in words and words in phrase), None
            )
        if value is None:
            continue
        state.trail.append(f"{complement.lower_}:evaluation")
        state.value = abs(value)
        state.sign = state.sign if value > 0 else -state.sign
        state.opened = value == 0
        _negation(state, head)
        _modality(state, head)
        return True
    return False


def _negation(state: Walk, token: Token, entry: Predicate | None = None) -> None:
    lex = lexicon()
    if (
        any(c.lower_ in ("neither", "nor") for c in token.children)
        and entry is not None
        and entry.frame == "attitude"
    ):
        state.opened = True
        return
    negated = any(
        _no_longer(c)
        or (
            (c.dep_ == "neg" or c.lower_ in lex.negators)
            and c.dep_ in ("neg", "det", "advmod", "preconj", "cc")
        )
        for c in token.children
    )
    subject = next((c for c in token.children if c.dep_ in ("nsubj", "nsubjpass")), None)
    if subject is not None and (
        subject.lower_ in ("nobody", "none", "nothing", "neither")
        or any(c.lower_ in ("no", "neither") and c.dep_ == "det" for c in subject.children)
    ):
        negated = True
    if not negated:
        return
    state.negated += 1
    state.trail.append(f"not {token.lower_}")
    if entry is not None and entry.group == "reluctant":
        state.sign, state.value = -state.sign, 1
        return
    if entry is not None and (_opens(token) or (entry.value < 0 and entry.frame == "attitude")):
        state.opened = True
        return
    state.sign = -state.sign


def _no_longer(token: Token) -> bool:
    return token.lower_ in ("longer", "more") and any(c.lower_ in ("no", "any") for c in token.children)


def _opens(token: Token) -> bool:
    lex = lexicon()
    lemma = _lemma(token)
    compounds = [f"{lemma} {c.lower_}" for c in token.children if c.dep_ in ("prt", "prep")]
    return any(words in lex.open_when_negated for words in (lemma, *compounds))


def _modality(state: Walk, verb: Token) -> None:
    lex = lexicon()
    for child in verb.children:
        if child.dep_ == "aux" or child.lower_ in ("perhaps", "possibly", "maybe"):
            lower = child.lower_
            if lower in lex.tentative and not state.negated:
                state.tentative = True
            elif lower in ("will", "would", "shall", "'ll", "’ll"):
                state.future = True
            elif lower in ("should", "must", "ought"):
                state.prescribed = True
    if _lemma(verb) in ("have", "need") and any(c.dep_ == "xcomp" for c in verb.children):
        state.prescribed = True
