"""How much the reader overlooks, measured in the articles that chance drew and people coded throughout."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from positions import exhaustive
from positions.agreement import Share, clustered
from positions.effective import Effective, effective
from positions.matching import sign
from positions.models import CurrentStance, ExhaustiveCoding, Stance
from positions.review import BY_HAND


@dataclass(frozen=True, slots=True)
class RecallRow:
    """Of the statements of one kind: how many the reader found at all, and how many with the right side."""

    name: str
    found: Share
    right: Share


@dataclass(frozen=True, slots=True)
class Recall:
    """`drawn` articles make the sample; `coded` counts those that people chose themselves, too."""

    coded: int
    drawn: int
    overall: RecallRow
    topics: tuple[RecallRow, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement that people found in the sample."""

    article: int
    topic: str
    found: bool
    right: bool


def recall() -> Recall:
    """Compute it from the codings that stand."""
    articles = exhaustive.coded()
    sample = ExhaustiveCoding.objects.standing().filter(drawn=True).values("version__article")
    drawn = articles.filter(pk__in=sample)
    known = [_statement(row) for row in _accepted(drawn.values_list("pk", flat=True))]
    groups: dict[str, list[Statement]] = defaultdict(list)
    for one in known:
        groups[one.topic].append(one)
    rows = [_row(name, group) for name, group in groups.items()]
    topics = tuple(sorted(rows, key=lambda row: (-row.found.n, row.name)))
    return Recall(articles.count(), drawn.count(), _row("all", known), topics)


def _accepted(articles: Iterable[int]) -> Iterable[CurrentStance]:
    rows = CurrentStance.objects.reviewed().filter(article__in=list(articles))
    return rows.select_related("stance", "topic").prefetch_related("stance__reviews")


def _statement(row: CurrentStance) -> Statement:
    stance = row.stance
    found = stance.extractor != BY_HAND
    right = found and is_right(stance, effective(stance, stance.reviews.all()))
    return Statement(row.article_id, row.topic.name, found, right)


def is_right(stance: Stance, values: Effective) -> bool:
    """Whether holder, topic and side were read as they count: the measure of `manage.py evaluate`."""
    same = stance.holder_id == values.holder_id and stance.topic_id == values.topic_id
    return same and sign(stance.position) == sign(values.position)


def _row(name: str, known: Iterable[Statement]) -> RecallRow:
    articles: dict[int, list[Statement]] = defaultdict(list)
    for one in known:
        articles[one.article].append(one)
    groups = articles.values()
    return RecallRow(
        name,
        found=clustered((sum(one.found for one in group), len(group)) for group in groups),
        right=clustered((sum(one.right for one in group), len(group)) for group in groups),
    )
