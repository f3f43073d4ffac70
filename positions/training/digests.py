"""Examples from annotated articles and passages, asked the way the reader asks at run time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from positions.extraction.__main__ import default_resolver, read_article
from positions.extraction.candidates import Scene, scene_candidates
from positions.extraction.decide import scorer_items
from positions.extraction.reader import RulesExtractor
from positions.extraction.scorer import ScorerItem
from positions.extraction.types import ArticleText
from positions.training.examples import (
    NEAR,
    Entry,
    Example,
    Question,
    examples_of,
    item_for,
    same_holder,
    touched,
)
from positions.training.invented import read_passages


def articles(digests: Path, gold: Path) -> Iterator[tuple[ArticleText, Entry]]:
    """Yield every annotated article with its annotation, by id."""
    for path in sorted(digests.glob("*.md")):
        target = gold / f"{path.stem}.json"
        if target.exists():
            yield read_article(path), json.loads(target.read_text(encoding="utf-8"))


def from_digests(digests: Path, gold: Path) -> Iterator[Example]:
    """Examples of every annotated article; the article's id is the group."""
    reader, resolver = RulesExtractor(), default_resolver()
    for article, annotation in articles(digests, gold):
        scene = reader.scene(article, resolver)
        yield from examples_of(article.id, "digest", _of_article(scene, annotation["stances"]))


def from_passages(path: Path) -> Iterator[Example]:
    """Examples of a file of passages or news; each line is a group of its own."""
    reader, origin = RulesExtractor(), "news" if path.stem.startswith("news") else "passage"
    for article, names, stances in read_passages(path):
        yield from examples_of(article.id, origin, _of_article(reader.scene(article, names), stances))


def _of_article(scene: Scene, stances: list[Entry]) -> Iterator[Question]:
    """What every candidate of the article is asked, then the stances that no candidate reaches."""
    article, asked = scene.parsed.article, list(scene_candidates(scene))
    where = [
        set(touched(scene.parsed.sentences, article.text, s["evidence"], s.get("start"))) for s in stances
    ]
    met: set[tuple[int, int]] = set()
    for candidate, item in zip(asked, scorer_items(scene, asked), strict=True):
        slug = candidate.holder.actor.slug
        hits = [
            n
            for n, s in enumerate(stances)
            if s["topic"] == candidate.topic and same_holder(s["holder"], slug)
        ]
        here = [n for n in hits if candidate.sentence in where[n]]
        met |= {(n, candidate.sentence) for n in here}
        weight = NEAR if hits and not here else 1.0
        yield Question(item, stances[here[0]] if here else None, weight)
    for n, entry in enumerate(stances):
        for number in sorted(where[n]):
            if (n, number) not in met:
                yield Question(_unasked(scene, entry, number), entry)


def _unasked(scene: Scene, entry: Entry, number: int) -> ScorerItem:
    """An annotated stance that no candidate reaches: the reader may still learn the language."""
    spans = [(m.start, m.end) for m in scene.cast.mentions if same_holder(entry["holder"], m.actor.slug)]
    text, focus = scene.parsed.article.text, scene.parsed.sentences[number]
    return item_for(text, scene.parsed.sentences, spans, entry["topic"], focus)
