"""What may not be saved, with the reason beside the field."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from positions import review
from positions.models import StanceReview
from tests.support import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def stance():
    return make.stance(holder=make.state("Ruritania", start=date(1994, 5, 1), end=date(2030, 1, 1)))


def refusal(stance, acknowledged=False, **changes):
    """Return {field: messages} of the refused correction, after checking that nothing was saved."""
    wanted = replace(review.decided_values(stance), **changes)
    with pytest.raises(ValidationError) as refused:
        review.correct(stance, by=make.editor(), values=wanted, acknowledged=acknowledged)
    assert not StanceReview.objects.exists()
    return refused.value.message_dict


@pytest.mark.parametrize("position", [-3, 3, 100])
def test_position_out_of_range(stance, position):
    assert list(refusal(stance, position=position)) == ["position"]


@pytest.mark.parametrize(("field", "word"), [("mode", "shouted"), ("kind", "rumour"), ("precision", "week")])
def test_word_that_the_codebook_lacks(stance, field, word):
    assert list(refusal(stance, **{field: word})) == [field]


@pytest.mark.parametrize(("start", "end"), [(5, 5), (9, 3), (0, 10**6)])
def test_evidence_outside_the_text(stance, start, end):
    assert list(refusal(stance, start=start, end=end)) == ["evidence"]


def test_evidence_of_nothing_but_blanks():
    stance = make.stance(article=make.article("Said so.   Indeed."), evidence="Said so.")
    assert list(refusal(stance, start=8, end=11)) == ["evidence"]


def test_stated_before_the_state_existed(stance):
    assert refusal(stance, stated_on=date(1990, 1, 1)) == {
        "stated_on": ["Ruritania has existed only since 1 May 1994."]
    }


def test_stated_after_the_state_ended():
    gone = make.stance(holder=make.state("Graustark", end=date(2020, 1, 1)), stated_on=date(2019, 12, 31))
    gone.article.published_on = date(2020, 1, 2)
    gone.article.save()
    gone = type(gone).objects.get(pk=gone.pk)
    assert refusal(gone, stated_on=date(2020, 1, 1)) == {"stated_on": ["Graustark ended on 1 January 2020."]}


def test_stated_after_the_article(stance):
    assert list(refusal(stance, stated_on=date(2024, 3, 6))) == ["stated_on"]


def test_stated_a_day_after_the_article_is_a_matter_of_time_zones(stance):
    wanted = replace(review.decided_values(stance), stated_on=date(2024, 3, 5))
    assert review.correct(stance, by=make.editor(), values=wanted).stated_on == date(2024, 3, 5)


def test_holder_that_was_merged(stance):
    target = make.state("Ruthenia")
    merged = make.state("Rutenia", merged_into=target)
    assert refusal(stance, holder=merged) == {
        "holder": ["Rutenia was merged into Ruthenia: choose that one."]
    }


def test_person_without_an_office_must_be_acknowledged(stance):
    private = make.person("Rupert of Hentzau")
    reasons = refusal(stance, holder=private)
    assert list(reasons) == ["holder"]
    wanted = replace(review.decided_values(stance), holder=private)
    row = review.correct(stance, by=make.editor(), values=wanted, acknowledged=True)
    assert row.holder == private


def test_person_in_office_needs_no_acknowledgement(stance):
    wanted = replace(review.decided_values(stance), holder=make.person(of=make.state()))
    assert review.correct(stance, by=make.editor(), values=wanted).decision == "corrected"


def test_acknowledging_does_not_excuse_faults(stance):
    assert list(refusal(stance, acknowledged=True, position=3)) == ["position"]


def test_source_is_not_the_holder(stance):
    assert list(refusal(stance, source=stance.holder, mode="second-hand")) == ["source"]


def test_other_source_makes_it_second_hand(stance):
    assert list(refusal(stance, source=make.unnamed())) == ["mode"]


def test_all_reasons_come_at_once(stance):
    reasons = refusal(stance, position=7, start=4, end=4, stated_on=date(1990, 1, 1))
    assert sorted(reasons) == ["evidence", "position", "stated_on"]
