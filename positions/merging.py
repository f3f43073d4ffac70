"""Two rows that are one actor, or one event.

An actor is merged by a pointer and can be parted again: findings keep the actor they were read with, and
what counts follows the pointer. The merged actor's address leads to the other one, and its names and offices
are the other's. Events hand their mentions and participants over, and get them back.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q

from actors.models import Actor
from positions import read_models
from positions.models import Event, EventMention, Stance, User

PERMISSION = "actors.merge_actor"


def touched(actor: Actor) -> Q:
    """The findings whose holder or source is the actor, as read or as decided."""
    return Q(holder=actor) | Q(source_actor=actor) | Q(reviews__holder=actor) | Q(reviews__source_actor=actor)


def stance_ids(*actors: Actor) -> list[int]:
    """Return the current findings that follow these actors."""
    wanted = Q()
    for actor in actors:
        wanted |= touched(actor)
    rows = Stance.objects.filter(superseded_at__isnull=True).filter(wanted)
    return list(rows.order_by("pk").values_list("pk", flat=True).distinct())


def _lock(*actors: Actor) -> list[Actor]:
    """Lock the actors and everybody whose lines will be redrawn, in the order in which refreshing does."""
    ids = [actor.pk for actor in actors]
    read_models.lock(ids, stance_ids(*actors))
    rows = Actor.objects.in_bulk(ids)
    return [rows[pk] for pk in ids]


@transaction.atomic
def merge(actor: Actor, into: Actor, *, by: User) -> int:
    """Let `actor` be `into`; return how many findings follow. Raises ValidationError with the reason."""
    if not by.has_perm(PERMISSION):
        raise PermissionDenied(f"{by} may not merge actors.")
    actor, into = _lock(actor, into)
    if reason := why_not(actor, into):
        raise ValidationError({"into": reason})
    actor.merged_into = into
    actor._change_reason = f"merged into {into.slug}"  # type: ignore[attr-defined]  # simple_history's own way
    actor.save(update_fields=["merged_into"])
    ids = stance_ids(actor, into)
    read_models.refresh(ids)
    return len(ids)


def why_not(actor: Actor, into: Actor) -> str:
    """Return why the two cannot be merged, or ""."""
    if actor == into:
        return "An actor cannot be merged into itself."
    if actor.merged_into:
        return f"{actor} was merged into {actor.merged_into} already."
    if into.merged_into:
        return f"{into} was itself merged into {into.merged_into}: choose that one."
    if actor.kind != into.kind:
        return f"{actor} is a {actor.get_kind_display()}, {into} a {into.get_kind_display()}."
    if actor.merged.exists():
        names = ", ".join(str(other) for other in actor.merged.all())
        return f"{names} was merged into {actor}: part them first."
    return ""


@transaction.atomic
def part(actor: Actor, *, by: User) -> int:
    """Undo a merge; return how many findings follow."""
    if not by.has_perm(PERMISSION):
        raise PermissionDenied(f"{by} may not part actors.")
    if actor.merged_into is None:
        raise ValidationError({"into": f"{actor} is not merged into anybody."})
    actor, into = _lock(actor, actor.merged_into)
    actor.merged_into = None
    actor._change_reason = f"parted from {into.slug}"  # type: ignore[attr-defined]
    actor.save(update_fields=["merged_into"])
    ids = stance_ids(actor, into)
    read_models.refresh(ids)
    return len(ids)


@transaction.atomic
def merge_events(events: list[Event], *, by: User) -> Event:
    """Let several rows be one event, the one that `kept_of` names; return it."""
    if not by.has_perm(PERMISSION):
        raise PermissionDenied(f"{by} may not merge events.")
    rows = list(
        Event.objects.select_for_update(no_key=True)
        .filter(pk__in=[event.pk for event in events])
        .order_by("pk")
    )
    rows = [row for row in rows if row.merged_into_id is None]
    if len(rows) < 2:
        raise ValidationError("Choose two or more events that are not merged yet.")
    kept = kept_of(rows)
    for row in rows:
        if row != kept:
            _fold(row, kept)
    kept.by_hand = True
    kept.save(update_fields=["by_hand"])
    return kept


def kept_of(rows: list[Event]) -> Event:
    """Return the event that the others become: a person's own first, then the one with the most mentions."""
    return max(rows, key=lambda row: (row.by_hand, row.mentions.count(), -row.pk))


def _fold(row: Event, kept: Event) -> None:
    """Point a row at the kept one. Mentions move over; participants are added; what was is written down."""
    known = set(kept.mentions.values_list("version_id", "start"))
    moving = [m.pk for m in row.mentions.all() if (m.version_id, m.start) not in known]
    joining = row.actors.exclude(pk__in=kept.actors.values("pk")).values_list("pk", flat=True)
    row.handed = {
        "mentions": moving,
        "actors": list(joining),
        "merged": list(row.merged.values_list("pk", flat=True)),
    }
    EventMention.objects.filter(pk__in=moving).update(event=kept)
    kept.actors.add(*row.actors.all())
    row.merged.update(merged_into=kept)
    row.merged_into = kept
    row.save(update_fields=["merged_into", "handed"])


@transaction.atomic
def part_event(event: Event, *, by: User) -> Event:
    """Undo the merge of an event; return the one it was merged into. Raises ValidationError.

    Mentions that a later reading wrote stay where they are, and so does a participant that another merged
    event has, too.
    """
    if not by.has_perm(PERMISSION):
        raise PermissionDenied(f"{by} may not part events.")
    ids = [pk for pk in (event.pk, event.merged_into_id) if pk]
    rows = {
        row.pk: row for row in Event.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    }
    event = rows[event.pk]
    if event.merged_into_id is None or event.merged_into_id not in rows:
        raise ValidationError(f"“{event}” is not merged into any event.")
    kept, handed = rows[event.merged_into_id], event.handed
    kept.merged.filter(pk__in=handed.get("merged", [])).update(merged_into=event)
    kept.mentions.filter(pk__in=handed.get("mentions", [])).update(event=event)
    event.merged_into, event.handed, event.by_hand = None, {}, True
    event.save(update_fields=["merged_into", "handed", "by_hand"])
    others = Actor.objects.filter(events__merged_into=kept).values("pk")
    kept.actors.remove(*Actor.objects.filter(pk__in=handed.get("actors", [])).exclude(pk__in=others))
    return kept
