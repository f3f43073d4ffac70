"""News that is about the war only in part: its articles, and how well a reader reads them.

    python -m positions.training.mixed [rules|hybrid|FOLDER]

No reader learns from these articles; the combination is fitted to them too. Prints signed precision, recall
and F1 of each file of `positions/data/mixed` and of all, for readings of any confidence, and of those from
the floors that matter to readers. FOLDER: what was read before, in the reference form, such as
`positions.training.combination --blind` writes.
"""

from __future__ import annotations

import argparse
import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import django

from positions.extraction.gold import gold_form
from positions.extraction.hybrid import HybridExtractor
from positions.extraction.reader import RulesExtractor
from positions.extraction.types import ArticleText, Resolver
from positions.matching import Example
from positions.training.examples import Entry
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
    parser.add_argument("reader", nargs="?", default="hybrid")
    name = parser.parse_args().reader
    if name not in READERS and not Path(name).is_dir():
        parser.error(f"neither a reader nor a folder: {name}")
    read = _reader(name)
    found = defaultdict(list)
    for article, names, stances in mixed_articles():
        gold = {"stances": stances, "events": []}
        example = Example(article.id, article.text, gold, {**read(article, names), "events": []})
        for name in (article.id.split(":")[0], "all"):
            found[name].append(example)
    found["all"] = found.pop("all")  # last
    for name, examples in found.items():
        for floor in FLOORS:
            signed = evaluate((_from(example, floor) for example in examples), rounds=0).signed
            print(
                f"{name:8s} from {floor:.1f}  precision {signed.precision:.3f}  recall {signed.recall:.3f}"
                f"  f1 {signed.f1:.3f}  ({len(examples)} articles)"
            )


def mixed_articles() -> Iterator[tuple[ArticleText, Resolver, list[Entry]]]:
    """Yield every article with who is named in it and its coded stances; events are not coded."""
    for path in sorted(FOLDER.glob("*.jsonl")):
        titles = [json.loads(line)["title"] for line in path.read_text(encoding="utf-8").splitlines()]
        for title, (article, names, stances) in zip(titles, read_passages(path), strict=True):
            yield replace(article, title=title), names, stances


def _reader(name: str) -> Callable[[ArticleText, Resolver], Entry]:
    """Return what reads an article in the reference form."""
    if name not in READERS:
        return lambda article, _: json.loads((Path(name) / f"{article.id}.json").read_text("utf-8"))
    reader = READERS[name]()
    return lambda article, names: gold_form(reader.read(article, names), article.id)


def _from(example: Example, floor: float) -> Example:
    kept = [s for s in example.predicted["stances"] if s["confidence"] >= floor]
    return replace(example, predicted={**example.predicted, "stances": kept})


if __name__ == "__main__":
    main()
