"""Many stances at once: looked at first, decided together, taken back together.

A preview decides and rolls back, so that it says exactly what deciding does: how many, which are left out
and why, and which lines move. Stances that somebody has decided on meanwhile are left out and named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from actors.models import Mandate
from positions import offices, read_models, review
from positions.models import CurrentStance, Stance, StanceReview, User
from positions.review_values import RejectReason

PERMISSION = "positions.decide_batch"
MAX = 500


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be said of each: `action` is confirm, reject (for `reason`) or correct (with `changes`)."""

    action: str
    reason: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""

    def decide(self, stance: Stance, *, by: User, batch: str) -> StanceReview:
        """Append one decision. Raises ValidationError and review.Conflict."""
        how: dict[str, Any] = {"by": by, "note": self.note, "batch": batch, "expected": _undecided(stance)}
        if self.action == "reject":
            return review.reject(stance, reason=self.reason, **how)
        if self.action == "correct":
            values = replace(review.decided_values(stance), **self.changes)
            return review.correct(stance, values=values, **how)
        return review.confirm(stance, **how)


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of a bulk decision. `key` takes it back; `left_out` has a line for each refused."""

    key: str
    done: int
    left_out: tuple[str, ...]
    moves: tuple[offices.Move, ...] = ()


class WrongCount(Exception):
    """As many as were announced could not be decided: nothing was."""


def preview(stances: Sequence[Stance], plan: Plan, *, by: User) -> Batch:
    """Return what carrying the plan out would do, and do nothing."""
    with transaction.atomic():
        bodies = _bodies(stances, plan)
        before = offices.lines(bodies)
        batch = _decide(stances, plan, by=by)
        moves = offices.moves(before, offices.lines(bodies))
        transaction.set_rollback(True)
    return replace(batch, moves=tuple(moves))


@transaction.atomic
def carry_out(stances: Iterable[Stance], plan: Plan, *, by: User, count: int) -> Batch:
    """Decide on all of them, in one transaction; raises WrongCount unless it is `count` that can be."""
    batch = _decide(stances, plan, by=by)
    if batch.done != count:
        raise WrongCount(f"{batch.done} can be decided, not {count}")
    return batch


@transaction.atomic
def undo(key: str, *, by: User) -> Batch:
    """Take back every decision of a batch that is still the newest on its stance."""
    _may(by)
    undone, left_out = [], []
    for row in of(key).select_related("stance"):
        try:
            with transaction.atomic():
                undone.append(review.undo(row, by=by, refresh=False).stance_id)
        except review.Conflict as error:
            left_out.append(f"{row.stance}: {error}")
    read_models.refresh(undone)
    return Batch(key, len(undone), tuple(left_out))


def of(key: str) -> Any:
    """Return the decisions of a batch."""
    return StanceReview.objects.filter(batch=key).exclude(batch="").order_by("pk")


def check(plan: Plan) -> None:
    """Raise ValidationError for a plan that could be carried out on nothing."""
    if plan.action == "reject" and plan.reason not in RejectReason.values:
        raise ValidationError({"reason": "Choose a reason."})
    if plan.action == "correct" and not plan.changes:
        raise ValidationError("Choose at least one value that is true of all of them.")


def _may(by: User) -> None:
    if not by.has_perm(PERMISSION):
        raise PermissionDenied(f"{by} may not decide on many statements at once.")


def _decide(stances: Iterable[Stance], plan: Plan, *, by: User) -> Batch:
    _may(by)
    check(plan)
    key, done, left_out = f"batch-{uuid4().hex[:12]}", [], []
    for stance in stances:
        try:
            with transaction.atomic():
                done.append(plan.decide(stance, by=by, batch=key).stance_id)
        except (review.Conflict, ValidationError) as error:
            left_out.append(f"{stance}: {' '.join(getattr(error, 'messages', [str(error)]))}")
    read_models.refresh(done)
    return Batch(key, len(done), tuple(left_out))


def _undecided(stance: Stance) -> int | None:
    """Return the review to build on if the stance is undecided; otherwise -1, which no review has."""
    newest = review.newest_review(stance)
    if newest is None:
        return None
    return newest.pk if newest.decision == StanceReview.Decision.REOPENED else -1


def _bodies(stances: Sequence[Stance], plan: Plan) -> set[int]:
    """Return everybody whose line the plan may move: holders, whom they speak for, and the new holder's."""
    rows = CurrentStance.objects.filter(pk__in=[stance.pk for stance in stances])
    found = {pk for pair in rows.values_list("holder_id", "on_behalf_of_id") for pk in pair if pk}
    if holder := plan.changes.get("holder"):
        found |= {holder.pk, *Mandate.objects.filter(person=holder).values_list("of_id", flat=True)}
    if day := plan.changes.get("stated_on"):
        people = Mandate.objects.filter(person__in=found).on(day)
        found |= set(people.values_list("of_id", flat=True))
    return found
