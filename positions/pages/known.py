"""The record as it stood: rows and lines computed from stances and reviews, for `known` and `reviewed`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from django.conf import settings
from django.db.models import Q

from actors.models import Actor
from positions import history, holding, read_models
from positions.models import CurrentStance, LinePoint, Stance


@dataclass(frozen=True, slots=True)
class Asked:
    """The dates of a question: the position on day `on`, as recorded by the end of `known` (None: now)."""

    on: date
    known: date | None = None
    reviewed: bool = False
    by: date | None = None  # what was learned since `known` is told up to here (None: now)
    # What was computed for this question already: several parts of a page ask for the same lines.
    memo: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def moment(self) -> datetime | None:
        """The instant up to which the record counts."""
        return datetime.combine(self.known, time.max, tzinfo=UTC) if self.known else None

    @property
    def stored(self) -> bool:
        """Whether the read model answers; else lines are computed from the rows that count."""
        return self.known is None and not self.reviewed


def asked(values: Mapping[str, Any]) -> Asked:
    return Asked(values["on"], values.get("known"), bool(values.get("reviewed")), values.get("by"))


def rows_as_known(ask: Asked, *, actor: Actor | None = None, topic: str | None = None) -> list[CurrentStance]:
    """Return the public rows that count for the question, related actors and topic loaded."""
    key = ("rows", actor.pk if actor else None)
    if key not in ask.memo:
        ask.memo[key] = _rows_as_known(ask, actor)
    return [row for row in ask.memo[key] if topic is None or row.topic.slug == topic]


def _rows_as_known(ask: Asked, actor: Actor | None) -> list[CurrentStance]:
    if ask.known:
        rows = read_models.known_rows(ask.moment, actor=actor)  # type: ignore[arg-type]
    else:
        stored = CurrentStance.public.select_related("holder", "source_actor", "on_behalf_of", "topic")
        rows = list(stored.about(actor.pk) if actor else stored)
    return [row for row in rows if row.stated_on <= ask.on and (row.is_reviewed or not ask.reviewed)]


def rows_by_key(ask: Asked, keys: Sequence[int]) -> list[CurrentStance]:
    """Return those of some stances that count for the question, as the record stood at `known`."""
    stances = Stance.objects.filter(pk__in=keys)
    if ask.moment:
        stances = stances.filter(recorded_at__lte=ask.moment)
        stances = stances.filter(Q(superseded_at__isnull=True) | Q(superseded_at__gt=ask.moment))
    else:
        stances = stances.filter(superseded_at__isnull=True)
    rows = read_models.current_rows(stances, ask.moment)
    read_models.attach(rows)
    return [row for row in rows if row.is_public and (row.is_reviewed or not ask.reviewed)]


def computed(ask: Asked, *, actor: Actor | None = None, topic: str | None = None) -> list[Any]:
    """Return unsaved points of all lines that the rows make, with the same words as stored ones."""
    key = ("points", actor.pk if actor else None, topic)
    if key not in ask.memo:
        ask.memo[key] = _computed(ask, actor, topic)
    points: list[Any] = ask.memo[key]
    return points


def _computed(ask: Asked, actor: Actor | None, topic: str | None) -> list[Any]:
    groups: dict[tuple[int, str], list[CurrentStance]] = defaultdict(list)
    actors: dict[int, Actor] = {}
    for row in rows_as_known(ask, actor=actor, topic=topic):
        for one in (row.holder, row.on_behalf_of):
            if one is not None and (actor is None or one.pk == actor.pk):
                groups[one.pk, row.topic.slug].append(row)
                actors[one.pk] = one
    return [
        point for (pk, _slug), rows in groups.items() for point in points_of(actors[pk], rows)
    ]  # fmt: skip


def points_of(actor: Actor, rows: Sequence[CurrentStance]) -> list[Any]:
    """Return both tracks of one actor on one topic from the rows about it."""
    loaded = {row.stance_id: row for row in rows}
    said = read_models.sayings(rows, actor.pk)
    person = actor.kind == Actor.Kind.PERSON
    tracks: tuple[history.Track, ...] = ("line", "accounts")
    return [
        _point(point, track, actor, loaded)
        for track in tracks
        for point in holding.line(said, size=settings.PUBLICATION_GATE, person=person, track=track).points
    ]


def _point(point: history.Point, track: str, actor: Actor, loaded: Mapping[int, CurrentStance]) -> Any:
    row = loaded[point.saying.stance]
    made: Any = LinePoint(
        actor=actor, topic=row.topic, track=track, stated_on=point.stated_on, until=point.until,
        since=point.since, position=point.position,
        previous=point.previous.position if point.previous else None,
        condition=point.condition, shift=", ".join(point.shift), contested=point.contested,
        stance_id=point.saying.stance, previous_stance_id=point.previous.stance if point.previous else None,
        holder=row.holder, office=row.office, utterances=point.utterances, reviewed=point.saying.reviewed,
    )  # fmt: skip
    made.topic_slug, made.actor_slug = row.topic.slug, actor.slug
    made.actor_name, made.actor_kind = actor.name, actor.kind
    made.holder_slug, made.holder_name = row.holder.slug, row.holder.name
    made.words = point.saying.evidence
    made.previous_words = point.previous.evidence if point.previous else None
    made.confidence, made.edition = row.confidence, 0
    return made
