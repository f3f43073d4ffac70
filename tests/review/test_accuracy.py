"""Decisions are labels: what they say about the extractor."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.cache import cache

from positions import accuracy, review, second_reading
from positions.agreement import Share
from positions.models import SecondReading
from positions.second_reading import Blind
from tests.support import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_cached():
    cache.clear()


@pytest.fixture
def anna():
    return make.editor()


def correct(stance, anna, **changes):
    review.correct(stance, by=anna, values=replace(review.decided_values(stance), **changes))


def test_no_decision_no_report():
    make.stance()
    assert accuracy.latest() is None


def test_confirmed_is_exact_and_right(anna):
    review.confirm(make.stance(), by=anna)
    assert accuracy.report().overall == accuracy.Row("all", Share(1, 1), Share(1, 1))


@pytest.mark.parametrize(
    ("changes", "right"),
    [
        ({"position": 2}, True),
        ({"kind": "demand"}, True),
        ({"position": 0}, False),
        ({"position": -1}, False),
    ],
)
def test_a_correction_is_right_if_the_sign_was(anna, changes, right):
    correct(make.stance(position=1), anna, **changes)
    assert accuracy.report().overall == accuracy.Row("all", Share(0, 1), Share(right, 1))


def test_another_holder_is_wrong(anna):
    correct(make.stance(), anna, holder=make.state())
    assert accuracy.report().overall.right == Share(0, 1)


def test_rejected_is_wrong(anna):
    review.reject(make.stance(), by=anna, reason="no-stance")
    assert accuracy.report().overall == accuracy.Row("all", Share(0, 1), Share(0, 1))


def test_what_was_taken_back_is_no_label(anna):
    review.undo(review.confirm(make.stance(), by=anna), by=anna)
    assert accuracy.report().decided == 0


def test_what_people_added_is_no_label(anna):
    article = make.article("They want it.")
    values = replace(review.decided_values(make.stance()), start=0, end=13)
    review.add(article.version, by=anna, values=values)
    assert accuracy.report().decided == 0


def test_rows_by_topic_mode_and_version(anna):
    review.confirm(make.stance(topic="sanctions", mode="direct", extractor_version="2"), by=anna)
    for _ in range(2):
        review.reject(make.stance(topic="territory", extractor_version="1"), by=anna, reason="no-stance")
    report = accuracy.report()
    assert [(row.name, row.right) for row in report.topics] == [
        ("Territory", Share(0, 2)),
        ("Sanctions", Share(1, 1)),
    ]
    assert [row.name for row in report.modes] == ["indirect", "direct"]
    assert [row.name for row in report.versions] == ["rules 1", "rules 2"]


def test_bins_and_weighting(anna):
    for confidence in (0.95, 0.91):
        review.confirm(make.stance(confidence=confidence), by=anna)
    review.reject(make.stance(confidence=0.55), by=anna, reason="no-stance")
    for _ in range(6):
        make.stance(confidence=0.93)
    report = accuracy.report()
    assert [(b.low, round(b.mean_confidence, 2), b.right, b.all_readings) for b in report.bins] == [
        (0.5, 0.55, Share(0, 1), 1),
        (0.9, 0.93, Share(2, 2), 8),
    ]
    assert report.weighted == pytest.approx(8 / 9)
    assert report.calibration_error == pytest.approx((0.55 * 1 + 0.07 * 2) / 3)


def test_weighting_waits_for_a_decision_in_every_bin(anna):
    review.confirm(make.stance(confidence=0.95), by=anna)
    make.stance(confidence=0.3)
    assert accuracy.report().weighted is None


def test_confidence_of_one_falls_into_the_last_bin():
    assert (accuracy.bin_of(1.0), accuracy.bin_of(0.0)) == (9, 0)


def test_agreement_by_field(anna):
    for number, (position, second) in enumerate(((2, 2), (1, 1), (-2, -1))):
        stance = make.stance(position=position, stated_on=make.DAY - timedelta(number))
        review.confirm(stance, by=anna)
        values = Blind(
            holder=stance.holder, topic=stance.topic, position=second, mode="indirect", kind="demand",
            stated_on=stance.stated_on, condition="if so" if second == 2 else "",
        )  # fmt: skip
        second_reading.save(stance, by=make.editor(), values=values)
    rejected = make.stance()
    review.reject(rejected, by=anna, reason="no-stance")
    second_reading.save(rejected, by=make.editor(), values=None)
    found = {one.field: (one.alpha, one.pairs) for one in accuracy.report().agreement}
    assert found["stance"] == (1.0, 4)
    assert found["holder"] == (1.0, 3)
    assert found["mode"] == (None, 3)
    assert 0.8 < found["position"][0] < 1
    assert found["kind"][0] == pytest.approx(-2 / 3)
    assert found["source"] == (None, 3)
    assert found["condition"] == (0.0, 3)
    assert found["date"] == (1.0, 3)


def test_what_the_first_second_readings_were_not_asked_is_no_pair(anna):
    stance = make.stance()
    review.confirm(stance, by=anna)
    names = ("holder", "topic", "position", "mode", "kind", "stated_on")
    second_reading.save(
        stance, by=make.editor(), values=Blind(**{name: getattr(stance, name) for name in names})
    )
    SecondReading.objects.update(stated_on=None)
    pairs = {one.field: one.pairs for one in accuracy.report().agreement}
    assert [name for name, n in pairs.items() if not n] == ["source", "condition", "date"]


def test_report_is_kept_until_the_next_decision(anna, django_assert_num_queries):
    review.confirm(make.stance(), by=anna)
    first = accuracy.latest()
    with django_assert_num_queries(3):
        assert accuracy.latest() == first
    review.confirm(make.stance(), by=anna)
    assert accuracy.latest().decided == 2


def test_queries_do_not_grow_with_decisions(anna, django_assert_max_num_queries):
    for _ in range(50):
        review.confirm(make.stance(), by=anna)
    with django_assert_max_num_queries(10):
        accuracy.report()


def test_the_methodology_page_shows_it(anna, client):
    review.confirm(make.stance(confidence=0.95, extractor_version="7.1"), by=anna)
    page = client.get("/methodology/").content.decode()
    assert "Editors have decided on 1 machine reading." in page
    assert "rules 7.1" in page
    assert '<circle cx="262.0" cy="34.0" r="4"/>' in page
