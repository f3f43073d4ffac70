"""Train the judgement of events: which namings of happenings are events of an article.

    python -m positions.training.events [--ship] [--cv DIR]

Rows are the namings that `find_candidates` finds in the annotated articles. Prints what the folds reach
(each article judged by a model that never saw it); --cv writes those findings, one JSON file an article,
in the reference form; --ship fits on everything and writes positions/extraction/happenings/events.json.
Needs scikit-learn, which the project does not need at run time.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from positions.extraction.__main__ import default_resolver
from positions.extraction.candidates import Scene
from positions.extraction.gold import gold_form
from positions.extraction.happenings.events import find_events
from positions.extraction.happenings.features import Candidate, find_candidates
from positions.extraction.happenings.model import WEIGHTS, EventModel, from_json
from positions.extraction.reader import RulesExtractor
from positions.extraction.types import Reading
from positions.training.digests import articles
from positions.training.examples import touched
from positions.training.folds import DATA, FOLDS, fold_of

FEWEST = 4  # rows a feature must occur in
TREES = {"max_iter": 150, "learning_rate": 0.05, "max_leaf_nodes": 8, "min_samples_leaf": 15,
         "l2_regularization": 5.0, "max_features": 0.2, "random_state": 0}  # fmt: skip
OPTIONAL, SIBLING = 0.4, 0.6  # weights of optional events and of other words about an event
THRESHOLD, SECOND = 0.38, 0.55

Entry = dict[str, Any]


@dataclass(frozen=True)
class Annotated:
    """One article: its namings of happenings, whether each is an event, and its weight."""

    scene: Scene
    events: list[Entry]
    candidates: list[Candidate]
    labels: list[int]
    weights: list[float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cv", type=Path)
    parser.add_argument("--ship", action="store_true")
    args = parser.parse_args()
    found = annotated()
    readings = cross_validated(found)
    for name, ids in halves(found).items():
        print(f"{name:6s}", "  ".join(f"{figure:.3f}" for figure in measured(found, readings, ids)))
    if args.cv:
        args.cv.mkdir(parents=True, exist_ok=True)
        for name, reading in readings.items():
            (args.cv / f"{name}.json").write_text(
                json.dumps(gold_form(reading, name), indent=1), encoding="utf-8"
            )
    if args.ship:
        WEIGHTS.write_text(json.dumps(fit(list(found.values())), separators=(",", ":")), encoding="utf-8")


# -- rows ----------------------------------------------------------------------------------------


def annotated() -> dict[str, Annotated]:
    """Return every annotated article by id, each naming labelled."""
    reader, resolver = RulesExtractor(), default_resolver()
    found = {}
    for article, annotation in articles(DATA / "digests", DATA / "gold"):
        scene = reader.scene(article, resolver)
        found[article.id] = labelled(scene, annotation["events"], find_candidates(scene))
    return found


def labelled(scene: Scene, events: list[Entry], candidates: list[Candidate]) -> Annotated:
    """Give each event to the word that names it best; other words about it weigh less against it."""
    labels, weights = [0] * len(candidates), [1.0] * len(candidates)
    for event in sorted(events, key=lambda e: bool(e.get("optional"))):
        fitting = matching(scene, event, candidates)
        free = [n for n in fitting if not labels[n]]
        if not free:
            continue
        best = max(free, key=lambda n: (closeness(scene, event, candidates[n]), -n))
        labels[best], weights[best] = 1, OPTIONAL if event.get("optional") else 1.0
        for n in fitting:
            if not labels[n]:
                weights[n] = SIBLING
    return Annotated(scene, events, candidates, labels, weights)


def matching(scene: Scene, event: Entry, candidates: Sequence[Candidate]) -> list[int]:
    """Return the candidates in the event's sentences whose date it accepts."""
    inside = set(touched(scene.parsed.sentences, scene.parsed.text, event["evidence"]))
    return [
        n for n, c in enumerate(candidates)
        if c.trigger.sentence in inside and same_day(event, c.trigger.day)
    ]  # fmt: skip


def same_day(event: Entry, day: date) -> bool:
    """A day off is no error; some events have other days that are right as well."""
    near = abs((date.fromisoformat(event["date"]) - day).days) <= 1
    return near or day.isoformat() in event.get("date_accept", [])


