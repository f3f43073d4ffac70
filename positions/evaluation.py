"""How good a reader is: precision, recall and agreement against a gold set, with intervals. Pure.

`found`: holder, topic and evidence agree. `signed`: found, and the sign of the position is one that the gold
accepts; the headline. The rest are shares of the found stances.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from positions.ingestion.documents import Document
from positions.ingestion.files import documents
from positions.matching import Example, Finding, Matching, accepted, match, right_sign, same_day, same_holder

ROUNDS = 2000  # bootstrap samples of articles
SHARES = ("exact", "mode", "kind", "date", "source", "condition")


@dataclass(frozen=True, slots=True)
class Rate:
    """Precision, recall and F1 from counts; 0 where a share has no denominator."""

    right: int
    spurious: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.spurious) if self.right + self.spurious else 0.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 0.0

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def as_dict(self) -> dict[str, float]:
        return {"precision": self.precision, "recall": self.recall, "f1": self.f1}


@dataclass(frozen=True, slots=True)
class Mistake:
    """`what` is sign, missed or spurious; higher `weight` is worse."""

    article: str
    what: str
    gold: Finding | None
    predicted: Finding | None
    weight: float


@dataclass(slots=True)
class Evaluation:
    """All figures of one reader on one gold set."""

    articles: int
    required: int
    predicted: int
    found: Rate
    signed: Rate
    events: Rate
    shares: dict[str, tuple[int, int]]  # (agreeing, compared)
    topics: dict[str, Rate]
    modes: dict[str, Rate]
    confusion: dict[tuple[int, int], int]  # (gold, predicted) -> found stances
    brier: float = 0.0
    reliability: list[tuple[float, int, float, float]] = field(default_factory=list)  # see `_reliability`
    intervals: dict[str, tuple[float, float]] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "articles": self.articles,
            "gold_required": self.required,
            "predicted": self.predicted,
            **{name: getattr(self, name).as_dict() for name in ("found", "signed", "events")},
            **{name: {"share": a / n, "n": n} for name, (a, n) in self.shares.items() if n},
            "topics": {t: r.as_dict() | {"n": r.right + r.missed} for t, r in self.topics.items()},
            "modes": {m: r.as_dict() | {"n": r.right + r.missed} for m, r in self.modes.items()},
            "confusion": [[g, p, n] for (g, p), n in sorted(self.confusion.items())],
            "brier": self.brier,
            "reliability": [list(row) for row in self.reliability],
            "intervals_95": {name: list(span) for name, span in self.intervals.items()},
        }


def load(digests: Path, golds: Path) -> list[tuple[Document, Finding]]:
    """Return the articles of a folder with their gold. Raises ValueError for a bad article or absent gold."""
    loaded = []
    for item in documents(digests):
        if not isinstance(item, Document):
            raise ValueError(str(item))
        path = golds / f"{item.guid}.json"
        if not path.is_file():
            raise ValueError(f"{path}: no gold for this article")
        loaded.append((item, json.loads(path.read_text(encoding="utf-8"))))
    return loaded


def evaluate(examples: Iterable[Example], *, rounds: int = ROUNDS) -> Evaluation:
    """Return the figures. The same examples give the same figures, intervals too."""
    matchings = [match(example) for example in examples]
    counts = [_counts(m) for m in matchings]
    total = Counter[str]()
    for count in counts:
        total.update(count)
    signed = _signed(total)
    sure = [pair for m in matchings for pair in _sure(m)]
    return Evaluation(
        articles=len(matchings),
        required=total["found"] + total["missed"],
        predicted=sum(len(m.example.predicted.get("stances", [])) for m in matchings),
        found=Rate(total["found"], total["spurious"], total["missed"]),
        signed=signed,
        events=Rate(total["events"], total["events_spurious"], total["events_missed"]),
        shares={name: (total[f"{name}+"], total[f"{name}?"]) for name in SHARES},
        topics=_by("topic", matchings),
        modes=_by("mode", matchings),
        confusion=dict(Counter((g["position"], p["position"]) for g, p in _required(matchings))),
        brier=sum((said - right) ** 2 for said, right in sure) / max(1, len(sure)),
        reliability=_reliability(sure),
        intervals=_intervals(counts, rounds),
        mistakes=sorted(_mistakes(matchings), key=lambda m: (-m.weight, m.article)),
    )


def _required(matchings: Sequence[Matching]) -> list[tuple[Finding, Finding]]:
    return [pair for m in matchings for pair in m.pairs if not pair[0].get("optional")]


def _counts(m: Matching) -> Counter[str]:
    c = Counter({"missed": len(m.missed), "spurious": len(m.spurious)})
    c.update(events=sum(not g.get("optional") for g, _ in m.event_pairs))
    c.update(events_missed=m.events_missed, events_spurious=m.events_spurious)
    for gold, read in _required([m]):
        c["found"] += 1
        c["right" if right_sign(gold, read) else "wrong"] += 1
        for name, agrees in _agreement(gold, read).items():
            c[f"{name}+"] += agrees
            c[f"{name}?"] += 1
    return c


def _agreement(gold: Finding, read: Finding) -> dict[str, bool]:
    """Return what a found stance agrees on; source and condition only where either side has one."""
    agrees = {
        "exact": read["position"] in accepted(gold),
        "mode": gold["mode"] == read.get("mode"),
        "kind": gold["kind"] == read.get("kind"),
        "date": same_day(gold, read),
    }
    sources = gold.get("source"), read.get("source")
    if any(sources):
        agrees["source"] = all(sources) and same_holder(str(sources[0]), str(sources[1]))
    if gold.get("condition") or read.get("condition"):
        agrees["condition"] = bool(gold.get("condition")) == bool(read.get("condition"))
    return agrees


def _signed(c: Counter[str]) -> Rate:
    """A found stance of the wrong sign is both a wrong finding and a miss."""
    return Rate(c["right"], c["spurious"] + c["wrong"], c["missed"] + c["wrong"])


def _by(name: str, matchings: Sequence[Matching]) -> dict[str, Rate]:
    """Return the signed rate by a field's value: the gold's for what it has, else the predicted."""
    c: dict[str, Counter[str]] = {}
    for gold, read in _required(matchings):
        c.setdefault(gold[name], Counter())["right" if right_sign(gold, read) else "wrong"] += 1
    for m in matchings:
        for what, rows in (("missed", m.missed), ("spurious", m.spurious)):
            for row in rows:
                c.setdefault(str(row.get(name)), Counter())[what] += 1
    return {value: _signed(c[value]) for value in sorted(c)}


def _intervals(counts: Sequence[Counter[str]], rounds: int) -> dict[str, tuple[float, float]]:
    """Return 95 % intervals of the F1s, by drawing articles with replacement (a fixed seed)."""
    if not counts or not rounds:
        return {}
    names = ("found", "right", "wrong", "missed", "spurious", "events", "events_missed", "events_spurious")
    table = np.array([[count[name] for name in names] for count in counts])
    drawn = np.random.default_rng(0).integers(0, len(counts), (rounds, len(counts)))
    sums = table[drawn].sum(axis=1)
    f1s: dict[str, list[float]] = {"found": [], "signed": [], "events": []}
    for row in sums:
        c = Counter(dict(zip(names, map(int, row), strict=True)))
        f1s["found"].append(Rate(c["found"], c["spurious"], c["missed"]).f1)
        f1s["signed"].append(_signed(c).f1)
        f1s["events"].append(Rate(c["events"], c["events_spurious"], c["events_missed"]).f1)
    return {name: tuple(map(float, np.percentile(values, (2.5, 97.5)))) for name, values in f1s.items()}  # type: ignore[misc]


def _sure(m: Matching) -> Iterable[tuple[float, bool]]:
    """Yield (confidence, whether found with the right sign) of each reading that counts."""
    for gold, read in _required([m]):
        yield float(read.get("confidence", 0.5)), right_sign(gold, read)
    for read in m.spurious:
        yield float(read.get("confidence", 0.5)), False


def _reliability(sure: Sequence[tuple[float, bool]]) -> list[tuple[float, int, float, float]]:
    """Return (confidence from, readings, their mean confidence, share right) by tenths."""
    tenths: dict[int, list[tuple[float, bool]]] = {}
    for said, right in sure:
        tenths.setdefault(min(int(said * 10), 9), []).append((said, right))
    return [
        (tenth / 10, len(own), sum(s for s, _ in own) / len(own), sum(r for _, r in own) / len(own))
        for tenth, own in sorted(tenths.items())
    ]


def _mistakes(matchings: Sequence[Matching]) -> Iterable[Mistake]:
    """Yield what went wrong: a sign turned round weighs most, then a confident invention, then a miss."""
    for m in matchings:
        article = m.example.id
        for gold, read in _required([m]):
            if not right_sign(gold, read):
                distance = min(abs(value - read["position"]) for value in accepted(gold))
                yield Mistake(article, "sign", gold, read, 10 + distance)
        for read in m.spurious:
            yield Mistake(article, "spurious", None, read, 5 * float(read.get("confidence", 0.5)))
        for gold in m.missed:
            yield Mistake(article, "missed", gold, None, abs(gold["position"]) + 0.5)
