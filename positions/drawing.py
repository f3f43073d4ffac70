"""Lines kept up: both tracks' points, written where they differ. Called by `positions.read_models` only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.db.models import F, OuterRef, Q, Subquery

from actors.models import Actor
from positions import history, holding
from positions.contested import CONTESTED_DAYS
from positions.grouping import CHUNK, ROWS, chunks, either
from positions.history import Saying, State
from positions.models import CurrentStance, LinePoint, Topic

Pair = tuple[int, int]  # (actor, topic)
Begin = Mapping[Pair, date | None]  # from which day each line is drawn; None: from its beginning
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
TRACK, DAY, UNTIL = map(COLUMNS.index, ("track", "stated_on", "until"))
NEXT = timedelta(days=history.UTTERANCE_DAYS)
# What is said on a day shows so long before it: in what is contested, and in what is whose copy.
REACH = timedelta(days=CONTESTED_DAYS) + NEXT
# Before the first day drawn sayings are loaded that make it contested, and what they may be copies of.
LOADED = timedelta(days=2 * CONTESTED_DAYS)
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


def touched(rows: Iterable[CurrentStance]) -> dict[Pair, date]:
    """Return whose lines on which topics follow from the rows, with the first day of which they speak."""
    first: dict[Pair, date] = {}
    for row in rows:
        for pair in pairs([(row.holder_id, row.on_behalf_of_id, row.topic_id)]):
            first[pair] = min(row.stated_on, first.get(pair, row.stated_on))
    return first


def redraw(wanted: Mapping[Pair, date | None]) -> None:
    """Bring the points of both tracks of these actors on these topics up to date.

    What was said before the day (None: anything) is as it was when the line was last drawn.
    """
    difference = Difference()
    whole = _compared({pair: _begin(day) for pair, day in wanted.items()}, difference)
    _compared(dict.fromkeys(whole), difference)
    for some in chunks(difference.drop, ROWS):
        LinePoint.objects.filter(pk__in=some).delete()
    for by, rows in difference.recount:
        for some in chunks(rows, ROWS):
            LinePoint.objects.filter(pk__in=some).update(utterances=F("utterances") + by)
    LinePoint.objects.bulk_create(
        [LinePoint(**dict(zip(COLUMNS, values, strict=True))) for values in difference.add], batch_size=ROWS
    )


def _begin(changed: date | None) -> date | None:
    """Return from which day a line is drawn where something changed on a day; None: from its beginning."""
    if changed is None or settings.PUBLICATION_GATE or changed - date.min < REACH + LOADED:
        return None
    return changed - REACH


def _compared(begin: Begin, difference: Difference) -> list[Pair]:
    """Note how the stored points differ from drawn ones; return the lines that have to be drawn whole."""
    stored, said, people = stored_points(begin), _said(begin), _people(begin)
    states = _states(stored, begin)
    whole = []
    for pair, day in sorted(begin.items(), key=itemgetter(0)):
        sayings = said.get(pair, {})
        if day is not None and _reaches_in(sayings.values(), day):
            whole.append(pair)
            continue
        drawn = _drawn(pair, sayings, person=pair[0] in people, after=states.get(pair))
        old = stored.get(pair, {})
        _compare(old, [*_followed(old.values(), drawn, day), *drawn], difference)
    return whole


def _followed(stored: Iterable[Values], drawn: Sequence[Values], day: date | None) -> Iterator[Values]:
    """Yield the points before the day, which hold until the first that is drawn."""
    for values in stored:
        if day is not None and values[DAY] < day:
            following = (other[DAY] for other in drawn if other[TRACK] == values[TRACK])
            yield (*values[:UNTIL], next(following, None), *values[UNTIL + 1 :])


def _reaches_in(said: Iterable[tuple[Saying, int]], day: date) -> bool:
    """Return whether a saying from before those loaded may have copies among those that count.

    Which of a run of copies stands for them hangs on its first.
    """
    loaded, counts = day - LOADED, day - timedelta(days=CONTESTED_DAYS)
    alike: dict[tuple[str, str, str, int], list[date]] = defaultdict(list)
    for saying, _ in said:
        alike[history.identity(saying)].append(saying.stated_on)
    for days in alike.values():
        end = loaded
        for one in sorted(days):
            if one - end > NEXT:
                break
            end = one
        if end >= counts - NEXT:
            return True
    return False


def _states(stored: Mapping[Pair, Mapping[int, Values]], begin: Begin) -> dict[Pair, dict[str, State]]:
    """Return by track what the lines had come to before they are drawn on."""
    found: dict[Pair, dict[str, State]] = {}
    spoken = _spoken({pair: day for pair, day in begin.items() if day is not None and pair in stored})
    for pair, day in begin.items():
        if day is None:
            continue
        found[pair] = {track: State(day) for track in TRACKS}
        for values in stored.get(pair, {}).values():
            if values[DAY] < day:
                row = dict(zip(COLUMNS, values, strict=True))
                last = Saying(row["stance_id"], "", "", row["position"], row["stated_on"], "")
                found[pair][row["track"]] = State(
                    day,
                    last,
                    row["since"],
                    row["condition"],
                    row["utterances"],
                    spoken[(*pair, row["track"])],
                )
    return found


def _spoken(before: Mapping[Pair, date]) -> dict[tuple[int, int, str], dict[str, str]]:
    """Return who last spoke from each role on the lines before a day."""
    found: dict[tuple[int, int, str], dict[str, str]] = defaultdict(dict)
    for some in chunks(sorted(before.items()), CHUNK):
        wanted = either(Q(actor=actor, topic=topic, stated_on__lt=day) for (actor, topic), day in some)
        role = Subquery(CurrentStance.objects.filter(pk=OuterRef("stance")).values("role"))
        rows = LinePoint.objects.filter(wanted).order_by("stated_on").annotate(role=role)
        for actor, topic, track, role_, holder in rows.values_list(
            "actor", "topic", "track", "role", "holder__slug"
        ):
            if role_:
                found[actor, topic, track][role_] = holder
    return found


def stored_points(begin: Begin | None = None) -> dict[Pair, dict[int, Values]]:
    """Return the values of stored points by pair and primary key; of all pairs without any named.

    Of lines that are drawn from a day on those that held on it or later.
    """
    found: dict[Pair, dict[int, Values]] = defaultdict(dict)
    about: Callable[[list[int]], Q] = lambda actors: Q(actor__in=actors)
    for condition in [Q()] if begin is None else _conditions(begin, about, _holding):
        for pk, *values in LinePoint.objects.filter(condition).order_by().values_list("pk", *COLUMNS):
            pair = values[0], values[1]
            day = begin[pair] if begin is not None else None
            if day is None or values[UNTIL] is None or values[UNTIL] >= day:
                found[pair][pk] = tuple(values)
    return found


def drawn_points(wanted: Set[Pair]) -> dict[Pair, list[Values]]:
    """Return the values of the points of both tracks as the current stances make them."""
    begin: Begin = dict.fromkeys(wanted)
    said, people = _said(begin), _people(begin)
    return {pair: _drawn(pair, said.get(pair, {}), person=pair[0] in people) for pair in sorted(wanted)}


def _people(begin: Begin) -> set[int]:
    actors = Actor.objects.filter(pk__in={actor for actor, _ in begin}, kind=Actor.Kind.PERSON)
    return set(actors.order_by().values_list("pk", flat=True))


def _drawn(
    pair: Pair,
    said: Mapping[int, tuple[Saying, int]],
    *,
    person: bool,
    after: Mapping[str, State] | None = None,
) -> list[Values]:
    sayings = [saying for saying, _ in said.values()]
    size = settings.PUBLICATION_GATE
    return [
        _values(pair, track, point, said[point.saying.stance][1])
        for track in TRACKS
        for point in holding.line(
            sayings, size=size, person=person, track=track, after=after[track] if after else None
        ).points
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


def _said(begin: Begin) -> dict[Pair, dict[int, tuple[Saying, int]]]:
    """Return the public sayings about each pair with their holders, by stance."""
    found: dict[Pair, dict[int, tuple[Saying, int]]] = defaultdict(dict)
    for about in _conditions(
        begin, lambda actors: Q(holder__in=actors) | Q(on_behalf_of__in=actors), _loaded
    ):
        for holder, behalf, topic, *rest in CurrentStance.public.filter(about).order_by().values_list(*SAID):
            for actor in {holder, behalf}:
                if actor and (actor, topic) in begin:
                    day = begin[actor, topic]
                    saying = _saying(*rest, own=actor == holder)
                    if day is None or saying.stated_on >= day - LOADED:
                        found[actor, topic][saying.stance] = saying, holder
    return found


def _loaded(day: date) -> Q:
    return Q(stated_on__gte=day - LOADED)


def _holding(day: date) -> Q:
    return Q(until__isnull=True) | Q(until__gte=day)


def _conditions(begin: Begin, about: Callable[[list[int]], Q], since: Callable[[date], Q]) -> Iterator[Q]:
    """Yield conditions for rows about the pairs, `since` the first day from which one of a topic is drawn.

    One a topic: it is much less to compile than one a pair.
    """
    for some in chunks(sorted(begin, key=itemgetter(1)), CHUNK):
        parts = []
        for topic, group in groupby(some, key=itemgetter(1)):
            actors = [actor for actor, _ in group]
            days = [begin[actor, topic] for actor in actors]
            early = [day for day in days if day is not None]
            whole = len(early) < len(days)
            parts.append(Q(topic=topic) & about(actors) & (Q() if whole else since(min(early))))
        yield either(parts)


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
