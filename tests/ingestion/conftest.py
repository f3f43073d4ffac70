"""Readers and documents for tests of ingestion."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from positions.ingestion import Document, reading
from tests.ingestion.scripted import Scripted

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
