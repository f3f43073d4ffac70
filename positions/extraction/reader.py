"""The rules' reader: an article and a resolver in, a reading out."""

from __future__ import annotations

from dataclasses import dataclass

from positions.extraction.candidates import Scene, read_scene, scene_candidates
from positions.extraction.decide import decide
from positions.extraction.decision import DecisionModel, load_decision
from positions.extraction.happenings import find_events
from positions.extraction.parsing import DEFAULT_MODEL, parse
from positions.extraction.subject import about_ukraine
from positions.extraction.types import (
    ActorMention,
    ArticleText,
    EventReading,
    Reading,
    Resolver,
    StanceReading,
)

VERSION = "11"


@dataclass
class RulesExtractor:
    """Reads stances by rules over a dependency parse, weighed by a small learned decision.

    `weighed` False leaves the rules alone. The parser is loaded on the first reading.
    """

    model: str = DEFAULT_MODEL
    name: str = "rules"
    version: str = VERSION
    weighed: bool = True

    def read(self, article: ArticleText, resolver: Resolver) -> Reading:
        """Return the article's stances and events; the same text and registry give the same reading."""
        aside = set_aside(article)
        if aside:
            return Reading(self.name, self.version, set_aside=aside)
        scene = self.scene(article, resolver)
        stances = tuple(decide(scene, list(scene_candidates(scene)), self.decision()))
        events = find_events(scene)
        return Reading(self.name, self.version, stances, events, unresolved(stances, events))

    def decision(self) -> DecisionModel | None:
        """Return the learned decision, None where the rules are to stand alone."""
        return load_decision() if self.weighed else None

    def scene(self, article: ArticleText, resolver: Resolver) -> Scene:
        """Parse the article and find actors, voices and topics."""
        return read_scene(parse(article, self.model), resolver)


def set_aside(article: ArticleText) -> str:
    """Say why an article is not read, or nothing."""
    if article.language not in ("", "en"):
        return f"not in English ({article.language})"
    if not article.text.strip():
        return "empty"
    if not about_ukraine(article.text):
        return "not about Ukraine"
    return ""


def unresolved(
    stances: tuple[StanceReading, ...], events: tuple[EventReading, ...]
) -> tuple[ActorMention, ...]:
    """Return the names that took part but are unknown or ambiguous, each place once, in order."""
    actors = [s.holder for s in stances] + [s.source for s in stances if s.source]
    actors += [actor for event in events for actor in event.actors]
    open_names = {a for a in actors if a.resolved in ("unknown", "ambiguous")}
    return tuple(sorted(open_names, key=lambda a: (a.start, a.end, a.slug)))
