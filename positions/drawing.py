"""Lines kept up: both tracks' points, written where they differ. Called by `positions.read_models` only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db.models import F, Q

from actors.models import Actor
from positions import history, holding
from positions.grouping import CHUNK, ROWS, chunks, either
from positions.history import Saying
from positions.models import CurrentStance, LinePoint, Topic

Pair = tuple[int, int]  # (actor, topic)
TRACKS: tuple[history.Track, ...] = ("line", "accounts")
# Columns of a saying, in the order in which `_saying` takes them.
SAID = (
    "holder_id", "on_behalf_of_id", "topic_id", "holder__slug", "topic__slug", "source_actor__slug", "pk",
    "position", "stated_on", "evidence", "tier", "on_record", "role", "office", "condition",
    "decision", "confidence", "precision",
)  # fmt: skip
COLUMNS = [f.attname for f in LinePoint._meta.concrete_fields if not f.primary_key]
# What counts sayings so far differs in every later point when one is added between: written in one go.
COUNTER = COLUMNS.index("utterances")
Values = tuple[Any, ...]


@dataclass(slots=True)
class Difference:
    """How stored points differ from drawn ones: rows to drop, to add, and runs whose counter is off."""

    drop: list[int] = field(default_factory=list)
    add: list[Values] = field(default_factory=list)
    recount: list[tuple[int, list[int]]] = field(default_factory=list)  # (by how much, rows)


def pairs(held: Iterable[tuple[int, int | None, int]]) -> set[Pair]:
    """Return whose lines on which topics follow from stances (holder, on whose behalf, topic)."""
    return {(actor, topic) for holder, whom, topic in held for actor in (holder, whom) if actor}


def redraw(wanted: Set[Pair]) -> None:
    """Bring the points of both tracks of these actors on these topics up to date."""
    difference = Difference()
    stored = stored_points(wanted)
    for pair, drawn in drawn_points(wanted).items():
        _compare(stored.get(pair, {}), drawn, difference)
    for some in chunks(difference.drop, ROWS):
        LinePoint.objects.filter(pk__in=some).delete()
    for by, rows in difference.recount:
        for some in chunks(rows, ROWS):
            LinePoint.objects.filter(pk__in=some).update(utterances=F("utterances") + by)
    LinePoint.objects.bulk_create(
        [LinePoint(**dict(zip(COLUMNS, values, strict=True))) for values in difference.add], batch_size=ROWS
    )


def stored_points(wanted: Set[Pair] | None = None) -> dict[Pair, dict[int, Values]]:
    """Return the values of stored points by pair and primary key; of all pairs without any named."""
    found: dict[Pair, dict[int, Values]] = defaultdict(dict)
    conditions = (
        [Q()]
        if wanted is None
        else [
            either(Q(topic=topic, actor__in=actors) for topic, actors in _by_topic(some))
            for some in chunks(sorted(wanted), CHUNK)
        ]
    )
    for condition in conditions:
        for pk, *values in LinePoint.objects.filter(condition).order_by().values_list("pk", *COLUMNS):
            found[values[0], values[1]][pk] = tuple(values)
    return found


def drawn_points(wanted: Set[Pair]) -> dict[Pair, list[Values]]:
    """Return the values of the points of both tracks as the current stances make them."""
    actors = Actor.objects.filter(pk__in={actor for actor, _ in wanted}, kind=Actor.Kind.PERSON)
    people = set(actors.values_list("pk", flat=True))
    said = _said(wanted)
    return {pair: _drawn(pair, said.get(pair, {}), person=pair[0] in people) for pair in sorted(wanted)}


def _drawn(pair: Pair, said: dict[int, tuple[Saying, int]], *, person: bool) -> list[Values]:
    sayings = [saying for saying, _ in said.values()]
    size = settings.PUBLICATION_GATE
    return [
        _values(pair, track, point, said[point.saying.stance][1])
        for track in TRACKS
        for point in holding.line(sayings, size=size, person=person, track=track).points
    ]


def _values(pair: Pair, track: str, point: history.Point, holder: int) -> Values:
    previous = point.previous
    row = {
        "actor_id": pair[0],
        "topic_id": pair[1],
        "track": track,
        "stated_on": point.stated_on,
        "until": point.until,
        "since": point.since,
        "position": point.position,
        "previous": previous.position if previous else None,
        "condition": point.condition,
        "shift": ", ".join(point.shift),
        "contested": point.contested,
        "stance_id": point.saying.stance,
        "previous_stance_id": previous.stance if previous else None,
        "holder_id": holder,
        "office": point.saying.office,
        "utterances": point.utterances,
        "reviewed": point.saying.reviewed,
    }
    return tuple(row[name] for name in COLUMNS)


def _said(wanted: Set[Pair]) -> dict[Pair, dict[int, tuple[Saying, int]]]:
    """Return the public sayings about each pair with their holders, by stance."""
    found: dict[Pair, dict[int, tuple[Saying, int]]] = defaultdict(dict)
    for some in chunks(sorted(wanted), CHUNK):
        about = either(
            Q(topic=topic, holder__in=actors) | Q(topic=topic, on_behalf_of__in=actors)
            for topic, actors in _by_topic(some)
        )
        for holder, behalf, topic, *rest in CurrentStance.public.filter(about).order_by().values_list(*SAID):
            for actor in {holder, behalf}:
                if actor and (actor, topic) in wanted:
                    saying = _saying(*rest, own=actor == holder)
                    found[actor, topic][saying.stance] = saying, holder
    return found


def _by_topic(some: Iterable[Pair]) -> Iterable[tuple[int, list[int]]]:
    """Return the actors of pairs by topic: a condition a topic is much less to compile than one a pair."""
    actors: dict[int, list[int]] = defaultdict(list)
    for actor, topic in some:
        actors[topic].append(actor)
    return actors.items()


def _saying(
    holder: str, topic: str, source: str | None, stance: int, position: int, stated_on: Any, evidence: str,
    tier: int | None, on_record: bool, role: str, office: str, condition: str,
    decision: str, confidence: float, precision: str, *, own: bool,
) -> Saying:  # fmt: skip
    return Saying(
        stance, holder, topic, position, stated_on, evidence, tier, on_record, own, role, office,
        source or "", condition, decision in CurrentStance.ACCEPTED, confidence, precision=precision,
    )  # fmt: skip


def _compare(stored: dict[int, Values], drawn: Iterable[Values], difference: Difference) -> None:
    """Note what has to be written. A track has one point a day: that is what makes two the same."""
    left = {values[2:4]: (pk, values) for pk, values in stored.items()}
    off: list[tuple[int, int]] = []
    for values in drawn:
        pk, old = left.pop(values[2:4], (0, ()))
        if old == values:
            continue
        if old and _without_counter(old) == _without_counter(values):
            off.append((values[COUNTER] - old[COUNTER], pk))
            continue
        difference.add.append(values)
        if pk:
            difference.drop.append(pk)
    difference.drop += [pk for pk, _ in left.values()]
    for by, run in groupby(off, key=lambda pair: pair[0]):
        difference.recount.append((by, [pk for _, pk in run]))


def _without_counter(values: Values) -> Values:
    return values[:COUNTER] + values[COUNTER + 1 :]


def differences() -> list[str]:
    """Say which stored lines are not what the current stances make."""
    rows = CurrentStance.objects.order_by().values_list("holder_id", "on_behalf_of_id", "topic_id").distinct()
    stored = stored_points()
    every = pairs(rows) | set(stored)
    actors, topics = Actor.objects.in_bulk({a for a, _ in every}), Topic.objects.in_bulk()
    found = []
    for some in chunks(sorted(every), ROWS):
        for (actor, topic), drawn in drawn_points(set(some)).items():
            if sorted(stored.get((actor, topic), {}).values(), key=_place) != sorted(drawn, key=_place):
                found.append(f"line of {actors[actor].slug} on {topics[topic].slug} is out of date")
    return found


def _place(values: Values) -> tuple[Any, Any]:
    return values[2], values[3]
