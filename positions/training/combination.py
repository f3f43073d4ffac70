"""Train what weighs rules against the learned reader, and measure both alone and together.

    python -m positions.training.combination --learned HALF0 HALF1 [--blind DIR] [--ship]

It learns from the digests and the news in `positions/data/mixed`, by blind numbers: the rules' decision has
seen none of the articles, the learned reader that answers for an article has not seen that one (the halves
that `positions.training.reader --halves` leaves; a single folder: a reader that saw none), and each article
is scored by a combination fitted without its fold. --blind writes what "rules", "learned" and "both" read
in the reference form, a folder each; --ship fits the combination on all and writes
positions/extraction/combination.json. Needs scikit-learn.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from positions.extraction.candidates import Candidate, Scene
from positions.extraction.combination import (
    MODEL,
    SIGNS,
    Combination,
    Rates,
    from_json,
    rows,
    sure,
    traits,
)
from positions.extraction.decide import Traits, best_each, likeliest, reading, specific_only
from positions.extraction.decision import Matrix
from positions.extraction.gold import gold_form
from positions.extraction.hybrid import heard, labels
from positions.extraction.learned.scorer import LearnedScorer
from positions.extraction.types import Reading
from positions.training.decision import (
    Annotated,
    Table,
    annotated,
    annotated_digests,
    blind,
    matching,
    passage_rows,
)
from positions.training.digests import articles
from positions.training.examples import Entry
from positions.training.folds import DATA, FOLDS, fold_of, half_of
from positions.training.mixed import mixed_articles

STRENGTH = 0.05  # inverse of the regularisation
OPTIONAL = 0.5  # weight of rows whose annotation is optional
SEEN = 10  # candidates from which a trait's rate is kept
NAMES = ("oppose", "neutral", "support")
RIGHT = 0.66  # share of the readings that stand which must be right
UNHEARD = np.full(6, 1 / 6)


@dataclass(frozen=True)
class Heard:
    """One article's candidates with what rules and reader say of each, and which signs are right."""

    scene: Scene
    found: list[Candidate]
    own: list[Traits]
    rules: Matrix
    learned: Matrix
    right: Matrix  # (candidates, signs) 0 or 1
    weight: Matrix


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--learned", type=Path, nargs="+", required=True)
    parser.add_argument("--blind", type=Path)
    parser.add_argument("--ship", action="store_true")
    args = parser.parse_args()
    found = heard_articles(args.learned)
    for name, one in voices(found).items():
        scores = cross_scores(one)
        data = finished(fit(one), one, scores)
        report(name, one, scores, data["threshold"])
        if args.blind:
            write(one, scores, data, args.blind / name)
        if args.ship and name == "both":
            MODEL.write_text(json.dumps(data, separators=(",", ":")), encoding="utf-8")


def heard_articles(learned: Sequence[Path]) -> dict[str, Heard]:
    """Return every annotated article with its blind numbers; learned[n] has not seen half n."""
    scorers = [LearnedScorer(path) for path in learned]
    found, gold = annotated_digests(), {}
    for article, annotation in articles(DATA / "digests", DATA / "gold"):
        gold[article.id] = annotation["stances"]
    halves = half_of(found)
    for article, names, stances in mixed_articles():
        found[article.id], gold[article.id] = annotated(article, names, stances), stances
    tables = blind(found, passage_rows())
    return {
        name: _heard(one, tables[name], scorers[halves.get(name, 0) % len(scorers)], gold[name])
        for name, one in found.items()
    }


def _heard(one: Annotated, table: Table, scorer: LearnedScorer, gold: list[Entry]) -> Heard:
    clear = [n for n, c in enumerate(one.candidates) if c.holder.actor.resolved != "ambiguous"]
    asked, rules = [one.candidates[n] for n in clear], table[0][clear]
    answers = heard(one.scene, asked, rules, scorer) if asked else []
    own = [likeliest(table[1][n], answer) for n, answer in zip(clear, answers, strict=True)]
    learned = labels(answers) if asked else np.zeros((0, 6))
    return Heard(one.scene, asked, own, rules, learned, *truth(one.scene, asked, gold))


