from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from positions.ingestion import clock, hosts, polling, queue
from positions.ingestion.health import health
from positions.ingestion.pagefetch import look_again
from positions.ingestion.polling import PollResult, backoff, poll
from positions.ingestion.reading import read_article
from positions.models import Article, ArticleVersion, Host, Source
from tests.ingestion.scripted import Scripted
from tests.ingestion.web import Web, redirect, reply
from tests.support import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_delay")]
XML = "application/rss+xml"
CLOCK = 4 if connection.vendor == "postgresql" else 0  # there the time is asked of the database
TEN = "Mon, 04 Mar 2024 10:00:00 GMT"
LONG = "Ruritania wants Ukraine in NATO, its minister told the assembly in Strelsau on Monday. " * 30


def item(
    n: int, *, text: str = "", guid: str = "", when: str = "Mon, 04 Mar 2024 10:00:00 GMT", url: str = ""
) -> str:
    link = url or f"https://news.example/{n}"
    return (
        f"<item><guid>{guid or f'g-{n}'}</guid><title>Report {n} on NATO</title><link>{link}</link>"
        f"<pubDate>{when}</pubDate><description>{text}</description></item>"
    )


def rss(*items: str) -> bytes:
    return f"<rss version='2.0'><channel><title>G</title>{''.join(items)}</channel></rss>".encode()


def page(body: str, title: str = "Report on NATO") -> str:
    paragraphs = "".join(f"<p>{line}</p>" for line in body.split("\n"))
    body = f"<article><h1>{title}</h1>{paragraphs}</article>"
    return f"<html lang='en'><head><title>{title}</title></head><body>{body}</body></html>"


@pytest.fixture
def source(web: Web) -> Source:
    return make.source(kind=Source.Kind.RSS, url=web.url("/feed"), is_active=True)


def run(source: Source, *, force: bool = True) -> tuple[PollResult, list[int]]:
    asked: list[int] = []
    result = poll(source.pk, enqueue=asked.append, force=force)
    source.refresh_from_db()
    return result, asked


def test_new_items_become_articles_that_wait(web: Web, source: Source):
    web["/feed"] = reply(
        rss(item(2), item(1)), content_type=XML, ETag='"1"', Last_Modified="Mon, 04 Mar 2024 10:00:00 GMT"
    )
    result, asked = run(source, force=False)
    articles = list(Article.objects.order_by("pk"))
    assert result.result == "new"
    assert [a.guid for a in articles] == ["g-1", "g-2"]  # the oldest first
    assert asked == [a.pk for a in articles]
    assert {(a.state, a.published_on, a.version) for a in articles} == {("queued", date(2024, 3, 4), None)}
    assert (source.etag, source.last_items, source.last_result, source.failures) == ('"1"', 2, "new", 0)
    assert source.next_poll_at > clock.now() + timedelta(minutes=26)
    assert source.lease_until is None
    assert health(source, clock.now()).state == "healthy"


def test_polling_again_takes_nothing_twice(web: Web, source: Source):
    web["/feed"] = reply(rss(item(1), item(2, text=LONG)), content_type=XML)
    run(source)
    result, asked = run(source)
    assert (result.result, asked) == ("unchanged", [])
    assert (Article.objects.count(), ArticleVersion.objects.count()) == (2, 1)


@pytest.mark.scenario(18)
def test_an_unchanged_answer_is_not_parsed(web: Web, source: Source, django_assert_num_queries: Any):
    web["/feed"] = [reply(rss(item(1)), content_type=XML, ETag='W/"1"'), reply(status=304)]
    run(source)
    with django_assert_num_queries(7 + CLOCK):  # look, claim, load, release; the host's turn: 3
        poll(source.pk, enqueue=print, force=True)
    source.refresh_from_db()
    assert web.requests[-1][1]["if-none-match"] == 'W/"1"'
    assert (source.last_result, source.etag) == ("unchanged", 'W/"1"')
    assert health(source, clock.now()).state == "unchanged"


