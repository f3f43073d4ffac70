"""The publication gate: what holds a line back, and that a person's decision lets it go."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positions import consequences, history, holding, read_models, review
from positions.history import Saying
from positions.models import LinePoint
from tests.support import make


def said(position, days=0, **values):
    defaults = {
        "stance": days, "holder": "ilse-korvat", "topic": "nato-membership", "evidence": f"{position} {days}",
        "stated_on": make.DAY + timedelta(days=days),
        "tier": 1,
    }  # fmt: skip
    return Saying(position=position, **{**defaults, **values})


def positions(*sayings, size):
    return [point.position for point in holding.line(sayings, size=size).points]


def test_a_big_machine_read_shift_waits():
    assert positions(said(1), said(-1, 5), size=2) == [1]


def test_a_small_one_does_not():
    assert positions(said(1), said(0, 5), size=2) == [1, 0]


def test_a_reviewed_one_does_not():
    assert positions(said(1), said(-1, 5, reviewed=True), size=2) == [1, -1]


def test_without_a_gate_nothing_waits():
    assert positions(said(2), said(-2, 5), size=0) == [2, -2]


def test_the_first_record_does_not_wait():
    assert positions(said(-2), size=1) == [-2]


def test_what_follows_is_measured_from_what_stands():
    assert positions(said(1), said(-1, 5), said(0, 9), said(-1, 12), size=2) == [1, 0, -1]


def test_copies_wait_together():
    assert positions(said(1), said(-1, 5), said(-1, 6, stance=99, evidence="copy"), size=2) == [1]


def test_a_reviewed_copy_lets_the_saying_through():
    copy = said(-1, 5, stance=99, evidence="copy", reviewed=True)
    assert positions(said(1), said(-1, 5), copy, size=2) == [1, -1]


def test_accounts_are_never_held():
    sayings = [said(2, on_record=False), said(-2, 5, on_record=False)]
    assert [p.position for p in holding.line(sayings, size=1, track="accounts").points] == [2, -2]


@given(
    st.lists(st.tuples(st.integers(-2, 2), st.integers(0, 400), st.booleans()), max_size=14),
    st.integers(1, 4),
)
def test_no_unreviewed_shift_of_the_size_is_left_whatever_the_order(rows, size):
    sayings = [
        replace(said(position, days), stance=n, evidence=str(n), reviewed=reviewed)
        for n, (position, days, reviewed) in enumerate(rows)
    ]
    shuffled = Random(7).sample(sayings, len(sayings))
    line = holding.line(sayings, size=size)
    assert line == holding.line(shuffled, size=size)
    for point in line.points:
        small = point.previous is None or abs(point.position - point.previous.position) < size
        assert small or point.saying.reviewed
    reviewed = {s.stance for s in sayings if s.reviewed}
    assert reviewed <= {s.stance for s in holding.published(sayings, size=size)}


@given(st.lists(st.tuples(st.integers(-2, 2), st.integers(0, 400)), max_size=14))
def test_no_gate_is_the_line_rule_itself(rows):
    sayings = [said(position, days, stance=n, evidence=str(n)) for n, (position, days) in enumerate(rows)]
    assert holding.line(sayings, size=0) == history.line(sayings)


@pytest.mark.django_db
def test_a_confirmation_lets_the_line_go(settings, client):
    settings.PUBLICATION_GATE = 2
    ruritania = make.state("Ruritania")
    make.stance(holder=ruritania, position=1, stated_on=make.DAY)
    late = make.stance(holder=ruritania, position=-1, stated_on=make.DAY + timedelta(days=9))
    line = LinePoint.objects.filter(actor=ruritania).order_by("stated_on")
    assert [point.position for point in line] == [1]
    (consequence,) = consequences.of(late.current)
    assert consequence.words.startswith("Ruritania on NATO membership moves + → − (reversal")
    client.force_login(make.editor())
    page = client.get("/admin/positions/stance/queue/", {"item": late.pk}).content.decode()
    assert 'class="chip moves"' in page
    review.confirm(late, by=make.editor())
    assert [point.position for point in line.all()] == [1, -1]
    assert read_models.differences() == []
