"""What a site allows: its robots.txt, and no more than one request at a time, spaced as it asks."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db.models import Q
from robots import RobotsParser

from positions.ingestion import clock
from positions.ingestion.fetch import FetchError, fetch
from positions.models import Host

AGENT = "OpenDoor"
DELAY = 2.0  # seconds between two requests to one host, unless it asks for more
MAX_DELAY = 60.0
ROBOTS_AGE = timedelta(hours=24)
ROBOTS_RETRY = timedelta(hours=1)
MAX_ROBOTS = 500_000  # bytes; what lies beyond is ignored, as by others
FORBID_ALL = "User-agent: *\nDisallow: /\n"

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


def take_turn(url: str) -> None:
    """Take the next turn at the address's host, or raise Later. Holds across any number of workers."""
    now = clock.now()
    host, _ = Host.objects.get_or_create(name=host_of(url))
    free = Host.objects.filter(Q(next_at__isnull=True) | Q(next_at__lte=now), pk=host.pk)
    delay = min(max(DELAY, host.crawl_delay), MAX_DELAY)
    if not free.update(next_at=now + timedelta(seconds=delay)):
        at = Host.objects.values_list("next_at", flat=True).get(pk=host.pk) or now
        raise Later(at + timedelta(seconds=0.1))


def leave_alone(url: str, wait: timedelta) -> None:
    """Do not ask the host again before the wait is over (it said so: 429, 503)."""
    Host.objects.update_or_create(name=host_of(url), defaults={"next_at": clock.now() + wait})


def check_robots(url: str) -> None:
    """Raise Forbidden where the host's robots.txt, at most a day old, forbids us the address."""
    if not _rules(url).can_fetch(AGENT, url):
        raise Forbidden("robots.txt of the site forbids us this address")


def _rules(url: str) -> RobotsParser:
    host, _ = Host.objects.get_or_create(name=host_of(url))
    now = clock.now()
    if host.robots_at is None or host.robots_at < now - ROBOTS_AGE:
        host.robots, ask_again = _fetched(host)
        host.robots_at = now if ask_again is None else now - ROBOTS_AGE + ask_again
        host.crawl_delay = _crawl_delay(host.robots)
        host.save(update_fields=["robots", "robots_at", "crawl_delay"])
    return RobotsParser.from_string(host.robots)


def _fetched(host: Host) -> tuple[str, timedelta | None]:
    """Return (robots.txt, when to ask again or None for the usual age).

    By RFC 9309: absent means everything is allowed, a server that fails forbids everything for now.
    """
    try:
        answer = fetch(f"{host.name}/robots.txt")
    except FetchError as error:
        log.info("robots host=%s %s", host.name, error)
        return host.robots or FORBID_ALL, ROBOTS_RETRY
    if answer.status >= 500 or answer.status == 429:
        return host.robots or FORBID_ALL, ROBOTS_RETRY
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
