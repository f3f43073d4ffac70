"""Sentences and quotations of raw text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from positions.extraction.text import Quote, paragraphs, quotations, sentences, unwrapped


def shown(text: str) -> list[str]:
    return [text[a:b] for a, b in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One came. Two went.", ["One came.", "Two went."]),
        (
            "U.S. officials met Gen. Brandt on Jan. 5. He left.",
            ["U.S. officials met Gen. Brandt on Jan. 5.", "He left."],
        ),
        ('"We will." She left.', ['"We will."', "She left."]),
        ("He lives in the U.S. The rest is known.", ["He lives in the U.S.", "The rest is known."]),
        ("a line\n\nanother line", ["a line", "another line"]),
        ("It cost 2.5 billion euros.", ["It cost 2.5 billion euros."]),
        ("OSMARK, July 4 (Wire) - She left.", ["OSMARK, July 4 (Wire) -", "She left."]),
        ("", []),
    ],
)
def test_sentences_end_where_they_end(text: str, expected: list[str]) -> None:
    assert shown(text) == expected


def test_sentences_without_marks_are_cut_at_a_space() -> None:
    text = "word " * 1000
    assert max(b - a for a, b in sentences(text)) <= 1500


def test_quotations_pair_marks_and_close_with_the_paragraph() -> None:
    text = 'She said "yes" and “no”.\n"Open to the end\nnext'
    assert quotations(text) == [Quote(9, 14), Quote(19, 23), Quote(25, 41, closed=False)]


@given(st.text(alphabet=st.sampled_from("ab .!?\"“”'\nÄ0—"), max_size=120))
def test_sentences_cover_every_visible_character_once(text: str) -> None:
    spans = sentences(text)
    assert spans == sorted(spans)
    assert "".join("".join(text[a:b] for a, b in spans).split()) == "".join(text.split())


@given(st.text(max_size=80))
def test_paragraphs_and_quotations_stay_inside_the_text(text: str) -> None:
    for start, end in [*paragraphs(text), *((q.start, q.end) for q in quotations(text))]:
        assert 0 <= start < end <= len(text)


def test_unwrapped_joins_lines_only_where_a_text_is_broken_at_a_width() -> None:
    broken = "\n".join(
        ["a line that was broken because it had grown too long", "to fit on a page of the"] * 4
    )
    assert "\n" not in unwrapped(broken)
    assert len(unwrapped(broken)) == len(broken)
    assert unwrapped("One paragraph.\n\nAnother paragraph.\n") == "One paragraph.\n\nAnother paragraph.\n"
