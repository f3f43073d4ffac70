"""A second person reads blind; differences are settled by a third."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import count

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from positions import review, review_queue, second_reading
from positions.models import CurrentStance, SecondReading
from positions.second_reading import Blind
from tests.support import make

pytestmark = pytest.mark.django_db
NUMBERS = count(1)


def decided(by=None, **fields):
    stance = make.stance(fingerprint=f"00{next(NUMBERS)}", **fields)
    review.confirm(stance, by=by or make.editor())
    return stance


def blind(stance, **changes):
    names = ("holder", "topic", "position", "mode", "kind", "stated_on", "condition")
    return Blind(**{**{name: getattr(stance, name) for name in names}, **changes})


def test_agreement_leaves_nothing_to_settle():
    stance = decided()
    reading = second_reading.save(stance, by=make.editor(), values=blind(stance))
    assert second_reading.differences(reading) == []
    assert second_reading.unsettled() == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"position": -1}, ["position"]),
        ({"mode": "direct", "kind": "demand"}, ["mode", "kind"]),
        ({"condition": "once there is peace", "stated_on": make.DAY.replace(day=1)}, ["condition", "date"]),
    ],
)
def test_differences_are_named(changes, expected):
    stance = decided()
    reading = second_reading.save(stance, by=make.editor(), values=blind(stance, **changes))
    assert second_reading.differences(reading) == expected
    assert second_reading.unsettled() == [reading]


def test_no_stance_differs_from_a_stance_and_agrees_with_a_rejection():
    stance = decided()
    rejected = make.stance()
    review.reject(rejected, by=make.editor(), reason="repeated")
    readings = [second_reading.save(s, by=make.editor(), values=None) for s in (stance, rejected)]
    assert [second_reading.differences(reading) for reading in readings] == [["no_stance"], []]


def test_another_source_is_a_difference():
    stance = decided()
    values = blind(stance, source=make.organisation(), mode="second-hand")
    reading = second_reading.save(stance, by=make.editor(), values=values)
    assert second_reading.differences(reading) == ["mode", "source"]


def test_of_a_condition_only_counts_that_there_is_one():
    stance = decided(condition="if there is peace")
    reading = second_reading.save(stance, by=make.editor(), values=blind(stance, condition="peace"))
    assert second_reading.differences(reading) == []


def test_what_was_not_asked_for_is_no_difference():
    stance = decided(condition="if there is peace")
    reading = second_reading.save(stance, by=make.editor(), values=blind(stance))
    SecondReading.objects.update(stated_on=None, condition="")
    reading.refresh_from_db()
    assert second_reading.differences(reading) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"stated_on": make.DAY.replace(year=2030)}, "stated_on"),
        ({"position": 3}, "position"),
        ({"source": "holder", "mode": "second-hand"}, "source"),
    ],
)
def test_what_cannot_be_true_is_refused(changes, field):
    stance = decided()
    changes = {**changes, **({"source": stance.holder} if "source" in changes else {})}
    with pytest.raises(ValidationError) as refused:
        second_reading.save(stance, by=make.editor(), values=blind(stance, **changes))
    assert list(refused.value.error_dict) == [field]
    assert not SecondReading.objects.exists()


def test_it_is_compared_with_what_was_decided_then():
    stance = decided()
    reading = second_reading.save(stance, by=make.editor(), values=blind(stance))
    newest = review.newest_review(stance)
    other = replace(review.decided_values(stance), position=-2)
    review.correct(stance, by=make.editor(), values=other, expected=newest.pk)
    assert second_reading.differences(reading) == []


def test_who_decided_may_not_read_it_again():
    anna = make.editor()
    with pytest.raises(ValidationError):
        second_reading.save(decided(by=anna), by=anna, values=None)


def test_nobody_reads_it_twice():
    stance, bob = decided(), make.editor()
    second_reading.save(stance, by=bob, values=None)
    with pytest.raises(ValidationError):
        second_reading.save(stance, by=bob, values=blind(stance))
    assert SecondReading.objects.count() == 1


def test_undecided_is_not_read_a_second_time():
    with pytest.raises(ValidationError):
        second_reading.save(make.stance(), by=make.editor(), values=None)


def test_a_second_reading_changes_no_line():
    stance = decided(position=1)
    second_reading.save(stance, by=make.editor(), values=blind(stance, position=-2))
    assert CurrentStance.objects.get(pk=stance.pk).position == 1


@pytest.mark.parametrize(("second_is_right", "position"), [(True, -2), (False, 1)])
def test_settling_appends_a_decision(second_is_right, position):
    stance = decided(position=1)
    reading = second_reading.save(stance, by=make.editor(), values=blind(stance, position=-2))
    newest = review.newest_review(stance)
    row = second_reading.settle(
        reading, by=make.editor(), second_is_right=second_is_right, expected=newest.pk
    )
    reading.refresh_from_db()
    assert (CurrentStance.objects.get(pk=stance.pk).position, reading.adjudicated) == (position, row)
    assert second_reading.unsettled() == []


def test_settling_for_the_second_takes_source_condition_and_day():
    stance, teller = decided(condition="if there is peace"), make.organisation()
    day = make.DAY.replace(day=1)
    values = blind(stance, source=teller, mode="second-hand", condition="", stated_on=day)
    reading = second_reading.save(stance, by=make.editor(), values=values)
    newest = review.newest_review(stance).pk
    second_reading.settle(reading, by=make.editor(), second_is_right=True, expected=newest)
    row = CurrentStance.objects.get(pk=stance.pk)
    assert (row.source_actor, row.condition, row.stated_on) == (teller, "", day)


def test_settling_keeps_the_words_of_a_condition_that_both_saw():
    stance = decided(condition="if there is peace", position=1)
    values = blind(stance, condition="peace", position=-1)
    reading = second_reading.save(stance, by=make.editor(), values=values)
    newest = review.newest_review(stance).pk
    second_reading.settle(reading, by=make.editor(), second_is_right=True, expected=newest)
    assert CurrentStance.objects.get(pk=stance.pk).condition == "if there is peace"


def test_settling_for_no_stance_rejects():
    stance = decided()
    reading = second_reading.save(stance, by=make.editor(), values=None)
    newest = review.newest_review(stance)
    second_reading.settle(reading, by=make.editor(), second_is_right=True, expected=newest.pk)
    assert CurrentStance.objects.get(pk=stance.pk).decision == "rejected"


def test_settling_what_was_decided_since_is_refused():
    stance = decided()
    reading = second_reading.save(stance, by=make.editor(), values=None)
    before = review.newest_review(stance).pk
    review.reject(stance, by=make.editor(), reason="repeated", expected=before)
    with pytest.raises(review.Conflict):
        second_reading.settle(reading, by=make.editor(), second_is_right=False, expected=before)


def test_settling_needs_the_right():
    stance = decided()
    reading = second_reading.save(stance, by=make.editor(), values=None)
    with pytest.raises(PermissionDenied):
        second_reading.settle(reading, by=make.user(), second_is_right=True, expected=None)


def test_the_sample_is_what_others_decided():
    anna, bob = make.editor(), make.editor()
    mine, others = decided(by=anna), decided(by=bob)
    outside = make.stance(fingerprint="ff")
    review.confirm(outside, by=bob)
    assert [row.pk for row in review_queue.for_second_reading(anna)] == [others.pk]
    assert [row.pk for row in review_queue.for_second_reading(bob)] == [mine.pk]


def test_the_blind_screen_shows_no_values_and_keeps_the_reading(client):
    stance = decided(holder=make.state("Ruritania"), evidence="They want it now.", position=2)
    bob = make.editor()
    client.force_login(bob)
    page = client.get(reverse("admin:positions_secondreading_blind")).content.decode()
    assert "They want it now." in page
    assert ("Ruritania" in page, "checked" in page) == (False, False)
    fields = {
        "holder": stance.holder_id,
        "topic": stance.topic_id,
        "position": 1,
        "mode": "direct",
        "kind": "pledge",
        "stated_on": "2024-03-04",
        "condition": "if asked",
    }
    client.post(
        reverse("admin:positions_secondreading_blind"), {"stance": stance.pk, "action": "save", **fields}
    )
    reading = SecondReading.objects.get()
    assert (reading.stated_on, reading.condition, reading.source_actor) == (make.DAY, "if asked", None)
    assert (reading.by, reading.position, reading.mode) == (bob, 1, "direct")


def test_a_refused_blind_reading_comes_back_with_the_reason_and_what_was_typed(client):
    stance = decided()
    client.force_login(make.editor())
    fields = {
        "holder": stance.holder_id, "topic": stance.topic_id, "position": 1, "mode": "direct",
        "kind": "pledge", "stated_on": "2030-01-01", "condition": "once it rains",
    }  # fmt: skip
    address = reverse("admin:positions_secondreading_blind")
    response = client.post(address, {"stance": stance.pk, "action": "save", **fields})
    page = response.content.decode()
    assert (response.status_code, SecondReading.objects.exists()) == (422, False)
    assert re.search(r'class="field f-stated_on">.*?nobody said it later', page, re.S)
    assert "once it rains" in page


@pytest.mark.parametrize("pk", ["", "x", "²", "9" * 30])
@pytest.mark.parametrize(("screen", "field"), [("blind", "stance"), ("differences", "reading")])
def test_what_is_not_there_is_not_found(client, screen, field, pk):
    client.force_login(make.editor())
    assert client.post(reverse(f"admin:positions_secondreading_{screen}"), {field: pk}).status_code == 404


def test_saying_nobody_is_right_settles_nothing(client):
    stance = decided()
    reading = second_reading.save(stance, by=make.editor(), values=None)
    client.force_login(make.editor())
    newest = review.newest_review(stance).pk
    address = reverse("admin:positions_secondreading_differences")
    page = client.post(address, {"reading": reading.pk, "expected": newest}, follow=True).content.decode()
    assert "Say which of the two is right." in page
    assert second_reading.unsettled() == [reading]


def test_differences_show_every_value_of_both(client):
    stance = decided(condition="if there is peace")
    values = blind(stance, source=make.organisation("Hanseatic Assembly"), mode="second-hand", condition="")
    second_reading.save(stance, by=make.editor(), values=values)
    client.force_login(make.editor())
    page = client.get(reverse("admin:positions_secondreading_differences")).content.decode()
    rows = re.findall(r"<tr( class=\"differs\")?><th scope=\"row\">(\w+)", page)
    assert [name for marked, name in rows if marked] == ["mode", "source", "condition"]
    assert len(rows) == 8
    assert "Hanseatic Assembly" in page
    assert "if there is peace" in page


def test_differences_are_settled_on_their_screen(client):
    stance = decided(position=1)
    second_reading.save(stance, by=make.editor(), values=blind(stance, position=-2))
    client.force_login(make.editor())
    address = reverse("admin:positions_secondreading_differences")
    assert "The second is right" in client.get(address).content.decode()
    reading, newest = SecondReading.objects.get(), review.newest_review(stance)
    client.post(address, {"reading": reading.pk, "expected": newest.pk, "right": "second"})
    assert CurrentStance.objects.get(pk=stance.pk).position == -2
