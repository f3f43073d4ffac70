"""Celery's door: thin tasks over domain functions. A message carries an id and is only a hint."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from positions import alerts, search
from positions.ingestion import sweeping


@shared_task(name="positions.read_article")
def read_article(article_id: int) -> None:
    from positions.ingestion.reading import read_article as read  # loads the parser: only in workers

    read(article_id)


@shared_task(name="positions.poll")
def poll(source_id: int, force: bool = False) -> None:
    from positions.ingestion.polling import poll as poll_source

    poll_source(source_id, enqueue=read_article.delay, force=force)


@shared_task(name="positions.look_again")
def look_again(article_id: int) -> None:
    from positions.ingestion.hosts import Later
    from positions.ingestion.pagefetch import look_again as look

    try:
        if look(article_id) == "changed":
            read_article.delay(article_id)
    except Later:
        return  # its turn has not come: the next sweep asks again


@shared_task(name="positions.sweep")
def sweep() -> None:
    sweeping.sweep(read_article.delay, poll.delay, look_again.delay)


@shared_task(name="positions.index")
def index() -> None:
    """Take what changed into the search index, so that no reader's search has to."""
    while search.follow():
        pass


@shared_task(name="positions.send_alerts")
def send_alerts() -> None:
    alerts.send_due(timezone.now())


@shared_task(name="positions.prune")
def prune() -> None:
    from positions.ingestion.retention import prune_raw

    prune_raw()


@shared_task(name="positions.heartbeat")
def heartbeat() -> None:
    sweeping.heartbeat()
