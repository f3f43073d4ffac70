"""A whole installation of its own: database, broker, workers as processes that a test may kill."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Thread
from typing import IO, Any

import psutil
import psycopg2

from tests.support.postgres import PrivatePostgres
from tests.support.redis import PrivateRedis

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 120.0


def _copy(stream: IO[bytes], log: Path) -> None:
    with log.open("wb", buffering=0) as file, stream:
        while line := stream.readline():
            file.write(line)


class Bench:
    """`embedded`: SQLite and messages in files. Otherwise PostgreSQL and Redis."""

    def __init__(self, folder: Path, postgres: PrivatePostgres | None, redis: PrivateRedis | None) -> None:
        self.folder, self.postgres, self.redis = folder, postgres, redis
        self.database = postgres.url if postgres is not None else ""
        self.workers: list[subprocess.Popen[bytes]] = []
        self.observe: Callable[[str], object] = lambda said: None  # for the ledger
        (folder / "var").mkdir(parents=True, exist_ok=True)
        ours = ("DJANGO", "DATABASE", "REDIS", "PYTEST")
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith(ours)},
            "OPENDOOR_VAR": str(folder / "var"), "EXTRACTOR": "fault", "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "config.settings", "OMP_NUM_THREADS": "1", "LOG_LEVEL": "WARNING",
        }  # fmt: skip
        if postgres is not None:
            self.env["DATABASE_URL"] = self.database
        if redis is not None:
            self.env["REDIS_URL"] = redis.url

    @property
    def embedded(self) -> bool:
        return self.postgres is None

    def manage(
        self, *arguments: object, check: bool = True, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tests.ingestion.faults.app", *map(str, arguments)]
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=600, **{"env": self.env, **options}
        )
        assert not (check and done.returncode), done.stderr[-3000:]
        return done

    def prepare(self, template: Path | None = None) -> None:
        """An empty record with one actor, as `ingest` asks for a registry; copied where there is one."""
        if template is not None and template.exists():
            shutil.copy(template, self.folder / "var" / "opendoor.sqlite3")
            return
        if self.postgres is not None and self._migrated():
            tables = "positions_article, positions_source, positions_event, positions_utterance"
            self.sql(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
            return
        self.manage("migrate", "-v0")
        self.manage(
            "shell", "-v0", "-c", "from actors.models import Actor; Actor.objects.create(slug='x', name='X')"
        )
        if template is not None:
            self.sql("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copy(self.folder / "var" / "opendoor.sqlite3", template)

    def _migrated(self) -> bool:
        return self.sql("SELECT to_regclass('positions_host')") != [(None,)]

    def articles(self, texts: Sequence[str]) -> list[int]:
        """Store articles that wait to be read, send a message for each, and return their ids."""
        folder = self.folder / f"in-{time.monotonic_ns()}"
        folder.mkdir()
        for n, text in enumerate(texts):
            head = f"---\nid: {folder.name}-{n}\ntitle: Report {n}\npublished: 2024-03-04\n---\n"
            (folder / f"{n:04d}.md").write_text(
                f"{head}STRELSAU. {text} This is report {n} of {folder.name}.\n"
            )
        self.manage("ingest", folder, "--queue")
        rows = self.sql(
            "SELECT id FROM positions_article WHERE guid LIKE %s ORDER BY guid", f"{folder.name}-%"
        )
        return [row[0] for row in rows]

    def send(self, ids: Sequence[int]) -> None:
        code = f"from positions.tasks import read_article as r; [r.delay(i) for i in {list(ids)!r}]"
        self.manage("shell", "-v0", "-c", code)

    def worker(self, processes: int = 2, beat: bool = True) -> subprocess.Popen[bytes]:
        """Start a worker in a session of its own, so that it can be killed with all its children."""
        number = len(self.workers)
        options = ["-c", str(processes), "-n", f"w{number}@%h", "--without-gossip", "--without-mingle"]
        options += ["-B"] if beat else []
        return self._start("worker", *options)

    def beat(self) -> subprocess.Popen[bytes]:
        """Start a scheduler of its own; it is stopped with the workers."""
        return self._start("beat", "--pidfile", "")

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "celery", "-A", "tests.ingestion.faults.app", *arguments]
        process = subprocess.Popen(
            [*command, "-l", "ERROR"], cwd=ROOT, env=self.env, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        # Through a pipe, so that it tells what it met also when it may not write files.
        log = self.folder / f"worker-{len(self.workers)}.log"
        Thread(target=_copy, args=(process.stdout, log), daemon=True).start()
        self.workers.append(process)
        return process

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()

    def children(self, worker: subprocess.Popen[bytes]) -> list[psutil.Process]:
        return psutil.Process(worker.pid).children(recursive=True)

    def stop(self) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                self.kill(worker)

    def sql(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        if self.postgres is not None:
            return self._on_server(statement, values)
        connection = sqlite3.connect(self.folder / "var" / "opendoor.sqlite3", timeout=30)
        try:
            with connection:
                return connection.execute(statement.replace("%s", "?"), values).fetchall()
        finally:
            connection.close()

    def sql_alone(self, statement: str) -> None:
        """Run on the server what must not be in a transaction, or is refused where nothing may be written."""
        self._on_server(statement, (), autocommit=True)

    def _on_server(
        self, statement: str, values: Sequence[object], *, autocommit: bool = False
    ) -> list[tuple[Any, ...]]:
        connection = psycopg2.connect(self.database.replace("postgres://", "postgresql://"))
        connection.autocommit = autocommit
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, values or None)
                found = cursor.fetchall() if cursor.description else []
            if not autocommit:
                connection.commit()
            return found
        finally:
            connection.close()

    def python(self, code: str) -> Any:
        """Run code in a process of this installation and return what it printed, as JSON."""
        return json.loads(self.manage("shell", "-v0", "-c", code).stdout)

    def states(self) -> dict[str, int]:
        return dict(self.sql("SELECT state, count(*) FROM positions_article GROUP BY state"))

    def until(self, condition: Any, seconds: float = PATIENCE) -> None:
        """Wait for a condition; fail with the states and the workers' logs."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if condition():
                return
            time.sleep(0.1)
        logs = "\n".join(path.read_text()[-1500:] for path in sorted(self.folder.glob("worker-*.log")))
        raise AssertionError(f"not in {seconds:g} s; states {self.states()}\n{logs}")

    def settled(self, count: int) -> bool:
        """Whether so many articles are read or quarantined and none is at work."""
        states = self.states()
        return states.get("done", 0) + states.get("quarantined", 0) == count == sum(states.values())

    def check(self, articles: int, *, quarantined: int = 0) -> None:
        """Nothing lost, nothing doubled: each article read has its one stance, all invariants hold."""
        expected = {"done": articles - quarantined} | ({"quarantined": quarantined} if quarantined else {})
        assert self.states() == expected
        current = (
            "SELECT count(*), count(DISTINCT article_id) FROM positions_stance WHERE superseded_at IS NULL"
        )
        assert self.sql(current) == [(articles - quarantined, articles - quarantined)]
        assert self.sql("SELECT count(*) FROM positions_stance") == [(articles - quarantined,)]
        assert self.sql("SELECT count(*) FROM positions_eventmention") == [(articles - quarantined,)]
        self.manage("check_invariants")
        left = f", {quarantined} quarantined" if quarantined else ""
        self.observe(f"{articles - quarantined} of {articles} read, each once{left}")
