"""The read models: what pages need at a glance, kept in the transaction that changes a stance.

`refresh` is the only writer. `rebuild` makes everything anew from stances and reviews, `differences`
says where the two disagree (nowhere, if all is well).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from actors.models import Actor
from positions import history, holding
from positions.current import BATCH, attach, current_rows, known_rows, sayings, sayings_for
from positions.history import Saying
from positions.models import CurrentStance, LinePoint, Stance, StanceReview, Topic, Utterance

# What readers of the record need beside the read models comes from one place.
__all__ = [
    "attach",
    "current_rows",
    "differences",
    "known_rows",
    "line_points",
    "lock",
    "rebuild",
    "refresh",
    "sayings",
    "sayings_for",
]

Pair = tuple[int, int]  # (actor, topic)
FIELDS = [f.name for f in CurrentStance._meta.concrete_fields if not f.primary_key and f.name != "utterance"]


@transaction.atomic
def refresh(stance_ids: Iterable[int]) -> None:
    """Recompute what follows from these stances: their effective values, utterances and lines.

    Call it inside the transaction that wrote the stances or reviews. Idempotent.
    """
    ids = sorted(set(stance_ids))
    before = list(CurrentStance.objects.filter(pk__in=ids))
    lock({row.holder_id for row in before} | {row.on_behalf_of_id for row in before}, ids)
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


def lock(actor_ids: Iterable[int | None], stance_ids: Sequence[int]) -> None:
    """Let one writer at a time redraw an actor's lines. Whoever will write the actor row itself asks first.

    In one order, so that two writers never wait for each other; NO KEY, as inserting a stance already
    shares the key of its actors' rows.
    """
    touched = {pk for pk in actor_ids if pk}
    touched |= set(Stance.objects.filter(pk__in=stance_ids).values_list("holder_id", flat=True))
    touched |= set(StanceReview.objects.filter(stance__in=stance_ids).values_list("holder_id", flat=True))
    wanted = Q(pk__in=touched) | Q(merged__in=touched) | Q(officials__person__in=touched)
    list(
        Actor.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=Actor.objects.filter(wanted).values("pk"))
        .order_by("pk")
        .values_list("pk")
    )


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
        for point in holding.line(said, size=settings.PUBLICATION_GATE, person=person, track=track).points
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
