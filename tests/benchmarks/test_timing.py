"""Ratios are only worth what the stopwatch is worth."""

from __future__ import annotations

import pytest

from benchmarks import timing


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([1.0], 0.95, 1.0),
        (list(range(1, 101)), 0.95, 95),
        (list(range(1, 21)), 0.95, 19),
        ([3, 1, 2], 0.5, 2),
    ],
)
def test_percentile(values: list[float], share: float, expected: float) -> None:
    assert timing.percentile(values, share) == expected


def test_the_ratio_is_that_of_the_times(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(timing, "perf_counter", lambda: clock[0])

    def spend(seconds: float) -> None:
        clock[0] += seconds

    found = timing.compare(lambda: spend(0.5), lambda: spend(0.25), rounds=3, calls=4)
    assert (found.ours, found.floor, found.ratio) == (500.0, 250.0, 2.0)


def test_blocks_take_turns_and_are_prepared() -> None:
    seen: list[str] = []
    timing.compare(
        lambda: seen.append("a"), lambda: seen.append("b"), rounds=2, calls=2,
        before_ours=lambda: seen.append("A"), before_floor=lambda: seen.append("B"),
    )  # fmt: skip
    assert "".join(seen) == "AaaaBbbb" * 2


@pytest.mark.django_db
def test_pages_are_asked_as_a_server_asks_them() -> None:
    answer = timing.get("/admin/login/?next=/admin/")
    assert answer.status == 200
    assert "content-security-policy" in answer.headers
    assert b'value="/admin/"' in answer.body
