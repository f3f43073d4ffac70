"""Utterances kept up: the same saying in many articles is one row. Called by `positions.read_models` only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from itertools import islice
from operator import or_
from typing import TypeVar

from django.db.models import Q

from actors.models import Actor
from positions import history
from positions.history import Saying
from positions.models import Article, CurrentStance, Topic, Utterance

Group = tuple[int, int, int]  # (holder, topic, position): sayings are the same only within one
Span = tuple[date, date] | None  # the first and the last day; None: all days
T = TypeVar("T")
# Conditions joined by OR in one query; databases limit how deep these may nest.
CHUNK = 60
ROWS = 500
# So far around a change sayings are loaded; where the same is said on and on for longer, all are.
AROUND = timedelta(days=30)
NEXT = timedelta(days=history.UTTERANCE_DAYS)


@dataclass(slots=True)
class Said:
    """What grouping needs of a current stance."""

    stance: int
    holder: str
    source: str
    topic: str
    position: int
    day: date
    outlet: int
    utterance: int | None
    behalf: int | None

    def saying(self) -> Saying:
        return Saying(self.stance, self.holder, self.topic, self.position, self.day, "", source=self.source)


@dataclass(slots=True)
class Regrouped:
    """What grouping touched: on whose behalf things were said, and the utterances that stances left."""

    heard: set[int]  # their pages say in how many outlets
    left: set[int]


def regroup(
    groups: Collection[Group], fresh: Sequence[CurrentStance] = (), days: Set[date] = frozenset()
) -> Regrouped:
    """Group the sayings of these holders on these topics with these positions into utterances.

    With `days` only those that a change on these days can reach. `fresh` are rows about to be stored, over
    those that are stored of the same stances: they are only told their utterance. Once they are stored, the
    caller drops what is left. The number of queries does not depend on how many there are, up to `CHUNK`.
    """
    new = {row.pk: row for row in fresh}
    said = {row.stance: row for row in _reached(groups, list(_fresh(fresh)), new, days)}
    found = history.utterances(row.saying() for row in said.values())
    pks = _saved({key: len({said[s.stance].outlet for s in same}) for key, same in found.items()})
    belongs = {saying.stance: pks[key] for key, same in found.items() for saying in same}
    for stance, row in new.items():
        row.utterance_id = belongs[stance]
    moved = [(s, u) for s, u in belongs.items() if s not in new and said[s].utterance != u]
    for some in chunks(moved, ROWS):
        rows = [CurrentStance(stance_id=stance, utterance_id=utterance) for stance, utterance in some]
        CurrentStance.objects.bulk_update(rows, ["utterance"])
    left = {said[stance].utterance for stance, _ in moved}
    return Regrouped({row.behalf for row in said.values() if row.behalf}, {pk for pk in left if pk})


def _reached(
    groups: Collection[Group], told: Sequence[Said], new: Container[int], days: Set[date]
) -> Iterator[Said]:
    """Yield what a change on these days can reach, `told` in place of what is stored of the same stances."""
    runs: list[list[Said]] = []
    for span in _spans(days):
        rows = [*told, *(row for row in _said(groups, span) if row.stance not in new)]
        runs = [run for run in _runs(rows) if _within(run, days)]
        if span is None or all(_inside(run, span) for run in runs):
            break
    for run in runs:
        yield from run


def _spans(days: Set[date]) -> Iterator[Span]:
    if days and min(days) - date.min > AROUND and date.max - max(days) > AROUND:
        yield min(days) - AROUND, max(days) + AROUND
    yield None


def _inside(run: Sequence[Said], span: tuple[date, date]) -> bool:
    """Return whether nothing before or after the span can go on with the run."""
    return run[0].day - span[0] >= NEXT and span[1] - run[-1].day >= NEXT


def _runs(said: Iterable[Said]) -> Iterator[list[Said]]:
    """Yield what was said alike without a break: only within a run can one be the copy of another."""
    alike: dict[tuple[str, str, str, int], list[Said]] = defaultdict(list)
    for row in said:
        alike[row.holder, row.source, row.topic, row.position].append(row)
    for rows in alike.values():
        rows.sort(key=lambda row: row.day)
        run = rows[:1]
        for row in rows[1:]:
            if row.day - run[-1].day > NEXT:
                yield run
                run = []
            run.append(row)
        yield run


def _within(run: Sequence[Said], days: Set[date]) -> bool:
    return not days or any(run[0].day - day <= NEXT and day - run[-1].day <= NEXT for day in days)


def _said(groups: Collection[Group], span: Span) -> Iterator[Said]:
    for some in chunks(sorted(groups), CHUNK):
        holders: dict[tuple[int, int], list[int]] = defaultdict(list)
        for holder_id, topic_id, value in some:
            holders[topic_id, value].append(holder_id)
        # A condition a topic and position: compiling one for each group would cost more than asking it.
        within = Q(stated_on__range=span) if span else Q()
        wanted = either(Q(topic=t, position=v, holder__in=held) & within for (t, v), held in holders.items())
        rows = CurrentStance.objects.filter(wanted).order_by().values_list(
            "pk", "holder__slug", "source_actor__slug", "topic__slug", "position", "stated_on",
            "article__source_id", "utterance_id", "on_behalf_of_id",
        )  # fmt: skip
        for pk, holder, source, topic, position, stated_on, outlet, utterance, behalf in rows:
            yield Said(pk, holder, source or "", topic, position, stated_on, outlet, utterance, behalf)


def _fresh(rows: Sequence[CurrentStance]) -> Iterator[Said]:
    if not rows:
        return
    sources = {row.source_actor_id for row in rows if row.source_actor_id}
    named = Actor.objects.filter(pk__in=sources | {row.holder_id for row in rows}).order_by()
    slugs = dict(named.values_list("pk", "slug"))
    topics = dict(Topic.objects.order_by().values_list("pk", "slug"))
    articles = Article.objects.filter(pk__in={row.article_id for row in rows}).order_by()
    outlets = dict(articles.values_list("pk", "source_id"))
    for row in rows:
        source = slugs[row.source_actor_id] if row.source_actor_id else ""
        yield Said(
            row.pk, slugs[row.holder_id], source, topics[row.topic_id], row.position, row.stated_on,
            outlets[row.article_id], None, row.on_behalf_of_id,
        )  # fmt: skip


def _saved(outlets: dict[str, int]) -> dict[str, int]:
    """Write utterances that are new or have other outlets; return the primary key of each by its key."""
    stored: dict[str, tuple[int, int]] = {}
    for some in chunks(outlets, ROWS):
        rows = Utterance.objects.filter(key__in=some).values_list("key", "pk", "outlets")
        stored |= {key: (pk, n) for key, pk, n in rows}
    changed = [
        Utterance(key=key, outlets=n) for key, n in outlets.items() if stored.get(key, (0, -1))[1] != n
    ]
    Utterance.objects.bulk_create(
        changed, batch_size=ROWS, update_conflicts=True, unique_fields=["key"], update_fields=["outlets"]
    )
    return {key: pk for key, (pk, _) in stored.items()} | {row.key: row.pk for row in changed}


def drop_empty(utterance_ids: Iterable[int | None]) -> None:
    """Delete those of the utterances that no stance belongs to."""
    for some in chunks({pk for pk in utterance_ids if pk}, ROWS):
        used = CurrentStance.objects.filter(utterance__in=some).order_by().values_list("utterance", flat=True)
        if empty := set(some) - set(used):
            Utterance.objects.filter(pk__in=empty).delete()


def either(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions)


def chunks(values: Iterable[T], size: int) -> Iterator[Sequence[T]]:
    waiting = iter(values)
    while some := list(islice(waiting, size)):
        yield some
