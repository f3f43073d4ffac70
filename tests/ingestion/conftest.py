"""Readers and documents for tests of ingestion."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from positions.ingestion import Document, hosts, reading
from tests.ingestion.scripted import Scripted
from tests.ingestion.web import Web

DAY = date(2024, 3, 4)
TEXT = "STRELSAU. Ruritania wants Ukraine in NATO. Nothing else was said of it on that day.\n"


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Scripted]:
    """The configured extractor, as a plug-in would be, to be told what to find."""
    reader = Scripted()
    monkeypatch.setitem(reading.EXTRACTORS, "scripted", lambda: reader)
    settings.EXTRACTOR = "scripted"
    reading.extractor.cache_clear()
    yield reader
    reading.extractor.cache_clear()


@pytest.fixture
def document() -> Callable[..., Document]:
    def make(text: str = TEXT, **fields: Any) -> Document:
        values = {"title": "Report from Strelsau", "published_on": DAY, "guid": "a-1", **fields}
        return Document(text=text, **values)

    return make


@pytest.fixture
def web(settings: Any) -> Iterator[Web]:
    """A scripted server on loopback, which `fetch` may reach in this test only."""
    settings.FETCH_ALLOW_LOOPBACK = True
    server = Web()
    yield server
    server.stop()


@pytest.fixture
def no_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one host be asked again at once; spacing has tests of its own."""
    monkeypatch.setattr(hosts, "DELAY", 0.0)