@pytest.mark.parametrize("count", [3, 60])
def test_known_items_cost_two_queries_whatever_their_number(
    web: Web, source: Source, django_assert_num_queries: Any, count: int
):
    web["/feed"] = reply(rss(*(item(n) for n in range(count))), content_type=XML)
    run(source)
    with django_assert_num_queries(9 + CLOCK):
        poll(source.pk, enqueue=print, force=True)


@pytest.mark.scenario(18)
def test_the_etag_is_kept_only_after_the_items(web: Web, source: Source):
    web["/feed"] = reply(rss(item(1)), content_type=XML, ETag='"1"')

    def crash(article_id: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        poll(source.pk, enqueue=crash, force=True)
    source.refresh_from_db()
    assert source.etag == ""
    Source.objects.update(lease_until=None)
    assert run(source)[0].result == "unchanged"
    assert Article.objects.count() == 1


@pytest.mark.scenario(34)
def test_a_source_is_polled_once_by_two_workers(web: Web, source: Source):
    web["/feed"] = reply(rss(item(1)))
    Source.objects.update(lease_until=clock.now() + timedelta(minutes=1))  # the other one is at it
    assert run(source)[0].result == "not_due"
    assert web.requests == []
    Source.objects.update(lease_until=clock.now() - timedelta(seconds=1))  # and died
    assert run(source)[0].result == "new"


def test_a_source_that_kills_its_workers_is_asked_ever_less_often_and_says_so(web: Web, source: Source):
    web["/feed"] = reply(rss(item(1)), content_type=XML)
    for failures in (1, 2):
        Source.objects.update(lease_until=clock.now() - timedelta(seconds=1), failures=failures - 1)
        assert run(source, force=False)[0].result != "not_due"
    for failures in (3, 4):
        late = clock.now() - timedelta(seconds=1)
        Source.objects.update(lease_until=late, failures=failures - 1, next_poll_at=None)
        assert run(source, force=False)[0].result == "not_due"
        assert source.next_poll_at - clock.now() > timedelta(minutes=100 * 2 ** (failures - 3))
        said = health(source, clock.now()).reason
        assert said.startswith(f"Failed {failures} times in a row: the worker died or never finished while")


def test_only_active_sources_are_due_and_force_asks_any(web: Web, source: Source):
    web["/feed"] = reply(rss(item(1)), content_type=XML)
    Source.objects.update(is_active=False)
    assert run(source, force=False)[0].result == "not_due"
    assert polling.due_ids() == []
    assert run(source)[0].result == "new"
    polling.resume(source)
    assert polling.due_ids() == [source.pk]


def test_a_full_text_is_stored_and_its_edits_are_versions(web: Web, source: Source, scripted: Scripted):
    web["/feed"] = [
        reply(rss(item(1, text=LONG))),
        reply(rss(item(1, text=LONG + "Corrected: it was Tuesday."))),
    ]
    _, asked = run(source)
    assert read_article(asked[0]).result == "read"
    result, again = run(source)
    assert (result.result, again) == ("new", asked)
    assert Article.objects.get().versions.count() == 2


def test_a_live_report_with_many_items_on_one_page_does_not_grow_by_being_polled(
    web: Web, source: Source, scripted: Scripted
):
    texts = [f"{LONG} Part {n} of the report." for n in range(3)]
    parts = [item(n, text=text, url="https://example.org/live") for n, text in enumerate(texts)]
    web["/feed"] = reply(rss(*parts))
    for _ in range(4):
        run(source)
    assert sorted(v.text.strip() for v in Article.objects.get().versions.all()) == texts


def test_a_correction_that_is_taken_back_is_seen(web: Web, source: Source, scripted: Scripted):
    corrected = LONG + "Corrected: it was Tuesday."
    web["/feed"] = [reply(rss(item(1, text=text))) for text in (LONG, corrected, LONG)]
    assert [run(source)[0].result for _ in range(3)] == ["new"] * 3
    first, _, third = Article.objects.get().versions.order_by("number")
    assert (first.text, first.number, third.number) == (third.text, 1, 3)


def test_a_teaser_leads_to_its_page(web: Web, source: Source, scripted: Scripted):
    web["/feed"] = reply(rss(item(1, text="A teaser.", url=web.url("/1"))))
    web["/1"] = reply(page(LONG))
    _, asked = run(source)
    assert read_article(asked[0]).result == "read"
    article = Article.objects.get()
    assert "told the assembly" in article.version.text
    assert (article.title, article.published_on) == ("Report 1 on NATO", date(2024, 3, 4))
    assert (article.state, article.fetches) == ("done", 1)
    assert timedelta(minutes=59) < article.next_fetch_at - clock.now() < timedelta(minutes=61)


@pytest.mark.scenario(23, 24)
def test_an_edited_page_is_a_new_version_and_a_gone_one_stays(web: Web, source: Source, scripted: Scripted):
    web["/feed"] = reply(rss(item(1, url=web.url("/1"))))
    web["/1"] = [reply(page(LONG)), reply(page(LONG + " Corrected: it was Tuesday.")), reply(status=404)]
    _, (pk,) = run(source)
    read_article(pk)
    found = []
    for _ in range(3):
        assert look_again(pk) == "not due"
        Article.objects.update(next_fetch_at=clock.now())
        found.append(look_again(pk))
    article = Article.objects.get()
    assert found == ["changed", "withdrawn", "withdrawn"]
    assert (article.versions.count(), article.next_fetch_at) == (2, None)
    assert article.withdrawn_at is not None
    assert "Tuesday" in article.version.text


def test_a_page_that_changes_on_each_fetch_has_as_many_versions_as_looks(
    web: Web, source: Source, scripted: Scripted
):
    web["/feed"] = reply(rss(item(1, url=web.url("/1"))))
    web["/1"] = [reply(page(f"{LONG} Seen by {n} readers.")) for n in range(9)]
    _, (pk,) = run(source)
    read_article(pk)
    for _ in range(6):
        Article.objects.filter(next_fetch_at__isnull=False).update(next_fetch_at=clock.now())
        look_again(pk)
    assert Article.objects.get().versions.count() == 4


@pytest.mark.scenario(22)
def test_two_addresses_of_one_page_are_one_article(web: Web, source: Source, scripted: Scripted):
    web["/feed"] = reply(rss(item(1, url=web.url("/1")), item(2, url=web.url("/2"))))
    web["/2"] = redirect("/1")
    web["/1"] = reply(page(LONG))
    _, asked = run(source)
    assert sorted(read_article(pk).result for pk in asked) == ["read", "set_aside"]
    aside = Article.objects.get(state="set_aside")
    assert aside.set_aside == f"The same page as article {aside.duplicate_of_id}."


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (reply(status=404), "was not found (HTTP 404)"),
        (reply(status=403), "refuses us (HTTP 403)"),
        (reply(status=500), "fails (HTTP 500)"),
        (reply("<html>Log in</html>"), "a web page, not a feed"),
        (reply(""), "an empty answer"),
    ],
)
def test_a_failure_is_kept_in_words_and_waits_longer_each_time(
    web: Web, source: Source, answer: Any, reason: str
):
    web["/feed"] = answer
    waits = []
    for n in range(3):
        assert run(source)[0] == PollResult("failed", reason)
        waits.append(source.next_poll_at - clock.now())
        assert (source.failures, source.error, source.lease_until) == (n + 1, reason, None)
    assert waits[0] < waits[1] < waits[2]
    state = health(source, clock.now())
    assert state.state == "failing"
    assert state.reason.startswith(f"Failed 3 times in a row: {reason}. Next try ")


