"""A line drawn on from what changed is the line drawn from its beginning."""

from datetime import timedelta
from random import Random

import pytest

from positions import drawing, read_models
from positions.models import LinePoint, StanceReview
from tests.support import make

pytestmark = pytest.mark.django_db
Decision = StanceReview.Decision
LONG = 700  # days


@pytest.fixture
def whole(monkeypatch):
    """The lines that had to be drawn from their beginning."""
    found = []
    compared = drawing._compared

    def watched(begin, difference):
        found.extend(pair for pair, day in begin.items() if day is None)
        return compared(begin, difference)

    monkeypatch.setattr(drawing, "_compared", watched)
    return found


@pytest.fixture
def cast():
    body = make.state("Varland")
    premier, minister, envoy = (make.person(name) for name in ("Ilse Korvat", "Joren Haldvik", "Odo Brandt"))
    middle = make.DAY + timedelta(days=LONG // 2)
    make.mandate(premier, body, role="head-of-government", end=middle)
    make.mandate(envoy, body, role="head-of-government", start=middle)
    make.mandate(minister, body, role="foreign-minister")
    return [body, premier, minister, envoy, body]


def say(random, cast, day, **fields):
    values = {
        "holder": random.choice(cast),
        "position": random.choice([-2, -1, 1, 1, 2]),
        "condition": random.choice(["", "", "once the war ends"]),
        "confidence": random.choice([0.7, 0.9]),
        **fields,
    }
    if random.random() < 0.2:
        values |= {"mode": "second-hand", "source_actor": make.unnamed(), "holder": cast[0]}
    return make.stance(stated_on=make.DAY + timedelta(days=day), **values)


def decide(random, cast, stance):
    newest = random.random()
    if newest < 0.3:
        make.review(stance, Decision.REJECTED, reason="wrong-holder")
    elif newest < 0.6:
        moved = stance.stated_on + timedelta(days=random.choice([-40, -1, 1, 200]))
        make.review(stance, Decision.CORRECTED, stated_on=moved, position=-1)
    elif newest < 0.8:
        make.review(stance, Decision.CORRECTED, holder=random.choice(cast), position=2)
    else:
        make.review(stance, Decision.CONFIRMED)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_comes_in_whatever_order(cast, whole, seed):
    random = Random(seed)
    said = []
    for turn in range(45):
        dense = random.random() < 0.4  # a time in which much is said beside long silences
        said.append(say(random, cast, random.randrange(60) + 300 if dense else random.randrange(LONG)))
        if turn % 3 == 2:
            decide(random, cast, random.choice(said))
        assert drawing.differences() == []
    assert len(whole) < 45, "hardly a line was drawn on from what it had come to"


def test_nothing_before_the_change_is_loaded(cast, whole):
    for day in range(0, LONG, 20):
        say(Random(day), cast[:1], day)
    whole.clear()
    newest = make.stance(holder=cast[0], position=-2, stated_on=make.DAY + timedelta(days=LONG))
    pair = cast[0].pk, newest.topic_id
    day = drawing._begin(newest.stated_on)
    assert whole == []
    assert min(s.stated_on for s, _ in drawing._said({pair: day})[pair].values()) >= day - drawing.LOADED
    held = LinePoint.objects.filter(actor=cast[0], track="line", stated_on__gte=day).count()
    assert len([p for p in drawing.stored_points({pair: day})[pair].values() if p[2] == "line"]) == held + 1


def test_copies_without_a_break_are_followed_to_the_first(cast, whole):
    for day in range(150):
        make.stance(holder=cast[0], position=1, stated_on=make.DAY + timedelta(days=day))
    whole.clear()
    make.stance(holder=cast[0], position=1, stated_on=make.DAY + timedelta(days=150))
    assert whole
    assert drawing.differences() == []


def test_behind_a_gate_a_line_is_drawn_from_its_beginning(cast, whole, settings):
    settings.PUBLICATION_GATE = 2
    read_models.rebuild()
    whole.clear()
    for day, position in ((0, 2), (200, -2), (400, 1), (600, -1)):
        make.stance(holder=cast[0], position=position, stated_on=make.DAY + timedelta(days=day))
        assert drawing.differences() == []
    assert len(whole) == 4
