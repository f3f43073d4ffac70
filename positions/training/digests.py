"""Examples from annotated articles, asked the way the reader asks at run time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from positions.extraction.__main__ import default_resolver
from positions.extraction.candidates import Scene
from positions.extraction.learned.reading import Question, questions
from positions.extraction.reader import RulesExtractor
from positions.extraction.types import ArticleText
from positions.training.examples import NEAR, Entry, Example, example, same_holder, touched


def articles(digests: Path, gold: Path) -> Iterator[tuple[ArticleText, Entry]]:
    """Yield every annotated article with its annotation, by id."""
    for path in sorted(digests.glob("*.md")):
        target = gold / f"{path.stem}.json"
        if target.exists():
            yield read_article(path), json.loads(target.read_text(encoding="utf-8"))


def read_article(path: Path) -> ArticleText:
    """Read a digest: front matter of `key: value` lines, then the text. Titles hold colons unquoted."""
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    meta = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line and line[:1].isalpha())
    day = date.fromisoformat(meta["published"].strip()[:10])
    return ArticleText(meta["id"].strip(), body.strip() + "\n", day, meta.get("title", "").strip())


def from_digests(digests: Path, gold: Path) -> Iterator[Example]:
    """Examples of every annotated article; the article's id is the group."""
    reader, resolver = RulesExtractor(), default_resolver()
    for article, annotation in articles(digests, gold):
        yield from _of_article(reader.scene(article, resolver), annotation["stances"])


def _of_article(scene: Scene, stances: list[Entry]) -> Iterator[Example]:
    article = scene.parsed.article
    spans = scene.parsed.sentences
    where = [set(touched(spans, article.text, s["evidence"], s.get("start"))) for s in stances]
    met: set[tuple[int, int]] = set()
    for question in questions(scene):
        hits = [
            n for n, s in enumerate(stances)
            if s["topic"] == question.topic and same_holder(s["holder"], question.slug)
        ]  # fmt: skip
        here = [n for n in hits if question.sentence in where[n]]
        met |= {(n, question.sentence) for n in here}
        entry = stances[here[0]] if here else None
        weight = NEAR if hits and not here else 1.0
        yield _asked(article, question, spans[question.sentence], entry, weight)
    yield from _unasked(scene, stances, where, met)


def _asked(
    article: ArticleText, question: Question, focus: tuple[int, int], entry: Entry | None, weight: float
) -> Example:  # fmt: skip
    return example(
        article.id, "digest", article.text, question.holder_spans, question.topic, focus, entry, weight
    )


def _unasked(
    scene: Scene, stances: list[Entry], where: list[set[int]], met: set[tuple[int, int]]
) -> Iterator[Example]:
    """Annotated stances that no question reaches: the reader may still learn the language."""
    article = scene.parsed.article
    for n, entry in enumerate(stances):
        for number in sorted(where[n]):
            if (n, number) not in met:
                spans = [(m.start, m.end) for m in scene.cast.mentions if same_holder(entry["holder"], m.actor.slug)]
                yield example(
                    article.id, "digest", article.text, spans, entry["topic"], scene.parsed.sentences[number], entry
                )
