"""The read models of a bulk-made record, derived by `positions.history` as `positions.read_models` would."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from actors.models import Actor, Mandate
from benchmarks.specs import SOURCES, STANCES_PER_ARTICLE, Cast, Spec, insert, noon
from positions import history
from positions.models import CurrentStance, Edition, LineEdition, LinePoint, Utterance


def read_models(specs: list[Spec], cast: Cast) -> None:
    utterance_of = _utterances(specs)
    now = timezone.now()
    insert(CurrentStance, (_current(spec, cast, utterance_of[spec.pk], now) for spec in specs))
    insert(LinePoint, _points(specs, cast))
    shown = LinePoint.objects.order_by().values_list("actor", flat=True).distinct()
    insert(Edition, (Edition(actor_id=pk, number=1) for pk in shown))
    lines = LinePoint.objects.order_by().values_list("actor", "topic").distinct()
    insert(LineEdition, (LineEdition(actor_id=actor, topic_id=topic, number=1) for actor, topic in lines))


def _current(spec: Spec, cast: Cast, utterance: int, now: datetime) -> CurrentStance:
    mandate = cast.mandates.get(spec.holder.pk)
    return CurrentStance(
        stance_id=spec.pk,
        article_id=spec.article,
        holder=spec.holder,
        topic=spec.topic,
        position=spec.position,
        on_behalf_of_id=mandate.of_id if mandate else None,
        office=mandate.office if mandate else "",
        role=mandate.role if mandate else "",
        tier=_tier(spec.holder, mandate),
        mode=spec.mode,
        kind="statement",
        condition=spec.condition,
        stated_on=spec.stated_on,
        precision="day",
        start=0,
        end=len(spec.evidence),
        evidence=spec.evidence,
        confidence=spec.confidence,
        on_record=_on_record(spec),
        utterance_id=utterance,
        recorded_at=noon(spec.stated_on),
        changed_at=now,
    )


def _tier(holder: Actor, mandate: Mandate | None) -> int | None:
    if holder.is_body:
        return 1
    return mandate.tier if mandate else None


def _on_record(spec: Spec) -> bool:
    return spec.mode != "second-hand" and spec.holder.kind != Actor.Kind.UNNAMED


def _saying(spec: Spec, cast: Cast, actor: int) -> history.Saying:
    mandate = cast.mandates.get(spec.holder.pk)
    return history.Saying(
        stance=spec.pk,
        holder=spec.holder.slug,
        topic=spec.topic.slug,
        position=spec.position,
        stated_on=spec.stated_on,
        evidence=spec.evidence,
        tier=_tier(spec.holder, mandate),
        on_record=_on_record(spec),
        own=spec.holder.pk == actor,
        role=mandate.role if mandate else "",
        office=mandate.office if mandate else "",
        condition=spec.condition,
        confidence=spec.confidence,
    )


def _utterances(specs: list[Spec]) -> dict[int, int]:
    """Insert the utterances; return stance -> utterance."""
    cast = Cast([], {}, [], [])
    pairs: dict[tuple[int, int], list[Spec]] = defaultdict(list)
    for spec in specs:
        pairs[spec.holder.pk, spec.topic.pk].append(spec)
    of: dict[int, int] = {}
    rows: list[Utterance] = []
    for (holder, _), said in pairs.items():
        for key, same in history.utterances(_saying(spec, cast, holder) for spec in said).items():
            rows.append(Utterance(pk=len(rows) + 1, key=key, outlets=_outlets(same)))
            of.update((saying.stance, len(rows)) for saying in same)
    insert(Utterance, rows)
    return of


def _outlets(same: Iterable[history.Saying]) -> int:
    return len({((saying.stance - 1) // STANCES_PER_ARTICLE) % SOURCES for saying in same})


def _points(specs: list[Spec], cast: Cast) -> Iterator[LinePoint]:
    pairs: dict[tuple[int, int], list[Spec]] = defaultdict(list)
    for spec in specs:
        if spec.confidence < settings.CONFIDENCE_THRESHOLD:
            continue
        pairs[spec.holder.pk, spec.topic.pk].append(spec)
        if mandate := cast.mandates.get(spec.holder.pk):
            pairs[mandate.of_id, spec.topic.pk].append(spec)
    people = {actor.pk for actor in cast.actors if actor.kind == Actor.Kind.PERSON}
    by_pk = {spec.pk: spec for spec in specs}
    for (actor, topic), said in sorted(pairs.items()):
        sayings = [_saying(spec, cast, actor) for spec in said]
        for track in ("line", "accounts"):
            for point in history.line(sayings, person=actor in people, track=track).points:
                yield _point(point, actor, topic, track, by_pk[point.saying.stance].holder.pk)


def _point(point: history.Point, actor: int, topic: int, track: str, holder: int) -> LinePoint:
    return LinePoint(
        actor_id=actor,
        topic_id=topic,
        track=track,
        stated_on=point.stated_on,
        until=point.until,
        since=point.since,
        position=point.position,
        previous=point.previous.position if point.previous else None,
        condition=point.condition,
        shift=", ".join(point.shift),
        contested=point.contested,
        stance_id=point.saying.stance,
        previous_stance_id=point.previous.stance if point.previous else None,
        holder_id=holder,
        office=point.saying.office,
        utterances=point.utterances,
        reviewed=False,
    )
