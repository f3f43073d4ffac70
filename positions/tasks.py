"""Celery's door: thin tasks over domain functions. A message carries an id and is only a hint."""

from __future__ import annotations

from celery import shared_task

from positions.ingestion import sweeping


@shared_task(name="positions.read_article")
def read_article(article_id: int) -> None:
    from positions.ingestion.reading import read_article as read  # loads the parser: only in workers

    read(article_id)


@shared_task(name="positions.sweep")
def sweep() -> None:
    sweeping.sweep(enqueue=read_article.delay)


@shared_task(name="positions.heartbeat")
def heartbeat() -> None:
    sweeping.heartbeat()
