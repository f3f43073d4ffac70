"""From the words of a topic up through the predicates above them: who takes which position on it.

The walk starts at the topic's expression with the proposition itself (+) and climbs the parse. Each
predicate it is an argument of changes the value or claims it for its subject; negation and modality
apply where they stand. The walk ends at the cue of the innermost voice or at the root.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from positions.extraction.evaluations import evaluation_of, evaluations_beside
from positions.extraction.lexicon import Predicate, lexicon
from positions.extraction.mentions import FIRST_PERSON, Cast, Mention
from positions.extraction.negation import leaves_open, modals, negated, neither
from positions.extraction.topics import TopicMention
from positions.extraction.voices import subject_of
from positions.extraction.who import actors_of

if TYPE_CHECKING:
    from positions.extraction.tree import Token

_MAX_CLIMB = 14
_TIMES = frozenset({"end", "start", "beginning", "opening", "launch"})  # "by the end of" is no predicate
_FORESEEING = frozenset({"doubt", "fear", "worry"})  # of what somebody else will do
_TEMPORAL = frozenset({"at", "by", "until", "since", "before", "after", "from", "in"})
_ACCESSIONS = ("nato-membership", "eu-membership")
# What the one to be helped is said to need or to become is the speaker's view, not its own.
_BENEFICIARY = "ua"
_DUE = {"need": 2, "deserve": 2, "require": 2, "get": 2, "receive": 2, "obtain": 2, "become": 1, "belong": 1,
        "join": 1, "be": 1, "enter": 1, "accede": 1, "gain": 1, "have": 1, "lie": 1, "remain": 1}  # fmt: skip


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

    @property
    def position(self) -> int | None:
        """The position read, None where no predicate gave one."""
        if self.opened:
            return 0
        if self.value is None:
            return None
        return self.sign * (min(abs(self.value), 1) if self.tentative else abs(self.value))


def walk(cast: Cast, topic: TopicMention, stop: set[int]) -> Walk:
    """Climb from the topic's expression; `stop` holds the indices of the cues that report it."""
    state = Walk(topic, topic.sign)
    node = cast.parsed.doc[topic.head]
    _own(state, cast, node)
    for _ in range(_MAX_CLIMB):
        head = node.head
        if head.i == node.i or (head.i in stop and not _is_frame(head, topic.topic)):
            break
        _step(state, cast, node, head)
        if head.i in stop:
            break
        node = head
    _due(state, cast)
    return state


def _is_frame(head: Token, topic: str) -> bool:
    """A cue that itself takes a position ("urged", "warned", "promised") is part of the walk."""
    entry = entry_of(head, topic)
    return entry is not None and entry.frame == "attitude"


def _own(state: Walk, cast: Cast, node: Token) -> None:
    """The expression may be a predicate itself ("join", "cede territory", "arming Ukraine")."""
    _deny(state, node, None)
    _participles(state, cast, node)
    if node.pos_ != "VERB":
        return
    _modality(state, node)
    entry = lexicon().predicate("verb", lemma_of(node), state.topic.topic)
    if state.topic.topic in _ACCESSIONS:
        if modals(node) or any(c.dep_ == "aux" for c in node.children):
            state.value = 1
    elif entry is None or entry.frame == "act":
        state.value = 2
        _claim(state, cast, node, "act")


def _participles(state: Walk, cast: Cast, node: Token) -> None:
    """ "Halting military aid" may be parsed as if "halting" described the aid."""
    for child in node.children:
        if child.dep_ == "amod" and child.lower_.endswith("ing") and child.i < node.i:
            stem = child.lower_[:-3]
            for verb in (stem, stem + "e", stem[:-1]):
                entry = lexicon().predicate("verb", verb, state.topic.topic)
                if entry is not None and entry.group in ("stop", "delay"):
                    _apply(state, cast, child, replace(entry, frame="neutral"))
                    return


def _step(state: Walk, cast: Cast, node: Token, head: Token) -> None:
    """Take the argument `node` one predicate up."""
    if head.pos_ in ("ADP", "PART", "SCONJ"):
        _particle(state, cast, head)
        return
    if node.dep_ in (
        "nsubj",
        "nsubjpass",
        "csubj",
        "dobj",
        "ccomp",
        "xcomp",
        "advcl",
        "acl",
        "pcomp",
    ) and _evaluate(state, cast, node, head):
        return
    if node.dep_ == "conj" and head.pos_ == node.pos_ and head.pos_ in ("VERB", "AUX"):
        state.trail.append(f"with {head.lower_}")
        return
    entry = entry_of(head, state.topic.topic)
    if node.dep_ == "advcl" and head.pos_ == "VERB" and state.value is not None and entry is not None:
        entry = entry if entry.frame == "attitude" and node.i > head.i else None
    if entry is not None and not (node.dep_ == "nsubj" and entry.frame == "attitude"):
        _apply(state, cast, head, entry)
    _deny(state, head, entry, node)
    if head.pos_ in ("VERB", "AUX"):
        _modality(state, head)


def _particle(state: Walk, cast: Cast, head: Token) -> None:
    if head.lower_ == "against" and entry_of(head.head, state.topic.topic, "against") is None:
        _apply(state, cast, head, Predicate("neutral", -2, "against"))
    elif head.lower_ == "without":
        state.sign = -state.sign


