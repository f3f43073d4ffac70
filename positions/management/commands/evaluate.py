"""Measure a reader against a gold set and print the figures."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from actors.resolution import RegistryResolver
from actors.snapshot import files
from positions.evaluation import Evaluation, Mistake, Rate, evaluate, load
from positions.extraction import gold_form
from positions.ingestion.reading import document_text, extractor
from positions.matching import Example
from positions.measured import HOW, Measured, store

DATA = Path(settings.BASE_DIR) / "positions" / "data"
POSITIONS = (-2, -1, 0, 1, 2)


class Command(BaseCommand):
    help = (
        "Read the digests and compare with their gold: precision, recall and F1 of stances and events, "
        "agreement on position, mode, kind, date, source and condition, with 95 % intervals. "
        "By default the project's own set."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("digests", nargs="?", type=Path, default=DATA / "digests")
        parser.add_argument("gold", nargs="?", type=Path, default=DATA / "gold")
        parser.add_argument("--extractor", default="", help="default: the EXTRACTOR setting")
        parser.add_argument(
            "--predictions", type=Path, metavar="DIR", help="score these files instead of reading"
        )
        parser.add_argument(
            "--store", choices=HOW, help="keep the figures for the methodology page, as measured so"
        )
        parser.add_argument("--json", action="store_true", help="print the figures as JSON")
        parser.add_argument("--show", type=int, default=20, metavar="N", help="print the N worst mistakes")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            examples = list(self._examples(options))
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        result = evaluate(examples)
        if options["store"]:
            reader, day = extractor(options["extractor"]), timezone.localdate().isoformat()
            path = store(Measured(reader.name, reader.version, options["store"], day, result.as_dict()))
            self.stderr.write(f"kept in {path.relative_to(settings.BASE_DIR)}")
        if options["json"]:
            self.stdout.write(json.dumps(result.as_dict(), indent=1))
            return
        for line in (*table(result), *mistakes(result.mistakes[: options["show"]])):
            self.stdout.write(line)

    def _examples(self, options: dict[str, Any]) -> Iterator[Example]:
        loaded = load(options["digests"], options["gold"])
        folder = options["predictions"]
        if folder is not None:
            for document, gold in loaded:
                path = folder / f"{document.guid}.json"
                read = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
                yield Example(document.guid, document.text, gold, read)
            return
        reader, resolver = extractor(options["extractor"]), RegistryResolver(files())
        for document, gold in tqdm(loaded, unit="article", desc="Reading", dynamic_ncols=True, disable=None):
            read = gold_form(reader.read(document_text(document), resolver), document.guid)
            yield Example(document.guid, document.text, gold, read)


def table(result: Evaluation) -> Iterator[str]:
    """Yield the lines of the table."""
    for name in ("found", "signed", "events"):
        low, high = result.intervals.get(name, (0.0, 0.0))
        yield f"{name:10s} {_rate(getattr(result, name))}  (95 % {low:.3f}–{high:.3f})"
    for name, (agreeing, compared) in result.shares.items():
        if compared:
            yield f"{name:10s} {agreeing / compared:.3f} of {compared}"
    for group in (result.topics, result.modes):
        for name, rate in group.items():
            yield f"  {name:20s} n {rate.right + rate.missed:4d}  {_rate(rate)}"
    yield f"articles {result.articles}, gold {result.required}, predicted {result.predicted}"
    yield f"Brier {result.brier:.3f}; by confidence:"
    for low, count, mean, right in result.reliability:
        yield f"  from {low:.1f}: {count:4d} readings, mean confidence {mean:.2f}, right {right:.2f}"
    yield "positions of found stances, gold down, predicted across:"
    yield "      " + "".join(f"{p:+5d}" for p in POSITIONS)
    for gold in POSITIONS:
        yield f"  {gold:+d}  " + "".join(f"{result.confusion.get((gold, p), 0):5d}" for p in POSITIONS)


def _rate(rate: Rate) -> str:
    return f"precision {rate.precision:.3f}  recall {rate.recall:.3f}  f1 {rate.f1:.3f}"


def mistakes(worst: list[Mistake]) -> Iterator[str]:
    if worst:
        yield "worst mistakes:"
    for mistake in worst:
        side = mistake.gold or mistake.predicted or {}
        was = "" if mistake.gold is None else f"{mistake.gold['position']:+d}"
        read = "" if mistake.predicted is None else f"{mistake.predicted['position']:+d}"
        yield (
            f"  {mistake.article} {mistake.what}: {side['holder']} {side['topic']} {was} → {read} | "
            + str(side["evidence"])[:160]
        )
