"""A feed's bytes to items, parsed in a child process that is ended when it takes too much time or memory."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import selectors
import struct
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from positions.ingestion.documents import clean, one_line

SECONDS = 20.0
MEMORY = 1_000_000_000  # bytes of address space
MAX_REPLY = 200_000_000
CHILD = Path(__file__).with_name("feed_child.py")


class BadFeed(ValueError):
    """What came is no feed, or broke its parser; the message says why, for a person."""


@dataclass(frozen=True, slots=True)
class Item:
    """One entry. `guid` is "" where the feed gives none, or one and the same to several."""

    guid: str
    url: str
    title: str
    text: str
    author: str = ""
    language: str = ""
    published: datetime | None = None
    updated: datetime | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """`ttl` are the minutes for which the feed asks not to be polled again, 0 if it does not."""

    items: tuple[Item, ...]
    ttl: int = 0
    title: str = ""
    sitemaps: tuple[str, ...] = ()


def parse_feed(raw: bytes, kind: str, *, url: str = "", content_type: str = "") -> Feed:
    """Return what a feed holds. Raises BadFeed."""
    found = _child.ask({"kind": kind, "url": url, "content_type": content_type, "size": len(raw)}, raw)
    if "error" in found:
        raise BadFeed(found["error"])
    items = [_item(row) for row in found["items"]]
    counts = Counter(item.guid for item in items)
    return Feed(
        tuple(_distinct(item, counts) for item in items if item.url or item.guid or item.text),
        found["ttl"],
        one_line(str(found["title"]), 200),
        tuple(found.get("sitemaps", ())),
    )


def _item(row: dict[str, Any]) -> Item:
    return Item(
        guid=clean(str(row["guid"])).strip(),
        url=clean(str(row["url"])).strip()[:2000],
        title=one_line(str(row["title"]), 500),
        text=clean(str(row["text"])),
        author=one_line(str(row["author"]), 300),
        language=clean(str(row["language"])).strip()[:10].lower(),
        published=_moment(row["published"]),
        updated=_moment(row["updated"]),
    )


def _distinct(item: Item, counts: Counter[str]) -> Item:
    """A guid that several items share names none of them."""
    if counts[item.guid] < 2:
        return item
    return Item("", *(getattr(item, name) for name in Item.__slots__[1:]))


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


class Child:
    """The parser's process: started when first needed, started anew after it was ended."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._lock = threading.Lock()

    def ask(self, request: dict[str, Any], raw: bytes) -> dict[str, Any]:
        """Return the child's answer. Raises BadFeed when it does not answer in time or dies."""
        with self._lock:
            process = self._running()
            head = json.dumps(request).encode()
            message = struct.pack(">I", len(head)) + head + raw
            writer = threading.Thread(target=self._write, args=(process, message), daemon=True)
            writer.start()
            try:
                return self._reply(process, time.monotonic() + SECONDS)
            except BadFeed:
                self.end()
                raise
            finally:
                writer.join(1)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._owner == os.getpid() and self._process.poll() is None:
            return self._process
        self.end()
        # Isolated: no environment, no path of ours; nothing to leak and quick to start.
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(CHILD), str(MEMORY)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        self._owner = os.getpid()
        return self._process

    @staticmethod
    def _write(process: subprocess.Popen[bytes], message: bytes) -> None:
        try:
            assert process.stdin is not None
            process.stdin.write(message)
            process.stdin.flush()
        except OSError:
            pass  # it died: reading says so

    def _reply(self, process: subprocess.Popen[bytes], deadline: float) -> dict[str, Any]:
        size = struct.unpack(">I", self._read(process, 4, deadline))[0]
        if size > MAX_REPLY:
            raise BadFeed("it holds too much")
        return json.loads(self._read(process, size, deadline))

    @staticmethod
    def _read(process: subprocess.Popen[bytes], size: int, deadline: float) -> bytes:
        assert process.stdout is not None
        found = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while len(found) < size:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise BadFeed(f"parsing it took longer than {SECONDS:g} seconds")
                chunk = os.read(process.stdout.fileno(), size - len(found))
                if not chunk:
                    raise BadFeed("its parser died: it needs more memory than a feed may")
                found += chunk
        return bytes(found)

    def end(self) -> None:
        """End the process; one that a fork copied from its parent is the parent's, and is only let go."""
        process, self._process = self._process, None
        if process is None:
            return
        if self._owner == os.getpid():
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()


_child = Child()
atexit.register(_child.end)
