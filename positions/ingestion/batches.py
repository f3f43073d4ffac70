"""Files into the record, with counts: what the `ingest` command and an upload do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.utils.text import slugify

from positions.ingestion import clock
from positions.ingestion.documents import BadDocument, Document
from positions.ingestion.files import SUFFIXES, documents
from positions.ingestion.files import paths as below
from positions.ingestion.store import StoreResult, store, store_bad
from positions.models import Article, IngestRun, Source

SOURCE_FILE = "source.yaml"
FAILED = (Article.State.FAILED, Article.State.QUARANTINED)
_SOURCE_FIELDS = ("name", "homepage", "country", "language", "reliability", "licence", "excerpt_length")


@dataclass(slots=True)
class Tally:
    """Counts of a run, and what failed in words (`where: reason`)."""

    seen: int = 0
    new: int = 0
    changed: int = 0
    known: int = 0
    read: int = 0
    set_aside: int = 0
    failures: list[str] = field(default_factory=list)

    def count(self, result: StoreResult) -> None:
        self.seen += 1
        setattr(self, result.change, getattr(self, result.change) + 1)

    def __str__(self) -> str:
        parts = [f"{self.new} new", f"{self.changed} changed", f"{self.known} known", f"{self.read} read",
                 f"{self.set_aside} set aside", f"{len(self.failures)} failed"]  # fmt: skip
        return ", ".join(parts)


def source_for(path: Path, slug: str = "") -> Source:
    """Return the source of a file or folder: the one named, else its folder's source.yaml, else "files".

    An existing source is never changed: what an editor wrote about it stays.
    """
    folder = path if path.is_dir() else path.parent
    described = folder / SOURCE_FILE
    facts: dict[str, Any] = (
        yaml.safe_load(described.read_text(encoding="utf-8")) if described.is_file() else {}
    )
    slug = slug or str(facts.get("slug") or "")
    if not slug:
        return Source.objects.get_or_create(slug="files", defaults={"name": "Imported files"})[0]
    if not re.fullmatch(r"[-a-zA-Z0-9_]+", slug):
        slug = slugify(slug)
    defaults = {name: facts[name] for name in _SOURCE_FIELDS if facts.get(name) is not None}
    return Source.objects.get_or_create(slug=slug, defaults={"name": slug, **defaults})[0]


def store_all(
    found: Iterable[Document | BadDocument], source: Source, tally: Tally
) -> Iterator[StoreResult | None]:
    """Store one document after the other, counting; yield each result (None for a bad one)."""
    for item in found:
        if isinstance(item, BadDocument):
            store_bad(item, source)
            tally.seen += 1
            tally.failures.append(str(item))
            yield None
            continue
        result = store(item, source)
        tally.count(result)
        if result.state in FAILED:
            error = Article.objects.values_list("error", flat=True).get(pk=result.article_id)
            tally.failures.append(f"{item.where or item.title}: {error}")
        elif result.change != "known" and result.state == Article.State.SET_ASIDE:
            tally.set_aside += 1
        yield result


def count(paths: Iterable[Path]) -> int:
    """Return how many documents the paths hold, by names and line ends only."""
    total = 0
    for path in paths:
        for file in below(path):
            if SUFFIXES.get(file.suffix.lower()) == "application/jsonl" and file.is_file():
                with file.open("rb") as stream:
                    total += sum(1 for line in stream if line.strip())
            else:
                total += 1
    return total


def of_paths(
    paths: Iterable[Path], slug: str, published: date | None
) -> Iterator[tuple[Source, Document | BadDocument]]:
    """Yield every document below the paths with the source it belongs to."""
    for path in paths:
        source = source_for(path, slug)
        for item in documents(path, published):
            yield source, item


class Run:
    """An `IngestRun` row kept up to date, at most once a second."""

    def __init__(self, label: str, total: int) -> None:
        self.row = IngestRun.objects.create(label=label[:300], total=total)
        self._saved = clock.now()

    def update(self, tally: Tally, done: int, *, finished: bool = False, error: str = "") -> None:
        now = clock.now()
        if not finished and (now - self._saved).total_seconds() < 1:
            return
        self._saved = now
        self.row.done, self.row.new, self.row.failed = done, tally.new, len(tally.failures)
        self.row.finished_at, self.row.error = (now if finished else None), error
        self.row.save()
