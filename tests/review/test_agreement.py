"""Intervals and agreement against published values."""

from __future__ import annotations

import pytest

from positions.agreement import Share, clustered, interval, krippendorff_alpha, nominal, ordinal

_ = None
# Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011): four observers, twelve units.
FOUR_OBSERVERS = list(zip(
    [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
    [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
    strict=True,
))  # fmt: skip


@pytest.mark.parametrize(("metric", "published"), [(nominal, 0.743), (ordinal, 0.815), (interval, 0.849)])
def test_alpha_of_four_observers_with_missing_values(metric, published):
    assert round(krippendorff_alpha(FOUR_OBSERVERS, metric), 3) == published


def test_alpha_of_two_observers_with_two_values():
    units = zip([0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0], strict=True)
    assert round(krippendorff_alpha(units), 3) == 0.095


def test_alpha_of_two_observers_with_five_values():
    units = zip("aabbdcccedda", "babbbcccеddd".replace("е", "e"), strict=True)
    assert round(krippendorff_alpha(units), 3) == 0.692


def test_alpha_of_perfect_agreement():
    assert krippendorff_alpha([(1, 1), (2, 2), (0, 0)], ordinal) == 1.0


@pytest.mark.parametrize("units", [[], [(1, None)], [(1, 1), (1, 1)]])
def test_alpha_that_cannot_be_told(units):
    assert krippendorff_alpha(units) is None


# Values of the score interval without continuity correction, as in Newcombe (1998), table I.
@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_interval(right, n, low, high):
    found = Share(right, n).interval
    assert (round(found[0], 4), round(found[1], 4)) == (low, high)


def test_interval_of_all_right_ends_at_one():
    assert Share(20, 20).high == 1.0


def test_share_of_nothing_says_nothing():
    assert (Share(0, 0).value, Share(0, 0).interval) == (None, None)


def test_clusters_that_are_alike_within_widen_the_interval():
    alone = clustered([(1, 1)] * 10 + [(0, 1)] * 10)
    together = clustered([(10, 10), (0, 10)])
    assert (alone.value, together.value) == (0.5, 0.5)
    assert alone.effect == pytest.approx(20 / 19)
    # By hand: p = 1/2, between = 2/1 * (25 + 25) / 400 = 0.25, single draws 0.25 / 20: effect 20, so n is 1.
    assert together.effect == pytest.approx(20)
    assert together.interval == Share(1, 2, 2).interval


@pytest.mark.parametrize("groups", [[], [(0, 0)], [(3, 4)], [(2, 2), (3, 3)], [(0, 2), (0, 5)]])
def test_without_two_groups_that_differ_there_is_no_wider_interval(groups):
    assert clustered(groups).effect == 1
