"""A day of flaky sources in accelerated time: what they published is what the record holds, once each."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler

import pytest

from positions.ingestion import clock, pagefetch, polling, queue
from positions.ingestion.health import health
from positions.ingestion.polling import poll
from positions.ingestion.reading import read_article
from positions.invariants import violations
from positions.models import Article, ArticleVersion
from tests.ingestion.scripted import Scripted
from tests.ingestion.web import Web, reply
from tests.support import make

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
HOURS = 24
TICK = timedelta(minutes=10)
WINDOW = 20  # items that a feed shows at once
FULL = " ".join(20 * ["Ruritania spoke of NATO in Strelsau, and its envoys of bread, ships and schools."])
# How often a request is answered in which way.
WAYS = {"": 60, "500": 8, "404": 4, "html": 8, "cut": 8, "moved": 6, "429": 6}


class Outlet:
    """A site of its own: an item an hour, a correction now and then, and every way in which feeds fail."""

    def __init__(self, number: int) -> None:
        self.web, self.number = Web(), number
        self.chance = random.Random(number)
        self.texts: list[list[str]] = []  # by item: every text it ever had
        self.seen: set[tuple[int, str]] = set()  # what an answer that could be read has shown
        self.answers: Counter[str] = Counter()
        self.sound = False
        self.web["/feed"] = self.answer
        self.web["/elsewhere"] = self.show
        url = self.web.url("/feed")
        self.source = make.source(f"Outlet {number}", kind="rss", url=url, is_active=True)

    @property
    def by_page(self) -> bool:
        return self.number == 5  # its feed only announces; the texts stand on pages

    def publish(self) -> None:
        item = len(self.texts)
        self.texts.append([f"Report {self.number}-{item}: {FULL} Item {item} of outlet {self.number}."])
        self.web[f"/{item}"] = lambda request: self.page(request, item)
        if item > 2 and not self.by_page and self.chance.random() < 0.3:
            old = self.chance.randrange(max(0, item - WINDOW + 2), item)
            self.texts[old].append(f"{self.texts[old][-1]} Corrected in hour {item}.")

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        way = "" if self.sound else self.chance.choices([*WAYS], [*WAYS.values()])[0]
        self.answers[way] += 1
        ways = {
            "500": reply(status=500), "404": reply(status=404), "html": reply("<html>Log in</html>"),
            "cut": lambda request: request.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Length: 999\r\n\r\n<rss"),
            "429": reply(status=429, Retry_After="1200"), "moved": reply(status=302, Location="/elsewhere"),
        }  # fmt: skip
        ways.get(way, self.show)(request)

    def show(self, request: BaseHTTPRequestHandler) -> None:
        shown = list(enumerate(self.texts))[-WINDOW:]
        body = self.feed(shown)
        tag = f'"{hashlib.sha256(body.encode()).hexdigest()}"'
        if request.headers.get("If-None-Match") == tag:
            reply(status=304, ETag=tag)(request)
            return
        if not self.by_page:
            self.seen |= {(n, versions[-1]) for n, versions in shown}
        reply(body, content_type="application/rss+xml", ETag=tag)(request)

    def page(self, request: BaseHTTPRequestHandler, item: int) -> None:
        text = self.texts[item][-1]
        if self.chance.random() < 0.2 and not self.sound:
            reply(status=503)(request)
            return
        self.seen.add((item, text))
        reply(f"<html><body><article><p>{text}</p></article></body></html>")(request)

    def feed(self, shown: list[tuple[int, list[str]]]) -> str:
        # Some outlets give every item one guid, some none, some repeat an item.
        guid = {0: "<guid>same</guid>", 1: ""}.get(self.number, "<guid>g-{n}</guid>")
        items = [
            f"<item>{guid.format(n=n)}<title>Report {n}</title><link>{self.link(n)}</link>"
            f"<description>{'A teaser.' if self.by_page else versions[-1]}</description></item>"
            for n, versions in shown
        ]
        if self.number == 2:
            items += items[:2]
        return f"<rss version='2.0'><channel><title>O</title>{''.join(items)}</channel></rss>"

    def link(self, item: int) -> str:
        return self.web.url(f"/{item}") if self.by_page else f"https://o{self.number}.example/{item}"


@pytest.fixture
def outlets(settings: object) -> Iterator[list[Outlet]]:
    settings.FETCH_ALLOW_LOOPBACK = True  # type: ignore[attr-defined]
    made = [Outlet(n) for n in range(6)]
    yield made
    for outlet in made:
        outlet.web.stop()


class Clock:
    """The simulated time: every piece of work takes some."""

    def __init__(self) -> None:
        self.time = clock.now()

    def __call__(self) -> datetime:
        return self.time

    def work(self) -> None:
        """Do what a sweep would ask for now: poll, look again, read."""
        asked = [partial(poll, pk, enqueue=lambda pk: None) for pk in polling.due_ids()]
        asked += [partial(pagefetch.look_again, pk) for pk in pagefetch.due_ids()]
        for job in asked + [partial(read_article, pk) for pk in queue.due_ids()]:
            job()
            self.time += timedelta(seconds=3)


def test_a_day_of_flaky_sources_loses_and_doubles_nothing(
    outlets: list[Outlet], scripted: Scripted, monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    now = Clock()
    monkeypatch.setattr(clock, "now", now)
    for tick in range((HOURS + 2) * 6):
        if tick % 6 == 0 and tick < HOURS * 6:
            for outlet in outlets:
                outlet.publish()
        if tick == HOURS * 6:  # whoever was failing is asked once more, as an editor would
            for outlet in outlets:
                outlet.sound = True
                polling.resume(outlet.source)
        now.work()
        now.time += TICK
    check(outlets, now.time)
    record_property("observed", summary(outlets))


def check(outlets: list[Outlet], now: datetime) -> None:
    for outlet in outlets:
        items = {n for n, _ in outlet.seen}
        articles = Article.objects.filter(source=outlet.source)
        texts = ArticleVersion.objects.filter(article__source=outlet.source)
        assert len(items) == HOURS, "with so many items in view, none may be missed"
        assert articles.count() == len(items)
        assert {version.text.strip() for version in texts} == {text for _, text in outlet.seen}
        assert texts.count() == len(outlet.seen)
        assert set(articles.values_list("state", flat=True)) == {"done"}
        outlet.source.refresh_from_db()
        assert health(outlet.source, now).ok
    assert list(violations()) == []


def summary(outlets: list[Outlet]) -> str:
    asked = sum((outlet.answers for outlet in outlets), Counter())
    faulty = sum(n for way, n in asked.items() if way not in ("", "moved"))
    shown = sum(len(outlet.seen) for outlet in outlets)
    return (
        f"{HOURS} hours, {len(outlets)} sources, {asked.total()} polls, {faulty} of them answered wrongly: "
        f"{sum(len(o.texts) for o in outlets)} items published and {Article.objects.count()} articles held, "
        f"{shown} texts shown and {ArticleVersion.objects.count()} versions held"
    )