def truth(scene: Scene, asked: list[Candidate], stances: Sequence[Entry]) -> tuple[Matrix, Matrix]:
    """Which signs of which candidates an annotation accepts, and the rows' weights."""
    right, weight = np.zeros((len(asked), len(SIGNS))), np.ones(len(asked))
    for stance in stances:
        for n in matching(scene, asked, stance):
            for value in {stance["position"], *stance.get("accept", [])}:
                right[n, (value > 0) - (value < 0) + 1] = 1.0
            weight[n] = OPTIONAL if stance.get("optional") else weight[n]
    return right, weight


def voices(found: dict[str, Heard]) -> dict[str, dict[str, Heard]]:
    """The articles as rules alone, learned reader alone and both would hear them."""

    def without(one: Heard, which: str) -> Heard:
        blank = np.tile(UNHEARD, (len(one.found), 1))
        return Heard(**{**one.__dict__, which: blank})

    return {
        "rules": {name: without(one, "learned") for name, one in found.items()},
        "learned": {name: without(one, "rules") for name, one in found.items()},
        "both": found,
    }


def fit(found: dict[str, Heard]) -> dict[str, Any]:
    """Fit rates and weights; return their JSON form without threshold and calibration."""
    rates = _rates(found)
    table = np.vstack(
        [
            rows(one.scene.parsed, one.found, one.rules, one.learned, rates)
            for one in found.values()
            if one.found
        ]
    )
    right = np.concatenate([one.right.T.ravel() for one in found.values() if one.found])
    weight = np.concatenate([np.tile(one.weight, len(SIGNS)) for one in found.values() if one.found])
    scaler = StandardScaler().fit(table)
    model = LogisticRegression(C=STRENGTH, max_iter=400)
    model.fit(scaler.transform(table), right, sample_weight=weight)
    weights = model.coef_[0] / scaler.scale_
    bias = float(model.intercept_[0] - weights @ scaler.mean_)
    return {
        "version": "1", "rates": rates, "weights": [round(float(w), 6) for w in weights],
        "bias": round(bias, 6), "threshold": 0.5, "calibration": [], "doubtful": [],
    }  # fmt: skip


def _rates(found: dict[str, Heard]) -> Rates:
    counts: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0]))
    for one in found.values():
        for candidate, right in zip(one.found, one.right, strict=True):
            for name, kind in traits(candidate).items():
                counts[name][kind][0] += float(right.any())
                counts[name][kind][1] += 1
    return {
        name: {k: round((a + 2) / (b + 20), 4) for k, (a, b) in sorted(kinds.items()) if b >= SEEN}
        for name, kinds in counts.items()
    }


def cross_scores(found: dict[str, Heard]) -> dict[str, Matrix]:
    """Return (candidates, signs) scores of each article from a fit without its fold."""
    folds, out = fold_of(found), {}
    for number in range(FOLDS):
        model = from_json(fit({name: one for name, one in found.items() if folds[name] != number}))
        for name, one in found.items():
            if folds[name] == number and one.found:
                out[name] = model.scores(
                    rows(one.scene.parsed, one.found, one.rules, one.learned, model.rates)
                )
    return out


def finished(data: dict[str, Any], found: dict[str, Heard], scores: dict[str, Matrix]) -> dict[str, Any]:
    """Add the threshold and the calibration that the out-of-fold scores give."""
    sure_of = _curve(_pairs(found, scores, doubtful=False))
    # Few doubtful readings score high: by themselves they would look surer than the sure ones.
    doubtful = [
        [x, min(y, of_sure)]
        for (x, y), (_, of_sure) in zip(_curve(_pairs(found, scores, doubtful=True)), sure_of, strict=True)
    ]
    return {
        **data, "threshold": _threshold(found, scores), "calibration": sure_of, "doubtful": doubtful,
    }  # fmt: skip


