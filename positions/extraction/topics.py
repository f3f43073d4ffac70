"""Where the text speaks of a topic: its expressions, chosen by context where a word fits several."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from positions.extraction.lexicon import TopicTerms, lexicon
from positions.extraction.parsing import Parsed
from positions.extraction.subject import INVADER, UKRAINE
from positions.extraction.text import Span

if TYPE_CHECKING:
    from positions.extraction.tree import Token

_OTHERS = re.compile(
    r"\b(?:swed|finland|finnish|stockholm|helsinki|georgia|moldova|croatia|albania|macedonia|bosnia)\w*"
)
_JOINING = re.compile(r"\b(?:accession|membership|join|bid\b|appl(?:y|ication|ied)|candida|enlarge|entry)")
_ARMS = frozenset({"arms-deliveries", "long-range-strikes"})
_ARMER = r"\b(?:iran|tehran|north korea|pyongyang|dprk)"
# What goes to the other side: "Iran's provision of drones", "has turned to North Korea".
_ARMING = re.compile(
    rf"{_ARMER}\w*(?:['’]s)?(?: [\w-]+){{0,4}} "
    r"(?:provi|suppl|send|sent|deliver|transfer|giv|sell|sold|support|munition)"
    rf"|\b(?:from|to|on|by) {_ARMER}"
)
# Of the words of a membership that fit it in a context those that name it in any.
_MEMBERSHIP = re.compile(
    r"membership|accession|candida|invitation|admission|entry|aspiration|ambition|bid\b|applic|accede"
    r"|open door|enlargement"
)
_ENEMY = frozenset(
    {
        "russian",
        "russia",
        "moscow",
        "putin",
        "korean",
        "iranian",
        "enemy",
        "soviet",
        "ukrainian",
        "belarusian",
    }
)
_BODIES = {
    "nato-membership": re.compile(r"\bnato\b|\balliance\b|\ballies\b|atlantic"),
    "eu-membership": re.compile(r"\beu\b|\be\.u\.|european union|brussels bloc|\bthe 27\b"),
}
_CONTRARY = {
    "long-range-strikes": {
        "restrictions",
        "limits",
        "limit",
        "the ban",
        "ban",
        "caveats",
        "leash",
        "restriction",
    },
    "nato-membership": {"neutral", "neutrality", "veto", "vetoes"},
    "eu-membership": {"veto"},
    "sanctions": {"waiver", "waivers"},
}
# Where other wars are, or may come.
_ELSEWHERE = re.compile(
    r"\b(?:israel|gaza|hamas|palestin|hezbollah|lebanon|syria|iraq|afghan|taliban|taiwan|yemen|houthi|sudan|libya"
    r"|ethiopia|armenia|azerbaijan|myanmar|venezuela|haiti)"
)
_THROUGHOUT = 3  # context words in the article
_LOOK_BACK = 2  # sentences before, for weak terms


@dataclass(frozen=True, slots=True)
class TopicMention:
    """An expression of a topic. `sign` is -1 where it names the opposite of the proposition."""

    topic: str
    sign: int
    start: int
    end: int
    head: int  # index of the token that heads it
    weak: bool


def find_topics(parsed: Parsed) -> list[TopicMention]:
    """Return the topic expressions of the article in the order of the text."""
    found: list[TopicMention] = []
    text = parsed.folded
    spoken = spoken_of(text)
    for number, span in enumerate(parsed.sentences):
        if not parsed.near[number]:
            continue
        back = parsed.sentences[max(0, number - _LOOK_BACK)][0]
        hits = _strong(text, span)
        hits += _weak(text, span, (back, span[0]), hits, spoken)
        for terms, start, end, sign, weak in sorted(hits, key=lambda h: h[1:3]):
            if of_others(terms.slug, text[slice(*span)]):
                continue
            head = head_of(parsed, start, end)
            if head is not None and not _enemy(terms.slug, head):
                found.append(TopicMention(terms.slug, sign, start, end, head.i, weak))
    if all(parsed.near):
        return found
    # Where a text wanders and names a membership nowhere, "the path" and "joining" are nobody's.
    named = {m.topic for m in found if not m.weak or _MEMBERSHIP.match(text, m.start)}
    return [m for m in found if m.topic in named or m.topic not in _BODIES]


Hit = tuple[TopicTerms, int, int, int, bool]


def _strong(text: str, span: Span) -> list[Hit]:
    hits: list[Hit] = []
    for terms in lexicon().topics:
        for pattern, sign in ((terms.against, -1), (terms.terms, 1)):
            if pattern is not None:
                hits += [(terms, m.start(), m.end(), sign, False) for m in pattern.finditer(text, *span)]
    hits.sort(key=lambda h: (h[0].slug == "support-for-ukraine", h[1] - h[2]))
    kept: list[Hit] = []
    for hit in hits:
        if not any(hit[1] < k[2] and k[1] < hit[2] and not _both(hit, k) for k in kept):
            kept.append(hit)
    return kept


def _both(first: Hit, second: Hit) -> bool:
    """ "Membership of both the European Union and NATO" speaks of two topics at once."""
    return {first[0].slug, second[0].slug} == set(_BODIES)


def _weak(text: str, span: Span, before: Span, strong: list[Hit], spoken: set[str]) -> list[Hit]:
    """Words that belong to a topic in this context; what fits two memberships goes to the nearer body."""
    hits: list[Hit] = []
    taken = {h[0].slug for h in strong}
    for terms in lexicon().topics:
        if terms.slug in taken or terms.weak is None:
            continue
        if terms.slug not in spoken and not _in_context(terms, text, span, before):
            continue
        for match in terms.weak.finditer(text, *span):
            if terms.slug in _BODIES and nearer_body(text, match.start(), span) not in ("", terms.slug):
                continue
            if not any(match.start() < h[2] and h[1] < match.end() for h in (*strong, *hits)):
                hits.append((terms, match.start(), match.end(), sign_of(terms.slug, match.group()), True))
    return hits


def sign_of(topic: str, word: str) -> int:
    """Return -1 where a single word names the opposite of the proposition ("restrictions", "neutral")."""
    return -1 if word.lower() in _CONTRARY.get(topic, ()) else 1


def spoken_of(text: str) -> set[str]:
    """Return the topics whose context words run through the article."""
    return {
        terms.slug for terms in lexicon().topics
        if terms.about is not None and sum(1 for _ in terms.about.finditer(text)) >= _THROUGHOUT
    }  # fmt: skip


def nearer_body(text: str, at: int, span: Span) -> str:
    """Return which accession a bare "membership" means: that of the body named nearest, else named last."""
    inside = [
        (abs(m.start() - at), slug) for slug, body in _BODIES.items() for m in body.finditer(text, *span)
    ]
    if inside:
        return min(inside)[1]
    before = [
        (m.start(), slug)
        for slug, body in _BODIES.items()
        for m in body.finditer(text, max(0, span[0] - 700), span[0])
    ]
    return max(before)[1] if before else ""


def _in_context(terms: TopicTerms, text: str, span: Span, before: Span) -> bool:
    near = terms.near is not None and terms.near.search(text, *span)
    about = terms.about is not None and terms.about.search(text, *before)
    return bool(near or about)


def of_others(topic: str, sentence: str) -> bool:
    """Return whether what a sentence says of the topic is about another country: its accession, its war."""
    if UKRAINE.search(sentence):
        return False
    if topic in _BODIES:
        return bool(_OTHERS.search(sentence))
    if topic in _ARMS and _ARMING.search(sentence):
        return True
    # "Guarantees like Israel's" are a likeness.
    return (
        topic != "security-guarantees" and bool(_ELSEWHERE.search(sentence)) and not INVADER.search(sentence)
    )


def speaks_of_others(topic: str, sentence: str) -> bool:
    """Return whether a sentence goes over to another country, whatever was spoken of before."""
    return of_others(topic, sentence) and (topic not in _BODIES or bool(_JOINING.search(sentence)))


def _enemy(topic: str, head: Token) -> bool:
    """Return whether these are Russia's own troops, arms or missiles."""
    if topic not in ("troops-in-ukraine", "arms-deliveries", "long-range-strikes"):
        return False
    owners = [c for c in head.children if c.dep_ in ("amod", "poss", "compound", "nmod")]
    return any(c.lower_ in _ENEMY for c in owners)


def head_of(parsed: Parsed, start: int, end: int) -> Token | None:
    """Return the token that heads text[start:end]."""
    span = parsed.doc.char_span(start, end)
    if span is None:
        return None
    root: Token = span.root
    return root
