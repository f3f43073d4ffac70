"""The read models: what pages need at a glance, kept in the transaction that changes a stance.

`refresh` is the only writer. `rebuild` makes everything anew from stances and reviews, `differences`
says where the two disagree (nowhere, if all is well).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from actors.models import Actor
from positions import history
from positions.effective import Effective, Voices, effective, on_record
from positions.history import Saying
from positions.models import CurrentStance, LinePoint, Stance, StanceReview, Topic, Utterance

BATCH = 500
Pair = tuple[int, int]  # (actor, topic)
FIELDS = [f.name for f in CurrentStance._meta.concrete_fields if not f.primary_key and f.name != "utterance"]


@transaction.atomic
def refresh(stance_ids: Iterable[int]) -> None:
    """Recompute what follows from these stances: their effective values, utterances and lines.

    Call it inside the transaction that wrote the stances or reviews. Idempotent.
    """
    ids = sorted(set(stance_ids))
    before = list(CurrentStance.objects.filter(pk__in=ids))
    _lock({row.holder_id for row in before} | {row.on_behalf_of_id for row in before}, ids)
    after = current_rows(Stance.objects.filter(pk__in=ids, superseded_at__isnull=True))
    kept = {row.pk for row in after}
    CurrentStance.objects.filter(pk__in=[row.pk for row in before if row.pk not in kept]).delete()
    CurrentStance.objects.bulk_create(
        after, batch_size=BATCH, update_conflicts=True, unique_fields=["stance"], update_fields=FIELDS
    )
    touched = [*before, *after]
    _regroup({(row.holder_id, row.topic_id) for row in touched})
    _drop_empty(row.utterance_id for row in before)
    _redraw(
        {(actor, row.topic_id) for row in touched for actor in (row.holder_id, row.on_behalf_of_id) if actor}
    )


def _lock(actor_ids: Iterable[int | None], stance_ids: Sequence[int]) -> None:
    """Let one writer at a time redraw an actor's lines.

    In one order, so that two writers never wait for each other; NO KEY, as inserting a stance already
    shares the key of its actors' rows.
    """
    touched = {pk for pk in actor_ids if pk}
    touched |= set(Stance.objects.filter(pk__in=stance_ids).values_list("holder_id", flat=True))
    touched |= set(StanceReview.objects.filter(stance__in=stance_ids).values_list("holder_id", flat=True))
    wanted = Q(pk__in=touched) | Q(officials__person__in=touched)
    list(
        Actor.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=Actor.objects.filter(wanted).values("pk"))
        .order_by("pk")
        .values_list("pk")
    )


def current_rows(stances: Iterable[Stance], known: datetime | None = None) -> list[CurrentStance]:
    """Return the unsaved effective rows of stances, as the record stood at `known` (None: now)."""
    loaded = list(stances)
    reviews: dict[int, list[StanceReview]] = defaultdict(list)
    for review in _reviews([stance.pk for stance in loaded], known):
        reviews[review.stance_id].append(review)
    values = [effective(stance, reviews[stance.pk]) for stance in loaded]
    _follow_merges(values)
    people = {v.holder_id for v in values} | {v.source_actor_id for v in values if v.source_actor_id}
    kinds = dict(Actor.objects.filter(pk__in=people).values_list("pk", "kind"))
    voices = Voices(v.holder_id for v in values)
    return [_row(value, kinds, voices) for value in values]


def _follow_merges(values: Iterable[Effective]) -> None:
    """Let the words of an actor that was merged count as those of the actor it became."""
    became = dict(Actor.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into_id"))
    for value in values:
        value.holder_id = became.get(value.holder_id, value.holder_id)
        source = value.source_actor_id
        value.source_actor_id = became.get(source, source) if source else None
        if value.source_actor_id == value.holder_id:
            value.source_actor_id = None


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


# -- Sayings --


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


# -- Utterances --


def _regroup(pairs: Iterable[Pair]) -> None:
    """Group the sayings of these holders on these topics into utterances."""
    for holder, topic in sorted(pairs):
        rows = CurrentStance.objects.filter(holder=holder, topic=topic).select_related(
            "holder", "source_actor", "topic"
        )
        said = {row.pk: row for row in rows}
        groups = history.utterances(sayings(said.values(), holder))
        _save_groups(groups, said)


def _save_groups(groups: dict[str, tuple[Saying, ...]], said: dict[int, CurrentStance]) -> None:
    ids = [row.stance_id for row in said.values()]
    outlets = dict(Stance.objects.filter(pk__in=ids).values_list("pk", "article__source_id"))
    wanted = {key: len({outlets[s.stance] for s in same}) for key, same in groups.items()}
    Utterance.objects.bulk_create(
        [Utterance(key=key, outlets=n) for key, n in wanted.items()],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["outlets"],
    )
    pks = dict(Utterance.objects.filter(key__in=wanted).values_list("key", "pk"))
    moved, left = [], set()
    for key, same in groups.items():
        for saying in same:
            row = said[saying.stance]
            if row.utterance_id != pks[key]:
                left.add(row.utterance_id)
                row.utterance_id = pks[key]
                moved.append(row)
    CurrentStance.objects.bulk_update(moved, ["utterance"], batch_size=BATCH)
    _drop_empty(left)


def _drop_empty(utterance_ids: Iterable[int | None]) -> None:
    Utterance.objects.filter(pk__in={pk for pk in utterance_ids if pk}, stances__isnull=True).delete()


# -- Lines --


def _redraw(pairs: Iterable[Pair]) -> None:
    """Write the points of both tracks of these actors on these topics anew."""
    actors = Actor.objects.in_bulk({actor for actor, _ in pairs})
    topics = Topic.objects.in_bulk()
    for actor_id, topic_id in sorted(pairs):
        points = line_points(actors[actor_id], topics[topic_id])
        LinePoint.objects.filter(actor=actor_id, topic=topic_id).delete()
        LinePoint.objects.bulk_create(points, batch_size=BATCH)


def line_points(actor: Actor, topic: Topic) -> list[LinePoint]:
    """Return the unsaved points of an actor's two tracks on a topic."""
    rows = CurrentStance.public.about(actor.pk).filter(topic=topic)
    loaded = {row.stance_id: row for row in rows.select_related("holder", "source_actor", "topic")}
    said = sayings(loaded.values(), actor.pk)
    person = actor.kind == Actor.Kind.PERSON
    tracks: tuple[history.Track, ...] = ("line", "accounts")
    return [
        LinePoint(actor=actor, topic=topic, track=track, **_point(point, loaded[point.saying.stance]))
        for track in tracks
        for point in history.line(said, person=person, track=track).points
    ]


