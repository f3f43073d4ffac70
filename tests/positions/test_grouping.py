"""What a change can reach is grouped anew, and that is as good as grouping everything."""

from datetime import date, timedelta
from random import Random

import pytest

from positions import grouping, read_models
from positions.models import CurrentStance, StanceReview, Utterance
from tests.support import make

pytestmark = pytest.mark.django_db


def grouped():
    """By stance the key and the outlets of its utterance; and how many utterances there are."""
    rows = CurrentStance.objects.order_by("pk").values_list("pk", "utterance__key", "utterance__outlets")
    return list(rows), Utterance.objects.count()


def anew():
    read_models.rebuild()
    return grouped()


@pytest.fixture
def body():
    return make.state("Varland")


def say(body, day, position=1, **fields):
    return make.stance(holder=body, position=position, stated_on=make.DAY + timedelta(days=day), **fields)


@pytest.mark.parametrize("seed", range(3))
def test_arrivals_and_decisions_in_any_order(body, seed):
    random = Random(seed)
    days = [random.choice([random.randrange(8), random.randrange(200)]) for _ in range(40)]
    said = [say(body, day, random.choice([1, 1, 2])) for day in days]
    for stance in random.sample(said, 10):
        if random.random() < 0.3:
            make.review(stance, StanceReview.Decision.REJECTED, reason="wrong-holder")
        else:
            moved = stance.stated_on + timedelta(days=random.choice([-1, 1, 60]))
            make.review(stance, StanceReview.Decision.CORRECTED, stated_on=moved, position=1)
    assert grouped() == anew()


def test_a_run_longer_than_what_is_loaded_is_followed_to_its_end(body):
    far = 3 * grouping.AROUND.days
    for day in range(far):
        say(body, day)
    before = {pk: key for pk, key, _ in grouped()[0]}
    say(body, -1)  # shifts who is whose copy, day after day
    after = {pk: key for pk, key, _ in grouped()[0]}
    assert all(after[pk] != key for pk, key in before.items())
    assert grouped() == anew()


def test_what_lies_far_off_is_not_loaded(body):
    for day in range(0, 300, 10):
        say(body, day)
    groups = {(body.pk, CurrentStance.objects.first().topic_id, 1)}
    day = make.DAY + timedelta(days=150)
    reached = list(grouping._reached(groups, [], (), {day}))
    assert [row.day for row in reached] == [day]
    assert len(list(grouping._reached(groups, [], (), frozenset()))) == 30


def test_the_ends_of_the_calendar_are_days_like_others(body):
    for day in (date.min, date.max):
        make.stance(holder=body, stated_on=day, recorded_at=make.instant(make.DAY))
    assert grouped() == anew()
    assert read_models.differences() == []
