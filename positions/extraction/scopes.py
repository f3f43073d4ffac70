"""Which topics a sentence may be about: those it names, and those it carries on from before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from positions.extraction.lexicon import lexicon, words
from positions.extraction.parsing import Parsed
from positions.extraction.subject import INVADER, UKRAINE
from positions.extraction.topics import (
    TopicMention,
    head_of,
    of_others,
    sign_of,
    speaks_of_others,
)

if TYPE_CHECKING:
    from positions.extraction.tree import Token

_BACK = 3  # sentences
_SIDE = 2  # sentences after one that names a side of the war in which words may hint at any topic
_SHORT = 5  # sentences: in so short a text a topic need not be spelt out anywhere
# Nouns that stand for what was just spoken of.
ANAPHORS = words("anaphors")
_POINTERS = frozenset({"it", "this", "that", "them", "these", "those", "so", "one", "such"})


@dataclass(frozen=True, slots=True)
class Scope:
    """A topic in a sentence. `how`: strong, weak, back1…back3, hint, article. `mentions` may be anaphors."""

    topic: str
    how: str
    mentions: tuple[TopicMention, ...]


def scopes_of(
    parsed: Parsed, topics: list[TopicMention], aside: frozenset[tuple[int, str]] = frozenset()
) -> list[list[Scope]]:
    """Return the scopes of every sentence; of those `aside` (sentence, topic) only what it names itself."""
    named: list[list[TopicMention]] = [[] for _ in parsed.sentences]
    for mention in topics:
        named[parsed.sentence_at(mention.start)].append(mention)
    counts = Counter(m.topic for m in topics).most_common()
    floor = max(3, len(parsed.sentences) // 6)
    main = [topic for topic, count in counts[:2] if count >= floor]
    others = [topic for topic, _ in counts if topic not in main]
    short = len(parsed.sentences) <= _SHORT
    spoken = {terms.slug for terms in lexicon().topics} if short else {topic for topic, _ in counts}
    return [
        list(_sentence_scopes(parsed, named, number, main, others, spoken, aside))
        if parsed.near[number]
        else []
        for number in range(len(parsed.sentences))
    ]


def _sentence_scopes(
    parsed: Parsed, named: list[list[TopicMention]], number: int, main: list[str], others: list[str],
    spoken: set[str], aside: frozenset[tuple[int, str]],
) -> Iterator[Scope]:  # fmt: skip
    """Yield the sentence's own topics, those of the sentences before, then those of the whole text.

    Beside a topic of its own, a sentence is seldom about one that only the rest of the text names.
    """
    sentence = parsed.folded[slice(*parsed.sentences[number])]
    seen = {topic for topic in spoken if speaks_of_others(topic, sentence)}
    for weak in (False, True):
        for topic in dict.fromkeys(m.topic for m in named[number] if m.weak is weak):
            if topic not in seen:
                seen.add(topic)
                mentions = tuple(m for m in named[number] if m.topic == topic)
                yield Scope(topic, "weak" if weak else "strong", mentions)
    seen |= {topic for sentence, topic in aside if sentence == number}
    pointers = anaphors(parsed, number)
    for back in range(1, _BACK + 1):
        if number - back < 0:
            break
        for mention in named[number - back]:
            if mention.topic not in seen:
                seen.add(mention.topic)
                yield Scope(mention.topic, f"back{back}", _placed(pointers, mention))
    for topic, hinted in _hints(parsed, number, spoken):
        if topic not in seen:
            seen.add(topic)
            yield Scope(topic, "hint", hinted)
    own = any(not mention.weak for mention in named[number])
    for topic in main if own else [*main, *others]:
        if topic not in seen:
            seen.add(topic)
            yield Scope(topic, "article", _placed(pointers, TopicMention(topic, 1, 0, 0, 0, True)))


def _hints(parsed: Parsed, number: int, spoken: set[str]) -> Iterator[tuple[str, tuple[TopicMention, ...]]]:
    """Words that fit a topic which the text is about elsewhere, or any just after a side of the war."""
    text, span = parsed.folded, parsed.sentences[number]
    near = parsed.sentences[max(0, number - _SIDE)][0], span[1]
    if UKRAINE.search(text, *near) or INVADER.search(text, *near):
        spoken = {terms.slug for terms in lexicon().topics}
    for terms in lexicon().topics:
        if terms.slug not in spoken or terms.hint is None or of_others(terms.slug, text[slice(*span)]):
            continue
        found = []
        for match in terms.hint.finditer(text, *span):
            head = head_of(parsed, match.start(), match.end())
            if head is not None:
                found.append(
                    TopicMention(
                        terms.slug,
                        sign_of(terms.slug, match.group()),
                        match.start(),
                        match.end(),
                        head.i,
                        True,
                    )
                )
        if found:
            yield terms.slug, tuple(found)


def _placed(pointers: list[Token], mention: TopicMention) -> tuple[TopicMention, ...]:
    """Let the sentence's pointers stand for the topic."""
    return tuple(
        replace(mention, sign=1, start=t.idx, end=t.idx + len(t), head=t.i, weak=True) for t in pointers
    )


def anaphors(parsed: Parsed, number: int) -> list[Token]:
    """Return the pronouns and nouns of the sentence that may point back to a topic."""
    found = []
    for token in parsed.tokens(number):
        argument = token.dep_ in ("dobj", "pobj", "nsubj", "nsubjpass", "attr")
        pointer = token.lower_ in _POINTERS and token.pos_ == "PRON"
        noun = token.lemma_.lower() in ANAPHORS and any(
            c.lower_ in ("the", "this", "that", "such", "any", "a", "no", "his", "its", "their")
            for c in token.children
        )
        if argument and (pointer or noun):
            found.append(token)
    return found