def _curve(pairs: list[tuple[float, float]]) -> list[list[float]]:
    """Return a table (score, share right), growing."""
    curve = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(*zip(*pairs, strict=True))
    grid = np.linspace(0.05, 0.95, 31)
    return [[round(float(x), 3), round(float(y), 3)] for x, y in zip(grid, curve.predict(grid), strict=True)]


def _pairs(
    found: dict[str, Heard], scores: dict[str, Matrix], doubtful: bool | None = None
) -> list[tuple[float, float]]:
    """(score, whether right) of each candidate's best sign; of those whose sign is (not) in doubt."""
    return [
        (float(row.max()), float(right[row.argmax()]))
        for name, table in scores.items()
        for row, right in zip(table, found[name].right, strict=True)
        if doubtful in (None, not sure(row))
    ]


def _threshold(found: dict[str, Heard], scores: dict[str, Matrix]) -> float:
    """The lowest score from which, of all readings that reach it, RIGHT are right."""
    right, lowest = 0.0, 0.5
    for place, (score, ok) in enumerate(sorted(_pairs(found, scores), reverse=True), 1):
        right += ok
        lowest = score if right >= RIGHT * place else lowest
    return round(lowest, 3)


def report(name: str, found: dict[str, Heard], scores: dict[str, Matrix], threshold: float) -> None:
    """Print Brier score and reliability of the out-of-fold scores that stand."""
    pairs = [(s, ok) for s, ok in _pairs(found, scores) if s >= 0.2]
    brier = sum((s - ok) ** 2 for s, ok in pairs) / max(1, len(pairs))
    lines = [f"{name}: threshold {threshold}, Brier {brier:.3f} over {len(pairs)} readings from 0.2"]
    for low in np.arange(0.2, 1.0, 0.1):
        bin_ = [(s, ok) for s, ok in pairs if low <= s < low + 0.1]
        if bin_:
            mean, share = np.mean(bin_, axis=0)
            lines.append(f"  {low:.1f}: {len(bin_):4d} readings, mean score {mean:.2f}, right {share:.2f}")
    print("\n".join([*lines, *confusion(found, scores, threshold)]), flush=True)


def confusion(found: dict[str, Heard], scores: dict[str, Matrix], threshold: float) -> list[str]:
    """Return lines of annotated sign (or none) against the sign read (or none), counted by candidates."""
    counts: Counter[tuple[str, str]] = Counter()
    for name, table in scores.items():
        for row, right in zip(table, found[name].right, strict=True):
            best = int(row.argmax())
            read = NAMES[best] if row[best] >= threshold else "none"
            true = NAMES[best] if right[best] else next((NAMES[n] for n in range(3) if right[n]), "none")
            counts[true, read] += 1
    names = [*NAMES, "none"]
    lines = ["  annotated \\ read " + "".join(f"{name:>10s}" for name in names)]
    return lines + [f"  {t:>16s} " + "".join(f"{counts[t, r]:10d}" for r in names) for t in names]


def write(found: dict[str, Heard], scores: dict[str, Matrix], data: dict[str, Any], out: Path) -> None:
    """Write the out-of-fold findings in the reference form."""
    out.mkdir(parents=True, exist_ok=True)
    model = from_json(data)
    for name, one in found.items():
        kept = model.standing(one.found, scores[name], one.rules, one.learned, one.own) if one.found else []
        stances = tuple(reading(one.scene, v) for v in specific_only(best_each(kept)))
        form = gold_form(Reading("hybrid", "blind", stances), name)
        (out / f"{name}.json").write_text(json.dumps(form, indent=1), encoding="utf-8")


__all__ = ["Combination", "main"]

if __name__ == "__main__":
    main()
