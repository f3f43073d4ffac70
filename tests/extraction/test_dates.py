"""Dates in words, resolved against the article's day, Thursday 4 July 2024."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positions.extraction.dates import entry_date, find_dates

DAY = date(2024, 7, 4)


def days(text: str, spoken: date | None = None) -> list[str]:
    return [when.day.isoformat() for when in find_dates(text, (0, len(text)), DAY, spoken)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("said on Monday", ["2024-07-01"]),
        ("said on Thursday", ["2024-07-04"]),
        ("said last Thursday", ["2024-06-27"]),
        ("said yesterday", ["2024-07-03"]),
        ("said last week", ["2024-06-24"]),
        ("said at the weekend", ["2024-06-30"]),
        ("a month ago", ["2024-06-04"]),
        ("two weeks ago", ["2024-06-20"]),
        ("on July 1", ["2024-07-01"]),
        ("on 28 June 2023", ["2023-06-28"]),
        ("on July 26 last year", ["2023-07-26"]),
        ("on Dec. 17", ["2023-12-17"]),
        ("in March", ["2024-03-01"]),
        ("in March 2022", ["2022-03-01"]),
        ("last November", ["2023-11-01"]),
        ("on 2024-02-29", ["2024-02-29"]),
        ("he may march", []),
        ("on 0001-01-05", []),
        ("on June 31", []),
        ("six weeks before, he said", ["2024-05-23"]),
        ("six weeks before an election", []),
        ("on Monday, two days after it fell", ["2024-07-01", "2024-06-29"]),
        ("a month after they met", ["2024-06-04"]),
    ],
)
def test_find_dates_resolves_words(text: str, expected: list[str]) -> None:
    assert days(text) == expected


def test_find_dates_day_before_counts_from_the_day_named_last() -> None:
    assert days("a day earlier") == ["2024-07-03"]
    assert days("a day earlier", spoken=date(2024, 5, 10)) == ["2024-05-09"]
    assert days("on May 10 and the day before") == ["2024-05-10", "2024-05-09"]


def test_find_dates_knows_the_future_and_the_vague() -> None:
    ahead = find_dates("next week", (0, 9), DAY)[0]
    assert (ahead.future, ahead.rough) == (True, False)
    year = find_dates("in 2008", (0, 7), DAY)[0]
    assert (year.rough, year.precision, year.bound) == (True, "year", False)


@pytest.mark.parametrize(
    "text",
    [
        "since March",
        "since 2008",
        "the war of 2008",
        "by Monday",
        "for Sunday",
        "the February election",
        "of May's summit",
        "until the end of June",
        "since the beginning of May 2023",
    ],
)
def test_a_bound_dates_nothing(text: str) -> None:
    assert [when.bound for when in find_dates(text, (0, len(text)), DAY)] == [True]
    assert [when.bound for when in find_dates("said in March", (0, 13), DAY)] == [False]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("June 14: A first draft is shown.", "2024-06-14"),
        ("Sept. 26. The envoys meet.", "2023-09-26"),  # what is chronicled has happened
        ("2 March 2022 – The council votes.", "2022-03-02"),
        ("Aug 30 - The text is amended.", "2023-08-30"),
        ("Tuesday, June 25: The vote.", "2024-06-25"),
        ("Tuesday. The vote.", "2024-07-02"),
        ("November 2023: Elections.", "2023-11-01"),
        ("Tuesday was the day of the vote.", None),
        ("On June 14 a first draft was shown.", None),
        ("Aug. 30, 2024: still to come", None),
        ("Jan Orlok: no comment", None),
        ("Feb 30: no such day", None),
    ],
)
def test_entry_date_heads_a_paragraph(text: str, day: str | None) -> None:
    found = entry_date(text, (0, len(text)), DAY)
    assert (found.day.isoformat() if found else None) == day


@given(st.text(max_size=60))
def test_find_dates_survives_any_text(text: str) -> None:
    for when in find_dates(text, (0, len(text)), DAY):
        assert 0 <= when.start < when.end <= len(text)
    entry_date(text, (0, len(text)), DAY)
