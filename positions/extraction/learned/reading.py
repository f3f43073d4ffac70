"""Which questions to ask of an article: everybody named near a topic, on that topic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from positions.extraction.candidates import Candidate, Scene, scene_candidates
from positions.extraction.mentions import FIRST_PERSON, PRONOUNS, Mention
from positions.extraction.scorer import ScorerItem, Span
from positions.extraction.text import sentences
from positions.extraction.who import actors_of

BACK = 260  # characters of context before the focus, in whole sentences


@dataclass(frozen=True)
class Question:
    """One (holder, topic, sentence) to score. `candidate` is the rules' own, where they have one."""

    slug: str
    topic: str
    sentence: int
    holder_spans: tuple[Span, ...]
    mention: Mention
    candidate: Candidate | None


def item_for(text: str, holder: Iterable[Span], topic: str, focus: Span) -> ScorerItem:
    """The scorer's question with the context it was trained on: the focus and what stands just before."""
    start, end = focus
    base = max(0, start - 3 * BACK)
    first = start
    for a, _ in reversed(sentences(text[base:start])):
        if start - (base + a) > BACK:
            break
        first = base + a
    context = (first, end)
    inside = tuple(sorted({(a, b) for a, b in holder if first <= a and b <= end}))
    return ScorerItem(text, inside, topic, focus, context)


def questions(scene: Scene) -> list[Question]:
    """Return the questions of an article in the order of the text, each pair once a sentence."""
    named = spans_by_slug(scene)
    asked: dict[tuple[int, str, str], Question] = {}
    for candidate in scene_candidates(scene):
        slug = candidate.holder.actor.slug
        key = (candidate.sentence, candidate.topic, slug)
        known = asked.get(key)
        if known is None or (known.candidate and known.candidate.position is None):
            holder = tuple(named.get(slug, ()))
            asked[key] = Question(slug, candidate.topic, candidate.sentence, holder, candidate.holder, candidate)
    for topic in scene.topics:
        number = scene.parsed.sentence_at(topic.start)
        for mention in _near(scene, number):
            key = (number, topic.topic, mention.actor.slug)
            if key not in asked:
                holder = tuple(named[mention.actor.slug])
                asked[key] = Question(mention.actor.slug, topic.topic, number, holder, mention, None)
    return [asked[key] for key in sorted(asked)]


def _near(scene: Scene, number: int) -> list[Mention]:
    """Those named in the sentence and in the one before it, if that is in the same paragraph."""
    start, end = scene.parsed.sentences[number]
    if number and scene.parsed.paragraph_at(start) == scene.parsed.paragraph_at(start - 2):
        start = scene.parsed.sentences[number - 1][0]
    return [m for m in scene.cast.mentions if start <= m.start and m.end <= end]


def spans_by_slug(scene: Scene) -> dict[str, list[Span]]:
    """Where each actor is named or meant by a pronoun, in order."""
    found: dict[str, list[Span]] = {}
    for mention in scene.cast.mentions:
        found.setdefault(mention.actor.slug, []).append((mention.start, mention.end))
    for token in scene.parsed.doc:
        if token.lower_ in PRONOUNS and token.lower_ not in FIRST_PERSON:
            for mention in actors_of(scene.cast, token):
                found.setdefault(mention.actor.slug, []).append((token.idx, token.idx + len(token)))
    return {slug: sorted(spans) for slug, spans in found.items()}
