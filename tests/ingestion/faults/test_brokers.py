"""Brokers that are away, frozen, half open or full of rubbish: messages are hints, rows say it all."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.ingestion.faults.bench import Bench
from tests.ingestion.faults.test_workers import SAYS, SLOW, reading
from tests.support.wire import Wire

pytestmark = [pytest.mark.slow, pytest.mark.broker, pytest.mark.postgres]
Record = Callable[[str, object], None]
FROZEN = 20.0  # longer than every timeout and health check of a worker

# What readers and an administrator do, in a process of its own: statuses, seconds, and whether it was saved.
VISIT = """
import json, time
from django.test import Client
from django.urls import reverse
from positions.models import Source, User
source, _ = Source.objects.get_or_create(
    slug="gazette", defaults={"name": "Gazette", "kind": "rss", "url": "https://gazette.example/feed"})
admin = User.objects.filter(username="root").first() or User.objects.create_superuser("root", "", "x")
visitor, editor = Client(), Client()
editor.force_login(admin)
began = time.monotonic()
pages = ["/", "/articles/", "/sources/", "/sources/gazette/", "/actors/", "/search/?q=envoys", "/healthz"]
seen = {page: visitor.get(page).status_code for page in pages}
action = {"action": "resume_sources", "_selected_action": [source.pk]}
seen["resume"] = editor.post(reverse("admin:positions_source_changelist"), action).status_code
seen["poll now"] = editor.post(
    reverse("admin:positions_source_changelist"), {**action, "action": "poll_now"}).status_code
source.refresh_from_db()
print(json.dumps({
    "bad": {k: v for k, v in seen.items() if v not in (200, 302)}, "pages": len(seen),
    "saved": source.is_active and source.next_poll_at is not None, "seconds": time.monotonic() - began}))
"""


@pytest.mark.scenario(5)
def test_a_broker_that_is_away_stops_neither_pages_nor_the_admin(bench: Bench, record_property: Record):
    bench.articles([SLOW] * 12)
    bench.worker()
    bench.until(lambda: reading(bench))
    queue = bench.folder / "var" / "celery" / "queue"
    if bench.embedded:
        queue.rename(queue.with_name("away"))
        queue.write_text("in the way")
    else:
        bench.redis.stop(kill=True)
    visit = bench.python(VISIT)
    if bench.embedded:
        queue.unlink()
        queue.with_name("away").rename(queue)
    else:
        bench.redis.start()
    assert (visit["bad"], visit["saved"]) == ({}, True)
    began = time.monotonic()
    bench.until(lambda: bench.settled(12))
    bench.check(12)
    record_property(
        "observed",
        f"{visit['pages']} requests answered in {visit['seconds']:.1f} s without a broker, the order to poll "
        f"saved; 12 of 12 articles read {time.monotonic() - began:.1f} s after it came back",
    )


@pytest.mark.scenario(6)
def test_a_broker_that_is_frozen(bench: Bench, record_property: Record):
    if bench.embedded:
        pytest.skip("messages are files: nobody has to answer")
    bench.articles([SLOW] * 20)
    bench.worker()
    bench.until(lambda: reading(bench))
    bench.redis.freeze()
    time.sleep(FROZEN)
    bench.redis.thaw()
    took = all_read(bench)
    bench.check(20)
    record_property("observed", f"frozen for {FROZEN:g} s; all read {took:.1f} s after")


@contextmanager
def through_a_wire(bench: Bench) -> Iterator[Wire]:
    """Twenty articles at work, the connections to the broker in our hands."""
    if bench.embedded:
        pytest.skip("messages are files: there is no connection")
    with Wire(bench.redis.port) as wire:
        bench.env["REDIS_URL"] = bench.redis.url.replace(str(bench.redis.port), str(wire.port))
        bench.articles([SLOW] * 20)
        bench.worker()
        bench.until(lambda: reading(bench))
        yield wire


def all_read(bench: Bench) -> float:
    """Wait until the twenty articles are read and return the seconds that it took."""
    began = time.monotonic()
    bench.until(lambda: bench.settled(20))
    return time.monotonic() - began


@pytest.mark.scenario(6)
def test_connections_to_the_broker_that_are_never_answered_again(bench: Bench, record_property: Record):
    """Half open: who was connected is neither answered nor told; only who connects anew gets through."""
    with through_a_wire(bench) as wire:
        wire.deaden()
        time.sleep(3)
        wire.revive()
        took = all_read(bench)
        bench.articles([SAYS] * 5)
        bench.until(lambda: bench.settled(25))
        bench.check(25)
    record_property("observed", f"every connection dead for good: 20 of 20 read {took:.1f} s after")


@pytest.mark.scenario(6)
def test_a_broker_that_drops_connections_in_the_middle_of_an_answer(bench: Bench, record_property: Record):
    with through_a_wire(bench) as wire:
        for size in (900, 50, 7, 300, 1):
            wire.cut_after = size
            time.sleep(1)
        wire.cut_after = None
        took = all_read(bench)
        bench.check(20)
    record_property("observed", f"every answer cut for 5 s: 20 of 20 read {took:.1f} s after")


@pytest.mark.scenario(6)
def test_half_a_message_ends_no_worker(bench: Bench, record_property: Record):
    if not bench.embedded:
        pytest.skip("Redis takes a message whole or not at all")
    bench.articles([SAYS] * 6)
    folder = bench.folder / "var" / "celery" / "queue"
    for n, message in enumerate(sorted(folder.iterdir())):
        whole = message.read_bytes()
        message.write_bytes(whole[: n * len(whole) // 6])  # nothing of the first, half of another
    worker = bench.worker()
    bench.until(lambda: bench.settled(6))
    bench.articles([SAYS] * 3)
    bench.until(lambda: bench.settled(9))
    assert worker.poll() is None
    bench.check(9)
    record_property("observed", "6 messages cut off anywhere: 9 of 9 articles read by the same worker")
