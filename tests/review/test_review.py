"""Decisions are appended, one transaction each, and the newest counts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from positions import merging, read_models, review
from positions.models import CurrentStance, LinePoint, Report, Stance, StanceReview
from tests.support import make

pytestmark = pytest.mark.django_db


def values(stance, **changes):
    return replace(review.decided_values(stance), **changes)


def current(stance):
    return CurrentStance.objects.get(pk=stance.pk)


def decisions(stance):
    return list(stance.reviews.order_by("id").values_list("decision", flat=True))


def test_confirm_appends_and_counts():
    stance, anna = make.stance(), make.editor("anna")
    row = review.confirm(stance, by=anna, note="clear")
    assert (row.decision, row.by, row.note, row.position) == ("confirmed", anna, "clear", None)
    assert current(stance).decision == "confirmed"
    assert read_models.differences() == []


def test_correct_keeps_only_what_differs_from_the_reading():
    stance = make.stance(position=1)
    row = review.correct(stance, by=make.editor(), values=values(stance, position=-2))
    stored = {
        name: getattr(row, name) for name in ("position", "mode", "kind", "stated_on", "start", "evidence")
    }
    assert stored == {
        "position": -2,
        "mode": None,
        "kind": None,
        "stated_on": None,
        "start": None,
        "evidence": None,
    }
    assert (current(stance).position, current(stance).decision) == (-2, "corrected")
    assert Stance.objects.get(pk=stance.pk).position == 1


def test_correct_moves_the_line():
    stance = make.stance(position=1)
    review.correct(stance, by=make.editor(), values=values(stance, position=-2))
    assert LinePoint.objects.get(actor=stance.holder).position == -2


def test_correct_without_a_change_is_a_confirmation():
    stance = make.stance()
    assert review.correct(stance, by=make.editor(), values=values(stance)).decision == "confirmed"


def test_correct_back_to_the_reading_undoes_an_earlier_correction():
    stance, anna = make.stance(position=1), make.editor()
    first = review.correct(stance, by=anna, values=values(stance, position=-2))
    review.correct(stance, by=anna, values=values(stance, position=1), expected=first.pk)
    assert (current(stance).position, current(stance).decision) == (1, "confirmed")


def test_correct_can_take_the_source_away():
    stance = make.stance(source_actor=make.unnamed(), mode="second-hand")
    row = review.correct(stance, by=make.editor(), values=values(stance, source=None, mode="indirect"))
    assert (row.no_source, row.source_actor, row.mode) == (True, None, "indirect")
    assert (current(stance).source_actor, current(stance).on_record) == (None, True)


def test_correct_can_change_the_evidence():
    stance = make.stance(article=make.article("First sentence. Second sentence."), evidence="First sentence.")
    row = review.correct(stance, by=make.editor(), values=values(stance, start=16, end=32))
    assert (row.start, row.end, row.evidence) == (16, 32, "Second sentence.")


def test_confirming_what_a_merged_actor_said_is_a_confirmation():
    one, other = make.person(), make.person()
    stance = make.stance(holder=one)
    merging.merge(one, other, by=make.editor())
    assert review.decided_values(stance).holder == other
    row = review.confirm(stance, by=make.editor())
    assert (row.decision, row.holder, current(stance).holder) == ("confirmed", None, other)


def test_confirm_of_a_correction_keeps_the_corrected_values():
    stance = make.stance(position=1)
    first = review.correct(stance, by=make.editor(), values=values(stance, position=-2))
    second = review.confirm(stance, by=make.editor(), expected=first.pk)
    assert second.decision == "corrected"
    assert current(stance).position == -2


def test_reject_takes_the_stance_off_the_line():
    stance = make.stance()
    review.reject(stance, by=make.editor(), reason="off-topic")
    assert current(stance).decision == "rejected"
    assert not LinePoint.objects.exists()


def test_reject_wants_a_reason_of_the_list():
    stance = make.stance()
    with pytest.raises(ValidationError) as refused:
        review.reject(stance, by=make.editor(), reason="don't like it")
    assert list(refused.value.message_dict) == ["reason"]
    assert decisions(stance) == []


def test_a_second_decision_on_what_was_seen_before_the_first_is_refused_and_says_who():
    stance, anna = make.stance(), make.editor("anna")
    review.reject(stance, by=anna, reason="off-topic")
    with pytest.raises(review.Conflict, match="anna rejected this now") as refused:
        review.confirm(stance, by=make.editor("bob"), expected=None)
    assert refused.value.newest.by == anna
    assert decisions(stance) == ["rejected"]


def test_a_decision_on_the_newest_review_is_taken():
    stance = make.stance()
    first = review.reject(stance, by=make.editor(), reason="off-topic")
    review.confirm(stance, by=make.editor(), expected=first.pk)
    assert decisions(stance) == ["rejected", "confirmed"]
    assert current(stance).decision == "confirmed"


@pytest.mark.parametrize("decide", ["confirm", "correct", "reject"])
@pytest.mark.scenario(28)
def test_the_same_decision_sent_twice_is_one(decide):
    stance, anna = make.stance(position=1), make.editor()
    wanted = {
        "confirm": {},
        "correct": {"values": values(stance, position=2)},
        "reject": {"reason": "repeated"},
    }
    first, second = (getattr(review, decide)(stance, by=anna, **wanted[decide]) for _ in range(2))
    assert first == second
    assert StanceReview.objects.count() == 1


@pytest.mark.parametrize(
    ("decide", "extra"), [("confirm", {}), ("correct", {"position": 2}), ("reject", {"reason": "repeated"})]
)
def test_undo_restores_what_counted_before(decide, extra):
    stance, anna = make.stance(position=1), make.editor()
    wanted = {"values": values(stance, **extra)} if decide == "correct" else extra
    row = getattr(review, decide)(stance, by=anna, **wanted)
    before = {name: getattr(make.stance(), name) for name in ("mode", "kind")}
    review.undo(row, by=anna)
    assert (current(stance).decision, current(stance).position) == ("machine", 1)
    assert {name: getattr(current(stance), name) for name in before} == before
    assert StanceReview.objects.filter(stance=stance).count() == 2


def test_undo_of_an_undo_brings_the_decision_back():
    stance, anna = make.stance(position=1), make.editor()
    row = review.correct(stance, by=anna, values=values(stance, position=-2))
    review.undo(review.undo(row, by=anna), by=anna)
    assert (current(stance).decision, current(stance).position) == ("corrected", -2)


def test_undo_of_a_second_correction_restores_the_first():
    stance, anna = make.stance(position=1), make.editor()
    first = review.correct(stance, by=anna, values=values(stance, position=-2))
    second = review.correct(
        stance, by=anna, values=values(stance, position=2, kind="demand"), expected=first.pk
    )
    review.undo(second, by=anna)
    assert (current(stance).position, current(stance).kind) == (-2, "statement")


def test_undo_of_an_older_review_is_refused():
    stance, anna = make.stance(), make.editor()
    first = review.confirm(stance, by=anna)
    review.reject(stance, by=anna, reason="repeated", expected=first.pk)
    with pytest.raises(review.Conflict):
        review.undo(first, by=anna)
    assert decisions(stance) == ["confirmed", "rejected"]


def test_undo_of_an_added_stance_takes_it_off_and_redo_brings_it_back():
    version, anna = make.article("The count demands it now.").version, make.editor()
    template = review.decided_values(make.stance(evidence="x"))
    added = review.add(version, by=anna, values=replace(template, start=0, end=25))
    undone = review.undo(added, by=anna)
    assert undone.decision == "rejected"
    review.undo(undone, by=anna)
    assert current(added.stance).decision == "added"


def test_add_writes_a_stance_of_the_editors_own():
    article = make.article("Before. The count demands it now. After.")
    template = review.decided_values(make.stance(position=2))
    row = review.add(article.version, by=make.editor(), values=replace(template, start=8, end=33))
    stance = row.stance
    assert (stance.evidence, stance.extractor, stance.confidence) == (
        "The count demands it now.",
        "editor",
        1.0,
    )
    assert (row.decision, current(stance).decision) == ("added", "added")


def test_add_of_what_was_found_already_is_refused():
    stance = make.stance()
    with pytest.raises(ValidationError, match="already has a finding"):
        review.add(stance.version, by=make.editor(), values=values(stance))
    assert Stance.objects.count() == 1


def test_refused_without_the_right():
    stance, reader = make.stance(), make.user(is_staff=True)
    for decide in (
        lambda: review.confirm(stance, by=reader),
        lambda: review.correct(stance, by=reader, values=values(stance, position=2)),
        lambda: review.reject(stance, by=reader, reason="repeated"),
        lambda: review.add(stance.version, by=reader, values=values(stance)),
    ):
        with pytest.raises(PermissionDenied):
            decide()
    assert not StanceReview.objects.exists()


def test_a_failing_refresh_leaves_nothing_behind(monkeypatch):
    def broken(ids):
        raise RuntimeError("disk full")

    stance = make.stance()
    monkeypatch.setattr(read_models, "refresh", broken)
    with pytest.raises(RuntimeError):
        review.confirm(stance, by=make.editor())
    assert decisions(stance) == []


def test_a_decision_answers_reports_and_undo_opens_them_again():
    stance, anna = make.stance(), make.editor()
    report = Report.objects.create(stance=stance, reason="position", ip_hash="0")
    row = review.confirm(stance, by=anna)
    assert list(Report.objects.values_list("review", flat=True)) == [row.pk]
    review.undo(row, by=anna)
    assert list(Report.objects.open()) == [report]
