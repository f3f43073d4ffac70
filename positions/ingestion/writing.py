"""A reading becomes rows: what is new is added, what a newer reading says otherwise is superseded.

What a person decided is never superseded by a machine. The rules, for one article:

1. A finding that is there already, with the same values, stays as it is.
2. Undecided and read otherwise now: the old row is superseded, the new one added.
3. Decided and read otherwise now: the decision stands; the new reading is kept beside it, not shown.
4. No longer found, though its sentence still stands: superseded if undecided, kept if decided.
5. Its sentence no longer stands in the newest text: the row is kept and marked as altered evidence. If the
   changed sentence gives another reading, an undecided row is superseded by it, and a decided one reopened:
   only here, where text and reading both changed, does a machine touch what a person decided.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Prefetch

from positions import read_models
from positions.effective import Effective, effective
from positions.extraction.types import Reading
from positions.ingestion.anchor import stands, successor
from positions.ingestion.findings import findings, same_finding
from positions.ingestion.unresolved import keep_waiting
from positions.models import Article, ArticleVersion, Stance, StanceReview

Span = tuple[int, int]


@dataclass(slots=True)
class Current:
    """A stored stance, what counts of it, and where its evidence stands in the newest text, if it does."""

    stance: Stance
    values: Effective
    span: Span | None

    @property
    def decided(self) -> bool:
        return self.values.decision != "machine"

    def is_about(self, row: Stance) -> bool:
        """Whether a new finding is this one: same holder and topic, as read or as decided."""
        whom = {(self.stance.holder_id, self.stance.topic_id), (self.values.holder_id, self.values.topic_id)}
        return (row.holder_id, row.topic_id) in whom


@dataclass(slots=True)
class Changes:
    """What writing a reading did; `touched` are the stances whose read models must follow."""

    added: int = 0
    kept: int = 0
    superseded: int = 0
    altered: int = 0
    reopened: int = 0
    touched: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Pending:
    """What is to be written once every finding is settled: a query for each kind, however many there are."""

    now: datetime
    changes: Changes = field(default_factory=Changes)
    over: list[int] = field(default_factory=list)  # superseded
    altered: list[int] = field(default_factory=list)
    restored: list[int] = field(default_factory=list)
    beside: list[Stance] = field(default_factory=list)  # what a machine says beside a decision
    reopened: list[StanceReview] = field(default_factory=list)
    dropped: set[str] = field(default_factory=set)  # findings not to be written, by fingerprint

    def drop(self, row: Stance) -> None:
        self.dropped.add(row.fingerprint)
        self.changes.kept += 1

    def supersede(self, old: Stance) -> None:
        self.over.append(old.pk)
        self.changes.superseded += 1

    def mark_altered(self, old: Stance) -> None:
        self.changes.altered += 1
        if old.evidence_altered_at is None:
            self.altered.append(old.pk)

    def stands(self, old: Current) -> None:
        if old.stance.evidence_altered_at is not None and old.span is not None:
            self.restored.append(old.stance.pk)

    def reopen(self, old: Stance, heir: Stance) -> None:
        note = "The article's text and the machine's reading of it both changed after this was decided."
        self.reopened.append(
            StanceReview(
                stance=old, decision=StanceReview.Decision.REOPENED, by=None, reason="text-changed",
                note=note, recorded_at=self.now,
            )
        )  # fmt: skip
        heir.reasons = {**heir.reasons, "reopens": old.pk}
        self.supersede(old)

    def write(self, found: Iterable[Stance]) -> Changes:
        """Write it, and those of the findings that were not dropped."""
        for pks, values in (
            (self.over, {"superseded_at": self.now}),  # first: one current stance a finding
            (self.altered, {"evidence_altered_at": self.now}),
            (self.restored, {"evidence_altered_at": None}),
        ):
            if pks:
                Stance.objects.filter(pk__in=pks).update(**values)
        StanceReview.objects.bulk_create(self.reopened)
        added = [row for row in found if row.fingerprint not in self.dropped]
        Stance.objects.bulk_create([*self.beside, *added])
        self.changes.added, self.changes.reopened = len(added), len(self.reopened)
        self.changes.touched = {*self.over, *(row.pk for row in added)}
        return self.changes


def write(reading: Reading, article: Article, version: ArticleVersion, *, now: datetime) -> Changes:
    """Bring the article's rows in line with a reading of its newest version; see the module's rules.

    The caller holds the article's row lock and the transaction. Writing the same reading again does nothing.
    """
    found = findings(reading, version)
    recorded_at, backfilled = _recorded(article, now)
    for row in found.stances:
        row.recorded_at, row.backfilled = recorded_at, backfilled
    keep_waiting(reading, found.waiting, version, recorded_at)
    pending = Pending(now)
    for old in _match(found.stances, current_stances(article, version), pending):
        _missing(old, found.stances, version, pending)
    changes = pending.write(found.stances)
    read_models.refresh(changes.touched)
    return changes


def _recorded(article: Article, now: datetime) -> tuple[datetime, bool]:
    """The first reading of archive material counts as recorded with it; whatever is read later, now."""
    if article.backfilled and article.read_at is None:
        return article.recorded_at, True
    return now, False


def current_stances(article: Article, version: ArticleVersion) -> list[Current]:
    """Return the article's stances that are not superseded, locked, with where they stand in `version`."""
    rows = (
        Stance.objects.select_for_update(no_key=True, of=("self",))
        .filter(article=article, superseded_at__isnull=True)
        .select_related("holder")
        .prefetch_related(Prefetch("reviews", StanceReview.objects.order_by("recorded_at", "pk")))
        .order_by("start", "pk")
    )
    return [_current(row, version) for row in rows]


