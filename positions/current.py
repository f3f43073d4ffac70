"""What stances say in the end, row by row: now, or as the record stood at some moment. Writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q

from actors.models import Actor
from positions.effective import Effective, Voices, effective, on_record
from positions.history import Saying
from positions.models import CurrentStance, Stance, StanceReview, Topic

BATCH = 500


def current_rows(stances: Iterable[Stance], known: datetime | None = None) -> list[CurrentStance]:
    """Return the unsaved effective rows of stances, as the record stood at `known` (None: now)."""
    loaded = list(stances)
    reviews: dict[int, list[StanceReview]] = defaultdict(list)
    for review in _reviews([stance.pk for stance in loaded], known):
        reviews[review.stance_id].append(review)
    values = [effective(stance, reviews[stance.pk]) for stance in loaded]
    kinds = _follow_merges(values)
    voices = Voices(v.holder_id for v in values)
    return [_row(value, kinds, voices) for value in values]


def _follow_merges(values: Iterable[Effective]) -> dict[int, str]:
    """Let the words of an actor that was merged count as those of the actor it became; return all kinds."""
    named = {v.holder_id for v in values} | {v.source_actor_id for v in values if v.source_actor_id}
    rows = Actor.objects.filter(pk__in=named).order_by()
    became, kinds = {}, {}
    for pk, kind, into, its_kind in rows.values_list("pk", "kind", "merged_into_id", "merged_into__kind"):
        became[pk], kinds[into or pk] = into or pk, its_kind or kind
    for value in values:
        value.holder_id = became[value.holder_id]
        source = value.source_actor_id
        value.source_actor_id = became[source] if source else None
        if value.source_actor_id == value.holder_id:
            value.source_actor_id = None
    return kinds


def _reviews(stance_ids: Sequence[int], known: datetime | None) -> Iterable[StanceReview]:
    for at in range(0, len(stance_ids), BATCH):
        rows = StanceReview.objects.filter(stance__in=stance_ids[at : at + BATCH])
        yield from (rows.filter(recorded_at__lte=known) if known else rows).order_by("recorded_at", "pk")


def _row(value: Effective, kinds: dict[int, str], voices: Voices) -> CurrentStance:
    kind = kinds[value.holder_id]
    voice = voices.of(value.holder_id, kind, value.stated_on)
    source_kind = kinds.get(value.source_actor_id) if value.source_actor_id else None
    return CurrentStance(
        **{name: getattr(value, name) for name in Effective.__slots__},
        on_behalf_of_id=voice.on_behalf_of,
        office=voice.office,
        role=voice.role,
        tier=voice.tier,
        on_record=on_record(value.mode, kind, source_kind),
    )


def sayings_for(actor: Actor, topic: Topic, known: datetime | None = None) -> list[Saying]:
    """Return the public sayings held by the actor, or on its behalf, on a topic.

    With `known`: as the record stood then, computed from stances and reviews recorded by that moment.
    """
    if known is None:
        rows = CurrentStance.public.about(actor.pk).filter(topic=topic)
        return sayings(rows.select_related("holder", "source_actor", "topic"), actor.pk)
    return sayings((row for row in known_rows(known, actor=actor, topic=topic)), actor.pk)


def known_rows(
    known: datetime, *, actor: Actor | None = None, topic: Topic | None = None
) -> list[CurrentStance]:
    """Return the public effective rows as the record stood at `known`, optionally of one actor or topic."""
    stances = Stance.objects.filter(recorded_at__lte=known).filter(
        Q(superseded_at__isnull=True) | Q(superseded_at__gt=known)
    )
    if actor is not None:
        whose = [actor.pk, *actor.merged.values_list("pk", flat=True)]
        spoke = Q(holder__mandates__of__in=whose) | Q(reviews__holder__mandates__of__in=whose)
        spoke |= Q(holder__merged_into__mandates__of__in=whose)
        held = Q(holder__in=whose) | Q(reviews__holder__in=whose)
        stances = stances.filter(pk__in=stances.filter(held | spoke).values("pk"))
    rows = current_rows(stances.select_related(None), known)
    rows = [
        row
        for row in rows
        if row.is_public
        and (topic is None or row.topic_id == topic.pk)
        and (actor is None or actor.pk in (row.holder_id, row.on_behalf_of_id))
    ]
    attach(rows)
    return rows


def attach(rows: Sequence[CurrentStance]) -> None:
    """Set the related objects of unsaved rows, in two queries."""
    ids = (
        {row.holder_id for row in rows}
        | {row.source_actor_id for row in rows}
        | {row.on_behalf_of_id for row in rows}
    )
    actors = Actor.objects.in_bulk([pk for pk in ids if pk])
    topics = Topic.objects.in_bulk()
    for row in rows:
        row.holder, row.topic = actors[row.holder_id], topics[row.topic_id]
        row.source_actor = actors.get(row.source_actor_id)
        row.on_behalf_of = actors.get(row.on_behalf_of_id)


def sayings(rows: Iterable[CurrentStance], actor_id: int) -> list[Saying]:
    """Turn effective rows (holder, source and topic loaded) into the sayings of one actor's line."""
    return [
        Saying(
            stance=row.stance_id,
            holder=row.holder.slug,
            topic=row.topic.slug,
            position=row.position,
            stated_on=row.stated_on,
            evidence=row.evidence,
            recorded_at=row.recorded_at,
            tier=row.tier,
            on_record=row.on_record,
            own=row.holder_id == actor_id,
            role=row.role,
            office=row.office,
            source=row.source_actor.slug if row.source_actor else "",
            condition=row.condition,
            reviewed=row.is_reviewed,
            confidence=row.confidence,
            precision=row.precision,
        )
        for row in rows
    ]
