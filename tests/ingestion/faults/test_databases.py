"""Databases that refuse writes, change under their users, or are backed up: after it all is there."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable

import psutil
import pytest

from tests.ingestion.faults.bench import ROOT, Bench
from tests.ingestion.faults.test_brokers import VISIT
from tests.ingestion.faults.test_workers import SAYS, SLOW, reading

pytestmark = [pytest.mark.slow, pytest.mark.broker, pytest.mark.postgres]
Record = Callable[[str, object], None]


@pytest.mark.scenario(2, 7)
def test_a_process_killed_on_the_last_statement_of_a_reading(bench: Bench, record_property: Record):
    """Everything is written and nothing committed: of that reading nothing may be left."""
    bench.articles([SAYS] * 4)
    (bench.folder / "var" / "die-reading").touch()
    bench.worker()
    bench.until(lambda: bench.settled(4))
    assert not (bench.folder / "var" / "die-reading").exists()
    bench.check(4)
    record_property("observed", "killed before the commit: no half article, 4 of 4 read")


@pytest.mark.scenario(7)
def test_a_process_killed_on_the_last_statement_of_storing(bench: Bench, record_property: Record):
    folder = bench.folder / "raw"
    folder.mkdir()
    for n in range(3):
        head = f"---\nid: raw-{n}\ntitle: T\npublished: 2024-03-04\n---\n"
        (folder / f"{n}.md").write_text(f"{head}STRELSAU. {SAYS} Report {n}.\n")
    (bench.folder / "var" / "die-storing").touch()
    assert bench.manage("ingest", folder, check=False).returncode == -9
    assert bench.sql("SELECT count(*) FROM positions_article") == [(0,)]
    assert bench.sql("SELECT count(*) FROM positions_articleversion") == [(0,)]
    bench.manage("ingest", folder)
    bench.check(3)
    record_property("observed", "killed between text and state: nothing half stored, the next run stores all")


@pytest.mark.scenario(8)
def test_a_database_that_takes_no_writes_for_a_while(bench: Bench, record_property: Record):
    """PostgreSQL turned read-only; for SQLite, workers whose disk takes not one more byte."""
    bench.articles([SLOW] * 12)
    worker = bench.worker()
    bench.until(lambda: reading(bench))
    close(bench, worker.pid)
    time.sleep(5)
    visit = bench.python(VISIT.split("action = ")[0] + "print(json.dumps(seen))") if bench.embedded else None
    assert worker.poll() is None
    reopen(bench, worker.pid)
    began = time.monotonic()
    bench.until(lambda: bench.settled(12))
    bench.check(12)
    assert visit is None or set(visit.values()) == {200}
    took = time.monotonic() - began
    record_property("observed", f"5 s without writes: the worker lived, 12 of 12 read {took:.1f} s after")


def close(bench: Bench, pid: int) -> None:
    if bench.embedded:
        limit(pid, 0)
        return
    bench.sql_alone("ALTER SYSTEM SET default_transaction_read_only = on")
    bench.sql_alone("SELECT pg_reload_conf()")


def reopen(bench: Bench, pid: int) -> None:
    if bench.embedded:
        limit(pid, resource.RLIM_INFINITY)
        return
    bench.sql_alone("ALTER SYSTEM RESET default_transaction_read_only")
    bench.sql_alone("SELECT pg_reload_conf()")


def limit(pid: int, size: int) -> None:
    """Let a worker and its processes write files up to a size; beyond it is as on a full disk."""
    process = psutil.Process(pid)
    for one in [process, *process.children(recursive=True)]:
        one.rlimit(psutil.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@pytest.mark.scenario(30)
def test_migrations_taken_back_and_applied_while_workers_run(bench: Bench, record_property: Record):
    bench.articles([SLOW] * 20)
    bench.worker()
    bench.until(lambda: reading(bench))
    bench.manage("migrate", "positions", earlier(2), "-v0")
    time.sleep(2)
    bench.manage("migrate", "-v0")
    bench.until(lambda: bench.settled(20))
    bench.check(20)
    record_property("observed", "two migrations back and forth under a running worker: 20 of 20 read")


def earlier(steps: int) -> str:
    """Return the name of the migration that so many came after."""
    return sorted(path.stem for path in (ROOT / "positions" / "migrations").glob("0*.py"))[-1 - steps]


@pytest.mark.scenario(36)
def test_a_backup_of_a_running_postgresql(bench: Bench, record_property: Record):
    if bench.embedded:
        pytest.skip("SQLite's backup is another test")
    bench.articles([SLOW] * 20)
    bench.worker()
    bench.until(lambda: bench.states().get("done", 0) > 3)
    file = bench.postgres.dump()
    bench.until(lambda: bench.settled(20))
    bench.check(20)
    bench.stop()
    restored = Bench(bench.folder / "restored", bench.postgres, bench.redis)
    restored.database = bench.postgres.restore(file, f"restored_{time.monotonic_ns()}")
    restored.env |= {"DATABASE_URL": restored.database, "OPENDOOR_VAR": str(restored.folder)}
    restored.manage("check_invariants")
    kept = restored.states()
    restored.worker()
    try:
        restored.until(lambda: restored.settled(20))
        restored.check(20)
    finally:
        restored.stop()
    observed = f"restored with {kept.get('done', 0)} of 20 read, checks pass; a worker read the rest"
    record_property("observed", observed)
