"""Many statements at once: what a preview says is what happens, and it can be taken back."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from positions import batches, offices, review
from positions.batches import Plan
from positions.models import CurrentStance, StanceReview
from tests.support import make

pytestmark = pytest.mark.django_db
CONFIRM = Plan("confirm")


@pytest.fixture
def anna():
    return make.editor("anna")


def decisions(stances):
    rows = CurrentStance.objects.in_bulk([stance.pk for stance in stances])
    return [rows[stance.pk].decision for stance in stances]


def test_confirming_leaves_out_what_is_decided_and_undo_takes_the_batch_back(anna):
    stances = [make.stance() for _ in range(3)]
    review.reject(stances[0], by=make.editor("bob"), reason="repeated")
    batch = batches.carry_out(stances, CONFIRM, by=anna, count=2)
    assert (batch.done, len(batch.left_out)) == (2, 1)
    assert "bob rejected this" in batch.left_out[0]
    assert decisions(stances) == ["rejected", "confirmed", "confirmed"]
    assert batches.undo(batch.key, by=anna).done == 2
    assert decisions(stances) == ["rejected", "machine", "machine"]


def test_rejecting_keeps_the_reason_and_stays_through_undo_of_another_batch(anna):
    stances = [make.stance() for _ in range(2)]
    first = batches.carry_out(stances, Plan("reject", reason="off-topic", note="all cake"), by=anna, count=2)
    rows = StanceReview.objects.filter(batch=first.key)
    assert set(rows.values_list("decision", "reason", "note")) == {("rejected", "off-topic", "all cake")}
    assert batches.undo("batch-of-somebody-else", by=anna).done == 0
    assert decisions(stances) == ["rejected", "rejected"]


def test_correcting_changes_what_is_said_and_nothing_else(anna):
    ruritania = make.state("Ruritania")
    stances = [make.stance(position=1, kind="demand"), make.stance(position=-2, kind="pledge")]
    plan = Plan("correct", changes={"holder": ruritania, "position": 2})
    batch = batches.carry_out(stances, plan, by=anna, count=2)
    rows = CurrentStance.objects.order_by("pk").values_list("holder__name", "position", "kind", "decision")
    assert list(rows) == [("Ruritania", 2, "demand", "corrected"), ("Ruritania", 2, "pledge", "corrected")]
    batches.undo(batch.key, by=anna)
    rows = CurrentStance.objects.order_by("pk").values_list("position", "decision")
    assert list(rows) == [(1, "machine"), (-2, "machine")]


def test_one_that_would_not_be_true_is_left_out_with_the_reason(anna):
    young = make.state("Graustark", start=make.DAY.replace(day=10))
    early, late = make.stance(), make.stance(stated_on=make.DAY.replace(day=12))
    plan = Plan("correct", changes={"holder": young})
    batch = batches.carry_out([early, late], plan, by=anna, count=1)
    assert "Graustark has existed only since 10 March 2024." in batch.left_out[0]
    assert decisions([early, late]) == ["machine", "corrected"]


def test_a_doubt_leaves_out_too(anna):
    nobody = make.person("Rupert of Hentzau")
    foreseen = batches.preview([make.stance()], Plan("correct", changes={"holder": nobody}), by=anna)
    assert (foreseen.done, "held no office" in foreseen.left_out[0]) == (0, True)


def test_a_preview_says_what_moves_and_does_nothing(anna):
    ruritania = make.state("Ruritania")
    make.stance(holder=ruritania, position=1)
    late = make.stance(holder=ruritania, position=-2, stated_on=make.DAY.replace(day=20))
    before = offices.lines([ruritania.pk])
    foreseen = batches.preview([late], Plan("reject", reason="no-stance"), by=anna)
    assert offices.lines([ruritania.pk]) == before
    assert not StanceReview.objects.exists()
    (move,) = foreseen.moves
    assert (move.actor, [p for _, p in move.before], [p for _, p in move.after]) == (ruritania, [1, -2], [1])


def test_a_preview_foresees_the_line_of_whom_the_new_holder_speaks_for(anna):
    state = make.state("Ruritania")
    minister = make.person("Rudolf Rassendyll", of=state)
    foreseen = batches.preview([make.stance()], Plan("correct", changes={"holder": minister}), by=anna)
    assert "Ruritania" in [str(move.actor) for move in foreseen.moves]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_wrong_count_decides_nothing(anna, count):
    with pytest.raises(batches.WrongCount):
        batches.carry_out([make.stance(), make.stance()], CONFIRM, by=anna, count=count)
    assert not StanceReview.objects.exists()
    assert set(CurrentStance.objects.values_list("decision", flat=True)) == {"machine"}


@pytest.mark.parametrize("plan", [Plan("reject"), Plan("reject", reason="because"), Plan("correct")])
def test_a_plan_that_says_nothing_is_refused(anna, plan):
    with pytest.raises(ValidationError):
        batches.preview([make.stance()], plan, by=anna)


def test_undo_leaves_what_was_decided_since(anna):
    stances = [make.stance() for _ in range(2)]
    batch = batches.carry_out(stances, CONFIRM, by=anna, count=2)
    newest = review.newest_review(stances[0])
    review.reject(stances[0], by=make.editor("bob"), reason="repeated", expected=newest.pk)
    undone = batches.undo(batch.key, by=anna)
    assert (undone.done, len(undone.left_out)) == (1, 1)
    assert decisions(stances) == ["rejected", "machine"]


def test_only_those_who_may(anna):
    stance, nobody = make.stance(), make.user()
    batch = batches.carry_out([stance], CONFIRM, by=anna, count=1)
    for deed in (
        lambda: batches.preview([stance], CONFIRM, by=nobody),
        lambda: batches.carry_out([stance], CONFIRM, by=nobody, count=1),
        lambda: batches.undo(batch.key, by=nobody),
    ):
        with pytest.raises(PermissionDenied):
            deed()
