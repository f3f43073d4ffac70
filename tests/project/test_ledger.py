"""The ledger of faults: every scenario has a test, and the list of them is the one in the docs."""

from __future__ import annotations

from datetime import date

from tests.support import ledger
from tests.support.ledger import Entry
from tests.support.scenarios import SCENARIOS


def test_every_scenario_has_a_test_and_no_test_another() -> None:
    assert sorted(ledger.marked()) == sorted(SCENARIOS) == list(range(1, 37))


def test_the_list_in_the_docs_is_that_of_the_tests() -> None:
    """`python -m tests.support.ledger --document` makes it anew."""
    text = ledger.DOCUMENT.read_text(encoding="utf-8")
    assert text == ledger.document() + ledger.kept()


def test_what_was_observed_is_kept_with_the_day() -> None:
    entries = [
        Entry("a::one", (1,), "embedded", "passed", 1.0, "20 of 20"),
        Entry("a::b", (2,), "", "failed", 1.0),
    ]
    lines = ledger.observed(entries, date(2024, 3, 4)).splitlines()
    assert lines[1].startswith("## Last observed, 4 March 2024: embedded (SQLite, messages in files) 1/36; ")
    assert lines[5:7] == ["| 1 | passed: 20 of 20 | not covered:  |", "| 2 | failed: b | failed: b |"]
    assert len(lines) == 5 + len(SCENARIOS)


def test_outcomes_are_counted_by_mode() -> None:
    entries = [
        Entry("a::one", (1,), "embedded", "passed", 1.0, "20 of 20"),
        Entry("a::two", (1, 2), "", "passed", 1.0),
        Entry("a::three", (2,), "production", "failed", 1.0),
        Entry("a::four", (3,), "production", "skipped", 0.0, "no server"),
    ]
    embedded, production = (ledger.rows(entries, mode) for mode in ledger.MODES)
    assert [(r.outcome, r.observed) for r in embedded[:3]] == [
        ("passed", "20 of 20"),
        ("passed", "as promised, in 1 tests"),
        ("not covered", ""),
    ]
    assert [(r.outcome, r.observed) for r in production[:3]] == [
        ("passed", "as promised, in 1 tests"),
        ("failed", "three"),
        ("does not apply", "no server"),
    ]
    assert "## PostgreSQL and Redis: passed 1/36" in list(ledger.table(entries))
