"""The record as it stood: rows and lines computed from stances and reviews, for `known` and `reviewed`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Q

from actors.models import Actor
from positions import history, holding, read_models
from positions.effective import Effective, Voice
from positions.models import CurrentStance, Stance, Topic
from positions.pages import flat
from positions.pages.flat import HeldPoint, Recorded
from positions.read_models import READ, Heard
from positions.topics import by_slug

Whose = frozenset[int] | None  # keys of actors; None: everybody
T = TypeVar("T")


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


def rows_as_known(
    ask: Asked, *, actors: Iterable[int] | None = None, topic: str | None = None
) -> list[Recorded]:
    """Return the public rows that count for the question, said by or for the actors, on the topic."""
    whose = None if actors is None else frozenset(actors)
    rows = _memo(ask, "rows", whose, topic, lambda: _rows_as_known(ask, whose, topic))
    return [
        row
        for row in rows
        if (topic is None or row.topic_slug == topic)
        and (whose is None or row.holder_id in whose or row.behalf_id in whose)
    ]


def _memo(ask: Asked, what: str, whose: Whose, topic: str | None, make: Callable[[], list[T]]) -> list[T]:
    """Return what was found for this question, or for a wider one; else what `make` returns."""
    wider = (what, whose, topic), (what, None, topic), (what, whose, None), (what, None, None)
    found = next((key for key in wider if key in ask.memo), None)
    if found is None:
        found = wider[0]
        ask.memo[found] = make()
    rows: list[T] = ask.memo[found]
    return rows


def _rows_as_known(ask: Asked, whose: Whose, topic: str | None) -> list[Recorded]:
    rows = CurrentStance.public.until(ask.on)
    if ask.moment:
        rows = rows.filter(recorded_at__lte=ask.moment)
    if ask.reviewed:
        rows = rows.reviewed()
    if whose is not None:
        rows = rows.filter(Q(holder__in=whose) | Q(on_behalf_of__in=whose))
    if topic:
        rows = rows.filter(topic=by_slug(topic))
    found = flat.of(Recorded, rows.order_by())
    if ask.moment:
        found += _counted(ask, read_models.counted_otherwise(ask.moment, whose))
    return found


def _counted(ask: Asked, heard: Iterable[Heard]) -> list[Recorded]:
    """Return those that the question counts, as rows."""
    return rows_of([
        one
        for one in heard
        if CurrentStance.shows((value := one[0]).decision, value.confidence)
        and value.stated_on <= ask.on
        and (value.decision in CurrentStance.ACCEPTED or not ask.reviewed)
    ])  # fmt: skip


def rows_of(heard: Collection[Heard]) -> list[Recorded]:
    """Return what stances say as rows, without the words of their articles."""
    named = {
        pk for value, voice, _ in heard for pk in (value.holder_id, value.source_actor_id, voice.on_behalf_of)
    }
    actors = Actor.objects.filter(pk__in=[pk for pk in named if pk]).order_by()
    names: dict[int | None, tuple[Any, Any]] = {None: (None, None)}
    names |= {pk: (slug, name) for pk, slug, name in actors.values_list("pk", "slug", "name")}
    topics = dict(Topic.objects.values_list("pk", "slug"))
    return [_recorded(*one, names, topics) for one in heard]


def _recorded(
    value: Effective, voice: Voice, on_record: bool, names: Mapping[int | None, tuple[Any, Any]],
    topics: Mapping[int, str],
) -> Recorded:  # fmt: skip
    holder, source, behalf = names[value.holder_id], names[value.source_actor_id], names[voice.on_behalf_of]
    return Recorded(
        stance_id=value.stance_id, article_id=value.article_id, utterance_id=None, office=voice.office,
        tier=voice.tier, position=value.position, mode=value.mode, kind=value.kind, condition=value.condition,
        stated_on=value.stated_on, precision=value.precision, evidence=value.evidence,
        confidence=value.confidence, decision=value.decision, on_record=on_record,
        topic_slug=topics[value.topic_id], holder_slug=holder[0], holder_name=holder[1],
        source_name=source[1], for_slug=behalf[0], for_name=behalf[1], title="", outlet="", outlets=1,
        start=value.start, end=value.end, role=voice.role, holder_id=value.holder_id,
        behalf_id=voice.on_behalf_of, source_slug=source[0],
    )  # fmt: skip


def rows_by_key(ask: Asked, keys: Iterable[int]) -> list[Recorded]:
    """Return those of some stances that count for the question, whatever day they are of."""
    stances = Stance.objects.filter(pk__in=keys)
    if ask.moment:
        stances = stances.filter(recorded_at__lte=ask.moment)
        stances = stances.filter(Q(superseded_at__isnull=True) | Q(superseded_at__gt=ask.moment))
    else:
        stances = stances.filter(superseded_at__isnull=True)
    rows = read_models.heard(stances.order_by().values_list(*READ, named=True), ask.moment)
    return _counted(replace(ask, on=date.max), rows)


def computed(ask: Asked, *, actors: Iterable[int] | None = None, topic: str | None = None) -> list[HeldPoint]:
    """Return unsaved points of all lines that the rows make, with the same words as stored ones."""
    whose = None if actors is None else frozenset(actors)
    points = _memo(ask, "points", whose, topic, lambda: _computed(ask, whose, topic))
    return [
        point
        for point in points
        if (topic is None or point.topic_slug == topic) and (whose is None or point.actor_id in whose)
    ]


def _computed(ask: Asked, whose: Whose, topic: str | None) -> list[HeldPoint]:
    lines: dict[tuple[int, str], list[Recorded]] = defaultdict(list)
    for row in rows_as_known(ask, actors=whose, topic=topic):
        for actor in {row.holder_id, row.behalf_id}:
            if actor is not None and (whose is None or actor in whose):
                lines[actor, row.topic_slug].append(row)
    actors = Actor.objects.only("slug", "name", "kind").in_bulk({actor for actor, _ in lines})
    return [point for (actor, _), rows in lines.items() for point in _points_of(actors[actor], rows)]


def _points_of(actor: Actor, rows: Iterable[Recorded]) -> list[HeldPoint]:
    """Return both tracks of one actor on one topic from the rows about it."""
    loaded = {row.stance_id: row for row in rows}
    said = [_saying(row, actor.pk) for row in loaded.values()]
    person = actor.kind == Actor.Kind.PERSON
    tracks: tuple[history.Track, ...] = ("line", "accounts")
    return [
        _point(point, track, actor, loaded[point.saying.stance])
        for track in tracks
        for point in holding.line(said, size=settings.PUBLICATION_GATE, person=person, track=track).points
    ]


def _saying(row: Recorded, actor: int) -> history.Saying:
    return history.Saying(
        row.stance_id, row.holder_slug, row.topic_slug, row.position, row.stated_on, row.evidence, row.tier,
        row.on_record, row.holder_id == actor, row.role, row.office, row.source_slug or "", row.condition,
        row.is_reviewed, row.confidence, precision=row.precision,
    )  # fmt: skip


def _point(point: history.Point, track: str, actor: Actor, row: Recorded) -> HeldPoint:
    """A point has no key, as it is not stored; the day orders those of a line."""
    previous = point.previous
    return HeldPoint(
        pk=0, actor_id=actor.pk, track=track, stated_on=point.stated_on, until=point.until, since=point.since,
        position=point.position, previous=previous.position if previous else None, condition=point.condition,
        shift=", ".join(point.shift), contested=point.contested, stance_id=row.stance_id,
        utterances=point.utterances, topic_slug=row.topic_slug, actor_slug=actor.slug, actor_name=actor.name,
        actor_kind=actor.kind, previous_stance_id=previous.stance if previous else None, office=row.office,
        reviewed=row.is_reviewed, holder_slug=row.holder_slug, holder_name=row.holder_name,
        words=row.evidence, previous_words=previous.evidence if previous else None,
        confidence=row.confidence, edition=0,
    )  # fmt: skip
