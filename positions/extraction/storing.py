"""A parse as bytes, to be read again without the parser: about 3 bytes a character of the article.

The words are not in it: they are cut from the article's text by their lengths.
"""

from __future__ import annotations

import json
import zlib
from itertools import accumulate

import numpy as np

from positions.extraction.text import Span
from positions.extraction.tree import ENTITY_MARKS, NAMED, Token, Tree, entities

_FORM = 1
_TYPE = np.dtype("<u4")


def to_bytes(tree: Tree, sentences: list[Span], model: str) -> bytes:
    """Return the tree as bytes. `model` says who made it; `sentences` are the ones it was made for."""
    numbers: dict[str, int] = {}
    rows = [
        [len(t), bool(t.whitespace_), t.is_punct, t.head.i, ENTITY_MARKS.index(t.ent_iob_)]
        + [numbers.setdefault(getattr(t, name), len(numbers)) for name in NAMED]
        for t in tree
    ]
    head = json.dumps([_FORM, model, sentences, list(numbers)], ensure_ascii=False)
    columns = np.array(rows, dtype=_TYPE).T.tobytes() if rows else b""
    return zlib.compress(head.encode() + b"\n" + columns, level=6)


def from_bytes(data: bytes, text: str, sentences: list[Span], model: str) -> Tree | None:
    """Return the tree of a text; None where the bytes are another model's, or of other sentences."""
    head, _, columns = zlib.decompress(data).partition(b"\n")
    form, made_by, made_for, strings = json.loads(head)
    if (form, made_by, made_for) != (_FORM, model, [list(span) for span in sentences]):
        return None
    rows = np.frombuffer(columns, dtype=_TYPE).reshape(5 + len(NAMED), -1)
    lengths, spaces, punct, heads, marks, *named = rows.tolist()
    ends = list(accumulate(length + space for length, space in zip(lengths, spaces, strict=True)))
    words = [
        text[end - space - length : end - space]
        for end, length, space in zip(ends, lengths, spaces, strict=True)
    ]
    tree = Tree(words, [bool(space) for space in spaces], heads)
    for token, is_punct, mark, *names in zip(tree, punct, marks, *named, strict=True):
        _fill(token, bool(is_punct), ENTITY_MARKS[mark], [strings[name] for name in names])
    tree.ents = list(entities(tree))
    return tree


def _fill(token: Token, is_punct: bool, mark: str, names: list[str]) -> None:
    token.is_punct, token.ent_iob_ = is_punct, mark
    token.lemma_, token.pos_, token.tag_, token.dep_, token.ent_type_ = names
