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


@pytest.fixture
def anna(client):
    user = make.editor("anna")
    client.force_login(user)
    return user


def confirm(client, stances, **data):
    chosen = {"action": "confirm_selected", "_selected_action": [stance.pk for stance in stances], **data}
    return client.post(LIST, chosen, follow=True).content.decode()


def test_the_preview_lists_them_with_the_shifts_and_decides_nothing(client, anna):
    ruritania = make.state("Ruritania")
    stances = [make.stance(holder=ruritania, position=1), make.stance(holder=ruritania, position=-2)]
    page = confirm(client, stances)
    assert "2 statements will be confirmed as read" in page
    assert not StanceReview.objects.exists()


def test_shifts_that_rest_on_them_are_named(client, anna):
    ruritania = make.state("Ruritania")
    make.stance(holder=ruritania, position=1)
    late = make.stance(holder=ruritania, position=-2, stated_on=make.DAY.replace(day=20))
    page = confirm(client, [late])
    assert "Shifts that rest on them" in page
    assert "reversal" in page


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
