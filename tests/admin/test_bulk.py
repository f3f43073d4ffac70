"""Many statements at once: shown first, counted out loud, taken back together."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from positions import review
from positions.models import CurrentStance, StanceReview
from tests.support import make

pytestmark = pytest.mark.django_db
LIST = "/admin/positions/stance/"


def bulk(client, action, stances, **data):
    chosen = {"action": f"{action}_selected", "_selected_action": [stance.pk for stance in stances], **data}
    return client.post(LIST, chosen, follow=True).content.decode()


def confirm(client, stances, **data):
    return bulk(client, "confirm", stances, **data)


def reject(client, stances, **data):
    return bulk(client, "reject", stances, planned="1", **data)


def correct(client, stances, **data):
    return bulk(client, "correct", stances, planned="1", **data)


def test_the_preview_lists_them_and_decides_nothing(client, anna):
    ruritania = make.state("Ruritania")
    later = make.DAY.replace(day=9)
    stances = [make.stance(holder=ruritania), make.stance(holder=ruritania, position=-2, stated_on=later)]
    page = confirm(client, stances)
    assert "2 statements will be confirmed" in page
    assert "0 lines would move" in page
    assert not StanceReview.objects.exists()


def test_lines_that_would_move_are_named(client, anna):
    ruritania = make.state("Ruritania")
    make.stance(holder=ruritania, position=1)
    late = make.stance(holder=ruritania, position=-2, stated_on=make.DAY.replace(day=20))
    page = reject(client, [late], reason="no-stance")
    assert "1 line would move" in page
    assert "Ruritania on NATO membership" in page
    assert not StanceReview.objects.exists()


def test_rejecting_asks_for_a_reason_first(client, anna):
    stances = [make.stance(), make.stance()]
    first = bulk(client, "reject", stances)
    assert ("Show what would change" in first, 'name="count"' in first, "errorlist" in first) == (
        True, False, False,
    )  # fmt: skip
    assert "This field is required" in reject(client, stances, reason="")
    assert not StanceReview.objects.exists()


def test_rejecting_with_the_right_count(client, anna):
    page = reject(client, [make.stance(), make.stance()], reason="off-topic", count="2", note="cake")
    assert "2 rejected." in page
    rows = StanceReview.objects.values_list("decision", "reason", "note", "by__username")
    assert set(rows) == {("rejected", "off-topic", "cake", "anna")}


def test_correcting_with_the_right_count_and_taking_it_back(client, anna):
    ruritania = make.state("Ruritania")
    stances = [make.stance(position=1), make.stance(position=-1)]
    assert "2 statements will be corrected" in correct(client, stances, holder=ruritania.pk, position="2")
    page = correct(client, stances, holder=ruritania.pk, position="2", count="2")
    assert set(CurrentStance.objects.values_list("holder__name", "position")) == {("Ruritania", 2)}
    key = re.search(r"undo-batch/\?batch=(batch-\w+)", page)[1]
    client.post(reverse("admin:positions_stance_undo_batch"), {"batch": key})
    assert set(CurrentStance.objects.values_list("position", "decision")) == {(1, "machine"), (-1, "machine")}


def test_correcting_nothing_is_refused(client, anna):
    page = correct(client, [make.stance()])
    assert "Choose at least one value" in page
    assert 'name="count"' not in page


@pytest.mark.parametrize(
    ("field", "value"),
    [("position", "9"), ("topic", "0"), ("holder", "x"), ("kind", "shout"), ("stated_on", "soon")],
)
def test_bad_values_have_the_reason_beside_the_field(client, anna, field, value):
    page = correct(client, [make.stance()], **{field: value})
    assert re.search(rf'class="field f-{field}">.*?errorlist', page, re.S)
    assert not StanceReview.objects.exists()


def test_what_cannot_be_true_is_left_out_and_counted(client, anna):
    young = make.state("Graustark", start=make.DAY.replace(day=10))
    early, late = make.stance(), make.stance(stated_on=make.DAY.replace(day=12))
    page = correct(client, [early, late], holder=young.pk)
    assert "1 statement will be corrected" in page
    assert "Graustark has existed only since 10 March 2024." in page
    correct(client, [early, late], holder=young.pk, count="2")
    assert not StanceReview.objects.exists()
    correct(client, [early, late], holder=young.pk, count="1")
    assert StanceReview.objects.get().stance == late


@pytest.mark.parametrize("count", ["", "1", "3", "two"])
def test_a_wrong_count_decides_nothing(client, anna, count):
    page = confirm(client, [make.stance(), make.stance()], count=count)
    assert "not the number of statements" in page
    assert not StanceReview.objects.exists()


def test_the_right_count_confirms_and_the_batch_can_be_taken_back(client, anna):
    stances = [make.stance() for _ in range(3)]
    page = confirm(client, stances, count="3")
    assert set(CurrentStance.objects.values_list("decision", flat=True)) == {"confirmed"}
    key = re.search(r"undo-batch/\?batch=(batch-\w+)", page)[1]
    address = reverse("admin:positions_stance_undo_batch")
    assert "Take back 3 decisions?" in client.get(address, {"batch": key}).content.decode()
    assert set(CurrentStance.objects.values_list("decision", flat=True)) == {"confirmed"}
    client.post(address, {"batch": key})
    assert set(CurrentStance.objects.values_list("decision", flat=True)) == {"machine"}


def test_what_is_decided_stays(client, anna):
    rejected, open_ = make.stance(), make.stance()
    review.reject(rejected, by=anna, reason="no-stance")
    page = confirm(client, [rejected, open_])
    assert "1 of your selection is decided already and stays as it is" in page
    confirm(client, [rejected, open_], count="1")
    assert CurrentStance.objects.get(pk=rejected.pk).decision == "rejected"


@pytest.mark.parametrize("key", ["", "undo", "no-stance", "batch-unknown"])
def test_only_batches_can_be_taken_back(client, anna, key):
    stance = make.stance()
    review.reject(stance, by=anna, reason="no-stance")
    client.post(reverse("admin:positions_stance_undo_batch"), {"batch": key})
    assert CurrentStance.objects.get().decision == "rejected"
