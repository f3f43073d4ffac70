"""The line rule: what moves a line, what it is called, and that arrival order never matters."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positions import history
from positions.contested import Window
from positions.history import Saying

DAY = date(2024, 3, 1)


def said(position: int, days: int = 0, **values: Any) -> Saying:
    """Return what the foreign minister of an invented state said, `days` after DAY."""
    defaults = {
        "stance": 1,
        "holder": "ilse-korvat",
        "topic": "nato-membership",
        "stated_on": DAY + timedelta(days=days),
        "evidence": f"sentence {position} {days}",
        "tier": 1,
        "own": False,
        "role": "foreign_minister",
    }
    return Saying(position=position, **{**defaults, **values})


def shifts(*sayings: Saying) -> list[tuple[str, ...]]:
    return [point.shift for point in history.line(sayings).shifts]


class TestLine:
    def test_newest_utterance_carries_forward(self) -> None:
        line = history.line([said(1), said(-1, 40)])
        assert [(p.position, p.stated_on, p.until) for p in line.points] == [
            (1, DAY, DAY + timedelta(days=40)),
            (-1, DAY + timedelta(days=40), None),
        ]
        assert line.at(DAY + timedelta(days=39)).position == 1
        assert line.at(DAY - timedelta(days=1)) is None

    def test_voices_and_accounts_never_move_it(self) -> None:
        voices = [said(-2, 5, tier=3), said(-2, 6, tier=None), said(-2, 7, on_record=False)]
        assert [p.position for p in history.line([said(1), *voices]).points] == [1]
        assert [p.position for p in history.line([said(1), *voices], track="accounts").points] == [-2]

    def test_what_is_dated_by_a_year_alone_moves_nothing(self) -> None:
        old = [said(-2, -400, precision="year"), said(-1, -300, precision="year", on_record=False)]
        assert [p.position for p in history.line([*old, said(1)]).points] == [1]
        assert history.line(old, track="accounts").points == ()

    def test_person_follows_own_word_whatever_the_tier(self) -> None:
        own = said(2, own=True, tier=None)
        assert [p.position for p in history.line([own, said(-2, 3)], person=True).points] == [2]

    def test_weightiest_of_one_day_counts(self) -> None:
        spokesman, minister = said(0, holder="odo-brandt", tier=2), said(2, tier=1)
        unsure = said(-1, confidence=0.6, holder="ada-lind")
        line = history.line([minister, spokesman, unsure])
        assert [p.position for p in line.points] == [2]
        assert line.points[0].utterances == 3

    def test_repetition_renews_but_does_not_shift(self) -> None:
        line = history.line([said(1), said(1, 100), said(1, 200)])
        assert len(line.periods) == 1
        assert line.shifts == ()
        assert line.points[-1].since == DAY

    def test_stale_after_the_limit(self) -> None:
        line = history.line([said(1)])
        assert not line.is_stale(DAY + timedelta(days=history.STALE_DAYS))
        assert line.is_stale(DAY + timedelta(days=history.STALE_DAYS + 1))
        assert not line.is_stale(DAY - timedelta(days=1))


class TestShifts:
    @pytest.mark.parametrize(
        ("before", "after", "kind"),
        [
            (1, 2, "hardening"),
            (-1, -2, "hardening"),
            (0, 1, "hardening"),
            (2, 1, "softening"),
            (-2, 0, "softening"),
            (1, -1, "reversal"),
            (-2, 2, "reversal"),
        ],
    )
    def test_kind_by_strength_and_sign(self, before: int, after: int, kind: str) -> None:
        assert shifts(said(before), said(after, 90)) == [(kind,)]

    def test_condition_added_and_dropped(self) -> None:
        assert shifts(said(1), said(1, 50, condition="once the war ends")) == [("condition added",)]
        assert shifts(said(1, condition="once the war ends"), said(2, 50)) == [
            ("hardening", "condition dropped")
        ]

    def test_silence_does_not_lift_a_condition(self) -> None:
        line = history.line([said(1, condition="once the war ends"), said(1, 50)])
        assert line.shifts == ()
        assert line.points[-1].condition == "once the war ends"

    def test_new_speaker_is_a_change_of_hands_in_the_same_office(self) -> None:
        successor = said(-1, 90, holder="joren-haldvik")
        assert shifts(said(1), successor) == [("reversal", "new speaker")]
        assert shifts(said(1), replace(successor, role="head_of_government")) == [("reversal",)]


class TestContested:
    def test_wide_gap_within_the_window(self) -> None:
        line = history.line([said(1), said(-1, 30, holder="joren-haldvik")])
        assert line.contested == (Window(DAY, DAY + timedelta(days=30)),)
        assert line.is_contested(DAY + timedelta(days=10))

    @pytest.mark.parametrize(("position", "days"), [(0, 10), (-1, 31)])
    def test_narrow_or_late_is_not_contested(self, position: int, days: int) -> None:
        assert history.line([said(1), said(position, days)]).contested == ()

    def test_overlapping_windows_merge(self) -> None:
        line = history.line([said(2), said(-2, 20), said(2, 40)])
        assert line.contested == (Window(DAY, DAY + timedelta(days=40)),)


class TestUtterances:
    def test_copies_count_once(self) -> None:
        copies = [said(1, evidence=f"copy {n}", stance=n) for n in range(40)]
        assert len(history.utterances(copies)) == 1
        assert history.line(copies).points[0].utterances == 1

    def test_follow_up_next_day_is_the_same_and_later_is_not(self) -> None:
        assert len(history.utterances([said(1), said(1, 1)])) == 1
        assert len(history.utterances([said(1), said(1, 2)])) == 2

    def test_another_position_or_source_is_another_saying(self) -> None:
        assert len(history.utterances([said(1), said(2), said(1, source="unnamed-diplomats")])) == 3


SAYINGS = st.lists(
    st.builds(
        said,
        st.integers(-2, 2),
        st.integers(0, 400),
        holder=st.sampled_from(["ilse-korvat", "joren-haldvik", "varland"]),
        tier=st.sampled_from([1, 2, 3, None]),
        on_record=st.booleans(),
        confidence=st.sampled_from([0.5, 0.7, 0.9]),
        reviewed=st.booleans(),
        condition=st.sampled_from(["", "once the war ends"]),
        evidence=st.text(alphabet="abc", min_size=1, max_size=4),
    ),
    max_size=25,
)


def content(line: history.Line) -> list[tuple[object, ...]]:
    return [
        (p.stated_on, p.until, p.position, p.shift, p.condition, p.contested, p.utterances)
        for p in line.points
    ]


@given(SAYINGS, st.randoms(use_true_random=False), st.sampled_from(["line", "accounts"]))
def test_order_of_arrival_does_not_change_a_line(sayings: list[Saying], random: Any, track: Any) -> None:
    shuffled = random.sample(sayings, len(sayings))
    assert content(history.line(sayings, track=track)) == content(history.line(shuffled, track=track))


@given(SAYINGS, st.randoms(use_true_random=False))
def test_of_copies_alike_in_every_word_the_first_is_shown(sayings: list[Saying], random: Any) -> None:
    copies = [replace(saying, stance=saying.stance + 1000 * n) for saying in sayings for n in range(2)]
    shown = [point.saying.stance for point in history.line(sayings).points]
    assert [p.saying.stance for p in history.line(random.sample(copies, len(copies))).points] == shown


@given(SAYINGS)
def test_points_are_ordered_and_join_up(sayings: list[Saying]) -> None:
    points = history.line(sayings).points
    days = [point.stated_on for point in points]
    assert days == sorted(set(days))
    assert [point.until for point in points] == [*days[1:], None][: len(points)]


@given(SAYINGS, st.integers(0, 400))
def test_the_past_does_not_depend_on_the_future(sayings: list[Saying], days: int) -> None:
    """What held on a day follows from what was said by that day (and copies of it on the next)."""
    day = DAY + timedelta(days=days)
    until = [s for s in sayings if s.stated_on <= day]
    now, then = history.line(sayings).at(day), history.line(until).at(day)
    assert (then is None) == (now is None)
    if now is not None and then is not None:
        assert (now.stated_on, now.position) == (then.stated_on, then.position)


@given(SAYINGS)
def test_values_are_never_averaged(sayings: list[Saying]) -> None:
    said_values = {(s.stated_on, s.position) for s in sayings}
    for point in history.line(sayings).points:
        assert (point.stated_on, point.position) in said_values
