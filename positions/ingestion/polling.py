"""Polling a source: claim it, fetch it, take in what is new, and note in the row how it went."""

from __future__ import annotations

import logging
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import F, Q

from positions.ingestion import clock
from positions.ingestion.documents import Unusable
from positions.ingestion.feeds import BadFeed, Feed, Item, parse_feed
from positions.ingestion.fetch import Fetched, FetchError, fetch
from positions.ingestion.hosts import Forbidden, Later, check_robots, leave_alone, turn
from positions.ingestion.intake import Taken, take_in
from positions.ingestion.pagefetch import single_page
from positions.models import Source

LEASE = timedelta(minutes=5)
FOR_READERS = {Source.Kind.RSS, Source.Kind.JSON_FEED}  # of other kinds robots.txt is asked first
INTERVAL = timedelta(minutes=15), timedelta(hours=24)
MOVED_AFTER = 3  # equal answers before an address is changed for good
DEATHS = 3  # in a row; a worker that is merely stopped may start again at once
NEVER_FINISHED = "the worker died or never finished while polling it"
MAX_SITEMAPS = 5
PATIENCE = 65.0  # seconds that may pass between the parts of a sitemap, as the host's delay asks

log = logging.getLogger(__name__)
Enqueue = Callable[[int], object]


@dataclass(slots=True)
class PollResult:
    """`result` as in Source.last_result, or `not_due`; `reason` in words where it failed."""

    result: str
    reason: str = ""
    taken: Taken = field(default_factory=Taken)


def poll(source_id: int, *, enqueue: Enqueue, force: bool = False, patience: float = 0) -> PollResult:
    """Poll a source if it is due (or, with `force`, at once); ask for what came in to be read.

    Two workers, or two schedulers, polling one source at once poll it once. The source waits for its host's
    turn, up to `patience` seconds here, else in its row (`later`). Failures are noted on the row and
    returned, never raised.
    """
    source = _claim(source_id, force=force)
    if source is None:
        return PollResult("not_due")
    try:
        result = _poll(source, enqueue, patience)
    except Later as error:
        result = PollResult("later", str(error))
        _release(source, next_poll_at=error.at)
    except (FetchError, BadFeed, Unusable, Forbidden) as error:
        result = PollResult("failed", str(error))
        _failed(source, str(error), getattr(error, "wait", None))
    log.info(
        "source=%s result=%s new=%s %s", source.slug, result.result, len(result.taken.new), result.reason
    )
    return result


def due_ids(limit: int = 200) -> list[int]:
    """Return the ids of sources to poll, those not asked for longest first."""
    now = clock.now()
    due = Source.objects.due(now).filter(Q(lease_until__isnull=True) | Q(lease_until__lt=now))
    return list(due.order_by("next_poll_at", "pk").values_list("pk", flat=True)[:limit])


def _claim(source_id: int, *, force: bool) -> Source | None:
    now = clock.now()
    _note_abandoned(source_id, now)
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    due = Q(next_poll_at__isnull=True) | Q(next_poll_at__lte=now)
    wanted = Source.objects.filter(free, pk=source_id, kind__in=Source.POLLED).exclude(url="")
    if not force:
        wanted = wanted.filter(due, is_active=True)
    claimed = wanted.update(lease_until=now + LEASE)
    return Source.objects.get(pk=source_id) if claimed else None


def _note_abandoned(source_id: int, now: datetime) -> None:
    """Count a poll whose worker never came back as a failure: what kills workers is asked ever less often."""
    dead = Source.objects.filter(pk=source_id, lease_until__lt=now)
    row = dead.values_list("failures", "interval").first()
    if row is None:
        return
    failures, interval = row[0] + 1, timedelta(minutes=row[1])
    due = now if failures < DEATHS else now + backoff(failures, interval)
    dead.update(
        lease_until=None, failures=failures, error=NEVER_FINISHED, last_result="failed", next_poll_at=due
    )


def _poll(source: Source, enqueue: Enqueue, patience: float) -> PollResult:
    with turn(source.url, patience=patience):
        if source.kind not in FOR_READERS:
            check_robots(source.url)
        answer = fetch(source.url, etag=source.etag, last_modified=source.last_modified)
    _follow_move(source, answer)
    if answer.status == 304:
        _succeeded(source, answer, "unchanged")
        return PollResult("unchanged")
    _check(source, answer)
    missing = ""
    if source.kind == Source.Kind.PAGE:
        stored = single_page(source, answer)
        taken = Taken(items=1, new=[stored.article_id] if stored.waits else [])
        ttl = 0
    else:
        feed, missing = _feed(source, answer)
        taken, ttl = take_in(feed, source), feed.ttl
    for article_id in taken.new:
        enqueue(article_id)
    if missing:  # without its ETag: the next poll reads all of it again
        raise FetchError("status", missing)
    # Only now: a crash before this point fetches and takes in again, which changes nothing.
    result = "new" if taken.new else "unchanged" if taken.items else "empty"
    _succeeded(source, answer, result, items=taken.items, ttl=ttl)
    return PollResult(result, taken=taken)


