"""Join the labels with the documents they were made on.

    join.py CORPUS.jsonl [LABELS.jsonl ...] > joined.jsonl

CORPUS has one JSON object a line with `id` and `text`. Each labelled excerpt is written in the passages' form
(words, not offsets) plus `doc`, `start` and `end`. A document that is missing, or whose text is not the text
that was labelled (by its SHA-256), is an error: exit status 1, and nothing of it is written.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SPANS = ("holder", "evidence", "condition", "source")
Row = dict[str, Any]


def read(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def words(entry: Row, text: str) -> Row:
    """The entry with every [start, end] span replaced by the words it covers."""
    return {key: text[value[0] : value[1]] if key in SPANS else value for key, value in entry.items()}


def joined(row: Row, text: str) -> Row:
    """A labelled excerpt with its text; raises ValueError if `text` is not the text that was labelled."""
    if hashlib.sha256(text.encode()).hexdigest() != row["sha256"]:
        raise ValueError(f"{row['doc']}: not the text that was labelled")
    return {
        "doc": row["doc"],
        "start": row["start"],
        "end": row["end"],
        "text": text[row["start"] : row["end"]],
        "stances": [words(entry, text) for entry in row["stances"]],
        "distractors": [words(entry, text) for entry in row["distractors"]],
    }


def main(argv: list[str]) -> int:
    if len(argv) < 2:
        sys.stderr.write(__doc__)
        return 2
    texts = {row["id"]: row["text"] for row in read(Path(argv[1]))}
    files = [Path(name) for name in argv[2:]] or sorted(Path(__file__).parent.glob("*.jsonl"))
    faults = 0
    for row in (row for path in files for row in read(path)):
        try:
            sys.stdout.write(json.dumps(joined(row, texts[row["doc"]]), ensure_ascii=False) + "\n")
        except (KeyError, ValueError) as error:
            sys.stderr.write(f"{row['doc']}: {error!r}\n")
            faults += 1
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
