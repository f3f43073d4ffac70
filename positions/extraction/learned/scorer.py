"""The learned reader at run time: masked sheets in, probabilities out (ONNX on CPU, no PyTorch)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from positions.extraction.learned.masking import FOCUS_END, FOCUS_START, TOKENS, Sheet, sheet
from positions.extraction.scorer import ScorerAnswer, ScorerItem, Span

MODEL = Path(__file__).parent / "model"
LENGTH = 144  # word pieces of a sheet; a longer context loses its beginning, then a long focus its end
DOUBT = (0.2, 0.8)  # chances of a stance between which a sentence is read once more
CLIP = 1e-6
Integers = NDArray[np.int64]


class LearnedScorer:
    """A `StanceScorer` over a model folder (model.onnx, tokenizer.json); loaded on first use.

    Questions about one sentence are read together, each sentence by itself and in one thread: the
    same questions about a sentence give the same numbers whatever else is asked. A sentence in doubt is
    read once more without what stands before it: what both readings say is right more often.
    """

    def __init__(self, folder: Path = MODEL) -> None:
        self.folder = folder

    def answers(self, items: Sequence[ScorerItem]) -> list[ScorerAnswer]:
        """Return the answers in the items' order."""
        found: dict[int, ScorerAnswer] = {}
        for numbers in _by_sentence(items):
            asked = [items[n] for n in numbers]
            answers = self._read(sheet(asked))
            if any(DOUBT[0] <= 1 - answer.labels[0] <= DOUBT[1] for answer in answers):
                alone = self._read(sheet([_alone(item) for item in asked]))
                answers = [_both(*pair) for pair in zip(answers, alone, strict=True)]
            found.update(zip(numbers, answers, strict=True))
        return [found[n] for n in range(len(items))]

    def _read(self, page: Sheet) -> list[ScorerAnswer]:
        session, tokenizer = _loaded(self.folder)
        said = session.run(["stance", "condition", "mode", "kind"], encode(tokenizer, [page]))
        chances = [_softmax(logits).tolist() for logits in said]
        return [
            ScorerAnswer(tuple(labels), tied, tuple(modes), tuple(kinds))
            for labels, (_, tied), modes, kinds in zip(*chances, strict=True)
        ]


def _alone(item: ScorerItem) -> ScorerItem:
    """The same question about the sentence without its context."""
    start, end = item.focus
    spans = tuple(span for span in item.holder_spans if start <= span[0] and span[1] <= end)
    return replace(item, holder_spans=spans, context=item.focus)


def _both(first: ScorerAnswer, alone: ScorerAnswer) -> ScorerAnswer:
    """The two readings' mean, of logarithms, as of two witnesses; all else by the first."""
    mean = np.sqrt(np.clip(first.labels, CLIP, 1) * np.clip(alone.labels, CLIP, 1))
    labels = (mean / mean.sum()).tolist()
    return replace(first, labels=tuple(labels))


def _by_sentence(items: Sequence[ScorerItem]) -> list[list[int]]:
    groups: dict[tuple[int, Span, Span], list[int]] = {}
    for number, item in enumerate(items):
        groups.setdefault((id(item.text), item.focus, item.context), []).append(number)
    return list(groups.values())


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
    tokenizer.add_special_tokens(list(TOKENS))
    return tokenizer


def encode(tokenizer: Tokenizer, pages: Sequence[Sheet]) -> dict[str, Integers]:
    """Return the network's inputs: padded `ids` and `mask`, and of each question row, holder and topic."""
    rows = [_row(tokenizer, page.text) for page in pages]
    ids = np.zeros((len(rows), max(len(row) for row in rows)), dtype=np.int64)
    for n, row in enumerate(rows):
        ids[n, : len(row)] = row
    asked = [(n, *pair) for n, page in enumerate(pages) for pair in page.asked]
    return {
        "ids": ids,
        "mask": (ids != 0).astype(np.int64),
        "row": np.array([n for n, _, _ in asked], dtype=np.int64),
        "holder": np.array([_id(tokenizer, h) for _, h, _ in asked], dtype=np.int64),
        "topic": np.array([_id(tokenizer, t) for _, _, t in asked], dtype=np.int64),
    }


def _row(tokenizer: Tokenizer, text: str) -> list[int]:
    """[CLS] sheet [SEP], cut to length around the focus."""
    body: list[int] = tokenizer.encode(text, add_special_tokens=False).ids
    room = LENGTH - 2
    if len(body) > room:
        start = body.index(_id(tokenizer, FOCUS_START))
        end = body.index(_id(tokenizer, FOCUS_END)) + 1
        first = min(
            max(0, end - room), max(0, start - 2)
        )  # two more: an understood holder stands before the mark
        body = body[first : first + room]
    return [_id(tokenizer, "[CLS]"), *body, _id(tokenizer, "[SEP]")]


def _id(tokenizer: Tokenizer, token: str) -> int:
    """The token's number; KeyError where the vocabulary lacks it."""
    number = tokenizer.token_to_id(token)
    if number is None:
        raise KeyError(token)
    return int(number)


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    shifted = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    result: NDArray[np.float64] = shifted / shifted.sum(axis=1, keepdims=True)
    return result


__all__ = ["MODEL", "LearnedScorer", "encode", "load_tokenizer"]
