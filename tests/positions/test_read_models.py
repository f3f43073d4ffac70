"""The read models equal what stances and reviews say, however and in whatever order they came."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from django.test import override_settings

from positions import read_models
from positions.models import CurrentStance, LinePoint, StanceReview, Utterance
from positions.pages.known import Asked, rows_as_known
from tests.support import make

pytestmark = pytest.mark.django_db
DAY = make.DAY
Decision = StanceReview.Decision


def positions(actor, topic="nato-membership", track="line"):
    points = LinePoint.objects.filter(actor=actor, topic__slug=topic, track=track).order_by("stated_on")
    return list(points.values_list("stated_on", "position", "shift"))


@pytest.fixture
def varland():
    return make.state("Varland")


@pytest.fixture
def minister(varland):
    return make.person("Ilse Korvat", of=varland)


def test_minister_moves_the_line_of_the_state_and_their_own(varland, minister):
    make.stance(holder=minister, position=1, stated_on=DAY)
    make.stance(holder=minister, position=-1, stated_on=DAY + timedelta(days=90))
    expected = [(DAY, 1, ""), (DAY + timedelta(days=90), -1, "reversal")]
    assert positions(varland) == expected
    assert positions(minister) == expected


def test_person_speaks_for_a_state_only_while_in_office(varland):
    former = make.person("Joren Haldvik")
    make.mandate(former, varland, start=date(2020, 1, 1), end=DAY)
    make.stance(holder=former, position=1, stated_on=DAY - timedelta(days=1))
    make.stance(holder=former, position=-2, stated_on=DAY)
    assert positions(varland) == [(DAY - timedelta(days=1), 1, "")]
    assert [position for _, position, _ in positions(former)] == [1, -2]


def test_tier_3_and_second_hand_are_voices_and_accounts(varland):
    deputy = make.person("Odo Brandt")
    make.mandate(deputy, varland, role="legislator", tier=3)
    make.stance(holder=deputy, position=-2)
    make.stance(holder=varland, position=-1, mode="second-hand", source_actor=make.unnamed())
    assert positions(varland) == []
    assert [position for _, position, _ in positions(varland, track="accounts")] == [-1]


def test_low_confidence_and_rejected_readings_never_count(varland):
    make.stance(holder=varland, position=2, confidence=0.2)
    doubted = make.stance(holder=varland, position=-2, stated_on=DAY + timedelta(days=3))
    make.review(doubted, Decision.REJECTED)
    assert positions(varland) == []
    assert CurrentStance.objects.count() == 2
    assert CurrentStance.public.count() == 0


def test_correction_counts_at_once_and_reopening_hands_back(varland):
    read = make.stance(holder=varland, position=2)
    make.review(read, Decision.CORRECTED, position=-1, condition="before the war ends")
    assert [position for _, position, _ in positions(varland)] == [-1]
    assert CurrentStance.objects.get(pk=read.pk).decision == Decision.CORRECTED
    make.review(read, Decision.REOPENED)
    assert [position for _, position, _ in positions(varland)] == [2]
    assert CurrentStance.objects.get(pk=read.pk).condition == ""


def test_correcting_the_holder_moves_the_point_to_the_other_line(varland):
    tressia = make.state("Tressia")
    read = make.stance(holder=varland, position=2)
    make.review(read, Decision.CORRECTED, holder=tressia)
    assert positions(varland) == []
    assert [position for _, position, _ in positions(tressia)] == [2]


def test_confirmed_low_confidence_reading_counts(varland):
    read = make.stance(holder=varland, position=1, confidence=0.1)
    make.review(read, Decision.CONFIRMED)
    assert [position for _, position, _ in positions(varland)] == [1]


def test_superseded_reading_leaves_the_pages(varland):
    read = make.stance(holder=varland, position=1)
    read.superseded_at = make.instant(DAY + timedelta(days=1))
    read.save()
    read_models.refresh([read.pk])
    assert positions(varland) == []
    assert not CurrentStance.objects.filter(pk=read.pk).exists()
    assert Utterance.objects.count() == 0


def test_forty_reprints_are_one_utterance_with_forty_outlets(varland):
    for _ in range(40):
        make.stance(holder=varland, position=2)
    assert Utterance.objects.get().outlets == 40
    point = LinePoint.objects.get(actor=varland)
    assert point.utterances == 1


def test_arrival_order_does_not_matter(varland, minister):
    said = [
        make.stance(
            holder=[varland, minister][n % 2],
            position=(n * 7) % 5 - 2,
            stated_on=DAY + timedelta(days=(n * 13) % 200),
            confidence=0.5 + (n % 5) / 10,
            refresh=False,
        )
        for n in range(24)
    ]
    drawn = set()
    for seed in range(3):
        LinePoint.objects.all().delete()
        CurrentStance.objects.all().delete()
        order = Random(seed).sample(said, len(said))
        for stance in order:
            read_models.refresh([stance.pk])
        drawn.add(
            tuple(
                LinePoint.objects.order_by("actor", "topic", "track", "stated_on").values_list(
                    "actor", "stated_on", "position", "shift", "contested", "stance"
                )
            )
        )
    assert len(drawn) == 1
    assert read_models.differences() == []


def test_rebuild_equals_what_was_kept_along_the_way(varland, minister):
    read = make.stance(holder=minister, position=1)
    make.review(read, Decision.CORRECTED, position=-2)
    make.stance(holder=varland, position=2, stated_on=DAY + timedelta(days=10))
    points = LinePoint.objects.order_by("actor", "stated_on")
    before = list(points.values_list("actor", "position", "contested"))
    read_models.rebuild()
    assert list(points.values_list("actor", "position", "contested")) == before
    assert read_models.differences() == []


def test_differences_name_what_was_tampered_with(varland):
    read = make.stance(holder=varland, position=1)
    CurrentStance.objects.filter(pk=read.pk).update(position=-2)
    LinePoint.objects.all().delete()
    found = read_models.differences()
    assert found[0] == f"stance {read.pk}: current row: position"
    assert "line of varland on nato-membership is out of date" in found


class TestKnown:
    @staticmethod
    def rows(actor, topic, days):
        """What the record said of the actor so many days after DAY."""
        ask = Asked(on=DAY, known=DAY + timedelta(days=days))
        return rows_as_known(ask, actors=[actor.pk], topic=topic.slug)

    def test_later_decisions_are_not_known_before(self, varland):
        read = make.stance(holder=varland, position=2, recorded_at=make.instant(DAY))
        make.review(read, Decision.CORRECTED, position=-1, recorded_at=make.instant(DAY + timedelta(days=30)))
        assert [s.position for s in self.rows(varland, read.topic, 29)] == [2]
        assert [s.position for s in self.rows(varland, read.topic, 31)] == [-1]
        assert [s.position for s in read_models.sayings_for(varland, read.topic)] == [-1]

    def test_superseded_reading_was_known_before(self, varland):
        read = make.stance(holder=varland, position=2)
        read.superseded_at = make.instant(DAY + timedelta(days=5))
        read.save()
        read_models.refresh([read.pk])
        assert [s.position for s in self.rows(varland, read.topic, 4)] == [2]
        assert self.rows(varland, read.topic, 6) == []
        assert read_models.sayings_for(varland, read.topic) == []

    def test_a_decided_reading_that_was_superseded_counts_once(self, varland):
        read = make.stance(holder=varland, position=2)
        make.review(read, Decision.CORRECTED, position=1, recorded_at=make.instant(DAY + timedelta(days=3)))
        read.superseded_at = make.instant(DAY + timedelta(days=5))
        read.save()
        read_models.refresh([read.pk])
        assert [[s.position for s in self.rows(varland, read.topic, days)] for days in (2, 4, 6)] == [
            [2],
            [1],
            [],
        ]

    def test_a_later_holder_or_topic_is_not_known_before(self, varland):
        other, topic = make.state("Otherland"), make.topic("sanctions")
        read = make.stance(holder=varland, position=2)
        day = make.instant(DAY + timedelta(days=3))
        make.review(read, Decision.CORRECTED, holder=other, topic=topic, recorded_at=day)
        assert [s.holder_slug for s in self.rows(varland, read.topic, 2)] == [varland.slug]
        assert self.rows(other, topic, 2) == self.rows(varland, read.topic, 4) == []
        assert [s.holder_slug for s in self.rows(other, topic, 4)] == [other.slug]

    def test_of_a_state_holds_what_its_minister_said(self, varland, minister):
        read = make.stance(holder=minister, position=2)
        assert [s.holder_slug for s in self.rows(varland, read.topic, 1)] == [minister.slug]
        make.review(read, Decision.CONFIRMED, recorded_at=make.instant(DAY + timedelta(days=30)))
        assert [s.holder_slug for s in self.rows(varland, read.topic, 1)] == [minister.slug]


@override_settings(CONFIDENCE_THRESHOLD=0.95)
def test_threshold_is_a_setting(varland):
    make.stance(holder=varland, position=1, confidence=0.9)
    assert positions(varland) == []
