"""What follows from who held which office when: whose words count for whom, back in time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from actors.models import Actor, Mandate
from actors.tiers import TIER_1_ROLES
from positions import read_models
from positions.merging import stance_ids
from positions.models import LinePoint, Topic

# Offices that one person holds at a time.
SINGLE_ROLES = tuple(role for role in TIER_1_ROLES if role != "head_of_state")

Steps = tuple[tuple[date, int], ...]


@dataclass(frozen=True, slots=True)
class Move:
    """A line before and after: its steps as (first day, position)."""

    actor: Actor
    topic: Topic
    before: Steps
    after: Steps


def redraw(person: Actor) -> int:
    """Bring everything that follows from the person's offices up to date; return how many findings follow."""
    ids = stance_ids(person)
    read_models.refresh(ids)
    return len(ids)


def lines(bodies: Iterable[int]) -> dict[tuple[int, int], Steps]:
    """Return the steps of these actors' lines: where the position changes."""
    points = LinePoint.objects.filter(actor__in=list(bodies), track=LinePoint.Track.LINE)
    steps: dict[tuple[int, int], list[tuple[date, int]]] = {}
    for point in points.order_by("actor", "topic", "stated_on", "pk"):
        row = steps.setdefault((point.actor_id, point.topic_id), [])
        if not row or row[-1][1] != point.position:
            row.append((point.stated_on, point.position))
    return {key: tuple(row) for key, row in steps.items()}


def moves(before: dict[tuple[int, int], Steps], after: dict[tuple[int, int], Steps]) -> list[Move]:
    """Return the lines whose steps differ, by actor and topic."""
    keys = [key for key in {**before, **after} if before.get(key, ()) != after.get(key, ())]
    actors, topics = Actor.objects.in_bulk({key[0] for key in keys}), Topic.objects.in_bulk()
    found = [Move(actors[a], topics[t], before.get((a, t), ()), after.get((a, t), ())) for a, t in keys]
    return sorted(found, key=lambda move: (move.actor.name, move.topic.order))


def overlaps(mandate: Mandate) -> list[Mandate]:
    """Return mandates that can hardly be true beside this one.

    The same office of the same person twice, or an office that one person holds at a time held by two.
    """
    same_time = Q(end__isnull=True) | Q(end__gt=mandate.start)
    if mandate.end:
        same_time &= Q(start__lt=mandate.end)
    twice = Q(person=mandate.person_id, office=mandate.office)
    if mandate.role in SINGLE_ROLES:
        twice |= Q(role=mandate.role, acting=mandate.acting, ceremonial=mandate.ceremonial)
    rows = Mandate.objects.filter(same_time, twice, of=mandate.of_id).exclude(pk=mandate.pk)
    return list(rows.select_related("person", "of").order_by("start"))
