"""From an article with its actors to the events it tells of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from positions.extraction.candidates import Scene
from positions.extraction.happenings.choosing import choose
from positions.extraction.happenings.features import Candidate, find_candidates
from positions.extraction.happenings.model import EventModel, load_events
from positions.extraction.happenings.participants import certain
from positions.extraction.happenings.titles import title_of
from positions.extraction.text import Span
from positions.extraction.types import EventReading

if TYPE_CHECKING:
    from positions.extraction.tree import Token

_LONG = 320  # characters: of a longer sentence only the clause is quoted


def find_events(scene: Scene, model: EventModel | None = None) -> tuple[EventReading, ...]:
    """Return the article's events in the order of the text, each happening once."""
    model = model or load_events()
    candidates = find_candidates(scene)
    chances = [model.probability(candidate.features) for candidate in candidates]
    kept = choose(candidates, chances, model.threshold, model.second)
    sure = (replace(candidates[n], part=certain(scene.cast, candidates[n].part)) for n in kept)
    return tuple(_reading(scene, candidate) for candidate in sure)


def _reading(scene: Scene, candidate: Candidate) -> EventReading:
    trigger = candidate.trigger
    start, end = evidence_span(scene, trigger.token, scene.parsed.sentences[trigger.sentence])
    text = scene.parsed.text
    return EventReading(
        title=title_of(scene, candidate),
        kind=candidate.kind,
        date=trigger.day,
        start=start,
        end=end,
        evidence=text[start:end],
        end_on=trigger.dated.end_on if trigger.dated is not None and trigger.link == "own" else None,
        place=text[slice(*candidate.place)] if candidate.place else "",
        actors=tuple(mention.actor for mention in candidate.part.actors),
    )


def evidence_span(scene: Scene, token: Token, sentence: Span) -> Span:
    """Return the sentence, or of a long one the trigger's clause."""
    start, end = sentence
    if end - start <= _LONG:
        return sentence
    clause = next((t for t in [token, *token.ancestors] if t.pos_ in ("VERB", "AUX")), token)
    words = [t for t in clause.subtree if start <= t.idx < end and not t.is_space]
    while words and words[-1].is_punct and words[-1].text not in '"”)':
        words.pop()
    return (words[0].idx, words[-1].idx + len(words[-1])) if words else sentence
