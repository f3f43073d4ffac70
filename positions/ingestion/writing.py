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


def write(reading: Reading, article: Article, version: ArticleVersion, *, now: datetime) -> Changes:
    """Bring the article's rows in line with a reading of its newest version; see the module's rules.

    The caller holds the article's row lock and the transaction. Writing the same reading again does nothing.
    """
    found = findings(reading, version)
    recorded_at, backfilled = _recorded(article, now)
    for row in found.stances:
        row.recorded_at, row.backfilled = recorded_at, backfilled
    keep_waiting(reading, found.waiting, version, recorded_at)
    changes = Changes()
    left = _match(found.stances, current_stances(article, version), changes, now)
    for old in left:
        _missing(old, found.stances, version, changes, now)
    for row in found.stances:
        if row.pk is None and not getattr(row, "dropped", False):
            row.save(force_insert=True)
            changes.added += 1
            changes.touched.add(row.pk)
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


def _match(rows: list[Stance], currents: list[Current], changes: Changes, now: datetime) -> list[Current]:
    """Settle the findings that are stored already (rules 1 to 3); return the stored ones not found again."""
    by_key = {old.stance.fingerprint: old for old in currents}
    left = {old.stance.pk: old for old in currents}
    for row in rows:
        old = by_key.get(row.fingerprint) or _decided_twin(row, left)
        if old is None or old.stance.pk not in left:
            continue
        del left[old.stance.pk]
        if old.decided:
            _propose(row, old, now)
            _drop(row, changes)
        elif same_finding(row, old.stance):
            _drop(row, changes)
            _evidence_stands(old)
        else:
            _supersede(old.stance, changes, now)
    return list(left.values())


def _decided_twin(row: Stance, left: dict[int, Current]) -> Current | None:
    """A stance decided by a person on the same words, though its fingerprint is another (added by hand)."""
    for old in left.values():
        overlaps = old.span is not None and old.span[0] < row.end and row.start < old.span[1]
        if old.decided and overlaps and old.is_about(row):
            return old
    return None


def _propose(row: Stance, old: Current, now: datetime) -> None:
    """Keep what the machine now says beside the decision, never shown, once."""
    agrees = all(
        getattr(row, name) == getattr(old.stance, name) for name in ("position", "mode", "kind", "condition")
    )
    earlier = Stance.objects.filter(article_id=row.article_id, fingerprint=row.fingerprint)
    if agrees or any(same_finding(row, other) for other in earlier):
        return
    row.recorded_at = row.superseded_at = now
    row.reasons = {**row.reasons, "beside_decision_on": old.stance.pk}
    row.save(force_insert=True)


def _missing(
    old: Current, rows: list[Stance], version: ArticleVersion, changes: Changes, now: datetime
) -> None:
    """Settle a stored stance that the reading did not find again (rules 4 and 5)."""
    if old.span is not None:
        if not old.decided:
            _supersede(old.stance, changes, now)
        return
    heir = _heir(old, rows, version)
    if heir is None:
        _mark_altered(old.stance, changes, now)
    elif not old.decided:
        _supersede(old.stance, changes, now)
    elif heir.position == old.values.position:
        _mark_altered(old.stance, changes, now)  # the decision says the same: it stands
        _drop(heir, changes)
    else:
        _reopen(old.stance, heir, changes, now)


def _heir(old: Current, rows: list[Stance], version: ArticleVersion) -> Stance | None:
    """The new finding in the sentence that the old one's sentence became."""
    span = successor(old.values.evidence, version.text)
    if span is None:
        return None
    return next(
        (r for r in rows if r.pk is None and old.is_about(r) and r.start < span[1] and span[0] < r.end), None
    )


def _reopen(old: Stance, heir: Stance, changes: Changes, now: datetime) -> None:
    StanceReview.objects.create(
        stance=old,
        decision=StanceReview.Decision.REOPENED,
        by=None,
        reason="text-changed",
        note="The article's text and the machine's reading of it both changed after this was decided.",
        recorded_at=now,
    )
    heir.reasons = {**heir.reasons, "reopens": old.pk}
    _supersede(old, changes, now)
    changes.reopened += 1


def _supersede(old: Stance, changes: Changes, now: datetime) -> None:
    old.superseded_at = now
    old.save(update_fields=["superseded_at"])
    changes.superseded += 1
    changes.touched.add(old.pk)


def _mark_altered(old: Stance, changes: Changes, now: datetime) -> None:
    changes.altered += 1
    if old.evidence_altered_at is None:
        old.evidence_altered_at = now
        old.save(update_fields=["evidence_altered_at"])


def _evidence_stands(old: Current) -> None:
    if old.stance.evidence_altered_at is not None and old.span is not None:
        old.stance.evidence_altered_at = None
        old.stance.save(update_fields=["evidence_altered_at"])


def _drop(row: Stance, changes: Changes) -> None:
    row.dropped = True  # type: ignore[attr-defined]  # not a column: this row is not to be written
    changes.kept += 1