def closeness(scene: Scene, event: Entry, candidate: Candidate) -> float:
    """How well a word names the event: in its evidence, of its kind, in its title, dated by itself."""
    trigger = candidate.trigger
    start = scene.parsed.text.find(event["evidence"])
    inside = start <= trigger.token.idx < start + len(event["evidence"])
    stem = trigger.token.lemma_.lower()[:5]
    titled = any(word.startswith(stem) for word in event["title"].lower().split())
    dated = {"own": 1.0, "shared": 0.5}.get(trigger.link, 0.0)
    return 1.5 * inside + 2.0 * (candidate.kind == event["type"]) + 2.0 * titled + dated


# -- fitting -------------------------------------------------------------------------------------


def fit(rows: Sequence[Annotated]) -> dict[str, Any]:
    """Fit the trees and return the model's JSON form."""
    counts = Counter(name for row in rows for c in row.candidates for name in c.features)
    names = sorted(name for name, count in counts.items() if count >= FEWEST)
    columns = {name: n for n, name in enumerate(names)}
    table = np.zeros((sum(len(row.candidates) for row in rows), len(names)))
    for n, candidate in enumerate(c for row in rows for c in row.candidates):
        table[n, [columns[name] for name in candidate.features if name in columns]] = 1.0
    model = HistGradientBoostingClassifier(**TREES)
    labels = [label for row in rows for label in row.labels]
    model.fit(table, labels, sample_weight=[w for row in rows for w in row.weights])
    trees = [tree(predictors[0].nodes) for predictors in model._predictors]
    used = sorted({int(node[0]) for nodes in trees for node in nodes if node[0] >= 0})
    place = {number: n for n, number in enumerate(used)}
    return {
        "version": "1", "threshold": THRESHOLD, "second": SECOND, "features": [names[n] for n in used],
        "baseline": round(float(model._baseline_prediction.ravel()[0]), 5),
        "trees": [[[place.get(int(f), -1), *rest] for f, *rest in nodes] for nodes in trees],
    }  # fmt: skip


def tree(nodes: Any) -> list[list[float]]:
    """Return a tree as `EventModel` reads it; features are 0 or 1, so left is where one does not hold."""
    return [
        [-1, 0, 0, round(float(n["value"]), 4)] if n["is_leaf"]
        else [int(n["feature_idx"]), int(n["left"]), int(n["right"]), 0]
        for n in nodes
    ]  # fmt: skip


def cross_validated(found: dict[str, Annotated]) -> dict[str, Reading]:
    """Read each article with a model fitted on the other folds."""
    folds = fold_of(found)
    models: list[EventModel] = [
        from_json(fit([row for name, row in found.items() if folds[name] != n])) for n in range(FOLDS)
    ]
    return {
        name: Reading("events", "cv", events=find_events(row.scene, models[folds[name]]))
        for name, row in found.items()
    }


# -- measuring -----------------------------------------------------------------------------------


def halves(found: dict[str, Annotated]) -> dict[str, list[str]]:
    ids = sorted(found)
    return {"all": ids, "even": ids[::2], "odd": ids[1::2]}


def measured(found: dict[str, Annotated], readings: dict[str, Reading], ids: list[str]) -> tuple[float, ...]:
    """Return precision, recall and F1: right are findings that share sentence and day with an event."""
    right = wrong = missed = 0
    for name in ids:
        row, open_ = found[name], list(range(len(found[name].events)))
        for event in readings[name].events:
            at = row.scene.parsed.sentence_at(event.start)
            hits = [n for n in open_ if _meets(row, row.events[n], at, event.date)]
            hits.sort(key=lambda n: bool(row.events[n].get("optional")))
            wrong += not hits
            if hits:
                right += not row.events[hits[0]].get("optional")
                open_.remove(hits[0])
        missed += sum(not row.events[n].get("optional") for n in open_)
    precision, recall = right / max(1, right + wrong), right / max(1, right + missed)
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def _meets(row: Annotated, event: Entry, sentence: int, day: date) -> bool:
    inside = touched(row.scene.parsed.sentences, row.scene.parsed.text, event["evidence"])
    return sentence in set(inside) and same_day(event, day)


if __name__ == "__main__":
    main()
