"""The ledger of faults: which test does each of the scenarios, and what came of it in both modes.

As a pytest plugin (`-p tests.support.ledger --ledger FILE`) it writes what the tests marked `scenario`
came to; `python -m tests.support.ledger FILE …` prints the table of both modes. With `--document` it makes
docs/faults.md, where what the files say was observed is kept with the day.
"""

from __future__ import annotations

import ast
import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.scenarios import SCENARIOS

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "faults.md"
OBSERVED = "## Last observed,"
MODES = {"embedded": "embedded (SQLite, messages in files)", "production": "PostgreSQL and Redis"}


@dataclass(frozen=True)
class Entry:
    """What one test came to. `mode` is one of MODES, or "" where the test is of code that both share."""

    test: str
    scenarios: tuple[int, ...]
    mode: str
    outcome: str
    seconds: float
    said: str = ""


# -- As a plugin ---------------------------------------------------------------------------------------------
def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--ledger", type=Path, help="where the outcomes of scenarios are written, as JSON")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        numbers = [n for mark in item.iter_markers("scenario") for n in mark.args]
        if numbers:
            item.user_properties += [("scenario", n) for n in numbers] + [("mode", _mode(item))]


def _mode(item: Any) -> str:
    callspec = getattr(item, "callspec", None)
    if callspec is not None and "bench" in callspec.params:
        return str(callspec.params["bench"])
    if item.get_closest_marker("postgres"):
        return "production"
    database = item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(item.fixturenames)
    if not database:
        return ""
    return "production" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "embedded"


_entries: list[Entry] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    told = report.user_properties
    numbers = tuple(value for name, value in told if name == "scenario")
    if not numbers or not (report.when == "call" or (report.when == "setup" and not report.passed)):
        return
    said = "; ".join(str(value) for name, value in told if name == "observed")
    if report.skipped and isinstance(report.longrepr, tuple):
        said = report.longrepr[2].removeprefix("Skipped: ")
    mode = next(str(value) for name, value in told if name == "mode")
    _entries.append(Entry(report.nodeid, numbers, mode, report.outcome, round(report.duration, 1), said))


def pytest_sessionfinish(session: pytest.Session) -> None:
    file = session.config.getoption("--ledger")
    if file is not None and not hasattr(session.config, "workerinput"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps([asdict(entry) for entry in _entries], indent=1))


# -- The table -----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Row:
    number: int
    outcome: str  # passed, failed, "does not apply", "not covered"
    observed: str


def rows(entries: list[Entry], mode: str) -> list[Row]:
    """Return what every scenario came to in a mode."""
    by_number: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.mode in (mode, ""):
            for number in entry.scenarios:
                by_number[number].append(entry)
    return [_row(number, by_number[number]) for number in SCENARIOS]


def _row(number: int, entries: list[Entry]) -> Row:
    failed = [e.test.rsplit("::", 1)[-1] for e in entries if e.outcome == "failed"]
    passed = [e for e in entries if e.outcome == "passed"]
    if failed:
        return Row(number, "failed", ", ".join(failed))
    if passed:
        said = list(dict.fromkeys(e.said for e in passed if e.said))
        return Row(number, "passed", "; ".join(said) or f"as promised, in {len(passed)} tests")
    if entries:
        return Row(number, "does not apply", "; ".join(dict.fromkeys(e.said for e in entries)))
    return Row(number, "not covered", "")


def table(entries: list[Entry]) -> Iterator[str]:
    """Yield the ledger of both modes as Markdown."""
    for mode, name in MODES.items():
        found = rows(entries, mode)
        passed = sum(row.outcome == "passed" for row in found)
        yield f"## {name}: passed {passed}/{len(SCENARIOS)}"
        yield ""
        yield "| # | fault | promise | outcome | observed |"
        yield "|---|---|---|---|---|"
        for row in found:
            fault, promise = SCENARIOS[row.number]
            yield f"| {row.number} | {fault} | {promise} | {row.outcome} | {row.observed.replace('|', '/')} |"
        yield ""


# -- The list of tests ---------------------------------------------------------------------------------------
def marked() -> dict[int, list[str]]:
    """Return the tests of every scenario by their place, read from the files."""
    found: dict[int, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                for number in _numbers(node):
                    found[number].append(f"{path.relative_to(ROOT)}::{node.name}")
    return found


def _numbers(function: ast.FunctionDef) -> Iterator[int]:
    for mark in function.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.scenario":
            yield from (ast.literal_eval(argument) for argument in mark.args)


HEAD = """# Faults

What goes wrong, what is promised then, and the tests that do it for real. `make faults` runs them in both
modes and prints `passed/{count}` with what was observed for each (also in `var/faults/ledger.md`). This list
is made from the tests by `python -m tests.support.ledger --document`; a test compares the two. With the
files in `var/faults` behind it the command also keeps below what was observed.

| # | fault | promise | tests |
|---|---|---|---|
"""


def document() -> str:
    """Return docs/faults.md as it has to be."""
    tests = marked()
    lines = []
    for number, (fault, promise) in SCENARIOS.items():
        named = [f"`{test.removeprefix('tests/')}`" for test in tests.get(number, [])]
        lines.append(f"| {number} | {fault} | {promise} | {'<br>'.join(named) or 'not covered'} |\n")
    return HEAD.format(count=len(SCENARIOS)) + "".join(lines)


def observed(entries: list[Entry], day: date) -> str:
    """Return the section that says what came of each fault, and when."""
    both = [rows(entries, mode) for mode in MODES]
    totals = (
        f"{name} {sum(row.outcome == 'passed' for row in found)}/{len(SCENARIOS)}"
        for name, found in zip(MODES.values(), both, strict=True)
    )
    lines = [
        f"{OBSERVED} {day:%-d %B %Y}: {'; '.join(totals)}",
        "",
        "| # | " + " | ".join(MODES.values()) + " |",
    ]
    lines += ["|---|---|---|"]
    for pair in zip(*both, strict=True):
        said = (f"{row.outcome}: {row.observed}".replace("|", "/") for row in pair)
        lines.append(f"| {pair[0].number} | {' | '.join(said)} |")
    return "\n" + "\n".join(lines) + "\n"


def kept() -> str:
    """Return the section that docs/faults.md has of it."""
    text = DOCUMENT.read_text(encoding="utf-8")
    return text[text.index(OBSERVED) - 1 :] if OBSERVED in text else ""


def main(arguments: list[str]) -> int:
    entries = [
        Entry(**{**row, "scenarios": tuple(row["scenarios"])})
        for file in arguments
        if file != "--document"
        for row in json.loads(Path(file).read_text())
    ]
    if "--document" in arguments:
        section = observed(entries, datetime.now(UTC).date()) if entries else kept()
        DOCUMENT.write_text(document() + section, encoding="utf-8")
        return 0
    text = "\n".join(table(entries))
    print(text)  # noqa: T201  a command
    Path(arguments[0]).with_name("ledger.md").write_text(text)
    bad = [row for mode in MODES for row in rows(entries, mode) if row.outcome in ("failed", "not covered")]
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
