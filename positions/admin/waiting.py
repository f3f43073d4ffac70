"""What waits for somebody when they come to the workbench, by what they may do."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from positions import names, review_queue, second_reading, shadow
from positions.admin.queue import PERMISSION
from positions.models import ShadowRun, User


@dataclass(frozen=True, slots=True)
class Work:
    """So many of `what`, to be done at an address."""

    count: int
    what: str
    address: str


def work_for(user: User) -> list[Work]:
    """Return what the user may do and what there is of it; nothing for who only looks."""
    found: list[tuple[int, str, str]] = []
    if user.has_perm(PERMISSION):
        found.append((review_queue.waiting().count(), "in the review queue", "positions_stance_queue"))
    if user.has_perm(names.PERMISSION):
        found.append((names.waiting(), "names that mean nobody yet", "positions_unresolvedmention_names"))
    if user.has_perm("positions.add_secondreading"):
        left = review_queue.for_second_reading(user).count()
        found.append((left, "to read a second time", "positions_secondreading_blind"))
    if user.has_perm("positions.adjudicate"):
        differing = len(second_reading.unsettled())
        found.append((differing, "differences to settle", "positions_secondreading_differences"))
    if user.has_perm(shadow.PERMISSION):
        ready = ShadowRun.objects.filter(state=ShadowRun.State.READY).count()
        found.append((ready, "shadow runs to decide on", "positions_shadowrun_changelist"))
    return [Work(count, what, reverse(f"admin:{name}")) for count, what, name in found]
