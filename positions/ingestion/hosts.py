"""What a site allows: its robots.txt, and no more than one request at a time, spaced as it asks."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db.models import Max, Q
from robots import RobotsParser

from positions.ingestion import clock
from positions.ingestion.fetch import DEADLINE, FetchError, fetch
from positions.models import Host

AGENT = "OpenDoor"
DELAY = 2.0  # seconds from an answer of a host to the next request, unless it asks for more
MAX_DELAY = 60.0
# A worker that died with a turn gives it back after so long: robots.txt and a page take two deadlines.
HELD = timedelta(seconds=2 * DEADLINE + 5)
ROBOTS_AGE = timedelta(hours=24)
ROBOTS_RETRY = timedelta(hours=1)
MAX_ROBOTS = 500_000  # bytes; what lies beyond is ignored, as by others
# Kept where robots.txt could not be had: by RFC 9309 nothing may be asked then, for the time being.
UNKNOWN = "# could not be had\nUser-agent: *\nDisallow: /\n"

log = logging.getLogger(__name__)
logging.getLogger("robots").setLevel(logging.CRITICAL)


class Later(Exception):
    """The host is to be left alone until `at`; nothing went wrong."""

    def __init__(self, at: datetime) -> None:
        super().__init__(f"the site is asked again at {at:%H:%M:%S} UTC")
        self.at = at


class Forbidden(ValueError):
    """robots.txt forbids the address."""


def host_of(url: str) -> str:
    """Return scheme, host and port of an address: what robots.txt and budgets go by."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()[:260]


@contextlib.contextmanager
def turn(url: str, *, patience: float = 0) -> Iterator[None]:
    """Hold the turn at the address's host for one request, or raise Later.

    However many workers there are, and whether they ask for feeds or pages, a host is asked by one at a time,
    and its delay passes after each answer. With `patience` a turn that comes within so many seconds is
    waited for.
    """
    name = _budget(url)
    until = _take(name, patience)
    try:
        yield
    finally:
        free_at = clock.now() + timedelta(seconds=_delay(name))
        # Only our own hold: what the host asked for meanwhile (429, 503) is not shortened.
        Host.objects.filter(name=name, next_at=until).update(next_at=free_at)


def leave_alone(url: str, wait: timedelta) -> None:
    """Do not ask the host again before the wait is over (it said so: 429, 503)."""
    Host.objects.update_or_create(name=_budget(url), defaults={"next_at": clock.now() + wait})


def _budget(url: str) -> str:
    """Return the name of the row that holds a host's turns: one, whether it is asked by http or https."""
    return host_of(url).replace("http://", "https://", 1)


def _take(name: str, patience: float) -> datetime:
    """Take the turn and return until when it is ours; raise Later where another's is not over."""
    ends = time.monotonic() + patience
    while True:
        now = clock.now()
        until = now + HELD
        free = Host.objects.filter(Q(next_at__isnull=True) | Q(next_at__lte=now), name=name)
        if free.update(next_at=until):
            return until
        host, made = Host.objects.get_or_create(name=name, defaults={"next_at": until})
        if made:
            return until
        wait = _wait(host, now)
        if time.monotonic() + wait > ends:
            raise Later(now + timedelta(seconds=wait))
        time.sleep(wait)


def _wait(host: Host, now: datetime) -> float:
    """Return for how many seconds to leave a host whose turn another has, or that asked to be left alone."""
    left = max(0.0, ((host.next_at or now) - now).total_seconds())
    # A hold mostly ends long before its time: then the delay is what is left.
    return 0.1 + (left if left > HELD.total_seconds() else min(left, _delay(host.name)))


def _delay(name: str) -> float:
    both = [name, name.replace("https://", "http://", 1)]
    asked = Host.objects.filter(name__in=both).aggregate(most=Max("crawl_delay"))["most"]
    return min(max(DELAY, asked or 0.0), MAX_DELAY)


def check_robots(url: str) -> None:
    """Raise Forbidden where the host's robots.txt, at most a day old, forbids us the address.

    Raises FetchError where it could not be had: the address may be asked for another time.
    """
    rules = _rules(url)
    if rules == UNKNOWN:
        raise FetchError("network", "its robots.txt cannot be had, and without it nothing is asked for")
    if not RobotsParser.from_string(rules).can_fetch(AGENT, url):
        raise Forbidden("robots.txt of the site forbids us this address")


def _rules(url: str) -> str:
    host, _ = Host.objects.get_or_create(name=host_of(url))
    now = clock.now()
    if host.robots_at is None or host.robots_at < now - ROBOTS_AGE:
        host.robots, ask_again = _fetched(host)
        host.robots_at = now if ask_again is None else now - ROBOTS_AGE + ask_again
        host.crawl_delay = _crawl_delay(host.robots)
        host.save(update_fields=["robots", "robots_at", "crawl_delay"])
    return host.robots


def _fetched(host: Host) -> tuple[str, timedelta | None]:
    """Return (robots.txt, when to ask again or None for the usual age).

    By RFC 9309: absent means everything is allowed, a server that fails forbids everything for now; what
    it said before goes on. Raises FetchError where its very address is refused.
    """
    known = host.robots if host.robots_at else UNKNOWN
    try:
        answer = fetch(f"{host.name}/robots.txt")
    except FetchError as error:
        if error.why == "refused":
            raise
        log.info("robots host=%s %s", host.name, error)
        return known, ROBOTS_RETRY
    if answer.status >= 500 or answer.status == 429:
        return known, ROBOTS_RETRY
    if answer.status >= 400:
        return "", None
    return answer.body[:MAX_ROBOTS].decode("utf-8", "replace").replace("\x00", ""), None


def _crawl_delay(robots: str) -> float:
    """Return the delay that robots.txt asks of us or of all, 0 if of none. The parser does not read it."""
    delays: dict[str, float] = {}
    agents: list[str] = []
    in_rules = False
    for line in robots.splitlines():
        name, _, value = line.partition("#")[0].partition(":")
        name, value = name.strip().lower(), value.strip()
        if name == "user-agent":
            agents = [] if in_rules else agents
            in_rules = False
            agents.append(value.lower())
        elif name:
            in_rules = True
            if name == "crawl-delay" and value.replace(".", "", 1).isdigit():
                delays.update(dict.fromkeys(agents, float(value)))
    return min(delays.get(AGENT.lower(), delays.get("*", 0.0)), MAX_DELAY)
