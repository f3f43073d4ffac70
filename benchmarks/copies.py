"""How well copies of a text are found: `python -m benchmarks.copies PATH …` (files as `ingest` takes them).

Every text is rewritten in four ways, as other outlets might carry it. A pair counts as found where the two
share a MinHash band and then enough of their three-word runs, as in `positions.ingestion.duplicates`. Pairs
found among the texts themselves are printed: whether they are copies only a person can tell.
"""

from __future__ import annotations

import os
import random
import sys
from collections import defaultdict
from pathlib import Path

import django

KINDS = ("cut", "new lead", "order", "5 % of words")
SHOWN = 20


def rewritten(text: str, how: str, rng: random.Random) -> str:
    """Return a text as an outlet might carry it."""
    paragraphs = text.strip().split("\n\n")
    if how == "cut":
        return "\n\n".join(paragraphs[: max(2, len(paragraphs) * 3 // 4)])
    if how == "new lead":
        return "\n\n".join(["Our own lead, written by the desk at night.", *paragraphs[1:]])
    if how == "order":
        return "\n\n".join([paragraphs[0], *rng.sample(paragraphs[1:], len(paragraphs) - 1)])
    words = text.split(" ")
    return " ".join("REDACTED" if rng.random() < 0.05 else word for word in words)


def pairs(texts: list[str]) -> set[tuple[int, int]]:
    """Return the pairs (smaller index first) that are found to be copies of each other."""
    from positions.ingestion.duplicates import COPY, bands
    from positions.ingestion.identity import resemblance

    by_band: dict[int, list[int]] = defaultdict(list)
    candidates: set[tuple[int, int]] = set()
    for n, text in enumerate(texts):
        for value in set(bands(text)):
            candidates |= {(other, n) for other in by_band[value]}
            by_band[value].append(n)
    return {(a, b) for a, b in candidates if resemblance(texts[a], texts[b]) >= COPY}


def measure(originals: list[str], seed: int = 7) -> tuple[dict[str, float], float, set[tuple[int, int]]]:
    """Return recall by kind of rewriting, precision over all rewrites, and the pairs among the originals.

    A rewrite paired with a text that its own original is a copy of is right, too.
    """
    rng = random.Random(seed)
    owners, kinds, texts = list(range(len(originals))), [""] * len(originals), list(originals)
    for owner, text in enumerate(originals):
        for how in KINDS:
            owners.append(owner)
            kinds.append(how)
            texts.append(rewritten(text, how, rng))
    found = pairs(texts)
    among = {(a, b) for a, b in found if b < len(originals)}
    right, wrong, hits = 0, 0, dict.fromkeys(KINDS, 0)
    for a, b in found - among:
        ends = (min(owners[a], owners[b]), max(owners[a], owners[b]))
        if ends[0] == ends[1] or ends in among:
            right += 1
        else:
            wrong += 1
        if a == owners[b]:
            hits[kinds[b]] += 1
    recall = {how: hits[how] / len(originals) for how in KINDS}
    return recall, right / max(1, right + wrong), among


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from positions.ingestion.documents import Document
    from positions.ingestion.files import documents

    found = [item for path in arguments for item in documents(Path(path)) if isinstance(item, Document)]
    if not found:
        print("Name files or folders of articles.", file=sys.stderr)
        return 2
    recall, precision, among = measure([item.text for item in found])
    print(f"{len(found)} texts, {len(KINDS) * len(found)} rewrites: precision {precision:.3f}")
    for how, share in recall.items():
        print(f"  recall, {how}: {share:.3f}")
    print(f"  recall, all: {sum(recall.values()) / len(recall):.3f}")
    print(f"{len(among)} pairs among the texts themselves" + (":" if among else "."))
    for a, b in sorted(among)[:SHOWN]:
        print(f"  {found[a].title[:60]} | {found[b].title[:60]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
