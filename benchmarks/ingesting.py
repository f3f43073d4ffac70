"""Polling feeds and finding copies, beside the least that such work costs: one request, one bare parse."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

import feedparser
import requests
from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction
from django.utils import timezone

from benchmarks.report import Figure, Plan, figure
from benchmarks.specs import STANCES_PER_ARTICLE, insert
from benchmarks.timing import compare
from positions.ingestion import hosts
from positions.ingestion.duplicates import bands, cluster
from positions.ingestion.polling import poll
from positions.models import Article, ArticleVersion, Source, TextBand

FEEDS, NEW, KNOWN = 200, 10, 30
WORDS = [
    "alliance", "minister", "membership", "invitation", "border", "talks", "winter", "summit", "pledge",
    "Ukraine", "capital", "statement", "guarantee", "troops", "delivery", "harbour", "parliament", "NATO",
]  # fmt: skip


def feed(number: int, items: int) -> bytes:
    """Return an RSS feed of so many items that hold their texts."""
    chance = random.Random(number)
    rows = "".join(
        f"<item><guid>{number}-{n}</guid><title>Report {number}-{n}</title>"
        f"<link>https://outlet-{number}.example/{n}</link>"
        f"<description>{' '.join(chance.choices(WORDS, k=250))}</description></item>"
        for n in range(items)
    )
    head = f"<rss version='2.0'><channel><title>Outlet {number}</title><language>en</language>"
    return f"{head}{rows}</channel></rss>".encode()


class Outlets:
    """Feeds on loopback; who sends the ETag of one is answered 304."""

    def __init__(self, feeds: dict[str, bytes]) -> None:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def do_GET(self) -> None:
                body = feeds.get(self.path)
                known = self.headers.get("If-None-Match") == f'"{self.path}"'
                self.send_response(404 if body is None else 304 if known else 200)
                self.send_header("Content-Type", "application/rss+xml")
                self.send_header("ETag", f'"{self.path}"')
                self.end_headers()
                self.wfile.write(b"" if known or body is None else body)

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def prepare(name: str) -> None:
    """Make an empty, migrated database the default one."""
    path = settings.VAR_DIR / "bench" / f"{name}.sqlite3"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    connections.databases[name] = {**connections.databases["default"], "NAME": str(path)}
    connections["default"] = connections[name]
    call_command("migrate", verbosity=0)
    settings.FETCH_ALLOW_LOOPBACK = True
    hosts.DELAY = 0.0


def source(outlets: Outlets, number: int) -> Source:
    url = outlets.url(f"/{number}")
    return Source.objects.create(slug=f"outlet-{number}", name=f"Outlet {number}", kind="rss", url=url)


def ask(row: Source) -> str:
    return poll(row.pk, enqueue=lambda pk: None, force=True).result


def p13(plan: Plan) -> Iterator[Figure]:
    prepare("p13")
    outlets = Outlets({"/0": feed(0, KNOWN)})
    row = source(outlets, 0)
    assert (ask(row), ask(row)) == ("new", "unchanged")
    found = compare(
        partial(ask, row), lambda: requests.get(row.url, timeout=5), rounds=plan.rounds, calls=plan.calls
    )
    outlets.close()
    yield figure("P13", "poll of an unchanged feed (304) / one GET", 3.0, found)


def p14(plan: Plan) -> Iterator[Figure]:
    prepare("p14")
    raw = feed(0, KNOWN)
    outlets = Outlets({"/0": raw})
    row = source(outlets, 0)
    ask(row)

    def again() -> None:
        Source.objects.update(etag="")
        ask(row)

    found = compare(again, lambda: feedparser.parse(BytesIO(raw)), rounds=plan.rounds, calls=plan.calls)
    outlets.close()
    yield figure("P14", f"poll of {KNOWN} known items / bare feedparser", 1.3, found)


def stored(plan: Plan) -> Iterator[Figure]:
    """From the poll to the stored article, over many feeds, beside parsing the same bytes."""
    prepare("stored")
    feeds = {f"/{n}": feed(n, NEW) for n in range(FEEDS)}
    outlets = Outlets(feeds)
    rows = [source(outlets, n) for n in range(FEEDS)]

    def ours() -> None:
        with transaction.atomic():
            assert {ask(row) for row in rows} == {"new"}
            transaction.set_rollback(True)

    def floor() -> None:
        for raw in feeds.values():
            feedparser.parse(BytesIO(raw))

    found = compare(ours, floor, rounds=plan.rounds, calls=1)
    outlets.close()
    rate = f"{FEEDS * NEW / found.ours * 1_000:.0f} articles/s, {FEEDS / found.ours * 1_000:.0f} feeds/s"
    what = f"{FEEDS} feeds of {NEW} new articles, from poll to stored / bare feedparser"
    yield figure("STORED", what, 5.0, found, rate)


def p15(plan: Plan) -> Iterator[Figure]:
    """Looking for the original of a copy among many articles and among few."""
    sizes = [size // STANCES_PER_ARTICLE for size in (plan.small, plan.large)]
    small, large = (_among(size) for size in sizes)
    found = compare(large, small, rounds=plan.rounds, calls=plan.calls)
    what = f"finding the original of a copy among {sizes[1]:,} articles / {sizes[0]:,}"
    yield figure("P15", what, 1.5, found, f"{found.ours:.2f} ms with sketch and comparison")


def _among(size: int) -> Callable[[], object]:
    """Fill a database with so many articles and return the look-up of a copy of one of them."""
    name = f"p15-{size}"
    prepare(name)
    now = timezone.now()
    row = Source.objects.create(slug="bench", name="Bench")
    insert(
        Article,
        (
            Article(
                pk=n, source=row, guid=str(n), title="T", recorded_at=now, state=Article.State.DONE,
                published_on=(now - timedelta(days=n % 3_650)).date(), fingerprint=f"{n:064x}",
            )
            for n in range(1, size + 1)
        ),
    )  # fmt: skip
    chance = random.Random(1)
    insert(
        TextBand,
        (TextBand(article_id=n, value=chance.getrandbits(63)) for n in range(2, size + 1) for _ in range(32)),
    )
    text = " ".join(chance.choices(WORDS, k=250))
    first, copy = Article.objects.get(pk=1), Article.objects.get(pk=2)
    Article.objects.filter(pk=2).update(published_on=first.published_on)
    copy.refresh_from_db()
    for article in (first, copy):
        ArticleVersion.objects.create(article=article, number=1, title="T", text=text, sha256="")
    TextBand.objects.filter(article__in=[first, copy]).delete()
    assert bands(text) and cluster(first, first.version) is None and cluster(copy, copy.version) == first

    def look_up() -> None:
        connections["default"] = connections[name]
        assert cluster(copy, copy.version) == first

    return look_up


MEASURES: dict[str, Callable[[Plan], Iterator[Figure]]] = {
    "P13": p13,
    "P14": p14,
    "P15": p15,
    "STORED": stored,
}
