from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from positions.ingestion import feeds
from positions.ingestion.feed_child import plain
from positions.ingestion.feeds import BadFeed, Child, Item, parse_feed

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Strelsau Gazette</title><ttl>90</ttl>
<language>en-GB</language><item><title>Ruritania &amp; NATO</title><link>https://example.org/1</link><guid>g-1</guid>
<pubDate>Mon, 04 Mar 2024 10:00:00 +0100</pubDate><author>Anna</author>
<description>&lt;p&gt;One.&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;&lt;p&gt;Two&lt;/p&gt;</description></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><id>tag:1</id><title>T</title>
<link href="https://example.org/2"/><updated>2024-03-04T10:00:00Z</updated>
<content type="html">Body</content></entry></feed>"""
JSON_FEED = json.dumps({
    "version": "https://jsonfeed.org/version/1.1", "title": "J",
    "items": [{"id": "1", "url": "https://example.org/3", "title": "T", "content_html": "<p>A</p><p>B</p>",
               "date_published": "2024-03-04T10:00:00+02:00", "authors": [{"name": "Anna"}]}, "nonsense"],
})  # fmt: skip
SITEMAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://example.org/4</loc><news:news>
<news:publication><news:name>G</news:name><news:language>en</news:language></news:publication>
<news:publication_date>2024-03-04</news:publication_date><news:title>T4</news:title></news:news></url></urlset>"""
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://example.org/old.xml</loc><lastmod>2023-01-01</lastmod></sitemap>
<sitemap><loc>https://example.org/new.xml</loc><lastmod>2024-01-01</lastmod></sitemap></sitemapindex>"""
TEN = datetime(2024, 3, 4, 10, tzinfo=UTC)


def only(raw: str | bytes, kind: str = "rss") -> Item:
    (item,) = parse_feed(raw if isinstance(raw, bytes) else raw.encode(), kind).items
    return item


def test_rss():
    feed = parse_feed(RSS.encode(), "rss")
    assert (feed.title, feed.ttl) == ("Strelsau Gazette", 90)
    nine = TEN.replace(hour=9)
    assert feed.items == (
        Item("g-1", "https://example.org/1", "Ruritania & NATO", "One.\nTwo\n", "Anna", "en-gb", nine, nine),
    )


def test_atom():
    assert only(ATOM) == Item("tag:1", "https://example.org/2", "T", "Body\n", updated=TEN, published=None)


def test_json_feed():
    item = only(JSON_FEED, "jsonfeed")
    assert item == Item("1", "https://example.org/3", "T", "A\nB\n", "Anna", published=TEN.replace(hour=8))


def test_news_sitemap():
    day = datetime(2024, 3, 4, tzinfo=UTC)
    url = "https://example.org/4"
    assert only(SITEMAP, "sitemap") == Item(url, url, "T4", "", language="en", published=day)


def test_a_sitemap_index_names_the_newest_first():
    feed = parse_feed(INDEX.encode(), "sitemap")
    assert feed.sitemaps == ("https://example.org/new.xml", "https://example.org/old.xml")


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "an empty answer"),
        (b"<!doctype html><html><body>Please log in</body></html>", "a web page, not a feed"),
        (b"plain words", "not a feed"),
        (b"\x00\xff\xfe\x01", "not a feed"),
        (b'{"message": "no"}', "JSON, but not a JSON Feed"),
        (b'{"cut', "not JSON"),
    ],
)
@pytest.mark.scenario(21)
def test_what_is_no_feed_says_what_it_is(raw: bytes, why: str):
    with pytest.raises(BadFeed, match=f"^{why}$"):
        parse_feed(raw, "rss")


def test_bytes_that_are_a_file_name_open_no_file(tmp_path: Path):
    path = tmp_path / "feed.xml"
    path.write_text(RSS)
    with pytest.raises(BadFeed):
        parse_feed(str(path).encode(), "rss")


def test_wrong_bytes_cost_letters_and_not_the_feed():
    item = only(RSS.replace("Ruritania", "Ruritani\xe4").encode("latin-1"))
    assert item.guid == "g-1" and "NATO" in item.title


def test_a_feed_cut_off_gives_what_it_had():
    second = "<item><title>Second</title><link>https://example.org/9</link><guid>g-2</guid><descr"
    items = parse_feed((RSS.split("</channel>")[0] + second).encode(), "rss").items
    assert items[0].guid == "g-1"


