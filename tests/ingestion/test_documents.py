from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positions.ingestion.documents import Unusable, clean, day, decode, one_line


def test_clean_strips_what_postgresql_refuses_and_keeps_the_rest():
    assert clean("\n a\x00b \ud83d c\r\nd\re \u202e\n\n") == "ab  c\nd\ne \u202e\n"


def test_clean_of_nothing_is_nothing():
    assert clean(" \r\n\x00") == ""


@given(st.text(alphabet=st.characters()))
def test_clean_is_idempotent_and_encodable(text: str):
    once = clean(text)
    assert clean(once) == once
    assert once.encode().decode() == once


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_decode_reads_marked_encodings(encoding: str):
    assert decode("Orbán – “no”".encode(encoding)) == "Orbán – “no”"


def test_decode_refuses_to_guess():
    with pytest.raises(Unusable, match="not UTF-8: byte 3 cannot be decoded"):
        decode("Orbán".encode("latin-1") + b" said")


@pytest.mark.parametrize(
    "value", ["2024-03-04", "2024-03-04T23:59:00Z", date(2024, 3, 4), datetime(2024, 3, 4, 9)]
)
def test_day_reads_dates(value: object):
    assert day(value) == date(2024, 3, 4)


@pytest.mark.parametrize("value", ["", None, "yesterday", "04.03.2024", "2024-13-01"])
def test_day_refuses_anything_else(value: object):
    with pytest.raises(Unusable, match="publication date"):
        day(value)


def test_one_line_cuts_with_an_ellipsis():
    assert one_line("a\n b  c", 10) == "a b c"
    assert one_line("x" * 20, 5) == "xxxx…"
