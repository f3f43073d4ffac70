"""Training examples for the learned reader: what one is, and those of labelled documents.

An example is one sheet, masked as at run time: a sentence in context and what is asked about it (holder and
topic), each question with its answer, a distribution over the six labels. A sentence is asked about
everybody near it, so most answers are "none".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from positions.extraction.learned.masking import Sheet, sheet
from positions.extraction.lexicon import lexicon
from positions.extraction.scorer import KINDS, LABELS, MODES, ScorerItem, Span
from positions.extraction.text import folded, sentences

ALSO = 0.35  # share of the answer that goes to positions the gold accepts besides
NEAR = 0.5  # weight of a "none" beside a sentence where the holder does take a position on the topic
BACK = 260  # characters of context before the focus, in whole sentences, as `decide.scorer_items` takes them
LOOSE = ("unnamed-",)

Entry = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """One item as the reader asks it, with the annotation that answers it (None: no stance)."""

    item: ScorerItem
    entry: Entry | None
    weight: float = 1.0


@dataclass(frozen=True)
class Example:
    """A sheet and its answers; `group` keeps an article's examples in one fold.

    `kinds` and `modes` are indices into KINDS and MODES, `conditions` 1 where a condition is stated; all are
    -1 where there is no stance.
    """

    group: str
    origin: str  # "digest", "passage", "news" or "label"
    sheet: Sheet
    answers: tuple[tuple[float, ...], ...]
    kinds: tuple[int, ...]
    modes: tuple[int, ...]
    conditions: tuple[int, ...]
    weights: tuple[float, ...]


def examples_of(group: str, origin: str, questions: Iterable[Question]) -> Iterator[Example]:
    """Put the questions about one sentence on one sheet."""
    sheets: dict[tuple[Span, Span], list[Question]] = {}
    for question in questions:
        sheets.setdefault((question.item.focus, question.item.context), []).append(question)
    for asked in sheets.values():
        yield Example(
            group,
            origin,
            sheet([q.item for q in asked]),
            tuple(answer(q.entry) for q in asked),
            tuple(KINDS.index(q.entry["kind"]) if q.entry is not None else -1 for q in asked),
            tuple(MODES.index(q.entry["mode"]) if q.entry is not None else -1 for q in asked),
            tuple(int(bool(q.entry.get("condition"))) if q.entry is not None else -1 for q in asked),
            tuple(q.weight for q in asked),
        )


def answer(entry: Entry | None) -> tuple[float, ...]:
    """The distribution over LABELS that an annotation asks for; None is "no stance"."""
    if entry is None:
        return tuple(float(label is None) for label in LABELS)
    others = [value for value in entry.get("accept", []) if value != entry["position"]]
    share = dict.fromkeys(others, ALSO / len(others)) if others else {}
    share[entry["position"]] = 1.0 - sum(share.values())
    return tuple(share.get(label, 0.0) if label is not None else 0.0 for label in LABELS)


def item_for(
    text: str, spans: Sequence[Span], holder: Iterable[Span], topic: str, focus: Span
) -> ScorerItem:  # fmt: skip
    """A question as the reader puts it at run time; `spans` are the text's sentences."""
    first = min((a for a, _ in spans if focus[0] - BACK <= a <= focus[0]), default=focus[0])
    inside = tuple(sorted({(a, b) for a, b in holder if first <= a and b <= focus[1]}))
    return ScorerItem(text, inside, topic, focus, (first, focus[1]))


def _of_excerpt(row: Entry) -> Iterator[Question]:
    text = _unbroken(row["text"])
    spans = sentences(text)
    about = {n: topics_in(text, span) for n, span in enumerate(spans)}
    asked: set[tuple[str, str, int]] = set()
    for entry in row["stances"]:
        for number in touched(spans, text, _unbroken(entry["evidence"])):
            asked.add((entry["holder"], entry["topic"], number))
            holder = spelled(text, entry["holder"])
            yield Question(item_for(text, spans, holder, entry["topic"], spans[number]), entry)
    people = {one["holder"] for one in (*row["stances"], *row["distractors"])}
    pairs = {(one["holder"], one["topic"]) for one in row["distractors"]}
    pairs |= {(name, topic) for name in people for topics in about.values() for topic in topics}
    for name, topic in sorted(pairs):
        for number in _to_ask(text, spans, about, name, topic, (name, topic) in pairs):
            if (name, topic, number) not in asked:
                near = any(a[:2] == (name, topic) for a in asked)
                item = item_for(text, spans, spelled(text, name), topic, spans[number])
                yield Question(item, None, NEAR if near else 1.0)


