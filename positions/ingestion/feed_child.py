"""Feeds to plain items, in a process of its own: a hostile feed can take its memory and time, not ours.

Run by `feeds` as a script. It imports nothing of ours, so that it starts fast and sees no settings, database
or secrets. Protocol, both ways: four bytes of length, then JSON; a request is followed by the feed's bytes.
"""

from __future__ import annotations

import calendar
import io
import json
import re
import resource
import struct
import sys
from datetime import UTC, datetime
from typing import Any, BinaryIO
from urllib.parse import urljoin

MAX_ITEMS = 10_000
MAX_TEXT = 300_000
_BLOCKS = {
    "p",
    "div",
    "br",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "tr",
    "section",
}
_SKIPPED = {"script", "style", "noscript", "template", "svg", "figure", "figcaption", "iframe"}
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"

Item = dict[str, Any]


class NotAFeed(ValueError):
    """The bytes are no feed; the message says what they seem to be."""


def parse(raw: bytes, kind: str, url: str, content_type: str) -> dict[str, Any]:
    """Return {"items", "ttl", "title", "sitemaps"} of a feed's bytes.

    An item has guid, url, title, text, html (bool: text came as mark-up), author, language, published and
    updated (UTC, ISO, or ""). Raises NotAFeed.
    """
    head = raw[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head:
        raise NotAFeed("an empty answer")
    if kind == "jsonfeed" or head.startswith(b"{"):
        return _json_feed(raw)
    if kind == "sitemap" or b"<urlset" in head or b"<sitemapindex" in head:
        return _sitemap(raw)
    return _xml_feed(raw, url, content_type)


def read_xml(raw: bytes, headers: dict[str, str], **options: bool) -> Any:
    """Return feedparser's result for bytes. Given bytes themselves it would open a file of that name."""
    import feedparser

    return feedparser.parse(io.BytesIO(raw), response_headers=headers, **options)


def _xml_feed(raw: bytes, url: str, content_type: str) -> dict[str, Any]:
    headers = {"content-type": content_type} if content_type else {}
    # The feed's address is not told: guids would be joined to it, and change when the feed moves.
    found = read_xml(raw, headers, sanitize_html=False, resolve_relative_uris=False)
    if not found.version and not found.entries:
        raise NotAFeed("a web page, not a feed" if b"<html" in raw[:5000].lower() else "not a feed")
    items = [_entry(entry, url, str(found.feed.get("language") or "")) for entry in found.entries[:MAX_ITEMS]]
    return {"items": items, "ttl": _number(found.feed.get("ttl")), "title": found.feed.get("title", "")}


def _entry(entry: Any, url: str, language: str) -> Item:
    contents = [c.get("value", "") for c in entry.get("content", [])] + [entry.get("summary", "")]
    body = max(contents, key=len, default="")
    return {
        "guid": entry.get("id", ""),
        "url": urljoin(url, entry.get("link", "")) if entry.get("link") else "",
        "title": plain(entry.get("title", "")),
        "text": plain(body),
        "author": entry.get("author", ""),
        "language": language,
        "published": _moment(entry.get("published_parsed")),
        "updated": _moment(entry.get("updated_parsed")),
    }


def _json_feed(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        raise NotAFeed("not JSON") from None
    if not isinstance(found, dict) or not isinstance(found.get("items"), list):
        raise NotAFeed("JSON, but not a JSON Feed")
    items = [
        _json_item(row, str(found.get("language") or ""))
        for row in found["items"][:MAX_ITEMS]
        if isinstance(row, dict)
    ]
    return {"items": items, "ttl": 0, "title": str(found.get("title") or "")}


def _json_item(row: dict[str, Any], language: str) -> Item:
    authors = [a.get("name", "") for a in row.get("authors") or [] if isinstance(a, dict)]
    markup = row.get("content_html")
    return {
        "guid": str(row.get("id") or ""),
        "url": str(row.get("url") or row.get("external_url") or ""),
        "title": str(row.get("title") or ""),
        "text": plain(str(markup)) if markup else str(row.get("content_text") or row.get("summary") or ""),
        "author": ", ".join(map(str, authors)),
        "language": str(row.get("language") or language),
        "published": _iso(row.get("date_published")),
        "updated": _iso(row.get("date_modified")),
    }


def _sitemap(raw: bytes) -> dict[str, Any]:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True)
    root = etree.fromstring(raw, parser)
    if root is None or etree.QName(root).localname not in ("urlset", "sitemapindex"):
        raise NotAFeed("not a sitemap")
    index = etree.QName(root).localname == "sitemapindex"
    rows = [_location(node) for node in root.iterchildren("{*}url", "{*}sitemap")]
    rows = [row for row in rows[: 5 * MAX_ITEMS] if row["url"]]
    if index:
        newest = sorted(rows, key=lambda row: row["published"], reverse=True)
        return {"items": [], "ttl": 0, "title": "", "sitemaps": [row["url"] for row in newest]}
    return {"items": rows[:MAX_ITEMS], "ttl": 0, "title": ""}


def _location(node: Any) -> Item:
    def text(path: str) -> str:
        return (node.findtext(path) or "").strip()

    url = text("{*}loc")
    published = _iso(text(f".//{NEWS}publication_date")) or _iso(text("{*}lastmod"))
    return {
        "guid": url, "url": url, "title": text(f".//{NEWS}title"), "text": "", "author": "",
        "language": text(f".//{NEWS}language"), "published": published, "updated": _iso(text("{*}lastmod")),
    }  # fmt: skip


def plain(markup: str) -> str:
    """Return mark-up as text: blocks on lines of their own, scripts and captions left out."""
    if "<" not in markup and "&" not in markup:
        return markup
    from lxml import html
    from lxml.etree import ParserError

    try:
        root = html.fragment_fromstring(markup[: 4 * MAX_TEXT].replace("\x00", ""), create_parent="div")
    except (ParserError, ValueError):
        return re.sub(r"<[^>]*>", " ", markup)[:MAX_TEXT]
    parts: list[str] = []
    _collect(root, parts)
    lines = (re.sub(r"\s+", " ", line).strip() for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)[:MAX_TEXT]


def _collect(root: Any, parts: list[str]) -> None:
    """Walk without recursion: how deep mark-up is nested is the sender's choice."""
    skipped = None
    from lxml.etree import iterwalk

    for event, node in iterwalk(root, events=("start", "end")):
        tag = node.tag if isinstance(node.tag, str) else "script"  # comments and instructions
        if event == "start":
            if skipped is None and tag in _SKIPPED:
                skipped = node
            if skipped is None:
                parts.append("\n" if tag in _BLOCKS else "")
                parts.append(re.sub(r"\s+", " ", node.text or ""))
            continue
        if skipped is node:
            skipped = None
        if skipped is None:
            parts.append("\n" if tag in _BLOCKS else "")
            parts.append(re.sub(r"\s+", " ", (node.tail or "") if node is not root else ""))


def _moment(parsed: Any) -> str:
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC).isoformat() if parsed else ""
    except (ValueError, OverflowError, TypeError):
        return ""


def _iso(value: Any) -> str:
    try:
        found = datetime.fromisoformat(str(value or "").replace("Z", "+00:00"))
    except ValueError:
        return ""
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def _number(value: Any) -> int:
    return int(value) if str(value or "").isdigit() and len(str(value)) < 7 else 0


def answer(request: dict[str, Any], raw: bytes) -> dict[str, Any]:
    """Return the feed, or {"error": why} for what is none or breaks the parser."""
    try:
        return parse(raw, request["kind"], request["url"], request["content_type"])
    except NotAFeed as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": "it needs more memory than a feed may"}
    except Exception as error:  # a parser's fault on somebody's feed must not end in silence
        return {"error": f"it cannot be parsed ({type(error).__name__})"}


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    while header := source.read(4):
        request = json.loads(source.read(struct.unpack(">I", header)[0]))
        reply = json.dumps(answer(request, source.read(request["size"]))).encode()
        sink.write(struct.pack(">I", len(reply)) + reply)
        sink.flush()


if __name__ == "__main__":
    memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    serve(sys.stdin.buffer, sys.stdout.buffer)
