"""The benchmarks' record is a true one: its read models are those that the project itself would make."""

from __future__ import annotations

import pytest

from benchmarks import record
from positions import read_models
from positions.models import CurrentStance

pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_read_models_are_those_of_the_project() -> None:
    record.fill(600)
    assert read_models.differences() == []


def test_the_hot_actor_has_its_share() -> None:
    record.fill(600)
    share = CurrentStance.objects.filter(holder__slug=record.HOT).count() / 600
    assert share == pytest.approx(record.HOT_SHARE, abs=0.03)
