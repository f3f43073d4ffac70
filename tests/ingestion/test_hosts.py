"""Turns at a host: one request at a time and its delay after each, for feeds and pages, over all workers."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest
from django.utils import timezone

from positions import tasks
from positions.ingestion import clock, hosts, polling
from positions.ingestion.fetch import FetchError
from positions.ingestion.hosts import Later, turn
from positions.ingestion.pagefetch import look_again
from positions.ingestion.polling import poll
from positions.ingestion.reading import read_article
from positions.models import Article, Host, Source
from tests.ingestion.scripted import Scripted
from tests.ingestion.test_polling import LONG, item, page, rss
from tests.ingestion.web import Answer, Web, reply
from tests.review.test_races import at_once
from tests.support import make

pytestmark = pytest.mark.django_db
PAUSE = 0.25
DAY_AGO = timedelta(days=1)


class Visits:
    """When each request to a site came and when it was answered; `most` were ever under way at once."""

    def __init__(self) -> None:
        self.times: list[tuple[float, float]] = []
        self.most = self._now = 0
        self._lock = threading.Lock()

    def of(self, answer: Answer, seconds: float = 0.05) -> Answer:
        def slow(request: BaseHTTPRequestHandler) -> None:
            with self._lock:
                self._now += 1
                self.most = max(self.most, self._now)
            began = time.monotonic()
            time.sleep(seconds)
            with self._lock:
                self._now -= 1
                self.times.append((began, time.monotonic()))
            answer(request)

        return slow

    def gaps(self) -> list[float]:
        ordered = sorted(self.times)
        return [after[0] - before[1] for before, after in itertools.pairwise(ordered)]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_host_with_many_feeds_gets_no_more_than_its_budget_from_many_workers(
    web: Web,
    scripted: Scripted,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    monkeypatch.setattr(hosts, "DELAY", PAUSE)
    visits = Visits()
    for n in range(4):
        web[f"/feed-{n}"] = visits.of(reply(rss(item(n, url=web.url(f"/page-{n}")))))
        web[f"/page-{n}"] = visits.of(reply(page(f"{LONG} Number {n}.")))
        make.source(f"Feed {n}", kind="rss", url=web.url(f"/feed-{n}"), is_active=True)

    def work() -> None:
        while Article.objects.filter(state="done").count() < 4:
            for pk in polling.due_ids():
                poll(pk, enqueue=lambda pk: None)
            for pk in Article.objects.filter(state="queued").values_list("pk", flat=True):
                read_article(pk)
            time.sleep(0.02)

    results = at_once(work, work, work)
    assert [r for r in results if isinstance(r, Exception)] == []
    assert [web.asked(f"/{what}-{n}") for what in ("feed", "page") for n in range(4)] == [1] * 8
    assert visits.most == 1
    assert min(visits.gaps()) >= PAUSE - 0.01
    said = f"4 feeds and 4 pages of one host, 3 workers: never two at once, {min(visits.gaps()):.2f} s apart"
    record_property("observed", said)


def test_another_host_need_not_wait() -> None:
    with turn("https://one.example/feed"):
        with pytest.raises(Later), turn("https://one.example/other"):
            pass
        with turn("https://two.example/feed"):
            pass


def test_http_and_https_are_one_host() -> None:
    with turn("http://one.example/feed"), pytest.raises(Later), turn("https://one.example/page"):
        pass


def test_a_crawl_delay_counts_from_the_answer() -> None:
    Host.objects.create(name="http://one.example", crawl_delay=20)
    with turn("http://one.example/"):
        pass
    with pytest.raises(Later) as caught, turn("https://one.example/"):
        pass
    assert 19 < (caught.value.at - clock.now()).total_seconds() < 21


def test_a_worker_that_died_with_a_turn_gives_it_back() -> None:
    Host.objects.create(name="https://one.example", next_at=clock.now() + hosts.HELD - timedelta(seconds=1))
    with pytest.raises(Later), turn("https://one.example/"):
        pass
    Host.objects.update(next_at=clock.now() - timedelta(seconds=1))
    with turn("https://one.example/"):
        pass


def test_what_a_site_asks_for_is_not_shortened_by_who_had_its_turn() -> None:
    with turn("https://one.example/"):
        hosts.leave_alone("https://one.example/", timedelta(hours=2))
    with pytest.raises(Later) as caught, turn("https://one.example/", patience=1):
        pass
    assert caught.value.at - clock.now() > timedelta(minutes=119)


def test_a_turn_that_comes_soon_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts, "DELAY", PAUSE)
    with turn("https://one.example/"):
        pass
    answered = time.monotonic()
    with turn("https://one.example/", patience=5):
        assert time.monotonic() - answered >= PAUSE - 0.05


def test_a_feed_whose_turn_has_not_come_waits_without_an_attempt(web: Web) -> None:
    web["/feed"] = reply(rss(item(1)))
    source = make.source(kind=Source.Kind.RSS, url=web.url("/feed"), is_active=True)
    hosts.leave_alone(source.url, timedelta(minutes=30))
    result = poll(source.pk, enqueue=lambda pk: None)
    source.refresh_from_db()
    assert (result.result, web.requests) == ("later", [])
    assert (source.last_attempt_at, source.failures, source.lease_until) == (None, 0, None)
    assert source.next_poll_at > clock.now() + timedelta(minutes=29)


def test_an_editors_order_for_a_source_that_is_off_waits_for_its_turn(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosts, "DELAY", PAUSE)
    web["/feed"] = reply(rss())
    source = make.source(kind=Source.Kind.RSS, url=web.url("/feed"), is_active=False)
    with turn(source.url):
        pass
    tasks.poll(source.pk, force=True)
    source.refresh_from_db()
    assert (source.last_result, web.asked("/feed")) == ("empty", 1)


# -- What a turn that does not come, or a site that fails, must not lose --
def announced(web: Web) -> Article:
    """Return an article that a feed announced and whose page is yet to be fetched."""
    return Article.objects.create(
        source=make.source(), guid="a-1", url=web.url("/1"), canonical_url=web.url("/1"), title="On NATO",
        published_on=make.DAY, recorded_at=clock.now(),
    )  # fmt: skip


def test_a_look_for_edits_whose_turn_has_not_come_is_taken_later(web: Web) -> None:
    article = make.article(LONG, url=web.url("/1"), fetches=1, next_fetch_at=clock.now())
    web["/1"] = reply(page(LONG + " Corrected."))
    hosts.leave_alone(article.url, timedelta(minutes=5))
    look_again(article.pk)
    article.refresh_from_db()
    assert (article.fetches, web.asked("/1")) == (1, 0)
    assert timedelta(minutes=4) < article.next_fetch_at - clock.now() < timedelta(minutes=6)
    Host.objects.update(next_at=None)
    Article.objects.update(next_fetch_at=clock.now())
    assert look_again(article.pk) == "changed"
    article.refresh_from_db()
    assert article.fetches == 2


@pytest.mark.parametrize(("age", "fetches"), [(timedelta(), 1), (timedelta(days=15), 2)])
def test_a_look_that_fails_is_taken_again_while_the_article_is_young(
    web: Web, age: timedelta, fetches: int
) -> None:
    now = timezone.now()
    article = make.article(
        LONG, url=web.url("/1"), fetches=1, next_fetch_at=clock.now(), recorded_at=now - age
    )
    web["/1"] = reply(status=502)
    assert look_again(article.pk) == "the site fails (HTTP 502)"
    article.refresh_from_db()
    assert article.fetches == fetches


def test_without_its_robots_nothing_is_asked_and_nothing_is_given_up(web: Web, scripted: Scripted) -> None:
    web["/robots.txt"] = reply(status=503)
    web["/1"] = reply(page(LONG))
    article = announced(web)
    outcome = read_article(article.pk)
    article.refresh_from_db()
    assert outcome.reason == "its robots.txt cannot be had, and without it nothing is asked for"
    assert (article.state, article.attempts, web.asked("/1")) == ("queued", 1, 0)
    web["/robots.txt"] = reply(status=404)
    Host.objects.update(robots_at=clock.now() - 2 * DAY_AGO, next_at=None)
    Article.objects.update(next_attempt_at=None)
    assert read_article(article.pk).result == "read"


def test_what_robots_said_goes_on_while_it_cannot_be_had(web: Web) -> None:
    web["/robots.txt"] = [reply("User-agent: *\nDisallow: /private\n"), reply(status=500)]
    hosts.check_robots(web.url("/1"))
    Host.objects.update(robots_at=clock.now() - 2 * DAY_AGO)
    hosts.check_robots(web.url("/1"))
    with pytest.raises(hosts.Forbidden):
        hosts.check_robots(web.url("/private"))
    assert web.asked("/robots.txt") == 2


def test_robots_of_a_refused_address_say_that_it_is_refused() -> None:
    with pytest.raises(FetchError, match="not a public address"):
        hosts.check_robots("http://127.0.0.1/")


# -- Sitemaps in parts --


def index(web: Web, *parts: str) -> bytes:
    rows = "".join(f"<sitemap><loc>{web.url(part)}</loc></sitemap>" for part in parts)
    return f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{rows}</sitemapindex>".encode()


def sitemap(*addresses: str) -> bytes:
    rows = "".join(f"<url><loc>{address}</loc></url>" for address in addresses)
    return f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{rows}</urlset>".encode()


@pytest.fixture
def parts(web: Web) -> Source:
    web["/index"] = reply(index(web, "/1.xml", "/2.xml"), content_type="application/xml", ETag='"1"')
    web["/1.xml"] = reply(sitemap("https://news.example/1"), content_type="application/xml")
    return make.source(kind=Source.Kind.SITEMAP, url=web.url("/index"), is_active=True)


@pytest.mark.usefixtures("no_delay")
def test_a_part_that_fails_is_said_and_read_again(web: Web, parts: Source) -> None:
    web["/2.xml"] = [reply(status=500), reply(sitemap("https://news.example/2"))]
    asked: list[int] = []
    assert poll(parts.pk, enqueue=asked.append).result == "failed"
    parts.refresh_from_db()
    assert parts.error == f"its part {web.url('/2.xml')} is missing: HTTP 500"
    assert (len(asked), parts.etag) == (1, "")
    assert poll(parts.pk, enqueue=asked.append, force=True).result == "new"
    parts.refresh_from_db()
    assert (parts.error, parts.failures, parts.etag, len(asked)) == ("", 0, '"1"', 2)


def test_of_a_slow_site_as_many_parts_are_read_as_its_pace_allows(
    web: Web, parts: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosts, "DELAY", 0.6)
    monkeypatch.setattr(polling, "PATIENCE", 1.0)
    web["/2.xml"] = reply(sitemap("https://news.example/2"))
    assert poll(parts.pk, enqueue=lambda pk: None).result == "new"
    assert (web.asked("/1.xml"), web.asked("/2.xml")) == (1, 0)


@pytest.mark.usefixtures("no_delay")
def test_robots_are_obeyed_for_the_parts_of_a_sitemap(web: Web, parts: Source) -> None:
    web["/robots.txt"] = reply("User-agent: *\nDisallow: /2.xml\n", content_type="text/plain")
    result = poll(parts.pk, enqueue=lambda pk: None)
    assert result.reason.endswith("/2.xml is missing: robots.txt of the site forbids us this address")
    assert web.asked("/2.xml") == 0
