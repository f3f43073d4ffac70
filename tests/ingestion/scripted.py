"""A reader that does what a test tells it: a real extractor by its protocol, without a parser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from positions.extraction.types import (
    ActorMention,
    ArticleText,
    EventReading,
    Reading,
    Resolver,
    StanceReading,
)  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """Wherever `phrase` stands, `holder` takes `position` on `topic`; the holder's name is its first word."""

    phrase: str
    holder: str = "ruritania"
    position: int = 1
    topic: str = "nato-membership"
    resolved: str = "registry"
    kind: str = "state"
    confidence: float = 0.9
    source: str = ""
    source_resolved: str = "registry"
    condition: str | None = None


@dataclass
class Scripted:
    rules: list[Rule] = field(default_factory=list)
    events: list[tuple[str, str]] = field(default_factory=list)  # (phrase, kind)
    name: str = "scripted"
    version: str = "1"
    before: Callable[[ArticleText], Any] = lambda article: None
    set_aside: str = ""

    def read(self, article: ArticleText, resolver: Resolver) -> Reading:
        self.before(article)
        stances = [self._stance(r, article, at) for r in self.rules for at in _places(r.phrase, article.text)]
        stances.sort(key=lambda s: (s.start, s.end, s.holder.slug, s.topic))
        events = tuple(
            EventReading(phrase, kind, article.published, at, at + len(phrase), phrase)
            for phrase, kind in self.events
            for at in _places(phrase, article.text)
        )
        unresolved = {
            m for s in stances for m in (s.holder, s.source) if m and m.resolved in ("unknown", "ambiguous")
        }
        ordered = tuple(sorted(unresolved, key=lambda m: m.start))
        return Reading(self.name, self.version, tuple(stances), events, ordered, self.set_aside)

    def _stance(self, rule: Rule, article: ArticleText, at: int) -> StanceReading:
        first = rule.phrase.split()[0]
        holder = ActorMention(rule.holder, first, rule.kind, rule.resolved, at, at + len(first))
        source = None
        if rule.source:
            last = rule.phrase.split()[-1].rstrip(".")
            start = at + rule.phrase.rindex(last)
            source = ActorMention(rule.source, last, "person", rule.source_resolved, start, start + len(last))
        return StanceReading(
            holder, rule.topic, rule.position, "second-hand" if rule.source else "indirect", "statement",
            article.published, at, at + len(rule.phrase), rule.phrase, rule.confidence, source,
            rule.condition,
        )  # fmt: skip


def _places(phrase: str, text: str) -> list[int]:
    found, at = [], text.find(phrase)
    while at >= 0:
        found.append(at)
        at = text.find(phrase, at + 1)
    return found
