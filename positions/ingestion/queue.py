"""The article row as a queue. Celery's messages are hints; what is due stands in the rows."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from positions.ingestion import clock
from positions.models import Article

LEASE = timedelta(seconds=180)  # longer than a task may run (150 s): a lease that is over means a dead worker
MAX_ATTEMPTS = 3
FETCH_ATTEMPTS = 7  # over a day: a site, or our own network, may be away for so long
FIRST_PAUSE = timedelta(minutes=1)
NEVER_FINISHED = (
    "The reader died or never finished, 3 times: quarantined. "
    "The text is kept; retry it when the reader is mended."
)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to read one article until `lease_until`, which also tells this claim from any other."""

    article_id: int
    attempt: int
    lease_until: datetime


def claim(article_id: int, *, now: datetime | None = None) -> Claim | None:
    """Claim an article that is due, or return None: another worker has it, or there is nothing to do."""
    now = now or clock.now()
    quarantine_abandoned(article_id, now=now)
    row = Article.objects.filter(pk=article_id).values_list("attempts", flat=True).first()
    if row is None:
        return None
    # The attempt is part of the condition: of two workers that saw the same row, one updates it.
    claimed = (
        Article.objects.due(now)
        .filter(pk=article_id, attempts=row)
        .update(state=Article.State.READING, lease_until=now + LEASE, attempts=F("attempts") + 1)
    )
    return Claim(article_id, row + 1, now + LEASE) if claimed else None


def held(mine: Claim) -> QuerySet[Article]:
    """Return the article if the claim still stands: not claimed by another, its text not replaced."""
    return Article.objects.filter(
        pk=mine.article_id, state=Article.State.READING, lease_until=mine.lease_until
    )


def finish(mine: Claim, *, state: str, set_aside: str = "") -> None:
    held(mine).update(
        state=state, set_aside=set_aside[:300], error="", lease_until=None, next_attempt_at=None,
        read_at=clock.now(), attempts=0,
    )  # fmt: skip


def fail(mine: Claim, error: str, *, final: bool = False, most: int = MAX_ATTEMPTS) -> str:
    """Record a failure and return the state: waiting for the next try, quarantined, or (final) failed."""
    if final:
        state = Article.State.FAILED
    elif mine.attempt >= most:
        state = Article.State.QUARANTINED
    else:
        state = Article.State.QUEUED
    due = clock.now() + pause(mine.attempt) if state == Article.State.QUEUED else None
    held(mine).update(state=state, error=error[:4000], lease_until=None, next_attempt_at=due)
    return state


def postpone(mine: Claim, until: datetime, error: str = "") -> None:
    """Give a claim back: nothing was tried, so no attempt is spent. `error` says what is in the way."""
    told = {"error": error[:4000]} if error else {}
    held(mine).update(
        state=Article.State.QUEUED, lease_until=None, next_attempt_at=until, attempts=F("attempts") - 1,
        **told,
    )  # fmt: skip


def pause(attempt: int) -> timedelta:
    """Return how long to wait after a failed attempt: 1, 4, 16 … minutes, give or take a fifth."""
    return FIRST_PAUSE * 4 ** (attempt - 1) * random.uniform(0.8, 1.2)


def quarantine_abandoned(article_id: int | None = None, *, now: datetime | None = None) -> int:
    """Quarantine articles whose last permitted reader never came back; return how many."""
    abandoned = Article.objects.filter(
        state=Article.State.READING, lease_until__lt=now or clock.now(), attempts__gte=MAX_ATTEMPTS
    )
    if article_id is not None:
        abandoned = abandoned.filter(pk=article_id)
    return abandoned.update(state=Article.State.QUARANTINED, error=NEVER_FINISHED, lease_until=None)


def retry(article_ids: list[int]) -> int:
    """Put articles back into the queue with all attempts before them (an editor asked); return how many.

    Articles being read, and rows that neither have a text nor say where there is one, are left alone.
    """
    return (
        Article.objects.filter(Q(versions__isnull=False) | ~Q(url=""), pk__in=article_ids)
        .exclude(state=Article.State.READING)
        .distinct()
        .update(state=Article.State.QUEUED, attempts=0, next_attempt_at=None, error="", set_aside="")
    )


def due_ids(*, limit: int = 1000, now: datetime | None = None) -> list[int]:
    """Return the ids of articles that wait, the longest waiting first."""
    due = Article.objects.due(now or clock.now())
    return list(due.order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:limit])
