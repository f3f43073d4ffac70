"""Schedulers: two at once do everything once, none at all loses nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import pytest

from tests.ingestion.faults.bench import Bench
from tests.ingestion.faults.test_workers import SAYS
from tests.ingestion.web import Web, reply

pytestmark = [pytest.mark.slow, pytest.mark.broker, pytest.mark.postgres]
ADD = """
import json
from positions.models import Source
Source.objects.create(slug="two-beats", name="T", kind="rss", url={url!r}, is_active=True, fetch_pages=False)
print(json.dumps(True))
"""
FEED = (
    "<rss version='2.0'><channel><title>T</title><item><guid>1</guid><title>R</title>"
    "<description>STRELSAU. {says} It was said twice.</description></item></channel></rss>"
)


def turns(bench: Bench) -> dict[str, list[tuple[bool, float]]]:
    """Return by task whether it was its turn, and when: a line for every message that a worker was given."""
    found: dict[str, list[tuple[bool, float]]] = defaultdict(list)
    file = bench.folder / "var" / "turns"
    for line in file.read_text().splitlines() if file.exists() else ():
        name, mine, at = line.split()
        found[name].append((mine == "True", float(at)))
    return found


def refused(bench: Bench, name: str) -> int:
    return sum(not mine for mine, _ in turns(bench)[name])


@pytest.mark.scenario(34)
def test_two_schedulers_run_everything_once(bench: Bench, record_property: Callable[[str, object], None]):
    web = Web()
    web["/feed"] = reply(FEED.format(says=SAYS), content_type="application/rss+xml")
    bench.python(ADD.format(url=web.url("/feed")))
    bench.worker(beat=False)
    one, two = bench.beat(), bench.beat()
    bench.until(lambda: bench.settled(1))
    bench.until(lambda: refused(bench, "positions.sweep") >= 3 and refused(bench, "positions.heartbeat") >= 1)
    assert (one.poll(), two.poll()) == (None, None)
    bench.kill(one)
    bench.kill(two)
    web.stop()
    assert web.asked("/feed") == 1
    bench.check(1)
    seen = turns(bench)
    # The tests' schedule: a sweep each half second, a heartbeat each second.
    for name, seconds in (("positions.sweep", 0.5), ("positions.heartbeat", 1.0)):
        given = [at for _, at in seen[name]]
        ran = sum(mine for mine, _ in seen[name])
        assert ran <= (max(given) - min(given)) / (0.9 * seconds) + 2  # one at each end, noted late
    sweeps = seen["positions.sweep"]
    ran = sum(mine for mine, _ in sweeps)
    record_property("observed", f"of {len(sweeps)} sweeps sent {ran} were run; the feed was polled once")


@pytest.mark.scenario(34)
def test_without_a_scheduler_messages_are_enough_and_what_is_due_waits(
    bench: Bench, record_property: Callable[[str, object], None]
):
    bench.articles([SAYS] * 5)
    bench.worker(beat=False)
    bench.until(lambda: bench.settled(5))
    bench.check(5)
    bench.stop()
    bench.articles([SAYS] * 5)
    bench.worker()
    bench.until(lambda: bench.settled(10))
    bench.check(10)
    record_property("observed", "no scheduler: 5 of 5 read by messages; 5 more when it was back")