@pytest.mark.scenario(21)
def test_a_bad_answer_takes_nothing_away(web: Web, source: Source):
    web["/feed"] = [reply(rss(item(1)), ETag='"1"'), reply("<html>Log in</html>"), reply(rss(item(1)))]
    run(source)
    run(source)
    assert source.etag == '"1"'
    run(source)
    assert (source.failures, source.error, Article.objects.count()) == (0, "", 1)


@pytest.mark.parametrize(("header", "low", "high"), [("7200", 119, 121), ("31536000", 1439, 1441)])
@pytest.mark.scenario(20)
def test_a_site_that_asks_for_patience_gets_it(web: Web, source: Source, header: str, low: int, high: int):
    web["/feed"] = reply(status=429, Retry_After=header)
    run(source)
    wait = (source.next_poll_at - clock.now()).total_seconds() / 60
    assert low < wait < high
    assert (Host.objects.get().next_at - clock.now()).total_seconds() / 60 > low


@pytest.mark.scenario(19)
def test_a_feed_that_is_gone_is_paused_and_says_so(web: Web, source: Source):
    web["/feed"] = reply(status=410)
    run(source)
    assert source.is_active is False
    assert health(source, clock.now()).reason == "The site says that the feed is gone for good (HTTP 410)."


@pytest.mark.scenario(19)
def test_a_feed_that_moved_is_followed_after_three_equal_answers(web: Web, source: Source):
    web["/feed"], web["/new"] = redirect("/new", 301), reply(rss(item(1)))
    old = source.url
    for n in (1, 2):
        run(source)
        assert (source.url, source.moved_to, source.moved_seen) == (old, web.url("/new"), n)
    run(source)
    assert (source.url, source.moved_seen) == (web.url("/new"), 0)
    urls = [row.url for row in source.history.order_by("history_id")]
    assert list(dict.fromkeys(urls)) == [old, web.url("/new")]


