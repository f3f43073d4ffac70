"""A second person reads a sample of decided statements blind; where the two differ, a third settles it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet

from actors.models import Actor
from positions import review
from positions.effective import Effective, effective
from positions.models import SecondReading, Stance, StanceReview, Topic, User
from positions.review_values import Correction, validate

REJECTED = "rejected"
NAMES = ("holder", "topic", "position", "mode", "kind")


@dataclass(frozen=True, slots=True, kw_only=True)
class Blind:
    """A second reader's values; None in their place says that there is no stance.

    `source` is None where the holder speaks, `condition` empty where none is attached.
    """

    holder: Actor
    topic: Topic
    position: int
    mode: str
    kind: str
    stated_on: date
    source: Actor | None = None
    condition: str = ""


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
        said = {f.name: getattr(values, f.name) for f in fields(values)}
        validate(Correction(start=stance.start, end=stance.end, **said), stance.version, acknowledged=True)
        said["source_actor"] = said.pop("source")
    return SecondReading.objects.create(stance=stance, first=first, by=by, **said)


def readings() -> QuerySet[SecondReading]:
    """Return all second readings with what comparing them needs, in the same number of queries for any."""
    rows = SecondReading.objects.select_related("stance", "first").prefetch_related("stance__reviews")
    return rows.order_by("recorded_at", "pk")


def first_values(reading: SecondReading) -> Effective:
    """Return what the first decision said, as it stood when the second was made."""
    reviews = [row for row in reading.stance.reviews.all() if row.pk <= reading.first_id]
    return effective(reading.stance, reviews)


def compared(values: Effective | SecondReading) -> dict[str, Any]:
    """Return what agreement is measured on: of a condition whether there is one, 0 for no source.

    None where it was not asked for: the first second readings said nothing of source, condition and day.
    """
    asked = values.stated_on is not None
    return {
        "position": values.position,
        "holder": values.holder_id,
        "topic": values.topic_id,
        "mode": values.mode,
        "kind": values.kind,
        "source": values.source_actor_id or 0 if asked else None,
        "condition": bool(values.condition) if asked else None,
        "date": values.stated_on,
    }


def differences(reading: SecondReading) -> list[str]:
    """Return the names of the values on which the two readers differ; empty where they agree."""
    first = first_values(reading)
    rejected = first.decision == REJECTED
    if rejected or reading.no_stance:
        return [] if rejected == reading.no_stance else ["no_stance"]
    said = compared(first)
    return [name for name, value in compared(reading).items() if value is not None and value != said[name]]


def unsettled() -> list[SecondReading]:
    """Return the second readings that differ and that nobody has settled, oldest first."""
    related = ("stance__article", "holder", "topic", "source_actor", "by", "first__by")
    rows = readings().filter(adjudicated__isnull=True).select_related(*related)
    return [row for row in rows.prefetch_related("stance__reviews__by") if differences(row)]


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
        values = _replaced(review.decided_values(stance), reading)
        row = review.correct(stance, by=by, values=values, expected=expected, note=note, acknowledged=True)
    SecondReading.objects.filter(pk=reading.pk).update(adjudicated=row)
    return row


def _replaced(now: Correction, reading: SecondReading) -> Correction:
    """Return the values with the second reader's in their place; a condition's words only where it is new."""
    said: dict[str, Any] = {name: getattr(reading, name) for name in NAMES}
    if reading.stated_on is not None:
        said |= {"source": reading.source_actor, "stated_on": reading.stated_on}
        if bool(now.condition) != bool(reading.condition):
            said["condition"] = reading.condition
    return replace(now, **said)


def _repeat(reading: SecondReading, *, by: User, expected: int | None, note: str) -> StanceReview:
    if first_values(reading).decision == REJECTED:
        reason = reading.first.reason or review.RejectReason.NO_STANCE
        return review.reject(reading.stance, by=by, reason=reason, expected=expected, note=note)
    return review.confirm(reading.stance, by=by, expected=expected, note=note)