def _check(source: Source, answer: Fetched) -> None:
    if answer.status == 410:
        pause(source, "The site says that the feed is gone for good (HTTP 410).")
        raise FetchError("status", "gone for good (HTTP 410)")
    if answer.status in (429, 503):
        wait = answer.retry_after(clock.now())
        for url in {source.url, answer.url}:  # where a redirect led to another host, both
            leave_alone(url, wait or timedelta(minutes=5))
        raise FetchError("status", f"the site asks to be left alone (HTTP {answer.status})", wait)
    if answer.status >= 400:
        what = {401: "wants a login", 403: "refuses us", 404: "was not found"}.get(answer.status, "fails")
        raise FetchError("status", f"{what} (HTTP {answer.status})")


def _feed(source: Source, answer: Fetched) -> tuple[Feed, str]:
    """Return what the feed or, of an index of sitemaps, its newest parts hold, and which parts failed."""
    said = answer.headers.get("content-type", "")
    feed = parse_feed(answer.body, source.kind, url=answer.url, content_type=said)
    if not feed.sitemaps:
        return feed, ""
    items: list[Item] = []
    missing = []
    ends = time.monotonic() + PATIENCE
    for address in feed.sitemaps[:MAX_SITEMAPS]:
        try:
            items += _part(source, address, ends - time.monotonic())
        except Later:  # the newest come first: as many as the site's pace allows
            break
        except (FetchError, BadFeed, Forbidden) as error:
            missing.append(f"its part {address} is missing: {error}")
    return Feed(tuple(items), feed.ttl, feed.title), "; ".join(missing)


def _part(source: Source, address: str, patience: float) -> tuple[Item, ...]:
    with turn(address, patience=patience):
        check_robots(address)
        answer = fetch(address)
    if answer.status != 200:
        raise FetchError("status", f"HTTP {answer.status}")
    return parse_feed(answer.body, source.kind, url=answer.url).items


def _follow_move(source: Source, answer: Fetched) -> None:
    """Change the address after it said often enough in a row, each time alike, that it moved for good."""
    if answer.status >= 400:
        return
    again = answer.moved_to != "" and answer.moved_to == source.moved_to
    seen = (source.moved_seen + 1 if again else 1) if answer.moved_to else 0
    if (answer.moved_to, seen) == (source.moved_to, source.moved_seen):
        return
    source.moved_to, source.moved_seen = answer.moved_to, seen
    if seen >= MOVED_AFTER:
        log.warning("source=%s moved to %s", source.slug, source.moved_to)
        source.url, source.moved_to, source.moved_seen = source.moved_to, "", 0
    source.save(update_fields=["url", "moved_to", "moved_seen"])  # the address is dated in its history


def _succeeded(
    source: Source, answer: Fetched, result: str, *, items: int | None = None, ttl: int = 0
) -> None:
    now = clock.now()
    values = {
        "last_attempt_at": now, "last_success_at": now, "last_result": result, "failures": 0, "error": "",
        "etag": answer.headers.get("etag", "")[:400],
        "last_modified": answer.headers.get("last-modified", "")[:100],
    }  # fmt: skip
    if answer.status == 304:  # may leave out what it said before
        values = {k: v for k, v in values.items() if k not in ("etag", "last_modified") or v}
    if items is not None:
        values["last_items"] = items
    if result == "new":
        values["last_new_item_at"] = now
    _release(source, next_poll_at=now + interval(source, answer, ttl), **values)


def _failed(source: Source, reason: str, wait: timedelta | None) -> None:
    pause = backoff(source.failures + 1, timedelta(minutes=source.interval))
    now = clock.now()
    _release(
        source, next_poll_at=now + max(pause, wait or timedelta()), last_attempt_at=now, last_result="failed",
        failures=F("failures") + 1, error=reason[:2000],
    )  # fmt: skip


def _release(source: Source, **values: object) -> None:
    Source.objects.filter(pk=source.pk).update(lease_until=None, **values)


def interval(source: Source, answer: Fetched, ttl: int = 0) -> timedelta:
    """Return when to poll again: what the source's row, the feed and the server ask for, within limits.

    A tenth more or less, so that sources that began together drift apart.
    """
    age = re.search(r"max-age=(\d{1,9})", answer.headers.get("cache-control", ""))
    minutes = max(source.interval, ttl, int(age[1]) // 60 if age else 0)
    return min(max(timedelta(minutes=minutes), INTERVAL[0]), INTERVAL[1]) * random.uniform(0.9, 1.1)


def backoff(failures: int, start: timedelta) -> timedelta:
    """Return the wait after failures in a row: doubled each time, up to a day, a tenth more or less."""
    return min(start * 2 ** min(failures - 1, 12), INTERVAL[1]) * random.uniform(0.9, 1.1)


def pause(source: Source, reason: str) -> None:
    """Switch a source off; its history says who did."""
    source.is_active, source.paused_reason = False, reason[:300]
    source.save(update_fields=["is_active", "paused_reason"])


def resume(source: Source) -> None:
    """Switch a source on; it is due at once, with a clean slate."""
    source.is_active, source.paused_reason, source.failures, source.error = True, "", 0, ""
    source.next_poll_at = source.lease_until = None
    fields = ["is_active", "paused_reason", "failures", "error", "next_poll_at", "lease_until"]
    source.save(update_fields=fields)
