"""A day of flaky sources in accelerated time: what they published is what the record holds, once each."""

from __future__ import annotations

import random

import pytest

from positions.ingestion import clock
from positions.ingestion.health import health
from positions.ingestion.polling import poll
from positions.invariants import violations
from positions.models import Article, ArticleVersion, Source
from tests.ingestion.web import Web, redirect, reply
from tests.support import make

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("no_delay")]
HOURS = 24
SOURCES = 6
WINDOW = 10  # items that a feed shows at once
FULL = "Ruritania spoke of NATO in Strelsau, and its envoys of bread, roads, ships and schools. " * 20


class Outlet:
    """Publishes an item an hour, corrects one now and then, and fails in every way a feed does."""

    def __init__(self, web: Web, number: int) -> None:
        self.web, self.number = web, number
        self.path = f"/feed-{number}"
        self.chance = random.Random(number)
        self.texts: list[list[str]] = []  # by item: every text it ever had
        self.seen: set[tuple[int, str]] = set()  # what an answer that could be read has shown
        self.source = make.source(f"Outlet {number}", kind="rss", url=web.url(self.path), is_active=True)

    def publish(self) -> None:
        item = len(self.texts)
        self.texts.append([f"Report {self.number}-{item}: {FULL} Item {item} of outlet {self.number}."])
        if item > 2 and self.chance.random() < 0.3:
            old = self.chance.randrange(max(0, item - WINDOW + 2), item)
            self.texts[old].append(f"{self.texts[old][-1]} Corrected in hour {item}.")

    def script(self) -> bool:
        """Decide how the next request is answered; return whether it can be read."""
        fault = self.chance.choices(
            ["", "500", "404", "html", "cut", "moved", "429"], [60, 8, 4, 8, 8, 6, 6]
        )[0]
        answers = {
            "500": reply(status=500), "404": reply(status=404), "html": reply("<html>Log in</html>"),
            "cut": lambda request: request.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Length: 999\r\n\r\n<rss"),
            "429": reply(status=429, Retry_After="5"),
        }  # fmt: skip
        if fault in answers:
            self.web[self.path] = answers[fault]
            return False
        feed = reply(self.feed(), content_type="application/rss+xml")
        self.web[self.path] = redirect(f"{self.path}-elsewhere", 302) if fault == "moved" else feed
        self.web[f"{self.path}-elsewhere"] = feed
        return True

    def feed(self) -> str:
        shown = list(enumerate(self.texts))[-WINDOW:]
        self.shown = {(n, versions[-1]) for n, versions in shown}
        # Some outlets give every item one guid, some none, some repeat an item.
        guid = {0: "<guid>same</guid>", 1: ""}.get(self.number, "<guid>g-{n}</guid>")
        items = [
            f"<item>{guid.format(n=n)}<title>Report {n}</title><link>https://o{self.number}.example/{n}"
            f"</link><description>{versions[-1]}</description></item>"
            for n, versions in shown
        ]
        if self.number == 2:
            items += items[:2]
        return f"<rss version='2.0'><channel><title>O</title>{''.join(items)}</channel></rss>"

    def hour(self, *, sound: bool = False) -> None:
        self.publish()
        readable = self.script()
        while sound and not readable:
            readable = self.script()
        Source.objects.filter(pk=self.source.pk).update(next_poll_at=None)
        result = poll(self.source.pk, enqueue=lambda pk: None)
        assert (result.result == "failed") is not readable, result
        if readable:
            self.seen |= self.shown


def test_a_day_of_flaky_sources_loses_and_doubles_nothing(web: Web, record_property):
    outlets = [Outlet(web, n) for n in range(SOURCES)]
    for hour in range(HOURS):
        for outlet in outlets:
            outlet.hour(sound=hour == HOURS - 1)
    for outlet in outlets:
        items = {n for n, _ in outlet.seen}
        articles = Article.objects.filter(source=outlet.source)
        texts = ArticleVersion.objects.filter(article__source=outlet.source)
        assert len(items) == HOURS, "with ten items in view, none may be missed"
        assert articles.count() == len(items)
        assert {version.text.strip() for version in texts} == {text for _, text in outlet.seen}
        assert texts.count() == len(outlet.seen)
        outlet.source.refresh_from_db()
        assert health(outlet.source, clock.now()).ok
    assert list(violations()) == []
    shown = sum(len(outlet.seen) for outlet in outlets)
    record_property(
        "observed",
        f"{HOURS} hours, {SOURCES} sources: {SOURCES * HOURS} items and {shown} texts published, "
        f"{Article.objects.count()} articles and {ArticleVersion.objects.count()} texts in the record",
    )
