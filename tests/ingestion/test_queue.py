from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from positions.ingestion import clock, queue, store
from positions.ingestion.sweeping import heartbeat, sweep, working
from positions.models import Article, WorkerHeartbeat
from tests.support import make

pytestmark = pytest.mark.django_db
State = Article.State


@pytest.fixture
def article(document) -> Article:
    return Article.objects.get(pk=store(document(), make.source()).article_id)


def expire(article: Article) -> None:
    Article.objects.filter(pk=article.pk).update(lease_until=clock.now() - timedelta(seconds=1))


@pytest.mark.scenario(10)
def test_claim_takes_a_waiting_article_once(article: Article):
    mine = queue.claim(article.pk)
    assert mine is not None and mine.attempt == 1
    assert queue.claim(article.pk) is None
    article.refresh_from_db()
    assert (article.state, article.attempts) == (State.READING, 1)
    assert article.lease_until == mine.lease_until


def test_claim_of_what_is_done_or_gone_is_none(article: Article):
    Article.objects.update(state=State.DONE)
    assert queue.claim(article.pk) is None
    assert queue.claim(article.pk + 1) is None


def test_an_abandoned_article_is_claimed_again_and_the_first_claim_is_void(article: Article):
    first = queue.claim(article.pk)
    expire(article)
    second = queue.claim(article.pk)
    assert second is not None and second.attempt == 2
    assert not queue.held(first).exists()
    queue.finish(first, state=State.DONE)
    article.refresh_from_db()
    assert article.state == State.READING
    queue.finish(second, state=State.DONE)
    article.refresh_from_db()
    assert (article.state, article.lease_until, article.attempts) == (State.DONE, None, 0)


def test_a_failure_waits_longer_each_time_and_ends_in_quarantine(article: Article):
    pauses = []
    for _ in range(3):
        Article.objects.update(next_attempt_at=None)
        before = clock.now()
        queue.fail(queue.claim(article.pk), "the reader stumbled")
        article.refresh_from_db()
        pauses.append((article.next_attempt_at - before).total_seconds() if article.next_attempt_at else None)
    assert (article.state, article.error, pauses[2]) == (State.QUARANTINED, "the reader stumbled", None)
    assert 48 <= pauses[0] <= 73 and 192 <= pauses[1] <= 290


def test_a_failed_article_is_not_due_before_its_time(article: Article):
    queue.fail(queue.claim(article.pk), "x")
    assert queue.claim(article.pk) is None
    assert queue.claim(article.pk, now=clock.now() + timedelta(minutes=2)) is not None


def test_a_reader_that_dies_three_times_is_not_given_a_fourth(article: Article):
    for _ in range(3):
        assert queue.claim(article.pk) is not None
        expire(article)
    assert queue.claim(article.pk) is None
    article.refresh_from_db()
    assert (article.state, article.error) == (State.QUARANTINED, queue.NEVER_FINISHED)


def test_retry_gives_all_attempts_back(article: Article):
    Article.objects.update(state=State.QUARANTINED, attempts=3, error="x")
    without_text = make.article()
    without_text.versions.all().delete()
    assert queue.retry([article.pk, without_text.pk]) == 1
    article.refresh_from_db()
    assert (article.state, article.attempts, article.error) == (State.QUEUED, 0, "")


def test_sweep_asks_for_what_waits_and_for_what_was_abandoned(article: Article, document):
    abandoned = store(document("Another report: NATO met Ukraine.\n", guid="a-2"), make.source()).article_id
    queue.claim(abandoned)
    expire(Article.objects.get(pk=abandoned))
    being_read = store(document("A third report: NATO spoke.\n", guid="a-3"), make.source()).article_id
    queue.claim(being_read)
    asked: list[int] = []
    assert sweep(asked.append, asked.append, asked.append) == {"read": 2, "poll": 0, "look_again": 0}
    assert sorted(asked) == [article.pk, abandoned]


def test_heartbeats_tell_whether_anybody_works():
    assert working() is False
    heartbeat("worker-1")
    heartbeat("worker-1")
    assert WorkerHeartbeat.objects.count() == 1
    assert working() is True
    WorkerHeartbeat.objects.update(seen_at=clock.now() - timedelta(days=2))
    assert working() is False
    heartbeat("worker-2")
    assert [row.name for row in WorkerHeartbeat.objects.all()] == ["worker-2"]


@pytest.mark.scenario(25)
def test_a_worker_whose_clock_is_an_hour_ahead_takes_nothing_from_another(article: Article):
    """Leases go by the database's clock, which on PostgreSQL is not the worker's."""
    queue.claim(article.pk)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1)):
        stolen = queue.claim(article.pk)
    # SQLite runs on the worker's own machine: there is no other clock, and no other worker's either.
    assert (stolen is None) == (connection.vendor == "postgresql")