def entry_of(token: Token, topic: str, particle: str = "") -> Predicate | None:
    """Return the entry of a word with its particle, or (where no `particle` is asked for) without."""
    pos = {"VERB": "verb", "AUX": "verb", "NOUN": "noun", "ADJ": "adjective", "PROPN": "noun"}.get(token.pos_)
    if pos is None:
        return None
    lemma = lemma_of(token)
    if lemma in _TIMES and token.head.lower_ in _TEMPORAL:
        return None
    particles = [c.lower_ for c in token.children if c.dep_ in ("prt", "prep", "advmod") and c.i > token.i]
    particles += ["to"] if any(c.dep_ == "xcomp" for c in token.children) else []  # "looks to obtain"
    for word in [particle] if particle else particles:
        entry = lexicon().predicate(pos, f"{lemma} {word}", topic)
        if entry is not None:
            return entry
    return None if particle else lexicon().predicate(pos, lemma, topic)


def lemma_of(token: Token) -> str:
    """Return the lemma in lower case."""
    return token.lemma_.lower()


def _apply(state: Walk, cast: Cast, token: Token, entry: Predicate) -> None:
    state.trail.append(f"{token.lower_}:{entry.group}")
    if entry.frame == "neutral" and entry.value == 0:
        return
    if entry.frame == "epistemic":
        subject = subject_of(token) if state.value is not None else None
        state.sources = actors_of(cast, subject) if subject is not None else []
        return
    if lemma_of(token) in _FORESEEING and state.holders and state.frame == "act":
        _foresee(state, cast, token)
        return
    if entry.value < 0:
        state.sign = -state.sign
    if entry.frame == "attitude" or state.value is None:
        state.value = abs(entry.value)
    if entry.group == "delay":
        state.value = 1
    state.kind = entry.kind or state.kind
    if entry.frame in ("attitude", "act") and token.pos_ != "ADP":
        _claim(state, cast, token, entry.frame)


def _foresee(state: Walk, cast: Cast, token: Token) -> None:
    """ "They doubted Varland would send tanks": still Varland's position, as the doubters see it."""
    subject = subject_of(token) if token.pos_ == "VERB" else None
    state.sources = actors_of(cast, subject) if subject is not None else []
    state.sign = -state.sign if lemma_of(token) == "doubt" else state.sign
    state.value = 1


def _claim(state: Walk, cast: Cast, token: Token, frame: str) -> None:
    """Make the predicate's subject the holder: attitudes always, acts where nobody is yet."""
    if state.holders and frame == "act":
        return
    subject = subject_of(token) if token.pos_ in ("VERB", "AUX") else _noun_subject(token)
    if subject is None or state.topic.start <= subject.idx < state.topic.end:
        return  # "Russia must not win": who is in the proposition does not hold it
    state.predicate = token.i
    if subject.lower_ in FIRST_PERSON:
        state.first_person, state.holders = True, []
        return
    found = actors_of(cast, subject)
    if found:
        state.holders, state.frame, state.first_person = found, frame, False


def _noun_subject(token: Token) -> Token | None:
    """The holder of a noun or adjective: "Berlin's opposition", "opposition from Berlin", "is opposed"."""
    children = list(token.children)
    for child in children:
        if child.dep_ == "poss":
            return child
    for child in children:
        if child.dep_ == "prep" and child.lower_ in ("from", "by", "of") and token.pos_ == "NOUN":
            inner = next((c for c in child.children if c.dep_ == "pobj"), None)
            if inner is not None and inner.text[:1].isupper():
                return inner
    for child in children:
        if child.dep_ in ("amod", "compound") and child.text[:1].isupper():
            return child
    if token.head.pos_ in ("VERB", "AUX") and token.dep_ in ("dobj", "attr", "acomp", "oprd"):
        return subject_of(token.head)
    return None


def _evaluate(state: Walk, cast: Cast, node: Token, head: Token) -> bool:
    """The topic is what is judged: "membership is premature", "called it a mistake", "too early to"."""
    found = evaluations_beside(node, head)
    if found is None:
        return False
    word, value = found
    state.trail.append(f"{word.lower_}:evaluation")
    state.value = abs(value)
    state.sign = state.sign if value >= 0 else -state.sign
    state.opened = value == 0
    if negated(head, node) or (word.i != head.i and negated(word)):
        state.trail.append(f"not {word.lower_}")
        state.negated += 1
        state.sign, state.value = -state.sign, min(1, state.value) if value < 0 else state.value
    _modality(state, head)
    if node.dep_ == "dobj":
        _claim(state, cast, head, "attitude")
    return True


def _deny(state: Walk, token: Token, entry: Predicate | None, below: Token | None = None) -> None:
    if entry is not None and entry.frame == "attitude" and neither(token):
        state.opened = True
        return
    if not negated(token, below):
        return
    state.negated += 1
    state.trail.append(f"not {token.lower_}")
    if entry is not None and entry.group == "reluctant":
        state.sign, state.value = -state.sign, 1
    elif entry is not None and (leaves_open(token) or (entry.value < 0 and entry.frame == "attitude")):
        state.opened = True
    else:
        state.sign = -state.sign


def _modality(state: Walk, verb: Token) -> None:
    found = modals(verb)
    state.tentative = state.tentative or ("tentative" in found and not state.negated)
    state.future = state.future or "future" in found
    state.prescribed = state.prescribed or "prescribed" in found


def _due(state: Walk, cast: Cast) -> None:
    """ "Ukraine needs missiles", "Ukraine will become a member": the speaker's view."""
    doc = cast.parsed.doc
    if state.predicate >= 0 and state.holders and all(m.actor.slug == _BENEFICIARY for m in state.holders):
        value = _DUE.get(lemma_of(doc[state.predicate]))
        if value is not None:
            state.value, state.holders = value, []
    elif state.value is None and state.topic.topic in _ACCESSIONS and not state.topic.weak:
        verb = next(
            (
                t
                for t in (doc[state.topic.head], *doc[state.topic.head].ancestors)
                if t.pos_ in ("VERB", "AUX")
            ),
            None,
        )
        if verb is not None and lemma_of(verb) in _DUE and not evaluation_of(doc[state.topic.head]):
            state.value = 1