@pytest.mark.scenario(19)
def test_a_move_that_is_taken_back_is_forgotten(web: Web, source: Source):
    web["/new"] = reply(rss(item(1)))
    web["/feed"] = [
        redirect("/new", 301),
        redirect("/new", 301),
        redirect("/new", 302),
        redirect("/new", 301),
    ]
    for _ in range(4):
        run(source)
    assert source.moved_seen == 1


@pytest.mark.scenario(21)
def test_an_empty_feed_is_not_a_failure(web: Web, source: Source):
    web["/feed"] = reply(rss())
    assert run(source)[0].result == "empty"
    assert health(source, clock.now()).state == "empty"


def test_a_feed_long_without_news_is_said_to_be_quiet(web: Web, source: Source):
    web["/feed"] = reply(rss(item(1)))
    run(source)
    Source.objects.update(last_new_item_at=clock.now() - timedelta(days=20))
    run(source)
    assert health(source, clock.now()).state == "quiet too long"


@pytest.mark.parametrize(
    ("when", "note"),
    [
        ("", "the feed gives no date: the day it was first seen"),
        (
            "Wed, 04 Mar 2099 10:00:00 GMT",
            "the feed says 2099-03-04, which lay ahead: the day it was first seen",
        ),
        ("not a date", "the feed gives no date: the day it was first seen"),
    ],
)
@pytest.mark.scenario(25)
def test_a_date_that_cannot_be_is_replaced_and_noted(web: Web, source: Source, when: str, note: str):
    web["/feed"] = reply(rss(item(1, when=when)))
    run(source)
    article = Article.objects.get()
    assert article.published_on == datetime.now(UTC).date()
    assert article.date_note.startswith(note)


@pytest.mark.scenario(22)
def test_one_guid_for_every_item_loses_none(web: Web, source: Source):
    web["/feed"] = reply(rss(*(item(n, guid="same", text=LONG + f"Number {n}.") for n in range(4))))
    run(source)
    run(source)
    assert Article.objects.count() == 4


