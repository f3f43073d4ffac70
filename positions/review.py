"""People's decisions on stances: appended, never changed, each in one transaction.

`expected` is the id of the newest review that the editor saw (None: there was none). If another
came in between, nothing is saved and `Conflict` says who decided what. The same decision sent
twice by the same person is one decision. With a `batch`, whoever decides on many refreshes the read models.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.contrib.humanize.templatetags.humanize import naturaltime
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from actors.models import Actor
from positions import read_models
from positions.effective import CORRECTABLE, Effective, effective
from positions.models import Article, ArticleVersion, Stance, StanceReview, User
from positions.review_values import ACKNOWLEDGE, Correction, RejectReason, validate

__all__ = [
    "ACKNOWLEDGE", "Conflict", "Correction", "RejectReason", "add", "confirm", "correct", "decided_values",
    "newest_review", "reject", "undo", "validate",
]  # fmt: skip

Decision = StanceReview.Decision
BY_HAND = "editor"  # the extractor's name of stances that people added
UNDO = "undo"


class Conflict(Exception):
    """Somebody decided in between. `newest` is their review, None if the finding itself is gone."""

    def __init__(self, newest: StanceReview | None) -> None:
        self.newest = newest
        super().__init__(self._message())

    def _message(self) -> str:
        if self.newest is None:
            return "The article was read again in between and this finding is no longer there."
        who = self.newest.by or "The system"
        verb = {"added": "added", "reopened": "reopened"}.get(self.newest.decision, self.newest.decision)
        return f"{who} {verb} this {naturaltime(self.newest.recorded_at)}. Nothing of yours was saved."


def newest_review(stance: Stance) -> StanceReview | None:
    return stance.reviews.order_by("recorded_at", "id").last()


def decided_values(stance: Stance) -> Correction:
    """Return the values that count now."""
    return Correction.effective(effective(stance, stance.reviews.order_by("recorded_at", "id")))


@transaction.atomic
def confirm(
    stance: Stance, *, by: User, expected: int | None = None, note: str = "", batch: str = ""
) -> StanceReview:
    """Say that the values that count now are right."""
    return _accept(stance, None, by=by, expected=expected, note=note, batch=batch)


@transaction.atomic
def correct(
    stance: Stance, *, by: User, values: Correction, expected: int | None = None, note: str = "",
    acknowledged: bool = False, batch: str = "",
) -> StanceReview:  # fmt: skip
    """Say what is true instead. Values that are those of the reading make it a confirmation."""
    validate(values, stance.version, acknowledged=acknowledged)
    return _accept(stance, values, by=by, expected=expected, note=note, batch=batch)


@transaction.atomic
def reject(
    stance: Stance, *, by: User, reason: str, expected: int | None = None, note: str = "", batch: str = ""
) -> StanceReview:
    """Say that there is no such stance. It stays rejected, whatever a later reading finds."""
    _may(by, "positions.add_stancereview")
    if reason not in RejectReason.values:
        raise ValidationError({"reason": f"Choose a reason: {', '.join(RejectReason.values)}."})
    target = _locked(stance) or stance  # a finding that is gone keeps its tombstone all the same
    row = StanceReview(
        stance=target, decision=Decision.REJECTED, reason=reason, note=note, by=by, batch=batch
    )
    return _append(row, expected, refresh=not batch)


@transaction.atomic
def add(
    version: ArticleVersion, *, by: User, values: Correction, note: str = "", acknowledged: bool = False
) -> StanceReview:
    """Enter a stance that no extractor found."""
    _may(by, "positions.add_stance")
    validate(values, version, acknowledged=acknowledged)
    Article.objects.select_for_update(no_key=True).get(pk=version.article_id)
    return _add(version, values, by=by, note=note)


@transaction.atomic
def undo(review: StanceReview, *, by: User, refresh: bool = True) -> StanceReview:
    """Take back the newest review of a stance by appending what counted before it.

    Undoing an undo brings the decision back. `refresh`: False where the caller refreshes the read models.
    """
    _may(by, "positions.add_stancereview")
    stance = Stance.objects.select_for_update(no_key=True).get(pk=review.stance_id)
    rows = list(stance.reviews.order_by("recorded_at", "id"))
    if rows[-1].pk != review.pk:
        raise Conflict(rows[-1])
    row = StanceReview(stance=stance, by=by, reason=UNDO, note=f"undo of {review.pk}")
    before = effective(stance, rows[:-1])
    if review.decision == Decision.ADDED and len(rows) == 1:
        row.decision = Decision.REJECTED  # what was added cannot become a machine reading
    elif before.decision == "machine":
        row.decision = Decision.REOPENED
    else:
        row.decision = before.decision
        _write(row, _columns(before), stance, effective(stance, rows))
    review.answered_reports.update(review=None)
    return _append(row, review.pk, refresh=refresh)


# -- How a decision is written ------------------------------------------------------------------------------


def _may(by: User, permission: str) -> None:
    if not by.has_perm(permission):
        raise PermissionDenied(f"{by} may not decide on stances.")


def _locked(stance: Stance) -> Stance | None:
    """Lock article and stance, in the order in which reading does, and return the stance to decide on.

    That is the newer reading of the same finding if the article was read again meanwhile, None if
    that reading no longer makes the finding.
    """
    Article.objects.select_for_update(no_key=True).get(pk=stance.article_id)
    fresh = (
        Stance.objects.select_for_update(no_key=True, of=("self",))
        .select_related("version")
        .get(pk=stance.pk)
    )
    if fresh.superseded_at is None:
        return fresh
    heirs = Stance.objects.select_for_update(no_key=True, of=("self",)).select_related("version")
    return heirs.filter(
        article=stance.article_id, fingerprint=stance.fingerprint, superseded_at__isnull=True
    ).first()


def _accept(
    stance: Stance, values: Correction | None, *, by: User, expected: int | None, note: str = "",
    batch: str = "",
) -> StanceReview:  # fmt: skip
    _may(by, "positions.add_stancereview")
    target = _locked(stance)
    if values is None:
        values = decided_values(stance)
        validate(values, stance.version, acknowledged=True)
    if target is None:  # the editor's word outlives a reading that no longer makes the finding
        return _add(stance.version, values, by=by, note=note)
    if target.pk != stance.pk:
        expected = None
    if target.version_id != stance.version_id:
        values = replace(values, start=target.start, end=target.end)
    now = effective(target, target.reviews.order_by("recorded_at", "id"))
    columns = _as_named(values.as_columns(target.version.text), (now, target))
    as_read = all(getattr(target, name) == value for name, value in columns.items())
    decision = Decision.CONFIRMED if as_read else Decision.CORRECTED
    row = StanceReview(stance=target, decision=decision, by=by, note=note, batch=batch)
    _write(row, columns, target, now)
    return _append(row, expected, refresh=not batch)


def _as_named(columns: dict[str, Any], known: Iterable[Effective | Stance]) -> dict[str, Any]:
    """Return the columns with actors as they were named: that one was merged meanwhile is no correction."""
    named = [(name, getattr(row, name)) for row in known for name in ("holder_id", "source_actor_id")]
    became = dict(Actor.objects.filter(pk__in=[pk for _, pk in named]).values_list("pk", "merged_into_id"))
    same = {name: pk for name, pk in named if pk and became[pk] == columns[name] is not None}
    return {**columns, **same}


def _columns(values: Effective) -> dict[str, Any]:
    return {name: getattr(values, name) for name in (*CORRECTABLE, "source_actor_id")}


def _write(row: StanceReview, columns: dict[str, Any], stance: Stance, now: Effective) -> None:
    """Put into the row what differs from the reading or from what counts now; the rest stays null."""
    changed = {
        name: value
        for name, value in columns.items()
        if value != getattr(stance, name) or value != getattr(now, name)
    }
    row.no_source = "source_actor_id" in changed and changed["source_actor_id"] is None
    for name, value in changed.items():
        setattr(row, name, value)


def _append(row: StanceReview, expected: int | None, *, refresh: bool = True) -> StanceReview:
    newest = newest_review(row.stance)
    if (newest.pk if newest else None) != expected:
        if newest and _same(row, newest):
            return newest
        raise Conflict(newest)
    row.recorded_at = _after(newest)
    row.save(force_insert=True)
    if row.decision != Decision.REOPENED:
        row.stance.reports.filter(review__isnull=True).update(review=row)
    if refresh:
        read_models.refresh([row.stance_id])
    return row


def _same(row: StanceReview, newest: StanceReview) -> bool:
    """Whether the same person sends the same decision again (a double click, a page gone back to)."""
    names = ("by_id", "decision", "reason", "note", "no_source", "source_actor_id", *CORRECTABLE)
    return row.by_id is not None and all(getattr(row, name) == getattr(newest, name) for name in names)


def _after(newest: StanceReview | None) -> datetime:
    """Return now; never before the newest review, even if the clock was set back."""
    now = timezone.now()
    return max(now, newest.recorded_at) if newest else now


def _add(version: ArticleVersion, values: Correction, *, by: User, note: str) -> StanceReview:
    columns = values.as_columns(version.text)
    fingerprint = _fingerprint(version, values, columns["evidence"])
    here = Q(version=version, start__lt=values.end, end__gt=values.start) | Q(fingerprint=fingerprint)
    twin = Stance.objects.filter(
        here, article=version.article_id, holder=values.holder, topic=values.topic, superseded_at__isnull=True
    ).first()
    if twin:
        message = f"This sentence already has a finding for {twin.holder} on {twin.topic}: decide that."
        raise ValidationError({"evidence": message})
    stance = Stance.objects.create(
        version=version, article_id=version.article_id, confidence=1.0, extractor=BY_HAND,
        extractor_version="1", fingerprint=fingerprint, recorded_at=timezone.now(), **columns,
    )  # fmt: skip
    return _append(StanceReview(stance=stance, decision=Decision.ADDED, by=by, note=note), None)


def _fingerprint(version: ArticleVersion, values: Correction, evidence: str) -> str:
    words = " ".join(evidence.split()).casefold()
    parts = (str(version.article_id), values.holder.slug, values.topic.slug, words)
    return sha256("\x1f".join(parts).encode()).hexdigest()
