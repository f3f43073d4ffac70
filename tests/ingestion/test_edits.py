from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from positions.ingestion.edits import Edit, edits

OLD = "STRELSAU. Ruritania wants Ukraine in NATO. Nothing else was said.\n"
NEW = "STRELSAU. Ruritania does not want Ukraine in NATO. Nothing else was said. Corrected.\n"


def test_a_changed_sentence_is_removed_and_added():
    assert edits(OLD, NEW) == [
        Edit("same", "STRELSAU. "),
        Edit("removed", "Ruritania wants Ukraine in NATO. "),
        Edit("added", "Ruritania does not want Ukraine in NATO. "),
        Edit("same", "Nothing else was said. "),
        Edit("added", "Corrected.\n"),
    ]


def test_equal_texts_have_no_edits():
    assert edits(OLD, OLD) == [Edit("same", OLD)]


@given(st.text("aB. \n", max_size=40), st.text("aB. \n", max_size=40))
def test_what_is_not_removed_is_the_new_text(old: str, new: str):
    assert "".join(e.text for e in edits(old, new) if e.kind != "removed") == new