def test_items_of_ten_thousand_are_taken_once(web: Web, source: Source):
    web["/feed"] = reply(rss(*(item(n) for n in range(2_000))), content_type=XML)
    run(source)
    result, asked = run(source)
    assert (Article.objects.count(), result.result, asked) == (2_000, "unchanged", [])


def test_robots_are_obeyed_for_pages(web: Web, source: Source, scripted: Scripted):
    web["/robots.txt"] = reply(
        "User-agent: *\nDisallow: /private\nCrawl-delay: 7\n", content_type="text/plain"
    )
    web["/feed"] = reply(rss(item(1, url=web.url("/private/1"))))
    _, (pk,) = run(source)
    outcome = read_article(pk)
    assert outcome.reason == "robots.txt of the site forbids us this address"
    assert web.asked("/private/1") == 0
    assert Host.objects.get(crawl_delay=7.0).name == web.url().rstrip("/")
    read_article(pk)
    assert web.asked("/robots.txt") == 1


def test_a_host_is_asked_for_one_page_at_a_time(web: Web, source: Source, scripted: Scripted, monkeypatch):
    monkeypatch.setattr(hosts, "DELAY", 30.0)
    web["/feed"] = reply(rss(item(1, url=web.url("/1")), item(2, url=web.url("/2"))))
    web["/1"] = web["/2"] = reply(page(LONG))
    _, asked = run(source)
    Host.objects.update(next_at=None)  # the feed's turn is over
    assert [read_article(pk).result for pk in asked] == ["read", "not_due"]
    waiting = Article.objects.get(pk=asked[1])
    assert (waiting.state, waiting.attempts, waiting.error) == ("queued", 0, "")
    assert waiting.next_attempt_at > waiting.ingested_at + timedelta(seconds=25)


def test_a_page_that_fails_is_tried_again_and_quarantined(web: Web, source: Source, scripted: Scripted):
    web["/feed"] = reply(rss(item(1, url=web.url("/1"))))
    web["/1"] = reply(status=502)
    _, (pk,) = run(source)
    tries = []
    while Article.objects.get().state == "queued":
        Article.objects.update(next_attempt_at=None)
        read_article(pk)
        tries.append(Article.objects.get())
    waits = [(one.next_attempt_at - clock.now()).total_seconds() / 3600 for one in tries[:-1]]
    assert (len(tries), tries[-1].error) == (queue.FETCH_ATTEMPTS, "the site fails (HTTP 502)")
    assert tries[-1].state == "quarantined"
    assert 17 < sum(waits) < 28, "a night without a network loses nothing"
    assert queue.retry([pk]) == 1
    assert read_article(pk).reason == "the site fails (HTTP 502)"


def test_a_page_that_is_no_page_fails_for_good(web: Web, source: Source, scripted: Scripted):
    web["/feed"] = reply(rss(item(1, url=web.url("/1"))))
    web["/1"] = reply(b"%PDF", content_type="application/pdf")
    _, (pk,) = run(source)
    assert read_article(pk).reason == "not a page but application/pdf"
    assert Article.objects.get().state == "failed"


def test_a_single_page_is_one_article_with_versions(web: Web, scripted: Scripted):
    source = make.source(kind=Source.Kind.PAGE, url=web.url("/statement"))
    web["/statement"] = [reply(page(LONG)), reply(page(LONG + " And more of it."))]
    assert [run(source)[0].result for _ in range(2)] == ["new", "new"]
    assert Article.objects.get().versions.count() == 2


def test_backoff_doubles_up_to_a_day():
    start = timedelta(minutes=30)
    assert timedelta(minutes=27) <= backoff(1, start) <= timedelta(minutes=33)
    assert timedelta(minutes=108) <= backoff(3, start) <= timedelta(minutes=132)
    assert backoff(40, start) <= timedelta(hours=26, minutes=24)
