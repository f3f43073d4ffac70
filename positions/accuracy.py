"""Measured accuracy: every decision on a machine reading is a label.

A reading is *exact* where it was confirmed as it was read, and *right* where holder, topic and the sign of
the position were: the measure of `manage.py evaluate`. The queue shows doubtful readings first, so the
share of the decided is not the share of all: `weighted` puts that right by confidence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, Exists, Max, OuterRef
from django.utils.translation import gettext as _

from positions import second_reading
from positions.agreement import Distance, Share, days, krippendorff_alpha, nominal, ordinal
from positions.effective import Effective, effective
from positions.models import CurrentStance, ExhaustiveCoding, SecondReading, Stance, StanceReview
from positions.recall import Recall, is_right, recall
from positions.review import BY_HAND
from positions.second_reading import REJECTED

# How far apart two readers' values are, field by field.
METRICS: dict[str, Distance] = {
    "position": ordinal,
    "holder": nominal,
    "topic": nominal,
    "mode": nominal,
    "kind": nominal,
    "source": nominal,
    "condition": nominal,
    "date": days,
}
BINS = 10
BATCH = 500


@dataclass(frozen=True, slots=True)
class Row:
    """How often the readings of one kind were exact, and right."""

    name: str
    exact: Share
    right: Share


@dataclass(frozen=True, slots=True)
class Bin:
    """Decided readings whose confidence lies in [low, high); `all_readings` counts the undecided too."""

    low: float
    high: float
    mean_confidence: float
    right: Share
    all_readings: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """Krippendorff's alpha of two readers on one field; None where it cannot be told."""

    field: str
    alpha: float | None
    pairs: int


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that decisions say about the extractors."""

    overall: Row
    weighted: float | None
    topics: tuple[Row, ...]
    modes: tuple[Row, ...]
    versions: tuple[Row, ...]
    bins: tuple[Bin, ...]
    calibration_error: float | None
    recall: Recall
    agreement: tuple[Agreement, ...]
    threshold: float

    @property
    def decided(self) -> int:
        return self.overall.exact.n

    @property
    def groups(self) -> tuple[tuple[str, tuple[Row, ...]], ...]:
        """The rows with the heading that each group of them goes under."""
        return (_("By topic"), self.topics), (_("By mode"), self.modes), (_("By reader"), self.versions)


@dataclass(frozen=True, slots=True)
class Label:
    """One decided machine reading."""

    topic: str
    mode: str
    version: str
    confidence: float
    exact: bool
    right: bool


def latest() -> Report | None:
    """Return the report on what is decided now, None before the first decision. Cached until the next one."""
    newest = StanceReview.objects.aggregate(newest=Max("pk"))["newest"]
    if newest is None:
        return None
    second = SecondReading.objects.aggregate(newest=Max("pk"))["newest"]
    coded = ExhaustiveCoding.objects.aggregate(newest=Max("pk"), withdrawn=Count("withdrawn_at"))
    key = f"accuracy-{newest}-{second}-{coded['newest']}-{coded['withdrawn']}"
    found: Report | None = cache.get(key)
    if found is None:
        found = report()
        cache.set(key, found, 3600)
    return found if found.decided else None


def report() -> Report:
    """Compute the report from all decisions."""
    known = list(labels())
    bins = tuple(calibration(known))
    return Report(
        overall=row("all", known),
        weighted=weighted(bins),
        topics=by(known, lambda label: label.topic),
        modes=by(known, lambda label: label.mode),
        versions=by(known, lambda label: label.version),
        bins=bins,
        calibration_error=calibration_error(bins),
        recall=recall(),
        agreement=tuple(agreement()),
        threshold=settings.CONFIDENCE_THRESHOLD,
    )


# -- Labels --------------------------------------------------------------------------------------------------


def labels() -> Iterator[Label]:
    """Yield every machine reading on which a person's decision stands."""
    decided = StanceReview.objects.filter(stance=OuterRef("pk"))
    stances = Stance.objects.filter(Exists(decided)).exclude(extractor=BY_HAND).select_related("topic")
    for stance in stances.prefetch_related("reviews").order_by("pk").iterator(BATCH):
        values = effective(stance, stance.reviews.all())  # the model's order is that of the decisions
        if values.decision != CurrentStance.Decision.MACHINE:
            yield label(stance, values)


