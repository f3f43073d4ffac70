"""Reading articles: what the whole task costs beside the bare parser on the same texts."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter
from typing import Any

import psutil
import spacy
from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction
from spacy.language import Language

from benchmarks.report import Figure, Plan, figure
from benchmarks.timing import Compared, compare
from positions.extraction.parsing import parse
from positions.ingestion import batches
from positions.ingestion.readers import Pool
from positions.ingestion.reading import article_text, extractor, read_article
from positions.models import Article, StoredParse

ROOT = Path(__file__).resolve().parent.parent
DIGESTS = ROOT / "positions" / "data" / "digests"
# Real documents, none of them ours: briefings, speeches and statements of a government.
DOCUMENTS = Path(os.environ.get("OPENDOOR_SHARED", ROOT.parent / "shared")) / "corpus"
FEW = 40  # of them
MEGABYTE = 1024**2


def prepare(texts: Path = DIGESTS, name: str = "reading") -> None:
    """Make a database with the registry and the texts, stored but not read, the default one."""
    path = settings.VAR_DIR / "bench" / f"{name}.sqlite3"
    path.parent.mkdir(parents=True, exist_ok=True)
    connections.databases["reading"] = {**connections.databases["default"], "NAME": str(path)}
    connections["default"] = connections["reading"]
    os.environ["DATABASE_URL"] = f"sqlite:///{path}"  # for the processes of a pool
    call_command("migrate", verbosity=0)
    for command in ("load_codebook", "load_registry"):
        call_command(command, stdout=open(os.devnull, "w"))  # noqa: SIM115, PTH123
    for source, item in batches.of_paths([texts], "", None):
        list(batches.store_all([item], source, batches.Tally()))


def due() -> list[int]:
    """Let every article wait to be read, as if new; return the keys."""
    Article.objects.update(state=Article.State.QUEUED, attempts=0, next_attempt_at=None, lease_until=None)
    return list(Article.objects.order_by("pk").values_list("pk", flat=True))


def read_all() -> None:
    """Claim, read, resolve and write every article, and take it all back."""
    with transaction.atomic():
        for pk in due():
            outcome = read_article(pk)
            assert outcome.result in ("read", "set_aside"), outcome.reason
        transaction.set_rollback(True)


def parse_all() -> None:
    """Run the bare pipeline, as it comes, over the same texts."""
    for _ in _bare().pipe(_texts()):
        pass


@cache
def _bare() -> Language:
    return spacy.load(settings.SPACY_MODEL)


def _texts() -> list[str]:
    return [article.version.text for article in Article.objects.order_by("pk") if article.version]


def once(ours: Callable[[], Any], floor: Callable[[], Any], plan: Plan) -> Compared:
    """Compare two things that take seconds: one call each in every round."""
    return compare(ours, floor, rounds=plan.rounds, calls=1)


def p9(plan: Plan) -> Iterator[Figure]:
    prepare()
    for name, goal in (("rules", 1 / 0.85), ("hybrid", 1 / 0.5)):
        settings.EXTRACTOR = name
        extractor.cache_clear()
        found = once(read_all, parse_all, plan)
        rate = Article.objects.count() / found.ours * 1_000
        yield figure(
            f"P9-{name}",
            f"whole task ({name}) / bare parser, seconds",
            round(goal, 3),
            found,
            f"{rate:.1f}/s",
        )


def p10(plan: Plan) -> Iterator[Figure]:
    """Long texts that wander: the whole task, which parses of them only what can carry a stance."""
    prepare(_few_documents(), "documents")
    for name in ("rules", "hybrid"):
        settings.EXTRACTOR = name
        extractor.cache_clear()
        found = once(read_all, parse_all, plan)
        note = f"{Article.objects.count()} documents"
        yield figure(f"P10-{name}", f"whole task ({name}) / bare parser, seconds", 0.5, found, note)


def _few_documents() -> Path:
    """Write some documents from all over the corpus to a file of their own; FileNotFoundError without any."""
    lines = [line for file in sorted(DOCUMENTS.glob("*.jsonl")) for line in file.open(encoding="utf-8")]
    if not lines:
        raise FileNotFoundError(f"no documents in {DOCUMENTS} (OPENDOOR_SHARED)")
    path = Path(settings.VAR_DIR) / "bench" / "documents.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(lines[:: len(lines) // FEW][:FEW]), encoding="utf-8")
    return path


def p16(plan: Plan) -> Iterator[Figure]:
    """Reading with changed rules over kept parses, beside reading that parses."""
    prepare()
    settings.EXTRACTOR = "rules"
    extractor.cache_clear()
    _keep(True)
    for article in Article.objects.all():
        if article.version:
            parse(article_text(article, article.version), settings.SPACY_MODEL)
    found = compare(
        read_all, read_all, rounds=plan.rounds, calls=1,
        before_ours=lambda: _keep(True), before_floor=lambda: _keep(False),
    )  # fmt: skip
    _keep(False)
    sizes = [len(bytes(data)) for data in StoredParse.objects.values_list("data", flat=True)]
    note = f"{sum(sizes) / len(sizes) / 1024:.1f} KiB a parse"
    yield figure("P16", "reading kept parses / parsing and reading, seconds", round(1 / 50, 3), found, note)


def _keep(parses: bool) -> None:
    settings.STORE_PARSES = parses


def p11(plan: Plan) -> Iterator[Figure]:
    """Two processes against one, starting included: they read so much that it does not matter."""
    prepare()
    found = once(lambda: _in_processes(2), lambda: _in_processes(1), plan)
    yield figure("P11", "two workers / one, seconds", round(1 / 1.6, 3), found, "start of processes included")


def _in_processes(workers: int) -> None:
    pool = Pool(workers)
    for pk in due():
        list(pool.submit(pk))
    list(pool.rest())


def p24(plan: Plan) -> Iterator[Figure]:
    """Memory after all the articles, beside what it was once every text had been seen."""
    prepare()
    settings.EXTRACTOR = "rules"
    extractor.cache_clear()
    read_all()
    read_all()
    before = _memory()
    began, done = perf_counter(), 0
    for _ in islice(cycle([None]), max(1, plan.articles // Article.objects.count())):
        read_all()
        done += Article.objects.count()
    after = _memory()
    note = f"{done} articles at {done / (perf_counter() - began):.1f}/s, {after:.0f} MB"
    yield Figure(
        "P24", "memory after many articles / after the first", round(after / before, 3), 1.05, note=note
    )


def _memory() -> float:
    gc.collect()
    return float(psutil.Process().memory_info().rss / MEGABYTE)


MEASURES: dict[str, Callable[[Plan], Iterator[Figure]]] = {
    "P9": p9,
    "P10": p10,
    "P11": p11,
    "P16": p16,
    "P24": p24,
}
