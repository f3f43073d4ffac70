"""Celery's door: thin tasks over domain functions. A message carries an id and is only a hint."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from celery import current_app, shared_task
from django.utils import timezone
from kombu.exceptions import KombuError

from positions import alerts, search
from positions.downloads import snapshots
from positions.ingestion import sweeping

log = logging.getLogger(__name__)


def ask(task: Any, *arguments: object, **named: object) -> bool:
    """Send a message and return True; without a broker return False: the row tells the next sweep."""
    try:
        task.delay(*arguments, **named)
    except (KombuError, OSError) as error:
        log.warning("no message for %s %s: %s", task.name, arguments, error)
        return False
    return True


def periodic(work: Callable[[], object], **limits: float) -> Any:
    """Make a task of work that the schedule names; it returns whether it was its turn."""

    @wraps(work)
    def run() -> bool:
        entry = current_app.conf.beat_schedule[work.__name__]
        mine = sweeping.take_turn(work.__name__, entry["schedule"])
        if mine:
            work()
        return mine

    return shared_task(name=f"positions.{work.__name__}", **limits)(run)


@shared_task(name="positions.read_article")
def read_article(article_id: int) -> None:
    from positions.ingestion.reading import read_article as read  # loads the parser: only in workers

    read(article_id)


# A sitemap's parts are spaced as the site asks; still shorter than the lease.
@shared_task(name="positions.poll", soft_time_limit=240, time_limit=270)
def poll(source_id: int, force: bool = False) -> None:
    from positions.ingestion.hosts import MAX_DELAY
    from positions.ingestion.polling import poll as poll_source

    # An editor's order may be for a source that is switched off, which no sweep would ask for again.
    patience = MAX_DELAY if force else 0
    poll_source(source_id, enqueue=partial(ask, read_article), force=force, patience=patience)


@shared_task(name="positions.look_again")
def look_again(article_id: int) -> None:
    from positions.ingestion.pagefetch import look_again as look

    if look(article_id) == "changed":
        ask(read_article, article_id)


@periodic
def sweep() -> None:
    sweeping.sweep(partial(ask, read_article), partial(ask, poll), partial(ask, look_again))


@periodic
def index() -> None:
    """Take what changed into the search index, so that no reader's search has to."""
    while search.follow():
        pass


@periodic
def send_alerts() -> None:
    alerts.send_due(timezone.now())


@periodic
def prune() -> None:
    from positions.ingestion.retention import prune_raw

    prune_raw()


# Writing all tables may take longer than reading one article.
@partial(periodic, soft_time_limit=3600, time_limit=3660)
def snapshot() -> None:
    """Keep all tables as they stand, where anything has changed since the newest snapshot."""
    snapshots.take(timezone.localdate())


@periodic
def heartbeat() -> None:
    sweeping.heartbeat()