def label(stance: Stance, values: Effective) -> Label:
    kept = values.decision != REJECTED
    return Label(
        topic=stance.topic.name,
        mode=stance.mode,
        version=f"{stance.extractor} {stance.extractor_version}",
        confidence=stance.confidence,
        exact=values.decision == CurrentStance.Decision.CONFIRMED,
        right=kept and is_right(stance, values),
    )


def row(name: str, known: Iterable[Label]) -> Row:
    listed = list(known)
    return Row(
        name,
        exact=Share(sum(one.exact for one in listed), len(listed)),
        right=Share(sum(one.right for one in listed), len(listed)),
    )


def by(known: Iterable[Label], key: Callable[[Label], str]) -> tuple[Row, ...]:
    """Return a row for each value of `key(label)`, the most frequent first."""
    groups: dict[str, list[Label]] = defaultdict(list)
    for one in known:
        groups[key(one)].append(one)
    rows = [row(name, group) for name, group in groups.items()]
    return tuple(sorted(rows, key=lambda one: (-one.right.n, one.name)))


# -- Calibration ---------------------------------------------------------------------------------------------


def calibration(known: Iterable[Label]) -> Iterator[Bin]:
    """Yield the bins of confidence that hold decided or undecided readings."""
    groups: dict[int, list[Label]] = defaultdict(list)
    for one in known:
        groups[bin_of(one.confidence)].append(one)
    everything: dict[int, int] = defaultdict(int)
    rows = Stance.objects.filter(superseded_at__isnull=True).exclude(extractor=BY_HAND)
    for confidence, n in rows.values_list("confidence").annotate(n=Count("pk")).order_by("confidence"):
        everything[bin_of(confidence)] += n
    for index in sorted({*groups, *everything}):
        group = groups.get(index, [])
        mean = sum(one.confidence for one in group) / len(group) if group else (index + 0.5) / BINS
        right = Share(sum(one.right for one in group), len(group))
        yield Bin(index / BINS, (index + 1) / BINS, mean, right, everything.get(index, 0))


def bin_of(confidence: float) -> int:
    return min(int(confidence * BINS), BINS - 1)


def weighted(bins: Iterable[Bin]) -> float | None:
    """Return the share of right among all readings, if each bin's decided ones stand for its others.

    None while a bin with readings has no decision.
    """
    held = [one for one in bins if one.all_readings]
    total = sum(one.all_readings for one in held)
    if not total or any(one.right.value is None for one in held):
        return None
    return sum((one.right.value or 0.0) * one.all_readings for one in held) / total


def calibration_error(bins: Iterable[Bin]) -> float | None:
    """Return the mean distance between confidence and share of right, weighted by decisions (ECE)."""
    held = [one for one in bins if one.right.n]
    total = sum(one.right.n for one in held)
    gaps = (abs((one.right.value or 0.0) - one.mean_confidence) * one.right.n for one in held)
    return sum(gaps) / total if total else None


# -- Agreement -----------------------------------------------------------------------------------------------


def agreement() -> Iterator[Agreement]:
    """Yield alpha on whether there is a stance, and on each value where both readers saw one."""
    second = list(second_reading.readings())
    pairs = [(second_reading.first_values(one), one) for one in second]
    seen = [(first.decision != REJECTED, not one.no_stance) for first, one in pairs]
    yield Agreement("stance", krippendorff_alpha(seen), len(seen))
    both = [
        (second_reading.compared(first), second_reading.compared(one))
        for (first, one), (a, b) in zip(pairs, seen, strict=True)
        if a and b
    ]
    for name, metric in METRICS.items():
        values = [(a[name], b[name]) for a, b in both if b[name] is not None]
        yield Agreement(name, krippendorff_alpha(values, metric), len(values))