def _to_ask(
    text: str, spans: list[Span], about: dict[int, set[str]], name: str, topic: str, named: bool
) -> list[int]:  # fmt: skip
    """Sentences in which a pair without a stance is worth asking: the topic's, or else the holder's."""
    own = {
        n for start, end in spelled(text, name) for n, (a, b) in enumerate(spans) if a <= start and end <= b
    }
    reach = own | {n + 1 for n in own if n + 1 < len(spans)}
    on_topic = [n for n in sorted(reach) if topic in about[n]]
    return on_topic or (sorted(own)[:1] if named else [])


def topics_in(text: str, span: Span) -> set[str]:
    """Topics whose own expressions the sentence uses."""
    return {
        terms.slug
        for terms in lexicon().topics
        for pattern in (terms.terms, terms.against)
        if pattern is not None and pattern.search(folded(text), *span)
    }


def spelled(text: str, name: str) -> list[Span]:
    """Where the name stands in the text, by itself or by its last word."""
    name = _unbroken(name)
    spans = [m.span() for m in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text)]
    last = name.split()[-1]
    if len(name.split()) > 1 and last[:1].isupper() and len(last) > 3:
        for match in re.finditer(rf"\b{re.escape(last)}\b", text):
            if not any(a < match.end() and match.start() < b for a, b in spans):
                spans.append(match.span())
    return sorted(spans)


def touched(spans: list[Span], text: str, evidence: str, at: int | None = None) -> list[int]:
    """Numbers of the sentences that the evidence touches."""
    start = text.find(evidence) if at is None else at
    return [n for n, (a, b) in enumerate(spans) if a < start + len(evidence) and start < b]


def _unbroken(text: str) -> str:
    """Documents break lines at a width; sentences must not end there."""
    return "\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n|\n(?=[A-Z][A-Z. ]+:|Q\b)", text))


def from_labels(folder: Path, corpus: Path) -> Iterator[Example]:
    """Examples of labelled excerpts; `corpus` holds the documents ({"id", "text"} a line)."""
    files = sorted(folder.glob("*.jsonl"))
    rows = [(path.stem, json.loads(line)) for path in files for line in path.read_text("utf-8").splitlines()]
    wanted = {row["doc"] for _, row in rows}
    texts = {}
    with corpus.open(encoding="utf-8") as lines:
        for line in lines:
            document = json.loads(line)
            if document["id"] in wanted:
                texts[document["id"]] = document["text"]
    for number, (stem, row) in enumerate(rows):
        excerpt = _in_words(row, texts[row["doc"]])
        yield from examples_of(f"{stem}:{number}", "label", _of_excerpt(excerpt))


def _in_words(row: Entry, text: str) -> Entry:
    def words(entry: Entry) -> Entry:
        spans = ("holder", "evidence", "condition", "source")
        return {k: text[v[0] : v[1]] if k in spans and isinstance(v, list) else v for k, v in entry.items()}

    excerpt = text[row["start"] : row["end"]]
    return {
        "text": excerpt,
        "stances": [words(entry) for entry in row["stances"]],
        "distractors": [words(entry) for entry in row["distractors"]],
    }


def same_holder(first: str, second: str) -> bool:
    """Equal slugs, or two unnamed or loose groups that share a word."""
    if first == second:
        return True
    loose = [s for s in (first, second) if s.startswith(LOOSE) or (s.count("-") and s.endswith("s"))]
    words = set(first.split("-")) & set(second.split("-")) - {"unnamed", "and", "of", "the"}
    return len(loose) == 2 and bool(words)
