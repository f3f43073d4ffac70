"""Train the decision layer: which candidates are stances, and at which position.

    python -m positions.training.decision [--ship] [--blind DIR]

Rows are the candidates of the annotated articles and of the passages. --blind writes what a fit on the
passages alone reads in the articles, one JSON file an article, in the reference form; --ship fits on
everything and writes positions/extraction/decision.json with the calibration that the blind fit gives.
Needs scikit-learn, which the project does not need at run time.
"""

from __future__ import annotations

import argparse
import json
import pickle
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from positions.extraction.__main__ import default_resolver
from positions.extraction.candidates import Candidate, Scene, scene_candidates
from positions.extraction.decide import best_each, likeliest, reading, specific_only, verdicts
from positions.extraction.decision import CLASSES, MODEL, Chances, DecisionModel, Matrix, from_json
from positions.extraction.features import Features, features
from positions.extraction.gold import gold_form
from positions.extraction.reader import RulesExtractor
from positions.extraction.scorer import LABELS
from positions.extraction.types import ArticleText, Reading, Resolver
from positions.training.digests import articles
from positions.training.examples import Entry, same_holder, touched
from positions.training.folds import DATA
from positions.training.invented import read_passages

# Features that the trees see beside the linear model's answer, by the start of their names.
DENSE = (
    "role", "scope", "topic=", "kind", "mode", "named", "benef", "has s", "condition", "listed", "rivals",
    "voice", "other topics", "in para", "rule", "no claim", "frame", "pointer", "presc",
    "tent", "opened", "future",
    "first", "negated", "g=", "e=", "verb g=", "verb e=", "group=", "cue=",
)  # fmt: skip
FEWEST = 4  # rows a feature must occur in
FEWEST_DENSE = 25
STRENGTH = 0.01  # inverse of the linear model's regularisation
TRAIT_STRENGTH = 0.05
PASSAGE, OPTIONAL = 0.7, 0.5  # weights of rows
INNER = 2
TREES = {"max_iter": 90, "learning_rate": 0.06, "max_leaf_nodes": 12, "min_samples_leaf": 25,
         "l2_regularization": 5.0, "max_features": 0.3, "random_state": 0}  # fmt: skip
THRESHOLD = 0.22


@dataclass(frozen=True)
class Row:
    """One candidate: its features, its label (index into LABELS, None where it is not to be learned)."""

    group: str
    features: Features
    label: int | None
    weight: float
    traits: tuple[str, str] | None = None  # mode and kind, where the candidate is a stance


# Of an article's candidates: the labels' probabilities, and the chances of each mode and kind.
Table = tuple[Matrix, list[tuple[Chances, Chances]]]
Tables = dict[str, Table]  # by article


@dataclass(frozen=True)
class Annotated:
    """One article with its candidates and rows, side by side."""

    scene: Scene
    candidates: list[Candidate]
    rows: list[Row]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--blind", type=Path)
    parser.add_argument("--ship", action="store_true")
    args = parser.parse_args()
    found, extra = annotated_digests(), passage_rows()
    tables = blind(found, extra)
    if args.blind:
        write_predictions(found, tables, args.blind)
    if args.ship:
        data = fit([row for one in found.values() for row in one.rows] + extra)
        data["calibration"] = calibration(found, tables)
        MODEL.write_text(json.dumps(data, separators=(",", ":")), encoding="utf-8")


# -- rows ----------------------------------------------------------------------------------------


def annotated_digests() -> dict[str, Annotated]:
    """Return every annotated article by id, each candidate labelled."""
    resolver = default_resolver()
    return {
        article.id: annotated(article, resolver, annotation["stances"])
        for article, annotation in articles(DATA / "digests", DATA / "gold")
    }


def annotated(article: ArticleText, resolver: Resolver, stances: Sequence[Entry]) -> Annotated:
    """Return an article's candidates, each labelled by its annotation."""
    scene = RulesExtractor().scene(article, resolver)
    asked = list(scene_candidates(scene))
    return Annotated(scene, asked, labelled(article.id, scene, asked, stances))


def passage_rows() -> list[Row]:
    """Return the rows of all passages."""
    reader, rows = RulesExtractor(), []
    for path in sorted((DATA / "passages").glob("*.jsonl")):
        for article, names, stances in read_passages(path):
            scene = reader.scene(article, names)
            rows += labelled(article.id, scene, list(scene_candidates(scene)), stances)
    return [replace(row, weight=row.weight * PASSAGE) for row in rows]


