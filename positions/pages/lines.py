"""Lines for pages: from the read model, or computed from the record as it stood on a `known` day.

Points are `flat.Point` or, where they are computed, unsaved `LinePoint`s with the same words beside them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from actors.models import Actor
from positions import contested, history
from positions.charts import Band, Step
from positions.codebook import codebook
from positions.models import LineEdition, LinePoint
from positions.pages import flat
from positions.pages.flat import Held, HeldPoint, Point, Sketch, Start
from positions.pages.known import Asked, computed
from positions.topics import by_slug

# As many points of one line as a chart can show; an older one is a link away (`on=`).
MOST_POINTS = 150
FEW_POINTS = 24
STALE = timedelta(days=history.STALE_DAYS)


@dataclass(slots=True)
class Tracks:
    """The two traces of an actor on a topic, oldest point first, none after `on`."""

    line: list[Any] = field(default_factory=list)
    accounts: list[Any] = field(default_factory=list)

    @property
    def now(self) -> Any | None:
        return self.line[-1] if self.line else None


def tracks_of(
    actor: Actor, ask: Asked, whole: Collection[str], topics: Sequence[str] = ()
) -> dict[str, Tracks]:
    """Return the actor's tracks by topic (all of them by default).

    Those of the `whole` topics in full, of the others the newest points without sentences and speakers.
    """
    if not ask.stored:
        return _by_topic(computed(ask, actors=[actor.pk]))
    pieces = [
        (_TRACK if slug in whole else _SKETCH).piece(actor.pk, slug, track, ask.on)
        for slug in topics or [topic.slug for topic in codebook().topics]
        for track in ("line", "accounts")
    ]
    return _by_topic(flat.fetched(Point, pieces))


def _track(actor: int, topic: str, track: str, on: date, shape: None) -> QuerySet[LinePoint]:
    """The newest points of one track."""
    return _points(actor, topic, track, on)[:MOST_POINTS]


def _few(actor: int, topic: str, track: str, on: date, shape: None) -> QuerySet[LinePoint]:
    return _points(actor, topic, track, on)[:FEW_POINTS]


def _points(actor: int, topic: str, track: str, on: date) -> QuerySet[LinePoint]:
    rows = LinePoint.objects.filter(actor=actor, topic=by_slug(topic), track=track, stated_on__lte=on)
    return rows.order_by("-stated_on", "-pk")


_STANDS = (-1, "{topic}", "{track}", date(1111, 1, 1))
_TRACK = flat.Written(Point, _track, *_STANDS)
_SKETCH = flat.Written(Sketch, _few, *_STANDS)


def tracks_of_all(actors: Sequence[Actor], ask: Asked, topic: str) -> dict[int, Tracks]:
    """Return the tracks of several actors on one topic, by the actor's key."""
    found: dict[int, Tracks] = {actor.pk: Tracks() for actor in actors}
    if not actors:
        return found
    if ask.stored:
        points: list[Any] = flat.fetched(
            Point,
            [_TRACK.piece(a.pk, topic, track, ask.on) for a in actors for track in ("line", "accounts")],
        )
    else:
        points = computed(ask, actors=found, topic=topic)
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

    By name and topic where the read model answers. `brief` leaves the sentences and speakers out, for pages
    that show a thousand points at a glance.
    """
    if not ask.stored:
        return [
            p
            for p in computed(ask, actors=actors, topic=topic)
            if p.track == "line"
            and (p.until is None or p.until > ask.on)
            and (not kinds or p.actor_kind in kinds)
        ]
    found: list[Any]
    if actors is not None:
        whose = list(actors)
        standings = [standing(ask.on, part, topic or "").filter(actor__in=whose) for part in parts(ask.on)]
        found = list(flat.of(Held if brief else HeldPoint, *standings))
    else:
        written = _HELD_BRIEF if brief else _HELD
        shapes = [(tuple(kinds), bool(topic), part) for part in parts(ask.on)]
        pieces = [written.piece(ask.on, topic, shape=shape) for shape in shapes]
        found = list(flat.fetched(written.made, pieces))
    order = {entry.slug: place for place, entry in enumerate(codebook().topics)}
    return sorted(found, key=lambda p: (p.actor_name, order.get(p.topic_slug, len(order))))


def parts(on: date) -> Sequence[str]:
    """Return the parts in which an index finds the points that hold on a day; see `standing`."""
    return ("open", "closed") if on >= timezone.localdate() else ("past",)


def standing(on: date, part: str, topic: str = "") -> QuerySet[LinePoint]:
    """Return points that hold on the day (track `line`), in no order.

    Today nearly all are the `open` ones; the `closed` ones end on a day to come. On a `past` day each line is
    asked for its newest point by then. Asked for in one condition, a database looks through every point.
    """
    rows = LinePoint.objects.filter(track="line").order_by()
    rows = rows.filter(topic=by_slug(topic)) if topic else rows
    if part == "open":
        return rows.filter(until__isnull=True, stated_on__lte=on)
    if part == "closed":
        later = LinePoint.objects.filter(track="line", until__gt=on).order_by()
        return rows.filter(pk__in=later.values("pk"), stated_on__lte=on)
    line = LinePoint.objects.filter(actor=OuterRef("actor"), topic=OuterRef("topic"), track="line")
    newest = line.filter(stated_on__lte=on).order_by("-stated_on").values("pk")[:1]
    lines = LineEdition.objects.filter(topic=by_slug(topic)) if topic else LineEdition.objects.all()
    return rows.filter(pk__in=lines.annotate(newest=Subquery(newest)).values("newest"))


def _held(on: date, topic: str, shape: tuple[tuple[str, ...], bool, str]) -> QuerySet[LinePoint]:
    kinds, narrowed, part = shape
    rows = standing(on, part, topic if narrowed else "")
    return rows.filter(actor__kind__in=kinds) if kinds else rows


_HELD = flat.Written(HeldPoint, _held, date(1111, 1, 1), "{topic}")
_HELD_BRIEF = flat.Written(Held, _held, date(1111, 1, 1), "{topic}")


def starts(
    ask: Asked, *, actors: Iterable[int] | None = None, topic: str | None = None, after: date | None = None
) -> list[Any]:
    """Return the points at which a line took a new value, oldest first, up to the day asked about."""
    if not ask.stored:
        points = computed(ask, actors=actors, topic=topic)
        points = [p for p in points if p.track == "line" and p.stated_on == p.since]
        return sorted(points, key=lambda p: p.stated_on)
    rows = LinePoint.objects.filter(track="line", stated_on=F("since"), stated_on__lte=ask.on)
    if after:
        rows = rows.filter(stated_on__gt=after)
    return flat.of(Start, _narrow(rows, actors, topic).order_by("stated_on", "pk"))


def _narrow(
    rows: QuerySet[LinePoint], actors: Iterable[int] | None, topic: str | None
) -> QuerySet[LinePoint]:
    if actors is not None:
        rows = rows.filter(actor__in=list(actors))
    return rows.filter(topic=by_slug(topic)) if topic else rows


# -- From points to what charts draw --


def steps(points: Sequence[Any], on: date) -> list[Step]:
    """Return a line's steps. A point that renews a value goes on with the step, unless that was stale."""
    drawn: list[Step] = []
    for point in points:
        start = point.stated_on
        end = point.until if point.until and point.until <= on else None
        turn = start + STALE
        stale = turn if turn < (end or on) else None
        if drawn and drawn[-1].value == point.position and not drawn[-1].stale and drawn[-1].end == start:
            start = drawn.pop().start
        drawn.append(Step(start, end, point.position, stale))
    return drawn


def bands(points: Sequence[Any]) -> list[Band]:
    """Return the windows in which the line was contested, from its flagged points."""
    windows: list[Band] = []
    for point in (p for p in points if p.contested):
        if windows and (point.stated_on - windows[-1].end).days <= contested.CONTESTED_DAYS:
            windows[-1] = Band(windows[-1].start, point.stated_on)
        else:
            windows.append(Band(point.stated_on, point.stated_on))
    return windows


def is_stale(point: Any, on: date) -> bool:
    return history.stale(point.stated_on, on)


def is_contested(point: Any, on: date) -> bool:
    """Whether the line is contested on the day, not only was when the point was set."""
    return bool(point.contested) and (on - point.stated_on).days <= contested.CONTESTED_DAYS
