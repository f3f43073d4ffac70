"""Celery as in production, with a reader that can be told to fail and with time running faster.

`celery -A tests.ingestion.faults.app worker -B`, or as a script: any management command.
"""

from __future__ import annotations

import ctypes
import os
import re
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from celery.signals import task_postrun, worker_init
from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver

from config.celery import BEAT_SCHEDULE, app
from positions.extraction.types import (
    ActorMention,
    ArticleText,
    EventReading,
    Reading,
    Resolver,
    StanceReading,
)  # fmt: skip

PHRASE = re.compile(r"The envoys want Ukraine in NATO")
LEASE = float(os.environ.get("FAULT_LEASE", "8"))


class Reader:
    """Finds one stance in each article, and does what its text says on the way."""

    name = "fault"
    version = "1"

    def read(self, article: ArticleText, resolver: Resolver) -> Reading:
        if seconds := re.search(r"SLEEP ([\d.]+)", article.text):
            time.sleep(float(seconds[1]))
        if "ABORT" in article.text:
            ctypes.CDLL(None).abort()
        while "LOOP" in article.text:
            pass
        if "MEMORY" in article.text:
            raise MemoryError
        stances = tuple(self._stance(article, match) for match in PHRASE.finditer(article.text))
        at = article.text.index("STRELSAU")
        event = EventReading("A meeting in Strelsau", "meeting", article.published, at, at + 8, "STRELSAU")
        return Reading(self.name, self.version, stances, (event,))

    def _stance(self, article: ArticleText, match: re.Match[str]) -> StanceReading:
        start, end = match.span()
        holder = ActorMention("envoys", "The envoys", "group", "made", start, start + 10)
        return StanceReading(
            holder,
            "nato-membership",
            1,
            "indirect",
            "statement",
            article.published,
            start,
            end,
            match[0],
            0.9,
        )


def deadly(function: Callable[..., Any], mark: str) -> Callable[..., Any]:
    """Return the function, which kills its process after its work, once, where a file called `mark` lies."""

    def call(*arguments: Any, **named: Any) -> Any:
        found = function(*arguments, **named)
        file = Path(os.environ["OPENDOOR_VAR"]) / mark
        if file.exists():
            file.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    return call


def hasten() -> None:
    """Plug the reader in and let leases, pauses and sweeps take seconds."""
    from positions.ingestion import files, hosts, polling, queue, reading

    settings.FETCH_ALLOW_LOOPBACK = True
    reading.finish = deadly(reading.finish, "die-reading")
    store = import_module("positions.ingestion.store")  # the package's own `store` is the function
    store._enqueue = deadly(store._enqueue, "die-storing")
    reading.EXTRACTORS["fault"] = Reader
    queue.LEASE = timedelta(seconds=LEASE)
    queue.FIRST_PAUSE = timedelta(seconds=0.2)
    hosts.DELAY = files.SETTLE = 0.0
    polling.LEASE = timedelta(seconds=LEASE)


@app.on_configure.connect
def quicken(sender: object, **_: object) -> None:
    for name, seconds in (("sweep", 0.5), ("heartbeat", 1.0)):
        BEAT_SCHEDULE[name]["schedule"] = seconds


@task_postrun.connect
def note(task: Any, retval: object, **_: object) -> None:
    """Keep a line for every periodic task that a worker was given, and whether it was its turn."""
    if isinstance(retval, bool):
        with (Path(os.environ["OPENDOOR_VAR"]) / "turns").open("a") as file:
            file.write(f"{task.name} {retval} {time.time():.3f}\n")


@receiver(connection_created)
def shrink(connection: BaseDatabaseWrapper, **_: object) -> None:
    """Let the database's disk be as full as FAULT_PAGES says."""
    if pages := os.environ.get("FAULT_PAGES"):
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count = {int(pages)}")


@worker_init.connect
def plug(**_: object) -> None:
    from actors import snapshot  # its models need Django set up

    hasten()
    snapshot.resolver()  # here once instead of in every process that is started anew
    connections.close_all()  # a forked process must not share ours
    for task in app.tasks.values():
        task.soft_time_limit, task.time_limit = 8, 12


if __name__ == "__main__":
    import django
    from django.core.management import execute_from_command_line

    django.setup()
    hasten()
    execute_from_command_line(["manage.py", *sys.argv[1:]])
