"""feedparser's own 2,233 feeds through our step from bytes to a feed, with their own expectations."""

from __future__ import annotations

import re
import warnings
from typing import Any
from urllib.parse import urljoin

import feedparser
import pytest

from positions.ingestion.feed_child import read_xml
from positions.ingestion.feeds import BadFeed, parse_feed
from tests.suites.expressions import NotAllowed, evaluate
from tests.suites.reference import say, suite

BASE = "http://127.0.0.1:8097/"
ENCODINGS = (
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "utf-32-le",
    "utf-32-be",
    "cp037",
    "latin-1",
)
EXPECT = re.compile(r"Expect:\s*(.+)")
HEADER = re.compile(r"Header:\s+(\S+?):(.+)")


def head(raw: bytes) -> str:
    """Return the comment with the expectation, whatever the file's encoding."""
    for encoding in ENCODINGS:
        text = raw.decode(encoding, "replace")
        if EXPECT.search(text):
            return text
    raise AssertionError("no expectation")


def headers(text: str, path: str) -> dict[str, str]:
    """Return what feedparser's own test server would send: headers only for those that it serves."""
    found = {name.lower(): value.strip() for name, value in HEADER.findall(text)}
    if not found and not re.search(r"(^|/)http(_|/)", path):
        return {}
    location = urljoin(BASE + path, found.get("content-location", ""))
    return {"content-type": "application/xml", **found, "content-location": location}


def holds(parsed: Any, expression: str) -> bool:
    try:
        return bool(evaluate(expression, {**parsed, "feedparser": vars(feedparser)}))
    except (KeyError, IndexError, TypeError, AttributeError, NotAllowed):
        return False


@pytest.mark.slow
def test_as_many_expectations_hold_as_of_feedparser_itself(capsys: pytest.CaptureFixture[str]) -> None:
    folder = suite("feedparser")
    ours = theirs = total = 0
    worse = []
    for path in sorted(folder.rglob("*.xml")):
        raw = path.read_bytes()
        text = head(raw)
        expression = EXPECT.search(text)[1].strip()
        sent = headers(text, str(path.relative_to(folder)))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with path.open("rb") as stream:
                reference = holds(feedparser.parse(stream, response_headers=sent), expression)
            found = holds(read_xml(raw, sent), expression)
        total, ours, theirs = total + 1, ours + found, theirs + reference
        if reference and not found:
            worse.append(str(path.relative_to(folder)))
    say(capsys, f"feedparser's suite: {ours}/{total} (feedparser itself here {theirs}/{total})")
    assert worse == []
    assert total > 2_200
    assert ours >= 0.98 * total


@pytest.mark.slow
def test_every_feed_gives_items_or_a_reason(capsys: pytest.CaptureFixture[str]) -> None:
    """The whole step, child process and all: no feed of the suite breaks it."""
    read = refused = 0
    for path in sorted(suite("feedparser").rglob("*.xml")):
        try:
            parse_feed(path.read_bytes(), "rss")
            read += 1
        except BadFeed as error:
            assert str(error) in ("not a feed", "a web page, not a feed", "an empty answer"), path
            refused += 1
    say(capsys, f"feedparser's feeds through the whole step: {read} read, {refused} refused with the reason")
    assert read > 20 * refused
