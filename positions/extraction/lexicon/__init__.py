"""The reader's vocabulary, kept as data: topics, predicates by frame, cues."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class TopicTerms:
    """The expressions of one topic, compiled, to be matched against `text.folded`; see topics.yaml."""

    slug: str
    terms: re.Pattern[str]
    against: re.Pattern[str] | None
    weak: re.Pattern[str] | None
    near: re.Pattern[str] | None
    about: re.Pattern[str] | None
    hint: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Predicate:
    """What a predicate does to the position below it; see predicates.yaml."""

    frame: str  # attitude, act, epistemic, neutral
    value: int
    group: str
    kind: str = ""
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything the reader knows of words. Keys of `predicates` are (part of speech, lemma)."""

    topics: tuple[TopicTerms, ...]
    predicates: dict[tuple[str, str], tuple[Predicate, ...]]
    evaluations: dict[str, int]
    say: frozenset[str]
    cue_nouns: frozenset[str]
    no_holders: frozenset[str]
    prescriptive: frozenset[str]
    tentative: frozenset[str]
    negators: frozenset[str]
    open_when_negated: frozenset[str]

    def predicate(self, pos: str, lemma: str, topic: str) -> Predicate | None:
        """Return the predicate's entry, one tied to the topic before a general one."""
        entries = self.predicates.get((pos, lemma))
        if entries is None:
            return None
        fitting = [entry for entry in entries if not entry.topics or topic in entry.topics]
        return min(fitting, key=lambda entry: not entry.topics, default=None)


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Read and compile the vocabulary once per process."""
    cues = _read("cues.yaml")
    predicates = _read("predicates.yaml")
    evaluations = {
        word: int(value) for value, words in predicates.pop("evaluations").items() for word in words
    }
    return Lexicon(
        topics=tuple(_topic(slug, entry) for slug, entry in _read("topics.yaml").items()),
        predicates=_predicates(predicates),
        evaluations=evaluations,
        say=frozenset(cues["say"]),
        cue_nouns=frozenset(cues["nouns"]),
        no_holders=frozenset(cues["no_holders"]),
        prescriptive=frozenset(cues["prescriptive"]),
        tentative=frozenset(cues["tentative"]),
        negators=frozenset(cues["negators"]),
        open_when_negated=frozenset(cues["open_when_negated"]),
    )


@cache
def words(name: str) -> frozenset[str]:
    """Return a set of words of nouns.yaml."""
    return frozenset(_read("nouns.yaml")[name])


@cache
def _read(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    return loaded


def _topic(slug: str, entry: dict[str, Any]) -> TopicTerms:
    return TopicTerms(
        slug=slug,
        terms=_any(entry["terms"]),
        against=_any(entry["against"]) if entry.get("against") else None,
        weak=_any(entry["weak"]) if entry.get("weak") else None,
        near=_any([entry["near"]]) if entry.get("near") else None,
        about=_any([entry["about"]]) if entry.get("about") else None,
        hint=_any([entry["hint"]]) if entry.get("hint") else None,
    )


def _any(expressions: list[str]) -> re.Pattern[str]:
    """Match any of them where a word begins: "on Russia" is not in "sanction Russia"."""
    return re.compile("|".join(rf"\b(?:{expression})" for expression in expressions))


def _predicates(groups: dict[str, Any]) -> dict[tuple[str, str], tuple[Predicate, ...]]:
    found: dict[tuple[str, str], tuple[Predicate, ...]] = {}
    for group, entry in groups.items():
        predicate = Predicate(
            entry["frame"], entry["value"], group, entry.get("kind", ""), tuple(entry.get("topics", ()))
        )
        for pos in ("verbs", "nouns", "adjectives"):
            for lemma in entry.get(pos, ()):
                found[pos[:-1], lemma] = (*found.get((pos[:-1], lemma), ()), predicate)
    return found
