"""Which predicted findings are which of the gold's: the definitions that all accuracy figures rest on. Pure.

A predicted stance matches a gold one of the same article when topic and holder agree and their evidence
touches a common sentence; matches are one to one, best first. Holders agree when the slugs are equal, or when
both are unnamed sources or loose groups that share a word. Events match on a common sentence and the day.

Findings are dicts in the gold's own form (see `positions/data/gold`). Gold marked optional costs nothing when
missed and earns nothing when found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Finding = dict[str, Any]
Pair = tuple[Finding, Finding]  # (gold, predicted)

_TITLES = ["Mr", "Mrs", "Ms", "Dr", "Gen", "Lt", "Col", "Sen", "Rep", "St", "Prof", "vs", "No"]
_MONTHS = ["Jan", "Feb", "Aug", "Sept", "Sep", "Oct", "Nov", "Dec"]
_INITIALS = ("U.S", "U.K", "U.N", "E.U", "a.m", "p.m")
# A full stop after one of these ends no sentence.
_ABBREVIATED = re.compile(
    rf"(?:\b(?:{'|'.join(_TITLES + _MONTHS)})|{'|'.join(map(re.escape, _INITIALS))})\.\Z"
)
_GAP = re.compile(r"\n+|(?<=[.!?])[\"'’”]?\s+(?=[\"'‘“]?[0-9A-Z])")
_QUOTES = "\"'’”"
_FILLERS = {"unnamed", "and", "of", "the"}


@dataclass(frozen=True, slots=True)
class Example:
    """One article with what the gold says of it and what was read in it."""

    id: str
    body: str
    gold: Finding
    predicted: Finding


@dataclass(slots=True)
class Matching:
    """The outcome for one article. `pairs` includes optional gold; `missed` does not."""

    example: Example
    pairs: list[Pair] = field(default_factory=list)
    missed: list[Finding] = field(default_factory=list)
    spurious: list[Finding] = field(default_factory=list)
    event_pairs: list[Pair] = field(default_factory=list)
    events_missed: int = 0
    events_spurious: int = 0


def sentence_ends(body: str) -> list[int]:
    """Return where the body's sentences end, each one's gap included, good enough to compare evidence by."""
    ends, start = [], 0
    for gap in _GAP.finditer(body):
        before = body[start : gap.start()].rstrip(_QUOTES)
        if "\n" in gap.group() or not _ABBREVIATED.search(before):
            ends.append(gap.end())
            start = gap.end()
    return [*ends, len(body)]


def touched(ends: Sequence[int], body: str, finding: Finding) -> frozenset[int]:
    """Return the numbers of the sentences that a finding's evidence touches; none if it is nowhere."""
    evidence = finding.get("evidence") or ""
    first = finding["start"] if finding.get("start") is not None else body.find(evidence)
    if first < 0 or not evidence:
        return frozenset()
    last = first + len(evidence)
    starts = (0, *ends[:-1])
    return frozenset(n for n, (a, b) in enumerate(zip(starts, ends, strict=True)) if a < last and first < b)


def same_holder(a: str, b: str) -> bool:
    return a == b or (_loose(a) and _loose(b) and bool(set(a.split("-")) & set(b.split("-")) - _FILLERS))


def _loose(slug: str) -> bool:
    return slug.startswith("unnamed-") or ("-" in slug and slug.endswith("s"))


def sign(value: int) -> int:
    return (value > 0) - (value < 0)


def accepted(gold: Finding) -> set[int]:
    """Return the positions that the gold allows."""
    return {gold["position"], *gold.get("accept", ())}


def right_sign(gold: Finding, predicted: Finding) -> bool:
    return sign(predicted["position"]) in {sign(value) for value in accepted(gold)}


def same_day(gold: Finding, predicted: Finding) -> bool:
    """Whether the days agree within one, or the predicted is another that the gold accepts."""
    if predicted.get("date") in gold.get("date_accept", ()):
        return True
    try:
        return abs((date.fromisoformat(gold["date"]) - date.fromisoformat(predicted["date"])).days) <= 1
    except (KeyError, TypeError, ValueError):
        return False


def match(example: Example) -> Matching:
    """Match one article's findings."""
    ends = sentence_ends(example.body)
    at = lambda finding: touched(ends, example.body, finding)
    result = Matching(example)
    golds, predictions = example.gold["stances"], example.predicted.get("stances", [])
    places = [at(g) for g in golds], [at(p) for p in predictions]

    def weight(i: int, j: int) -> int | None:
        gold, read, common = golds[i], predictions[j], places[0][i] & places[1][j]
        if gold["topic"] != read["topic"] or not common or not same_holder(gold["holder"], read["holder"]):
            return None
        exact = read["position"] in accepted(gold)
        required = not gold.get("optional")
        return 1000 * right_sign(gold, read) + 100 * exact + 10 * required + len(common)

    pairs = _assign(len(golds), len(predictions), weight)
    result.pairs = [(golds[i], predictions[j]) for i, j in pairs]
    result.missed = [g for g in _unmatched(golds, {i for i, _ in pairs}) if not g.get("optional")]
    result.spurious = _unmatched(predictions, {j for _, j in pairs})
    _match_events(result, at)
    return result


def _match_events(result: Matching, at: Callable[[Finding], frozenset[int]]) -> None:
    golds = result.example.gold.get("events", [])
    predictions = result.example.predicted.get("events", [])
    places = [at(g) for g in golds], [at(p) for p in predictions]

    def weight(i: int, j: int) -> int | None:
        common = places[0][i] & places[1][j]
        return len(common) if common and same_day(golds[i], predictions[j]) else None

    pairs = _assign(len(golds), len(predictions), weight)
    result.event_pairs = [(golds[i], predictions[j]) for i, j in pairs]
    left = _unmatched(golds, {i for i, _ in pairs})
    result.events_missed = sum(not gold.get("optional") for gold in left)
    result.events_spurious = len(predictions) - len(pairs)


def _assign(golds: int, predictions: int, weight: Callable[[int, int], int | None]) -> list[tuple[int, int]]:
    """Pair one to one, the heaviest first, ties by order; a weight of None forbids a pair."""
    weighed = [(weight(i, j), i, j) for i in range(golds) for j in range(predictions)]
    options = sorted((-w, i, j) for w, i, j in weighed if w is not None)
    taken: tuple[set[int], set[int]] = set(), set()
    pairs = []
    for _, i, j in options:
        if i not in taken[0] and j not in taken[1]:
            taken[0].add(i)
            taken[1].add(j)
            pairs.append((i, j))
    return pairs


def _unmatched(findings: Sequence[Finding], hit: set[int]) -> list[Finding]:
    return [finding for n, finding in enumerate(findings) if n not in hit]
