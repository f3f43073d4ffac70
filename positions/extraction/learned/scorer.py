"""The learned reader at run time: masked questions in, probabilities out (ONNX on CPU, no PyTorch)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from positions.extraction.learned.masking import FOCUS_END, FOCUS_START, HOLDER, OTHER, masked
from positions.extraction.scorer import LABELS, Probabilities, ScorerItem

MODEL = Path(__file__).parent / "model"
LENGTH = 128  # word pieces of topic and context together; longer contexts lose their beginning
BATCH = 16

# What each topic is read against: the codebook's propositions, shortened.
PROPOSITIONS = {
    "nato-membership": "NATO should move Ukraine into membership",
    "security-guarantees": "states should give Ukraine binding security guarantees",
    "troops-in-ukraine": "allied troops should be deployed in Ukraine",
    "arms-deliveries": "Ukraine should be given arms and military funding",
    "long-range-strikes": "Ukraine should strike inside Russia with Western weapons",
    "negotiations": "the war should be ended by talks or a cease-fire now",
    "territory": "Ukraine should give up occupied territory for peace",
    "sanctions": "Russia should be sanctioned, its assets used for Ukraine",
    "eu-membership": "Ukraine should join the European Union",
    "support-for-ukraine": "Ukraine should be supported in the war",
}

Arrays = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Answer:
    """Probabilities of the six labels and, given that there is a stance, of the six kinds."""

    labels: Probabilities
    kinds: Probabilities


class LearnedScorer:
    """A `StanceScorer` over a model folder (model.onnx, tokenizer.json); loaded on first use.

    One thread, fixed order of work and batches by length: the same items give the same numbers
    whatever they are asked together with.
    """

    def __init__(self, folder: Path = MODEL) -> None:
        self.folder = folder

    def score(self, items: Sequence[ScorerItem]) -> Sequence[Probabilities]:
        return [answer.labels for answer in self.answers(items)]

    def answers(self, items: Sequence[ScorerItem]) -> list[Answer]:
        """Return the answers in the items' order."""
        session, tokenizer = _loaded(self.folder)
        texts = [(item.topic, masked(item)) for item in items]
        found: list[Answer | None] = [None] * len(items)
        for numbers in _by_length(tokenizer, texts):
            ids, mask, segments = encode(tokenizer, [texts[n] for n in numbers])
            stance, kind = session.run(None, {"ids": ids, "mask": mask, "segments": segments})
            for n, label_row, kind_row in zip(numbers, _softmax(stance), _softmax(kind), strict=True):
                found[n] = Answer(tuple(label_row), tuple(kind_row))
        return [answer for answer in found if answer is not None]


@cache
def _loaded(folder: Path) -> tuple[Any, Tokenizer]:
    import onnxruntime as ort  # only who reads with it pays for it

    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = ort.InferenceSession(folder / "model.onnx", options, providers=["CPUExecutionProvider"])
    return session, load_tokenizer(folder / "tokenizer.json")


def load_tokenizer(path: Path) -> Tokenizer:
    """The word-piece tokenizer with the masking tokens as words of their own, no padding or cutting."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.add_special_tokens([HOLDER, OTHER, FOCUS_START, FOCUS_END])
    return tokenizer


def encode(tokenizer: Tokenizer, texts: Sequence[tuple[str, str]]) -> Arrays:
    """Return (ids, mask, segments) of (topic, masked context) pairs, padded to the longest."""
    rows = [_row(tokenizer, topic, text) for topic, text in texts]
    width = max(len(row) for row, _ in rows)
    shape = (len(rows), width)
    ids, mask, segments = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    for n, (row, first) in enumerate(rows):
        ids[n, : len(row)] = row
        mask[n, : len(row)] = 1
        segments[n, first : len(row)] = 1
    return ids, mask, segments


def _row(tokenizer: Tokenizer, topic: str, text: str) -> tuple[list[int], int]:
    """[CLS] proposition [SEP] context [SEP], and where the context begins; the focus is kept."""
    cls, sep = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    head = [cls, *_proposition(tokenizer, topic), sep]
    body = tokenizer.encode(text, add_special_tokens=False).ids
    room = LENGTH - len(head) - 1
    if len(body) > room:
        start = body.index(tokenizer.token_to_id(FOCUS_START))
        cut = min(max(0, start - 2), len(body) - room)  # two more: an understood holder stands before the mark
        body = body[cut : cut + room]
    return [*head, *body, sep], len(head)


def _proposition(tokenizer: Tokenizer, topic: str) -> list[int]:
    ids: list[int] = tokenizer.encode(PROPOSITIONS[topic], add_special_tokens=False).ids
    return ids


def _by_length(tokenizer: Tokenizer, texts: Sequence[tuple[str, str]]) -> list[list[int]]:
    order = sorted(range(len(texts)), key=lambda n: (len(texts[n][1]), n))
    return [order[n : n + BATCH] for n in range(0, len(order), BATCH)]


def _softmax(logits: NDArray[np.float32]) -> list[list[float]]:
    shifted = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    rows: list[list[float]] = (shifted / shifted.sum(axis=1, keepdims=True)).tolist()
    return rows


__all__ = ["LABELS", "MODEL", "Answer", "LearnedScorer", "encode", "load_tokenizer"]
