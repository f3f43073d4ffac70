"""The read models: what pages need at a glance, kept in the transaction that changes a stance.

`refresh` is the only writer. `rebuild` makes everything anew from stances and reviews, `differences`
says where the two disagree (nowhere, if all is well).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

from django.db import transaction
from django.db.models import Q

from actors.models import Actor, Mandate
from positions import drawing, editions, grouping
from positions.current import (
    BATCH,
    READ,
    Heard,
    counted_otherwise,
    current_rows,
    heard,
    sayings,
    sayings_for,
)
from positions.grouping import chunks
from positions.models import CurrentStance, LinePoint, Stance, StanceReview, Utterance

# What readers of the record need beside the read models comes from one place.
__all__ = [
    "READ",
    "Heard",
    "counted_otherwise",
    "current_rows",
    "differences",
    "heard",
    "lock",
    "rebuild",
    "refresh",
    "sayings",
    "sayings_for",
]

FIELDS = [f.name for f in CurrentStance._meta.concrete_fields if not f.primary_key]


@transaction.atomic
def refresh(stance_ids: Iterable[int]) -> None:
    """Recompute what follows from these stances: their effective values, utterances and lines.

    Call it inside the transaction that wrote the stances or reviews, once for all of them: the number of
    queries does not grow with how many they are. Idempotent.
    """
    ids = sorted(set(stance_ids))
    if not ids:
        return
    before = [row for some in chunks(ids, BATCH) for row in CurrentStance.objects.filter(pk__in=some)]
    lock({row.holder_id for row in before} | {row.on_behalf_of_id for row in before}, ids)
    stances = Stance.objects.filter(pk__in=ids, superseded_at__isnull=True).order_by("pk")
    after = current_rows(stances.defer("reasons"))
    touched = [*before, *after]
    groups = {(row.holder_id, row.topic_id, row.position) for row in touched}
    _drop(before, after)
    grouped = grouping.regroup(groups, after, {row.stated_on for row in touched})
    _store(after)
    grouping.drop_empty({*grouped.left, *(row.utterance_id for row in before)})
    lines = drawing.touched(touched)
    drawing.redraw(lines)
    editions.count_up(set(lines) | set(product(grouped.heard, {row.topic_id for row in touched})))


def _drop(before: Iterable[CurrentStance], after: Iterable[CurrentStance]) -> None:
    kept = {row.pk for row in after}
    if gone := [row.pk for row in before if row.pk not in kept]:
        CurrentStance.objects.filter(pk__in=gone).delete()


def _store(after: Sequence[CurrentStance]) -> None:
    CurrentStance.objects.bulk_create(
        after, batch_size=BATCH, update_conflicts=True, unique_fields=["stance"], update_fields=FIELDS
    )


def lock(actor_ids: Iterable[int | None], stance_ids: Sequence[int]) -> None:
    """Let one writer at a time redraw an actor's lines. Whoever will write the actor row itself asks first.

    In one order, so that two writers never wait for each other; NO KEY, as inserting a stance already
    shares the key of its actors' rows.
    """
    read = Stance.objects.filter(pk__in=stance_ids).order_by()
    decided = StanceReview.objects.filter(stance__in=stance_ids, holder__isnull=False)
    touched = {pk for pk in actor_ids if pk}
    touched |= set(read.values_list("holder_id", flat=True))
    touched |= set(decided.values_list("holder_id", flat=True))
    became = Actor.objects.filter(pk__in=touched, merged_into__isnull=False).order_by().values("merged_into")
    spoken_for = Mandate.objects.filter(person__in=touched).order_by().values("of")
    wanted = Q(pk__in=touched) | Q(pk__in=became) | Q(pk__in=spoken_for)
    rows = Actor.objects.select_for_update(no_key=True, of=("self",)).filter(wanted)
    list(rows.order_by("pk").values_list("pk"))


@transaction.atomic
def rebuild() -> None:
    """Make every read model anew."""
    LinePoint.objects.all().delete()
    CurrentStance.objects.all().delete()
    Utterance.objects.all().delete()
    ids = list(Stance.objects.filter(superseded_at__isnull=True).order_by("pk").values_list("pk", flat=True))
    for some in chunks(ids, BATCH):
        CurrentStance.objects.bulk_create(current_rows(Stance.objects.filter(pk__in=some)))
    rows = CurrentStance.objects.order_by()
    grouping.regroup(set(rows.values_list("holder_id", "topic_id", "position").distinct()))
    pairs = drawing.pairs(rows.values_list("holder_id", "on_behalf_of_id", "topic_id").distinct())
    for batch in chunks(sorted(pairs), BATCH):
        drawing.redraw(dict.fromkeys(batch))
    editions.count_all_up(pairs)


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
    return [*found, *editions.differences(), *drawing.differences()]
