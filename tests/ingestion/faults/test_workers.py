"""Workers die, brokers forget, databases stop: after each, nothing is lost and nothing doubled.

Every test runs real processes and does the fault for real. Only time is hastened: leases last seconds.
"""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time

import psutil
import pytest

from tests.ingestion.faults.bench import PATIENCE, ROOT, Bench
from tests.ingestion.faults.conftest import redis_client

pytestmark = [pytest.mark.slow, pytest.mark.broker, pytest.mark.postgres]
SAYS = "The envoys want Ukraine in NATO."
WORDS = ["the", "envoy", "spoke", "of", "bread", "and", "ships"]
SLOW = f"{SAYS} SLEEP 0.15"


def reading(bench: Bench) -> bool:
    return bench.states().get("reading", 0) > 0


@pytest.mark.scenario(1)
def test_a_worker_killed_in_the_middle_of_articles(bench: Bench):
    bench.articles([SLOW] * 30)
    chance = random.Random(1)
    for _ in range(3):
        worker = bench.worker()
        bench.until(lambda: reading(bench))
        time.sleep(chance.uniform(0, 0.5))
        bench.kill(worker)
    bench.worker()
    bench.until(lambda: bench.settled(30))
    bench.check(30)


@pytest.mark.scenario(2)
def test_one_process_of_a_worker_killed(bench: Bench):
    bench.articles([f"{SAYS} SLEEP 1"] * 4)
    worker = bench.worker()
    bench.until(lambda: reading(bench))
    # The children that read are Celery's pool; beat is another child.
    busiest = max(bench.children(worker), key=lambda child: child.memory_info().rss)
    busiest.send_signal(signal.SIGKILL)
    bench.until(lambda: bench.settled(4))
    bench.check(4)


@pytest.mark.scenario(3)
def test_a_deployment_stops_and_starts_workers(bench: Bench):
    bench.articles([SLOW] * 20)
    for _ in range(2):
        worker = bench.worker()
        bench.until(lambda: reading(bench))
        began = time.monotonic()
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=PATIENCE)
        bench.observe(f"stopped in {time.monotonic() - began:.1f} s")
    bench.worker()
    bench.until(lambda: bench.settled(20))
    bench.check(20)


@pytest.mark.scenario(4)
def test_a_broker_that_forgets_everything(bench: Bench):
    bench.articles([SAYS] * 10)
    if bench.embedded:
        queue = bench.folder / "var" / "celery" / "queue"
        messages = list(queue.iterdir())
        assert len(messages) == 10
        for message in messages:
            message.unlink()
    else:
        assert redis_client(bench.redis).llen("celery") == 10
        bench.redis.stop(kill=True)
        bench.redis.start()
    bench.worker()
    bench.until(lambda: bench.settled(10))
    bench.check(10)


@pytest.mark.scenario(4, 5)
def test_a_broker_restarted_under_load(bench: Bench):
    if bench.embedded:
        pytest.skip("messages are files: there is no broker to restart")
    bench.articles([SLOW] * 20)
    bench.worker()
    bench.until(lambda: reading(bench))
    bench.redis.stop(kill=True)
    time.sleep(2)
    bench.redis.start()
    bench.until(lambda: bench.settled(20))
    bench.check(20)


@pytest.mark.scenario(7)
def test_the_database_restarted_in_mid_transaction(bench: Bench):
    if bench.embedded:
        pytest.skip("SQLite has no server")
    bench.articles([SLOW] * 20)
    bench.worker()
    for _ in range(2):
        bench.until(lambda: reading(bench))
        bench.postgres.stop(immediate=True)
        bench.postgres.start()
    bench.until(lambda: bench.settled(20))
    bench.check(20)


