"""The ledger of faults: every scenario has a test, and the list of them is the one in the docs."""

from __future__ import annotations

from tests.support import ledger
from tests.support.ledger import Entry
from tests.support.scenarios import SCENARIOS


def test_every_scenario_has_a_test_and_no_test_another() -> None:
    assert sorted(ledger.marked()) == sorted(SCENARIOS) == list(range(1, 37))


def test_the_list_in_the_docs_is_that_of_the_tests() -> None:
    """`python -m tests.support.ledger --document` makes it anew."""
    assert (ledger.ROOT / "docs" / "faults.md").read_text(encoding="utf-8") == ledger.document()


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
