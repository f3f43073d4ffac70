"""Camps over time, counted step by step, are what counting everybody on each day gives."""

import random
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from positions.charts import CampDay
from positions.pages.camps import Member, camp_days

FIRST = date(2020, 1, 1)


@dataclass(frozen=True)
class Taken:
    """A line takes a value."""

    actor_id: int
    stated_on: date
    position: int


def counted(starts, members, on):
    """Count everybody on every day."""
    days = []
    for number in range((on - starts[0].stated_on).days + 1):
        day = starts[0].stated_on + timedelta(days=number)
        values = {start.actor_id: start.position for start in starts if start.stated_on <= day}
        here = [m.pk for m in members if m.on(day)]
        made = CampDay(day, dict(Counter(values[pk] for pk in here if pk in values)), len(here))
        if not days or (days[-1].counts, days[-1].total) != (made.counts, made.total):
            days.append(made)
    return days


@pytest.mark.parametrize("seed", range(8))
def test_counting_step_by_step_is_counting_everybody_every_day(seed):
    rng = random.Random(seed)
    day = lambda: FIRST + timedelta(days=rng.randrange(200))
    starts = [Taken(rng.randrange(8), day(), rng.randint(-2, 2)) for _ in range(60)]
    starts.sort(key=lambda start: start.stated_on)
    members = [Member(pk, f"a{pk}", f"Ally {pk}", rng.choice([None, day()]), None) for pk in range(6)]
    # One that left and came back has two memberships.
    members.append(Member(6, "a6", "Ally 6", None, FIRST + timedelta(days=50)))
    members.append(Member(6, "a6", "Ally 6", FIRST + timedelta(days=90), None))
    on = FIRST + timedelta(days=180)
    assert camp_days(starts, members, on) == counted(starts, members, on)
