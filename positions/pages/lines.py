"""Lines for pages: from the read model, or computed from the record as it stood on a `known` day.

Points are `LinePoint` rows (saved or not) that also carry the words beside them: see `WORDS`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q, QuerySet

from actors.models import Actor
from positions import history, holding, read_models
from positions.charts import Band, Step
from positions.codebook import codebook
from positions.models import CurrentStance, LinePoint, Stance

# As many points of one line as a chart can show; an older one is a link away (`on=`).
MOST_POINTS = 200
FEW_POINTS = 40
NAMES = {
    "topic_slug": F("topic__slug"),
    "actor_slug": F("actor__slug"),
    "actor_name": F("actor__name"),
    "actor_kind": F("actor__kind"),
}
WORDS = {
    **NAMES,
    "holder_slug": F("holder__slug"),
    "holder_name": F("holder__name"),
    "words": F("stance__current__evidence"),
    "previous_words": F("previous_stance__current__evidence"),
    "confidence": F("stance__current__confidence"),
}
T = TypeVar("T", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Asked:
    """The dates of a question: the position on day `on`, as recorded by the end of `known` (None: now)."""

    on: date
    known: date | None = None
    reviewed: bool = False
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


@dataclass(slots=True)
class Tracks:
    """The two traces of an actor on a topic, oldest point first, none after `on`."""

    line: list[Any] = field(default_factory=list)
    accounts: list[Any] = field(default_factory=list)

    @property
    def now(self) -> Any | None:
        return self.line[-1] if self.line else None


def asked(values: Mapping[str, Any]) -> Asked:
    return Asked(values["on"], values.get("known"), bool(values.get("reviewed")))


def newest_of_each(parts: Sequence[QuerySet[T]]) -> list[T]:
    """Return the rows of several limited querysets of one model with one query.

    Raw SQL because SQLite takes a LIMIT inside a compound only when it is wrapped once more.
    """
    compiled = [part.query.sql_with_params() for part in parts]
    sql = " UNION ALL ".join(
        f"SELECT * FROM ({text}) AS part{n}" for n, (text, _params) in enumerate(compiled)
    )
    params = [value for _text, values in compiled for value in values]
    return list(parts[0].model._default_manager.raw(sql, params))


def tracks_of(actor: Actor, ask: Asked, chosen: str, topics: Sequence[str] = ()) -> dict[str, Tracks]:
    """Return the actor's tracks by topic (all of them by default).

    The chosen topic's in full, the others' newest points.
    """
    if not ask.stored:
        return _by_topic(computed(ask, actor=actor))
    rows = LinePoint.objects.filter(actor=actor, stated_on__lte=ask.on).annotate(**WORDS)
    rows = rows.order_by("-stated_on", "-pk")
    parts = [
        rows.filter(topic__slug=slug, track=track)[: MOST_POINTS if slug == chosen else FEW_POINTS]
        for slug in topics or [topic.slug for topic in codebook().topics]
        for track in ("line", "accounts")
    ]
    return _by_topic(newest_of_each(parts))


def tracks_of_all(actors: Sequence[Actor], ask: Asked, topic: str) -> dict[int, Tracks]:
    """Return the tracks of several actors on one topic, by the actor's key."""
    found: dict[int, Tracks] = {actor.pk: Tracks() for actor in actors}
    if not actors:
        return found
    if ask.stored:
        rows = LinePoint.objects.filter(stated_on__lte=ask.on, topic__slug=topic).annotate(**WORDS)
        rows = rows.order_by("-stated_on", "-pk")
        points = newest_of_each(
            [
                rows.filter(actor=a, track=track)[:MOST_POINTS]
                for a in actors
                for track in ("line", "accounts")
            ]
        )
    else:
        points = [p for p in computed(ask, topic=topic) if p.actor_id in found]
    for point in sorted(points, key=lambda p: p.stated_on):
        getattr(found[point.actor_id], point.track).append(point)
    return found


def _by_topic(points: Iterable[Any]) -> dict[str, Tracks]:
    found: dict[str, Tracks] = defaultdict(Tracks)
    for point in sorted(points, key=lambda p: p.stated_on):
        getattr(found[point.topic_slug], point.track).append(point)
    return found


def held(
    ask: Asked, *, actors: Iterable[int] | None = None, topic: str | None = None, kinds: Collection[str] = (),
    brief: bool = False,
) -> list[Any]:  # fmt: skip
    """Return the point that holds on the day for every line (track `line`) of the actors, topic or kinds.

    `brief` leaves the sentences and speakers out, for pages that show a thousand points at a glance.
    """
    if not ask.stored:
        return [
            p
            for p in _lines_only(computed(ask, topic=topic), actors)
            if (p.until is None or p.until > ask.on) and (not kinds or p.actor_kind in kinds)
        ]
    rows = LinePoint.objects.on(ask.on).filter(track="line")
    if kinds:
        rows = rows.filter(actor__kind__in=kinds)
    return list(_narrow(rows.annotate(**(NAMES if brief else WORDS)), actors, topic))


def starts(
    ask: Asked, *, actors: Iterable[int] | None = None, topic: str | None = None, after: date | None = None
) -> list[Any]:
    """Return the points at which a line took a new value, oldest first, up to the day asked about."""
    if not ask.stored:
        points = [p for p in _lines_only(computed(ask, topic=topic), actors) if p.stated_on == p.since]
        return sorted(points, key=lambda p: p.stated_on)
    rows = LinePoint.objects.filter(track="line", stated_on=F("since"), stated_on__lte=ask.on)
    if after:
        rows = rows.filter(stated_on__gt=after)
    rows = rows.annotate(topic_slug=F("topic__slug"))
    return list(_narrow(rows, actors, topic).order_by("stated_on", "pk"))


def _narrow(
    rows: QuerySet[LinePoint], actors: Iterable[int] | None, topic: str | None
) -> QuerySet[LinePoint]:
    if actors is not None:
        rows = rows.filter(actor__in=list(actors))
    return rows.filter(topic__slug=topic) if topic else rows


def _lines_only(points: Iterable[Any], actors: Iterable[int] | None) -> Iterable[Any]:
    wanted = None if actors is None else set(actors)
    return (p for p in points if p.track == "line" and (wanted is None or p.actor_id in wanted))


# -- Computed, for `known` and "reviewed only" --


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
    made.confidence = row.confidence
    return made


# -- From points to what charts draw --


def steps(points: Sequence[Any], on: date) -> list[Step]:
    """Return a line's steps. A point that only renews the value still ends the one before as stale."""
    drawn = []
    for point in points:
        end = point.until if point.until and point.until <= on else None
        turn = point.stated_on + timedelta(days=history.STALE_DAYS)
        stale = turn if turn < (end or on) else None
        drawn.append(Step(point.stated_on, end, point.position, stale))
    return drawn


def bands(points: Sequence[Any]) -> list[Band]:
    """Return the windows in which the line was contested, from its flagged points."""
    windows: list[Band] = []
    for point in (p for p in points if p.contested):
        if windows and (point.stated_on - windows[-1].end).days <= history.CONTESTED_DAYS:
            windows[-1] = Band(windows[-1].start, point.stated_on)
        else:
            windows.append(Band(point.stated_on, point.stated_on))
    return windows


def is_stale(point: Any, on: date) -> bool:
    return history.stale(point.stated_on, on)


def is_contested(point: Any, on: date) -> bool:
    """Whether the line is contested on the day, not only was when the point was set."""
    return bool(point.contested) and (on - point.stated_on).days <= history.CONTESTED_DAYS
