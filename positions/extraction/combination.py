"""Rules and learned reader heard together: which of their readings stand, and how sure.

For every candidate and each of the three signs one row of numbers asks "is this right?": what either says of
the sign, of there being a stance at all, of the rivals in the sentence, and how near that is to the war. A
logistic regression answers (boosted trees read unseen articles no better and remembered more of the seen),
and a table turns the answer into the share of such readings that were right in articles neither had seen.
Plain JSON and numpy at run time; trained by `positions/training/combination.py`. Holders' names never enter.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from positions.extraction.candidates import Candidate
from positions.extraction.decide import Traits, Verdict
from positions.extraction.decision import Matrix
from positions.extraction.parsing import Parsed
from positions.extraction.scorer import LABELS

MODEL = Path(__file__).resolve().parent / "combination.json"
SIGNS = (-1, 0, 1)
OF_SIGN = {-1: (1, 2), 0: (3,), 1: (4, 5)}  # columns of `scorer.LABELS`
CLIP = 1e-4
FIRM = {1: 1.5}  # by column: how many times as likely as the other of its sign it must be
SURE = 0.6  # the likeliest sign's part of all three scores, below which the sign is in doubt
BESIDE = 0.5  # of the surest score in a sentence on a topic, below which nobody else's stands
ABSENT = 0.1  # rate of a trait that training never saw

Rates = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Combination:
    """The trained numbers; a reading needs a score of `threshold` to stand.

    `calibration` and `doubtful` are tables of (score, share right); the second is of readings whose sign is
    in doubt: a missed stance is forgiven, one of the wrong sign is not.
    """

    version: str
    rates: Rates
    weights: Matrix
    bias: float
    threshold: float
    calibration: list[list[float]]
    doubtful: list[list[float]]

    def verdicts(
        self, parsed: Parsed, found: Sequence[Candidate], rules: Matrix, learned: Matrix,
        own: Sequence[Traits],
    ) -> list[Verdict]:  # fmt: skip
        """Return the candidates that stand; `rules` and `learned` are (candidates, 6) probabilities."""
        if not found:
            return []
        scores = self.scores(rows(parsed, found, rules, learned, self.rates))
        return self.standing(found, scores, rules, learned, own)

    def standing(
        self, found: Sequence[Candidate], scores: Matrix, rules: Matrix, learned: Matrix,
        own: Sequence[Traits],
    ) -> list[Verdict]:  # fmt: skip
        """Return the verdicts of given scores (candidates, signs) that reach the threshold.

        Not those far below another holder's in the same sentence on the same topic, who is but named beside.
        """
        kept = []
        surest: dict[tuple[int, str], float] = defaultdict(float)
        for n, candidate in enumerate(found):
            place = candidate.sentence, candidate.topic
            surest[place] = max(surest[place], float(scores[n].max()))
        for n, candidate in enumerate(found):
            best = int(scores[n].argmax())
            score = float(scores[n, best])
            if score >= max(self.threshold, BESIDE * surest[candidate.sentence, candidate.topic]):
                mixed = tuple(round(float(p), 4) for p in (rules[n] + learned[n]) / 2)
                where = position(SIGNS[best], mixed)
                kept.append(Verdict(candidate, where, score, self.confidence(scores[n]), mixed, own[n]))
        return kept

    def scores(self, table: Matrix) -> Matrix:
        """Return (candidates, signs) probabilities that the sign is right, of a table from `rows`."""
        raw = table @ self.weights + self.bias
        result: Matrix = (1 / (1 + np.exp(-raw))).reshape(len(SIGNS), -1).T
        return result

    def confidence(self, scores: Matrix) -> float:
        """Return the share of blind readings with scores (signs) like these that were right."""
        table = self.calibration if sure(scores) else self.doubtful
        return float(np.interp(scores.max(), [x for x, _ in table], [y for _, y in table]))


def sure(scores: Matrix) -> bool:
    """Return whether scores (signs) leave little doubt of the sign."""
    return bool(scores.max() >= SURE * scores.sum())


def position(sign: int, probabilities: Sequence[float]) -> int:
    """Return the likelier position of the sign; -2, which is read too often, must be clearly so."""
    best = max(OF_SIGN[sign], key=lambda column: (probabilities[column] / FIRM.get(column, 1.0), -column))
    return int(LABELS[best] or 0)


def traits(candidate: Candidate) -> dict[str, str]:
    """What is known of a candidate besides words, as categories."""
    return {
        "role": candidate.part.role,
        "scope": candidate.scope.how,
        "mode": candidate.mode,
        "kind": candidate.holder.actor.kind,
        "resolved": candidate.holder.actor.resolved,
        "listed": str(bool(candidate.part.listed)),
        "source": str(candidate.source is not None),
        "condition": str(bool(candidate.condition)),
        "rivals": str(min(candidate.rivals, 3)),
        "topic": candidate.topic,
    }


def rows(
    parsed: Parsed, found: Sequence[Candidate], rules: Matrix, learned: Matrix, rates: Rates
) -> Matrix:  # fmt: skip
    """Return (signs x candidates, numbers), all candidates for the first sign, then for the second …"""
    known = np.array(
        [[rates[k].get(v, ABSENT) for k, v in traits(c).items()] for c in found], dtype=np.float64
    )  # fmt: skip
    near = np.array([parsed.nearness[c.sentence] for c in found])
    shared = np.column_stack([_rivals(found, rules), _rivals(found, learned), known, near])
    return np.vstack([np.column_stack([_of_sign(found, sign, rules, learned), shared]) for sign in SIGNS])


def _of_sign(found: Sequence[Candidate], sign: int, rules: Matrix, learned: Matrix) -> Matrix:
    read = np.array([9 if c.position is None else (c.position > 0) - (c.position < 0) for c in found])
    own = [_said(table, sign) for table in (rules, learned)]
    other = [
        np.max([_said(table, s) for s in SIGNS if s != sign], axis=0) for table in (rules, learned)
    ]  # fmt: skip
    columns = [_logit(p) for p in (*own, *other, rules[:, 0], learned[:, 0])]
    columns += [(read == sign) * 1.0, (read == 9) * 1.0, np.full(len(found), float(sign))]
    return np.column_stack(columns)


def _said(table: Matrix, sign: int) -> Matrix:
    result: Matrix = table[:, OF_SIGN[sign]].sum(axis=1)
    return result


def _logit(p: Matrix) -> Matrix:
    clipped = np.clip(p, CLIP, 1 - CLIP)
    result: Matrix = np.log(clipped / (1 - clipped))
    return result


def _rivals(found: Sequence[Candidate], table: Matrix) -> Matrix:
    """How likely a stance is for others in the sentence, and for the holder in the sentences beside it."""
    chance = 1 - table[:, 0]
    groups: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for n, c in enumerate(found):
        slug = c.holder.actor.slug
        for key in (("on", c.sentence, c.topic), ("of", c.sentence, slug), ("in", c.sentence)):
            groups[key].append(n)
        groups["at", slug, c.topic, c.sentence].append(n)
    return np.array([_beside(found, chance, groups, n) for n in range(len(found))], dtype=np.float64)


def _beside(
    found: Sequence[Candidate], chance: Matrix, groups: Mapping[tuple[Any, ...], list[int]], n: int
) -> list[float]:
    """One candidate's rivals as numbers; see `_rivals`."""
    mine = found[n]
    slug = mine.holder.actor.slug

    def others(*key: Any) -> list[int]:
        return [m for m in groups.get(key, ()) if m != n]

    def best(numbers: Sequence[int]) -> float:
        return max((float(chance[m]) for m in numbers), default=0.0)

    on, of = others("on", mine.sentence, mine.topic), others("of", mine.sentence, slug)
    around = [best(others("at", slug, mine.topic, mine.sentence + step)) for step in (-1, 1)]
    ranked = sorted((float(chance[m]) for m in on), reverse=True)
    return [
        best(on), best(of), best(others("in", mine.sentence)), *around,
        float(sum(chance[m] > chance[n] for m in on)), float(len(on)), float(len(of)),
        best([m for m in on if found[m].holder.speaks_for == slug]),  # who speaks for this state
        best([m for m in on if found[m].holder.actor.slug == mine.holder.speaks_for]),  # this speaker's state
        best([m for m in on if found[m].part.role == "speaker"]),
        best([m for m in on if found[m].part.role == "subject"]),
        ranked[1] if len(ranked) > 1 else 0.0,
        float(chance[n]) / (float(chance[n]) + sum(ranked) + 1e-6),
    ]  # fmt: skip


@cache
def load_combination(path: Path = MODEL) -> Combination:
    """Read the trained numbers; once a process."""
    return from_json(json.loads(path.read_text(encoding="utf-8")))


def from_json(data: dict[str, Any]) -> Combination:
    """Build a combination from its JSON form."""
    weights = np.asarray(data["weights"], dtype=np.float64)
    return Combination(
        data["version"], data["rates"], weights, data["bias"], data["threshold"],
        data["calibration"], data["doubtful"],
    )  # fmt: skip