def _current(row: Stance, version: ArticleVersion) -> Current:
    values = effective(row, row.reviews.all())
    if row.version_id == version.pk:
        return Current(row, values, (values.start, values.end))
    return Current(row, values, stands(values.evidence, version.text))


def _match(rows: list[Stance], currents: list[Current], pending: Pending) -> list[Current]:
    """Settle the findings that are stored already (rules 1 to 3); return the stored ones not found again."""
    by_key = {old.stance.fingerprint: old for old in currents}
    left = {old.stance.pk: old for old in currents}
    disputed = []
    for row in rows:
        old = by_key.get(row.fingerprint) or _decided_twin(row, left)
        if old is None or old.stance.pk not in left:
            continue
        del left[old.stance.pk]
        if old.decided:
            if _disagrees(row, old):
                disputed.append((row, old))
            pending.drop(row)
        elif same_finding(row, old.stance):
            pending.drop(row)
            pending.stands(old)
        else:
            pending.supersede(old.stance)
    _propose(disputed, pending)
    return list(left.values())


def _decided_twin(row: Stance, left: dict[int, Current]) -> Current | None:
    """A stance decided by a person on the same words, though its fingerprint is another (added by hand)."""
    for old in left.values():
        overlaps = old.span is not None and old.span[0] < row.end and row.start < old.span[1]
        if old.decided and overlaps and old.is_about(row):
            return old
    return None


def _disagrees(row: Stance, old: Current) -> bool:
    values = ("position", "mode", "kind", "condition")
    return any(getattr(row, name) != getattr(old.stance, name) for name in values)


def _propose(disputed: list[tuple[Stance, Current]], pending: Pending) -> None:
    """Keep what the machine now says beside decisions, never shown, once."""
    if not disputed:
        return
    prints = {row.fingerprint for row, _ in disputed}
    earlier = list(Stance.objects.filter(article_id=disputed[0][0].article_id, fingerprint__in=prints))
    for row, old in disputed:
        if any(row.fingerprint == other.fingerprint and same_finding(row, other) for other in earlier):
            continue
        row.recorded_at = row.superseded_at = pending.now
        row.reasons = {**row.reasons, "beside_decision_on": old.stance.pk}
        pending.beside.append(row)


def _missing(old: Current, rows: list[Stance], version: ArticleVersion, pending: Pending) -> None:
    """Settle a stored stance that the reading did not find again (rules 4 and 5)."""
    if old.span is not None:
        if not old.decided:
            pending.supersede(old.stance)
        return
    heir = _heir(old, rows, version, pending)
    if heir is None:
        pending.mark_altered(old.stance)
    elif not old.decided:
        pending.supersede(old.stance)
    elif heir.position == old.values.position:
        pending.mark_altered(old.stance)  # the decision says the same: it stands
        pending.drop(heir)
    else:
        pending.reopen(old.stance, heir)


def _heir(old: Current, rows: list[Stance], version: ArticleVersion, pending: Pending) -> Stance | None:
    """The new finding in the sentence that the old one's sentence became."""
    span = successor(old.values.evidence, version.text)
    if span is None:
        return None
    for row in rows:
        if old.is_about(row) and row.start < span[1] and span[0] < row.end and row not in pending.beside:
            return row
    return None
