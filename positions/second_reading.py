"""A second person reads a sample of decided statements blind; where the two differ, a third settles it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet

from actors.models import Actor
from positions import review
from positions.effective import Effective, effective
from positions.models import SecondReading, Stance, StanceReview, Topic, User

# What the second reader says, and what agreement is measured on.
COMPARED = ("position", "holder_id", "topic_id", "mode", "kind")
REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blind:
    """A second reader's values; None in their place says that there is no stance."""

    holder: Actor
    topic: Topic
    position: int
    mode: str
    kind: str


@transaction.atomic
def save(stance: Stance, *, by: User, values: Blind | None) -> SecondReading:
    """Keep what a second person reads. Raises ValidationError for one who decided on it or read it before."""
    if not by.has_perm("positions.add_secondreading"):
        raise PermissionDenied(f"{by} may not read a second time.")
    Stance.objects.select_for_update(no_key=True).get(pk=stance.pk)
    first = review.newest_review(stance)
    if first is None or first.decision == StanceReview.Decision.REOPENED:
        raise ValidationError("This statement is not decided.")
    if stance.reviews.filter(by=by).exists() or stance.second_readings.filter(by=by).exists():
        raise ValidationError("You know this statement already: somebody else must read it.")
    said: dict[str, Any] = {"no_stance": True}
    if values is not None:
        said = {name: getattr(values, name) for name in ("holder", "topic", "position", "mode", "kind")}
    return SecondReading.objects.create(stance=stance, first=first, by=by, **said)


def first_values(reading: SecondReading) -> Effective:
    """Return what the first decision said, as it stood when the second was made."""
    reviews = reading.stance.reviews.filter(pk__lte=reading.first_id).order_by("recorded_at", "pk")
    return effective(reading.stance, reviews)


def differences(reading: SecondReading) -> list[str]:
    """Return the names of the values on which the two readers differ; empty where they agree."""
    first = first_values(reading)
    rejected = first.decision == REJECTED
    if rejected or reading.no_stance:
        return [] if rejected == reading.no_stance else ["no_stance"]
    return [name for name in COMPARED if getattr(first, name) != getattr(reading, name)]


def unsettled() -> list[SecondReading]:
    """Return the second readings that differ and that nobody has settled, oldest first."""
    rows: QuerySet[SecondReading] = SecondReading.objects.filter(adjudicated__isnull=True)
    rows = rows.select_related(
        "stance__holder", "stance__topic", "stance__article", "holder", "topic", "by", "first__by"
    )
    return [row for row in rows.order_by("recorded_at") if differences(row)]


@transaction.atomic
def settle(reading: SecondReading, *, by: User, second_is_right: bool, expected: int | None) -> StanceReview:
    """Decide between two readings by appending a decision: the first stands, or the second replaces it."""
    if not by.has_perm("positions.adjudicate"):
        raise PermissionDenied(f"{by} may not settle differences.")
    stance = reading.stance
    note = f"settled between {reading.first.by} and {reading.by}"
    if not second_is_right:
        row = _repeat(reading, by=by, expected=expected, note=note)
    elif reading.no_stance:
        row = review.reject(stance, by=by, reason=review.RejectReason.NO_STANCE, expected=expected, note=note)
    else:
        values = replace(
            review.decided_values(stance),
            **{name: getattr(reading, name) for name in ("holder", "topic", "position", "mode", "kind")},
        )
        row = review.correct(stance, by=by, values=values, expected=expected, note=note, acknowledged=True)
    SecondReading.objects.filter(pk=reading.pk).update(adjudicated=row)
    return row


def _repeat(reading: SecondReading, *, by: User, expected: int | None, note: str) -> StanceReview:
    if first_values(reading).decision == REJECTED:
        reason = reading.first.reason or review.RejectReason.NO_STANCE
        return review.reject(reading.stance, by=by, reason=reason, expected=expected, note=note)
    return review.confirm(reading.stance, by=by, expected=expected, note=note)
