"""Flat rows hold what the models hold, on both databases."""

from datetime import date

import pytest

from positions.models import CurrentStance, LinePoint
from positions.pages import flat, home
from tests.pages.conftest import grow
from tests.support import make

NAMES = {"pk": "id"}


def by_path(row, path):
    for name in path.split("__"):
        row = getattr(row, name, None) if row is not None else None
    return row


@pytest.mark.parametrize(
    ("made", "rows"),
    [
        (flat.Brief, LinePoint.objects.order_by("pk")),
        (flat.Point, LinePoint.objects.order_by("pk")),
        (flat.Said, CurrentStance.objects.order_by("pk")),
    ],
)
def test_flat_rows_are_the_models_rows(record, made, rows):
    grow(record, 2)
    expected = [tuple(by_path(row, path) for path in made.PATHS) for row in rows.all()]
    found = flat.of(made, rows.all())
    values = [tuple(getattr(row, field) for field in made.__match_args__) for row in found]
    assert values == expected
    assert len(values) > 5


def test_rows_of_several_limited_queries_keep_their_types(record):
    parts = [flat.piece(flat.Point, LinePoint.objects.order_by(order)[:2]) for order in ("pk", "-pk")]
    first, *_rest, last = flat.fetched(flat.Point, parts)
    lines = LinePoint.objects.order_by("pk")
    for found, stored in ((first, lines[0]), (last, lines.reverse()[1])):
        assert (found.stated_on, found.contested, found.reviewed) == (
            stored.stated_on,
            stored.contested,
            stored.reviewed,
        )


def test_a_query_that_nothing_fits_is_an_empty_list(record):
    assert flat.of(flat.Brief, LinePoint.objects.filter(pk__in=[])) == []


def test_open_and_closed_points_are_all_that_hold(record):
    grow(record, 2)
    make.stance(holder=record.zenda, stated_on=date(2024, 3, 1))
    day = date(2024, 3, 20)
    keys = lambda part: sorted(home._shown(day, part).values_list("pk", flat=True))
    assert sorted(keys("open") + keys("closed")) == keys("any")
    assert keys("open") and keys("closed")
