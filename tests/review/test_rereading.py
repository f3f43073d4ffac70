"""Decisions on what was read again meanwhile, and on many statements at once."""

from __future__ import annotations

import pytest
from django.utils import timezone

from positions import read_models, review
from positions.models import CurrentStance, Stance
from tests.support import make

pytestmark = pytest.mark.django_db


def current(stance):
    return CurrentStance.objects.get(pk=stance.pk)


# -- The article was read again while the editor looked ------------------------------------------------------


def read_again(stance, **changes):
    """Do to the rows what a re-reading does: supersede the finding; with changes, write its successor."""
    Stance.objects.filter(pk=stance.pk).update(superseded_at=timezone.now())
    heir = None
    if changes:
        heir = make.stance(
            holder=stance.holder, topic=stance.topic, article=stance.article, evidence=stance.evidence,
            fingerprint=stance.fingerprint, refresh=False, **changes,
        )  # fmt: skip
    read_models.refresh([stance.pk, *([heir.pk] if heir else [])])
    return heir


def test_confirming_a_replaced_reading_corrects_the_new_one():
    stance = make.stance(position=1)
    heir = read_again(stance, position=-1, extractor_version="newer")
    row = review.confirm(stance, by=make.editor())
    assert (row.stance, row.decision, row.position) == (heir, "corrected", 1)
    assert (current(heir).position, Stance.objects.get(pk=heir.pk).position) == (1, -1)


def test_confirming_a_finding_that_is_gone_enters_it_by_hand():
    stance = make.stance(position=1)
    read_again(stance)
    row = review.confirm(stance, by=make.editor())
    assert (row.decision, row.stance.extractor, row.stance.evidence) == ("added", "editor", stance.evidence)


def test_rejecting_a_finding_that_is_gone_leaves_a_tombstone():
    stance = make.stance()
    read_again(stance)
    assert review.reject(stance, by=make.editor(), reason="repeated").stance == stance


def test_rejecting_a_replaced_reading_rejects_the_new_one():
    stance = make.stance(position=1)
    heir = read_again(stance, position=2)
    review.reject(stance, by=make.editor(), reason="repeated")
    assert current(heir).decision == "rejected"
