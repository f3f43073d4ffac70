"""The sweep: whatever is due and that no message was delivered for gets a message; who is at work says so."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from datetime import timedelta

from positions.ingestion import clock
from positions.ingestion.queue import due_ids, quarantine_abandoned
from positions.models import WorkerHeartbeat

log = logging.getLogger(__name__)

# No more messages than this a sweep: the rest stays due and the next sweep finds it.
BATCH = 200
# Without a heartbeat for so long, nobody is working.
ALIVE = timedelta(seconds=60)
FORGOTTEN = timedelta(days=1)


def sweep(enqueue: Callable[[int], object]) -> int:
    """Ask for every article that is due, also those whose worker died; return how many.

    Messages for one article may pile up: all but the first find nothing to do.
    """
    quarantined = quarantine_abandoned()
    ids = due_ids(limit=BATCH)
    for article_id in ids:
        enqueue(article_id)
    if ids or quarantined:
        log.info("sweep enqueued=%s quarantined=%s", len(ids), quarantined)
    return len(ids)


def heartbeat(name: str = "") -> None:
    """Say that this worker is alive; forget workers not heard of for a day."""
    now = clock.now()
    name = name or f"{socket.gethostname()}:{os.getpid()}"
    WorkerHeartbeat.objects.update_or_create(name=name[:200], defaults={"seen_at": now})
    WorkerHeartbeat.objects.filter(seen_at__lt=now - FORGOTTEN).delete()


def working() -> bool:
    """Whether any worker is up: what waits is otherwise queued with nobody to read it."""
    return WorkerHeartbeat.objects.filter(seen_at__gte=clock.now() - ALIVE).exists()