def labelled(
    group: str, scene: Scene, asked: list[Candidate], stances: Sequence[dict[str, Any]]
) -> list[Row]:
    """Give each stance to its best candidate; its other candidates are not learned from."""
    labels: list[int | None] = [0] * len(asked)
    weights = [1.0] * len(asked)
    traits: dict[int, tuple[str, str]] = {}
    for stance in sorted(stances, key=lambda s: bool(s.get("optional"))):
        fitting = [n for n in matching(scene, asked, stance) if n not in traits]
        if not fitting:
            continue
        accepted = {stance["position"], *stance.get("accept", [])}
        best = min(
            fitting, key=lambda n: (asked[n].position not in accepted, asked[n].scope.how != "strong", n)
        )
        labels[best] = LABELS.index(stance["position"])
        weights[best] = OPTIONAL if stance.get("optional") else 1.0
        traits[best] = (stance["mode"], stance["kind"])
        for other in fitting:
            if other != best and labels[other] == 0:
                labels[other] = None
    return [
        Row(group, features(scene, c), label, weight, traits=traits.get(n))
        for n, (c, label, weight) in enumerate(zip(asked, labels, weights, strict=True))
    ]


def matching(scene: Scene, asked: list[Candidate], stance: dict[str, Any]) -> list[int]:
    """Return the numbers of the candidates that a stance would be paired with."""
    text = scene.parsed.text
    sentences = set(touched(scene.parsed.sentences, text, stance["evidence"], stance.get("start")))
    return [
        n for n, c in enumerate(asked)
        if c.topic == stance["topic"] and c.sentence in sentences
        and same_holder(c.holder.actor.slug, stance["holder"])
    ]  # fmt: skip


# -- fitting -------------------------------------------------------------------------------------


def fit(rows: Sequence[Row]) -> dict[str, Any]:
    """Fit everything and return the model's JSON form."""
    rows = [row for row in rows if row.label is not None]
    dense = frequent(rows, FEWEST_DENSE, DENSE)
    answers = inner_answers(rows)
    names, weights = linear(rows)
    data: dict[str, Any] = {
        "version": "1", "features": names, "weights": [round(float(w), 3) for w in weights.ravel()],
        "dense": dense, "trees": trees(rows, dense, answers), "threshold": THRESHOLD, "calibration": [],
    }  # fmt: skip
    data["traits"] = [trait(rows, place) for place in (0, 1)]
    return data


def frequent(rows: Iterable[Row], fewest: int, prefixes: tuple[str, ...] = ("",)) -> list[str]:
    """Return the names of features that occur often enough, sorted."""
    counts = Counter(name for row in rows for name in row.features if name.startswith(prefixes))
    return sorted(name for name, count in counts.items() if count >= fewest)


def linear(rows: Sequence[Row]) -> tuple[list[str], Matrix]:
    """Fit the linear model; return its features and their weights (features, classes), small ones dropped."""
    keep = set(frequent(rows, FEWEST))
    vectorizer = DictVectorizer()
    table = vectorizer.fit_transform([{k: v for k, v in row.features.items() if k in keep} for row in rows])
    model = LogisticRegression(C=STRENGTH, max_iter=60, fit_intercept=False)
    model.fit(table, [row.label for row in rows], sample_weight=[row.weight for row in rows])
    weights = np.zeros((table.shape[1], CLASSES))
    weights[:, model.classes_] = model.coef_.T
    names = list(vectorizer.get_feature_names_out())
    used = np.abs(weights).max(axis=1) >= 0.005
    return [name for name, ok in zip(names, used, strict=True) if ok], weights[used]


def trait(rows: Sequence[Row], place: int) -> dict[str, Any]:
    """Fit the mode (place 0) or the kind (1) of what is a stance; return names, classes and weights."""
    rows = [row for row in rows if row.traits is not None]
    keep = set(frequent(rows, FEWEST))
    vectorizer = DictVectorizer()
    table = vectorizer.fit_transform([{k: v for k, v in row.features.items() if k in keep} for row in rows])
    model = LogisticRegression(C=TRAIT_STRENGTH, max_iter=100, fit_intercept=False)
    model.fit(
        table, [row.traits[place] for row in rows if row.traits], sample_weight=[row.weight for row in rows]
    )
    weights = model.coef_.T
    used = np.abs(weights).max(axis=1) >= 0.01
    names = [name for name, ok in zip(vectorizer.get_feature_names_out(), used, strict=True) if ok]
    return {
        "features": names,
        "classes": list(model.classes_),
        "weights": np.round(weights[used], 3).ravel().tolist(),
    }


