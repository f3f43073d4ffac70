"""Small lines for tables, drawn once for each state of a line and kept.

What is kept is kept under the edition of the line, so that it is never out of date, and a change of one line
redraws one small line and not six hundred.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.core.cache import cache

from positions.charts import Step, sparkline
from positions.pages import record
from positions.pages.known import Asked
from positions.pages.lines import starts

DAYS = 3 * 365
# More steps than this cannot be told apart in 64 pixels: the line is then sampled.
MOST_STEPS = 12
KEPT_SECONDS, MOST_KEPT = 3600, 6_000
State = tuple[int, str, int]  # actor, topic, edition


def sparks(ask: Asked, points: Sequence[Any]) -> dict[tuple[int, str], str]:
    """Return each line's small line by (actor, topic): the three years to the day asked about."""
    if not ask.stored:
        return _drawn(ask, points)
    key = f"sparks:{record.release()}:{ask.on}"
    kept: dict[State, str] = cache.get(key) or {}
    missing = [p for p in points if _state(p) not in kept]
    if missing:
        drawn = _drawn(ask, missing)
        kept = {state: kept[state] for state in list(kept)[-MOST_KEPT:]}
        kept |= {_state(p): drawn[p.actor_id, p.topic_slug] for p in missing}
        cache.set(key, kept, KEPT_SECONDS)
    return {(p.actor_id, p.topic_slug): kept[_state(p)] for p in points}


def _state(point: Any) -> State:
    return point.actor_id, point.topic_slug, point.edition


def _drawn(ask: Asked, points: Sequence[Any]) -> dict[tuple[int, str], str]:
    first = ask.on - timedelta(days=DAYS)
    topics = {p.topic_slug for p in points}
    topic = next(iter(topics)) if len(topics) == 1 else None
    begun = starts(ask, actors={p.actor_id for p in points}, topic=topic, after=first)
    lines = steps_of(begun)
    return {
        (p.actor_id, p.topic_slug): sparkline(
            thinned(whole(lines.get((p.actor_id, p.topic_slug), []), p, first), first, ask.on), first, ask.on
        )
        for p in points
    }


def steps_of(points: Iterable[Any]) -> dict[tuple[int, str], list[Step]]:
    """Return each line's steps from the points at which it took a new value, in order of time."""
    found: dict[tuple[int, str], list[Step]] = defaultdict(list)
    for point in points:
        line = found[point.actor_id, point.topic_slug]
        if line:
            line[-1] = Step(line[-1].start, point.stated_on, line[-1].value)
        line.append(Step(point.stated_on, None, point.position))
    return found


def whole(steps: list[Step], point: Any, first: date) -> list[Step]:
    """Add what began before the window: the point's own value, or the one before its only change."""
    if not steps or steps[0].start > point.since:
        return [Step(point.since, None, point.position)]
    if len(steps) == 1 and point.previous is not None and point.stated_on == point.since > first:
        return [Step(first, point.since, point.previous), *steps]
    return steps


def thinned(steps: Sequence[Step], first: date, last: date) -> Sequence[Step]:
    """Return the steps, or where they are too many the values held on evenly spread days."""
    if len(steps) <= MOST_STEPS:
        return steps
    days = [first + (last - first) * n / MOST_STEPS for n in range(MOST_STEPS + 1)]
    held: Mapping[date, int] = {
        day: step.value
        for day in days[:-1]
        for step in steps
        if step.start <= day and (not step.end or day < step.end)
    }
    sampled = [Step(a, b, held[a]) for a, b in pairwise(days) if a in held]
    return [*sampled[:-1], Step(days[-2], None, steps[-1].value)]
