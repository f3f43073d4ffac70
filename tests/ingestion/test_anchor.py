from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from positions.ingestion.anchor import sentence_at, sentences, stands, successor

TEXT = 'The U.S. stands firm. "We will join," Mr. Hentzau said. "Soon."\nA new line. The end.'


def test_sentences_do_not_end_at_abbreviations():
    assert [TEXT[a:b].strip() for a, b in sentences(TEXT)] == [
        "The U.S. stands firm.",
        '"We will join," Mr. Hentzau said.',
        '"Soon."',
        "A new line.",
        "The end.",
    ]


@given(st.text(alphabet='aB .!?\n"”', max_size=60))
def test_sentences_cover_the_text_without_gaps(text: str):
    spans = sentences(text)
    assert "".join(text[a:b] for a, b in spans) == text
    assert [b for _, b in spans[:-1]] == [a for a, _ in spans[1:]]


def test_sentence_at_gives_the_sentence_of_an_offset():
    start, end = sentence_at(TEXT, TEXT.index("Hentzau"))
    assert TEXT[start:end].strip() == '"We will join," Mr. Hentzau said.'


def test_stands_finds_words_whatever_the_layout():
    text = "He said: “We will\njoin — soon”, and left."
    start, end = stands('"we will join, soon', text) or (0, 0)
    assert text[start:end] == "We will\njoin — soon"


def test_stands_is_none_where_a_word_is_missing_or_cut():
    assert stands("will join soon", "We will join sooner.") is None
    assert stands("—", "a - b") is None


def test_successor_is_the_changed_sentence():
    new = "Another matter. The minister said on Tuesday that Ruritania would not join the treaty. Bye."
    span = successor("The minister said on Monday that Ruritania would join the treaty.", new)
    assert span is not None
    assert (
        new[slice(*span)].strip() == "The minister said on Tuesday that Ruritania would not join the treaty."
    )
    assert successor("Bread prices rose by a tenth in May.", new) is None