def inner_answers(rows: Sequence[Row]) -> Matrix:
    """Return the linear model's probabilities of each row from a fit without the row's article."""
    found = np.zeros((len(rows), CLASSES))
    part = np.array([crc32(row.group.encode()) % INNER for row in rows])
    for number in range(INNER):
        names, weights = linear([row for row, at in zip(rows, part, strict=True) if at != number])
        columns = {name: n for n, name in enumerate(names)}
        for n in np.flatnonzero(part == number):
            known = [columns[name] for name in rows[n].features if name in columns]
            scores = weights[known].sum(axis=0)
            shifted = np.exp(scores - scores.max())
            found[n] = shifted / shifted.sum()
    return found


def trees(rows: Sequence[Row], dense: list[str], answers: Matrix) -> dict[str, Any]:
    """Fit the boosted trees and return them as plain lists."""
    table = np.hstack([dense_table(rows, dense), answers.astype(np.float32)])
    model = HistGradientBoostingClassifier(**TREES)
    model.fit(table, [row.label for row in rows], sample_weight=[row.weight for row in rows])
    return {"baseline": model._baseline_prediction.ravel().tolist(), "rounds": [
        [_tree(predictor.nodes) for predictor in predictors] for predictors in model._predictors
    ]}  # fmt: skip


def dense_table(rows: Sequence[Row], dense: list[str]) -> Matrix:
    columns = {name: n for n, name in enumerate(dense)}
    table = np.zeros((len(rows), len(dense)), dtype=np.float32)  # of 800,000 rows 8 GB
    for n, row in enumerate(rows):
        for name in row.features:
            if name in columns:
                table[n, columns[name]] = 1.0
    return table


def _tree(nodes: Any) -> list[list[float]]:
    return [
        [-1, 0, 0, 0, round(float(n["value"]), 5)] if n["is_leaf"]
        else [int(n["feature_idx"]), round(float(n["num_threshold"]), 6), int(n["left"]), int(n["right"]), 0]
        for n in nodes
    ]  # fmt: skip


# -- measuring -----------------------------------------------------------------------------------


def blind(found: dict[str, Annotated], extra: list[Row]) -> Tables:
    """Return what a fit on passages alone, which saw none of the articles, says of their candidates."""
    model = from_json(fit(extra))
    return {
        name: (
            model.probabilities([row.features for row in one.rows]),
            [model.traits_of(row.features) for row in one.rows],
        )
        for name, one in found.items()
    }


def write_predictions(found: dict[str, Annotated], tables: Tables, out: Path) -> None:
    """Write the blind findings and, for experiments, the probabilities."""
    out.mkdir(parents=True, exist_ok=True)
    plain = DecisionModel("blind", {}, np.zeros((0, CLASSES)), {}, None, THRESHOLD, [], ())  # type: ignore[arg-type]
    for name, one in found.items():
        table, traits = tables[name]
        own = [likeliest(chances) for chances in traits]
        kept = specific_only(best_each(verdicts(one.candidates, table, own, plain)))
        stances = tuple(reading(one.scene, v) for v in kept)
        form = gold_form(Reading("rules", "blind", stances), name)
        (out / f"{name}.json").write_text(json.dumps(form, indent=1), encoding="utf-8")
    (out / "tables.pkl").write_bytes(pickle.dumps(tables))


def calibration(found: dict[str, Annotated], tables: Tables, bins: int = 12) -> list[list[float]]:
    """Return [score, share right] pairs, rising, from blind readings in equal-sized bins."""
    pairs = []
    for name, one in found.items():
        for row, p in zip(one.rows, tables[name][0], strict=True):
            sums = {-1: p[1] + p[2], 0: p[3], 1: p[4] + p[5]}
            sign = max(sums, key=lambda k: sums[k])
            truth = LABELS[row.label] if row.label is not None else None
            right = truth is not None and (truth > 0) - (truth < 0) == sign
            if sums[sign] >= 0.15:
                pairs.append((float(sums[sign]), float(right)))
    pairs.sort()
    size = max(1, len(pairs) // bins)
    groups: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for n, pair in enumerate(pairs):
        groups[min(n // size, bins - 1)].append(pair)
    table, floor = [], 0.0
    for group in groups.values():
        floor = max(floor, sum(y for _, y in group) / len(group))
        table.append([round(sum(x for x, _ in group) / len(group), 4), round(floor, 4)])
    return table


if __name__ == "__main__":
    main()
