"""The sweep: whatever is due and that no message was delivered for gets a message; who is at work says so."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from positions.ingestion import clock, pagefetch, polling, queue
from positions.models import PeriodicTurn, WorkerHeartbeat

log = logging.getLogger(__name__)

# No more messages than this a sweep: the rest stays due and the next sweep finds it.
BATCH = 200
# Without a heartbeat for so long, nobody is working.
ALIVE = timedelta(seconds=60)
FORGOTTEN = timedelta(days=1)
NO_WORKER = gettext_noop("Queued, but no worker is up: they wait until one is started.")

Enqueue = Callable[[int], object]


def sweep(read: Enqueue, poll: Enqueue, look_again: Enqueue) -> dict[str, int]:
    """Ask for all work that is due, also what a dead worker left; return how much of each kind.

    Messages for one row may pile up: all but the first find nothing to do.
    """
    queue.quarantine_abandoned()
    work = {
        # First: a host with many articles waiting would else never have a turn left for its feeds.
        "poll": (polling.due_ids(limit=BATCH), poll),
        "read": (queue.due_ids(limit=BATCH), read),
        "look_again": (pagefetch.due_ids(limit=BATCH), look_again),
    }
    for ids, enqueue in work.values():
        for pk in ids:
            enqueue(pk)
    counts = {name: len(ids) for name, (ids, _) in work.items()}
    if any(counts.values()):
        log.info("sweep %s", counts)
    return counts


def take_turn(name: str, seconds: float) -> bool:
    """Return whether a task of this period may run now: once a period for any number of schedulers."""
    now = clock.now()
    # A little early is in time: one scheduler alone must not be refused for a late moment before.
    next_at = now + timedelta(seconds=0.9 * seconds)
    if PeriodicTurn.objects.filter(name=name, next_at__lte=now).update(next_at=next_at):
        return True
    if PeriodicTurn.objects.filter(name=name).exists():
        return False
    try:
        with transaction.atomic():
            PeriodicTurn.objects.create(name=name, next_at=next_at)
    except IntegrityError:  # another was first
        return False
    return True


def heartbeat(name: str = "") -> None:
    """Say that this worker is alive; forget workers not heard of for a day."""
    now = clock.now()
    name = name or f"{socket.gethostname()}:{os.getpid()}"
    WorkerHeartbeat.objects.update_or_create(name=name[:200], defaults={"seen_at": now})
    WorkerHeartbeat.objects.filter(seen_at__lt=now - FORGOTTEN).delete()


def working() -> bool:
    """Whether any worker is up: what waits is otherwise queued with nobody to read it."""
    return WorkerHeartbeat.objects.filter(seen_at__gte=clock.now() - ALIVE).exists()
