"""What stances say in the end, row by row: now, or as the record stood at some moment. Writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from actors.models import Actor
from positions.effective import CORRECTABLE, Effective, Voice, Voices, effective, on_record
from positions.history import Saying
from positions.models import CurrentStance, Stance, StanceReview, Topic

BATCH = 500


# Columns of a stance that `heard` takes.
READ = ("pk", "article_id", "source_actor_id", "confidence", "recorded_at", *CORRECTABLE)
Heard = tuple[Effective, Voice, bool]  # what is said in the end, for whom, whether on record


def current_rows(stances: Iterable[Stance]) -> list[CurrentStance]:
    """Return the unsaved effective rows of stances."""
    return [_row(*one) for one in heard(stances)]


def heard(stances: Iterable[Any], known: datetime | None = None) -> list[Heard]:
    """Return what stances (or rows of their columns `READ`) say in the end, at `known` (None: now)."""
    loaded = list(stances)
    reviews: dict[int, list[StanceReview]] = defaultdict(list)
    for review in _reviews([stance.pk for stance in loaded], known):
        reviews[review.stance_id].append(review)
    values = [effective(stance, reviews.get(stance.pk, ())) for stance in loaded]
    kinds = _follow_merges(values)
    voices = Voices(v.holder_id for v in values)
    return [_heard(value, kinds, voices) for value in values]


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


def _heard(value: Effective, kinds: dict[int, str], voices: Voices) -> Heard:
    kind = kinds[value.holder_id]
    voice = voices.of(value.holder_id, kind, value.stated_on)
    source_kind = kinds.get(value.source_actor_id) if value.source_actor_id else None
    return value, voice, on_record(value.mode, kind, source_kind)


def _row(value: Effective, voice: Voice, is_on_record: bool) -> CurrentStance:
    return CurrentStance(
        **{name: getattr(value, name) for name in Effective.__slots__},
        on_behalf_of_id=voice.on_behalf_of,
        office=voice.office,
        role=voice.role,
        tier=voice.tier,
        on_record=is_on_record,
    )


def counted_otherwise(known: datetime, actors: Collection[int] | None = None) -> list[Heard]:
    """Return what stances said at `known` that were decided on or superseded since, optionally of actors.

    All others recorded by then say today what they said: `CurrentStance` has them. Those that were not
    public are among what is returned.
    """
    recorded = Stance.objects.filter(recorded_at__lte=known).order_by()
    if actors is not None:
        whose = Actor.objects.filter(Q(pk__in=actors) | Q(merged_into__in=actors)).order_by().values("pk")
        spoke = Q(holder__mandates__of__in=whose) | Q(reviews__holder__mandates__of__in=whose)
        spoke |= Q(holder__merged_into__mandates__of__in=whose)
        held = Q(holder__in=whose) | Q(reviews__holder__in=whose)
        recorded = recorded.filter(pk__in=recorded.filter(held | spoke).values("pk"))
    decided = StanceReview.objects.filter(recorded_at__gt=known).order_by().values("stance")
    superseded = recorded.filter(superseded_at__gt=known)
    reviewed = recorded.filter(superseded_at__isnull=True, pk__in=decided)
    rows = [row for some in (superseded, reviewed) for row in some.values_list(*READ, named=True)]
    return heard(rows, known)


def sayings_for(actor: Actor, topic: Topic) -> list[Saying]:
    """Return the public sayings held by the actor, or on its behalf, on a topic."""
    rows = CurrentStance.public.about(actor.pk).filter(topic=topic)
    return sayings(rows.select_related("holder", "source_actor", "topic"), actor.pk)


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