def test_a_guid_that_several_items_share_names_none():
    item = "<item><title>{0}</title><guid>same</guid><link>https://example.org/{0}</link></item>"
    raw = f"<rss version='2.0'><channel>{''.join(item.format(n) for n in range(3))}</channel></rss>"
    assert [(i.guid, i.title) for i in parse_feed(raw.encode(), "rss").items] == [
        ("", "0"),
        ("", "1"),
        ("", "2"),
    ]


@pytest.mark.scenario(32)
def test_nul_and_surrogates_do_not_come_through():
    raw = json.dumps({"items": [{"id": "a\x00b", "title": "\ud800x", "content_text": "t\x00"}]})
    assert only(raw, "jsonfeed") == Item("ab", "", "x", "t\n")


@pytest.mark.scenario(13)
def test_an_entity_bomb_expands_to_nothing():
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    raw = f'<?xml version="1.0"?><!DOCTYPE r [{entities}]><rss version="2.0"><channel><item><guid>1</guid>' \
          "<title>&e11;</title></item></channel></rss>"  # fmt: skip
    assert all(len(item.title) < 1000 for item in parse_feed(raw.encode(), "rss").items)


def test_an_entity_that_names_a_file_is_not_followed(tmp_path: Path):
    (tmp_path / "secret").write_text("hunter2")
    raw = f'<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]>' \
          "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>" \
          "<url><loc>https://example.org/&x;</loc></url></urlset>"  # fmt: skip
    for kind in ("sitemap", "rss"):
        try:
            found = parse_feed(raw.encode(), kind)
        except BadFeed:
            continue
        assert "hunter2" not in str(found)


@pytest.mark.scenario(13)
def test_ten_thousand_items_are_taken():
    items = "".join(f"<item><guid>{n}</guid><title>T</title></item>" for n in range(10_000))
    raw = f"<rss version='2.0'><channel>{items}</channel></rss>".encode()
    assert len(parse_feed(raw, "rss").items) == 10_000


@pytest.mark.slow
@pytest.mark.scenario(13)
def test_a_feed_that_holds_its_parser_is_cut_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(feeds, "SECONDS", 1.0)
    attributes = " ".join(f'a{n}="x"' for n in range(100_000))
    with pytest.raises(BadFeed, match="parsing it took longer than 1 seconds"):
        parse_feed(f"<rss version='2.0'><channel><item {attributes}/></channel></rss>".encode(), "rss")
    assert only(RSS).guid == "g-1"


@pytest.mark.slow
@pytest.mark.scenario(13)
def test_a_feed_that_eats_memory_ends_its_parser_and_not_us(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(feeds, "MEMORY", 200_000_000)
    monkeypatch.setattr(feeds, "SECONDS", 120.0)  # on a slow machine, too, it is memory that runs out first
    monkeypatch.setattr(feeds, "_child", Child())
    raw = f"<rss version='2.0'><channel>{'<item><title>x</title></item>' * 300_000}</channel></rss>".encode()
    with pytest.raises(BadFeed, match="memory"):
        parse_feed(raw, "rss")
    monkeypatch.setattr(feeds, "MEMORY", 1_000_000_000)
    assert only(RSS).guid == "g-1"
    feeds._child.end()


def test_a_parser_that_was_killed_is_started_again():
    only(RSS)
    feeds._child._process.kill()
    feeds._child._process.wait()
    assert only(RSS).guid == "g-1"


def test_the_parser_knows_nothing_of_us(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SECRET_KEY", "hunter2")
    feeds._child.end()
    only(RSS)
    environment = Path(f"/proc/{feeds._child._process.pid}/environ").read_bytes()
    assert environment == b"LC_ALL=C.UTF-8\x00"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("no mark-up", "no mark-up"),
        ("a &amp; b", "a & b"),
        ("<p>One<br>Two</p>Three", "One\nTwo\nThree"),
        ("<div>a <b>bold</b> word<!-- hidden --><style>p{}</style> end</div>", "a bold word end"),
        ("<div>" * 5000 + "deep" + "</div>" * 5000, "deep"),
        ("<<<", "<<<"),
    ],
)
def test_plain(markup: str, text: str):
    assert plain(markup).strip() in (text, "")
    if markup.count("<") < 5000 and markup != "<<<":
        assert plain(markup) == text
