"""Measure a reader on invented news that is about the war only in part, which nothing is trained on.

    python -m positions.training.mixed [rules|hybrid]

Prints signed precision, recall and F1 of each file of `positions/data/mixed` and of all, for readings of any
confidence, and of those from the floors that matter to readers.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import django

from positions.extraction.gold import gold_form
from positions.extraction.hybrid import HybridExtractor
from positions.extraction.reader import RulesExtractor
from positions.matching import Example
from positions.training.invented import read_passages

FOLDER = Path(__file__).resolve().parents[1] / "data" / "mixed"
READERS = {"rules": RulesExtractor, "hybrid": HybridExtractor}
FLOORS = (0.0, 0.6, 0.7)


def main() -> None:
    """Print a line for each file and floor."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from positions.evaluation import evaluate  # imports models

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reader", nargs="?", choices=READERS, default="hybrid")
    reader = READERS[parser.parse_args().reader]()
    read = {path.stem: list(examples(path, reader)) for path in sorted(FOLDER.glob("*.jsonl"))}
    read["all"] = [example for examples_ in read.values() for example in examples_]
    for name, found in read.items():
        for floor in FLOORS:
            signed = evaluate((_from(example, floor) for example in found), rounds=0).signed
            print(
                f"{name:8s} from {floor:.1f}  precision {signed.precision:.3f}  recall {signed.recall:.3f}"
                f"  f1 {signed.f1:.3f}  ({len(found)} articles)"
            )


def examples(path: Path, reader: RulesExtractor | HybridExtractor) -> Iterator[Example]:
    """Yield the articles of a file with their codings and what the reader reads; events are not coded."""
    titles = [json.loads(line)["title"] for line in path.read_text(encoding="utf-8").splitlines()]
    for title, (article, names, stances) in zip(titles, read_passages(path), strict=True):
        article = replace(article, title=title)
        predicted = {**gold_form(reader.read(article, names), article.id), "events": []}
        yield Example(article.id, article.text, {"stances": stances, "events": []}, predicted)


def _from(example: Example, floor: float) -> Example:
    kept = [s for s in example.predicted["stances"] if s["confidence"] >= floor]
    return replace(example, predicted={**example.predicted, "stances": kept})


if __name__ == "__main__":
    main()