@pytest.mark.scenario(31)
def test_a_database_locked_by_somebody_else(bench: Bench):
    if not bench.embedded:
        pytest.skip("PostgreSQL locks rows, not the database")
    bench.articles([SAYS] * 10)
    connection = sqlite3.connect(bench.folder / "var" / "opendoor.sqlite3", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    bench.worker()
    time.sleep(4)
    connection.execute("COMMIT")
    connection.close()
    bench.until(lambda: bench.settled(10))
    bench.check(10)


@pytest.mark.scenario(8)
def test_a_disk_that_is_full_while_storing(bench: Bench):
    if not bench.embedded:
        pytest.skip("done where the database is a file of ours")
    folder = bench.folder / "many"
    folder.mkdir()
    for n in range(60):
        filler = " ".join(random.Random(n).choices(WORDS, k=4_000))
        head = f"---\nid: many-{n}\ntitle: T\npublished: 2024-03-04\n---\n"
        (folder / f"{n:02d}.md").write_text(f"{head}STRELSAU. {SAYS} Report {n}. {filler}\n")
    ((pages,),) = bench.sql("PRAGMA page_count")
    full = bench.manage("ingest", folder, check=False, env={**bench.env, "FAULT_PAGES": str(pages + 100)})
    assert full.returncode != 0
    assert "database or disk is full" in full.stderr
    stored = bench.sql("SELECT count(*) FROM positions_article")[0][0]
    assert 0 < stored < 60
    bench.manage("ingest", folder)
    bench.check(60)


@pytest.mark.scenario(9)
def test_the_same_message_five_times_in_any_order_to_two_workers(bench: Bench):
    ids = bench.articles([SLOW] * 12)
    messages = ids * 5
    random.Random(2).shuffle(messages)
    bench.worker()
    bench.worker(beat=False)
    bench.send(messages)
    bench.until(lambda: bench.settled(12))
    time.sleep(1)
    bench.check(12)


@pytest.mark.scenario(11)
def test_a_task_longer_than_its_lease(bench: Bench):
    bench.env["FAULT_LEASE"] = "1"
    bench.articles([f"{SAYS} SLEEP 1.6"] * 3)
    bench.worker()
    bench.worker(beat=False)
    # Another takes over, and the first finds its claim void: at most one writes, and in the end, after
    # three tries that never came back in time, the article is quarantined and says so.
    bench.until(lambda: sum(bench.states().get(s, 0) for s in ("done", "quarantined")) == 3)
    time.sleep(2)
    stances = (
        "SELECT count(*) FROM positions_stance WHERE article_id IN "
        "(SELECT id FROM positions_article WHERE state = %s)"
    )
    done = bench.states().get("done", 0)
    assert bench.sql(stances, "done") == [(done,)]
    assert bench.sql(stances, "quarantined") == [(0,)]
    bench.observe(f"{done} read by one worker alone, {3 - done} quarantined without a trace")
    bench.manage("check_invariants")


@pytest.mark.parametrize(
    ("poison", "why"),
    [("ABORT", "never finished, 3 times"), ("LOOP", "SoftTimeLimitExceeded"), ("MEMORY", "MemoryError")],
)
@pytest.mark.scenario(12)
def test_a_poison_article_is_quarantined_and_the_rest_goes_on(bench: Bench, poison: str, why: str):
    ids = bench.articles([f"{SAYS} {poison}", *[SAYS] * 8])
    bench.worker()
    bench.until(lambda: bench.settled(9), seconds=150)
    bench.check(9, quarantined=1)
    ((error, attempts),) = bench.sql("SELECT error, attempts FROM positions_article WHERE id = %s", ids[0])
    assert (why in error, attempts) == (True, 3)


@pytest.mark.scenario(31)
def test_writers_side_by_side_are_never_refused(bench: Bench):
    """Three commands and two workers write at once: no "database is locked", every article read."""
    folders = []
    for k in range(3):
        folder = bench.folder / f"part-{k}"
        folder.mkdir()
        for n in range(15):
            head = f"---\nid: part-{k}-{n}\ntitle: T\npublished: 2024-03-04\n---\n"
            (folder / f"{n:02d}.md").write_text(f"{head}STRELSAU. {SAYS} Report {n} of part {k}.\n")
        folders.append(folder)
    bench.worker()
    command = [sys.executable, "-m", "tests.ingestion.faults.app", "ingest"]
    running = [
        subprocess.Popen(
            [*command, str(folder)], cwd=ROOT, env=bench.env,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )
        for folder in folders
    ]  # fmt: skip
    for process in running:
        _, errors = process.communicate(timeout=2 * PATIENCE)
        assert process.returncode == 0, errors[-2000:]
    bench.until(lambda: bench.settled(45))
    bench.check(45)
    assert "locked" not in "".join(path.read_text() for path in bench.folder.glob("worker-*.log"))


@pytest.mark.scenario(36)
def test_a_backup_taken_while_articles_come_in(bench: Bench):
    if not bench.embedded:
        pytest.skip("PostgreSQL's own tools make its backups")
    bench.articles([SLOW] * 20)
    bench.worker()
    bench.until(lambda: bench.states().get("done", 0) > 3)
    copy = bench.folder / "copy"
    copy.mkdir()
    connection = sqlite3.connect(bench.folder / "var" / "opendoor.sqlite3", isolation_level=None, timeout=20)
    connection.execute("VACUUM INTO ?", (str(copy / "opendoor.sqlite3"),))
    connection.close()
    restored = Bench(copy, None, None)
    restored.env["OPENDOOR_VAR"] = str(copy)
    restored.manage("check_invariants")
    bench.until(lambda: bench.settled(20))
    bench.check(20)


def test_no_process_is_left(bench: Bench):
    worker = bench.worker()
    bench.until(lambda: len(bench.children(worker)) >= 2)
    children = bench.children(worker)
    bench.stop()
    psutil.wait_procs(children, timeout=5)
    assert [child for child in children if child.is_running() and child.status() != "zombie"] == []


def test_several_processes_read_in_the_foreground(bench: Bench):
    if not bench.embedded:
        pytest.skip("the same code; the databases are compared by the other tests")
    bench.env["EXTRACTOR"] = "rules"
    folder = bench.folder / "some"
    folder.mkdir()
    for n in range(4):
        head = f"---\nid: some-{n}\ntitle: T\npublished: 2024-03-04\n---\n"
        (folder / f"{n}.md").write_text(f"{head}STRELSAU. {SAYS} Report {n}.\n")
    bench.manage("ingest", folder, "--workers", "2")
    assert bench.sql("SELECT count(*) FROM positions_article WHERE read_at IS NOT NULL") == [(4,)]
    bench.manage("check_invariants")