def _point(point: history.Point, row: CurrentStance) -> dict[str, Any]:
    return {
        "stated_on": point.stated_on,
        "until": point.until,
        "since": point.since,
        "position": point.position,
        "previous": point.previous.position if point.previous else None,
        "condition": point.condition,
        "shift": ", ".join(point.shift),
        "contested": point.contested,
        "stance_id": point.saying.stance,
        "previous_stance_id": point.previous.stance if point.previous else None,
        "holder_id": row.holder_id,
        "office": row.office,
        "utterances": point.utterances,
        "reviewed": point.saying.reviewed,
    }


# -- The whole --


@transaction.atomic
def rebuild() -> None:
    """Make every read model anew."""
    LinePoint.objects.all().delete()
    CurrentStance.objects.all().delete()
    Utterance.objects.all().delete()
    ids = list(Stance.objects.filter(superseded_at__isnull=True).order_by("pk").values_list("pk", flat=True))
    for at in range(0, len(ids), BATCH):
        CurrentStance.objects.bulk_create(current_rows(Stance.objects.filter(pk__in=ids[at : at + BATCH])))
    rows = list(CurrentStance.objects.values_list("holder_id", "on_behalf_of_id", "topic_id").distinct())
    _regroup({(holder, topic) for holder, _, topic in rows})
    _redraw({(actor, topic) for holder, whom, topic in rows for actor in (holder, whom) if actor})


def differences() -> list[str]:
    """Say where the read models differ from what stances and reviews say; empty when all is well."""
    stances = Stance.objects.filter(superseded_at__isnull=True)
    stored = {row.pk: row for row in CurrentStance.objects.all()}
    found = []
    compared = [f for f in CurrentStance._meta.concrete_fields if f.name not in {"utterance", "changed_at"}]
    for row in current_rows(stances):
        old = stored.pop(row.pk, None)
        wrong = (
            ["missing"]
            if old is None
            else [f.name for f in compared if getattr(old, f.attname) != getattr(row, f.attname)]
        )
        if wrong:
            found.append(f"stance {row.pk}: current row: {', '.join(wrong)}")
    found += [f"stance {pk}: a current row of a superseded stance" for pk in stored]
    return found + _line_differences()


def _line_differences() -> list[str]:
    compared = [f.attname for f in LinePoint._meta.concrete_fields if not f.primary_key]
    stored: dict[Pair, list[tuple[object, ...]]] = defaultdict(list)
    for point in LinePoint.objects.order_by("pk"):
        stored[point.actor_id, point.topic_id].append(tuple(getattr(point, name) for name in compared))
    rows = CurrentStance.objects.values_list("holder_id", "on_behalf_of_id", "topic_id").distinct()
    pairs = {(actor, topic) for holder, whom, topic in rows for actor in (holder, whom) if actor} | set(
        stored
    )
    actors, topics = Actor.objects.in_bulk({a for a, _ in pairs}), Topic.objects.in_bulk()
    found = []
    for pair in sorted(pairs):
        drawn = line_points(actors[pair[0]], topics[pair[1]])
        if [tuple(getattr(p, name) for name in compared) for p in drawn] != stored.get(pair, []):
            found.append(f"line of {actors[pair[0]].slug} on {topics[pair[1]].slug} is out of date")
    return found
