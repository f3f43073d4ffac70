"""A parsed text as plain Python: tokens with their tags, labels and heads, and the named entities.

The rules ask each token dozens of things. Of a spaCy token every answer is looked up anew and every child
built anew; here all is at hand. What is asked goes by spaCy's names and means what it means there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import attrgetter
from typing import TYPE_CHECKING, overload

import numpy as np

if TYPE_CHECKING:
    from spacy.tokens import Doc

ENTITY_MARKS = ("", "I", "O", "B")  # spaCy's numbers
NAMED = ("lemma_", "pos_", "tag_", "dep_", "ent_type_")
_idx = attrgetter("idx")


class Token:
    """One token. `head` is itself at the root of a sentence; `children` are in the order of the text."""

    __slots__ = (
        "children", "dep_", "doc", "ent_iob_", "ent_type_", "head", "i", "idx", "is_punct", "is_space",
        "left_edge", "lemma_", "lower_", "pos_", "right_edge", "tag_", "text", "whitespace_",
    )  # fmt: skip

    doc: Tree
    i: int
    idx: int
    text: str
    lower_: str
    whitespace_: str
    is_space: bool
    is_punct: bool
    lemma_: str
    pos_: str
    tag_: str
    dep_: str
    ent_type_: str
    ent_iob_: str
    head: Token
    children: list[Token]
    left_edge: Token
    right_edge: Token

    def __len__(self) -> int:
        return len(self.text)

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return self.text

    @property
    def text_with_ws(self) -> str:
        return self.text + self.whitespace_

    @property
    def ancestors(self) -> Iterator[Token]:
        """The head, its head and so on, up to the root."""
        token = self
        while token.head is not token:
            token = token.head
            yield token

    @property
    def subtree(self) -> Iterator[Token]:
        """The token and all that hangs from it: what is left of it, itself, what is right."""
        found: list[Token] = []
        self._gather(found)
        return iter(found)

    def _gather(self, found: list[Token]) -> None:
        pending = True
        for child in self.children:
            if pending and child.i > self.i:
                found.append(self)
                pending = False
            child._gather(found)
        if pending:
            found.append(self)

    @property
    def conjuncts(self) -> list[Token]:
        """The others of a list, wherever in it the token stands."""
        first = self
        while first.dep_ == "conj" and first.head is not first:
            first = first.head
        found = [first]
        for token in found:  # grows as it is walked
            found += [child for child in token.children if child.i > token.i and child.dep_ == "conj"]
        return [token for token in found if token is not self]

    def is_ancestor(self, other: Token) -> bool:
        """Return whether the other token hangs from this one, at whatever depth."""
        return any(token is self for token in other.ancestors)


class _Tokens(Sequence[Token]):
    """A sequence over its own list of tokens."""

    tokens: list[Token]

    @overload
    def __getitem__(self, at: int) -> Token: ...
    @overload
    def __getitem__(self, at: slice) -> list[Token]: ...
    def __getitem__(self, at: int | slice) -> Token | list[Token]:
        return self.tokens[at]

    def __len__(self) -> int:
        return len(self.tokens)

    def __iter__(self) -> Iterator[Token]:
        return iter(self.tokens)


@dataclass(frozen=True)
class Stretch(_Tokens):
    """Tokens side by side; `label_` is the kind of a named entity."""

    tokens: list[Token]
    label_: str = ""

    @property
    def start(self) -> int:
        """The number of its first token."""
        return self.tokens[0].i

    @property
    def start_char(self) -> int:
        return self.tokens[0].idx

    @property
    def text(self) -> str:
        return "".join(token.text_with_ws for token in self.tokens[:-1]) + self.tokens[-1].text

    @property
    def root(self) -> Token:
        """The first token that is a sentence's root, else the one nearest to it whose head stands outside."""
        if len(self.tokens) == 1:
            return self.tokens[0]
        for token in self.tokens:
            if token.head is token:
                return token
        first, last = self.tokens[0].i, self.tokens[-1].i
        tops = [token for token in self.tokens if not first <= token.head.i <= last]
        return min(tops, key=_depth, default=self.tokens[0])


def _depth(token: Token) -> int:
    """Steps to the root; a blank or mark that nothing hangs from counts as deepest."""
    if (token.is_space or token.is_punct) and not token.children:
        return len(token.doc) - 1
    return sum(1 for _ in token.ancestors)


class Tree(_Tokens):
    """All tokens of a text, and its named entities."""

    def __init__(self, words: Sequence[str], spaces: Sequence[bool], heads: Iterable[int]) -> None:
        self.tokens = [Token() for _ in words]
        places = accumulate((len(w) + s for w, s in zip(words, spaces, strict=True)), initial=0)
        for i, (token, word, space, at) in enumerate(zip(self.tokens, words, spaces, places, strict=False)):
            token.doc, token.i, token.idx = self, i, at
            token.text, token.lower_, token.whitespace_ = word, word.lower(), " " if space else ""
            token.is_space, token.is_punct = word.isspace(), False
            token.children, token.left_edge, token.right_edge = [], token, token
        self._link(heads)
        self.ents: list[Stretch] = []

    def _link(self, heads: Iterable[int]) -> None:
        for token, head in zip(self.tokens, heads, strict=True):
            token.head = self.tokens[head]
            if head != token.i:
                token.head.children.append(token)
        for token in self.tokens:
            for above in token.ancestors:
                if token.i < above.left_edge.i:
                    above.left_edge = token
                elif token.i > above.right_edge.i:
                    above.right_edge = token

    def char_span(self, start: int, end: int) -> Stretch | None:
        """Return the tokens that text[start:end] touches, None where it lies outside the text."""
        first, last = self._at(start), self._at(end - 1)
        if first is None or last is None:
            return None
        if start == self.tokens[first].idx + len(self.tokens[first]):
            first += 1  # the space behind a token is no part of it
        found = self.tokens[first : last + 1]
        return Stretch(found) if found else None

    def _at(self, offset: int) -> int | None:
        number = bisect_right(self.tokens, offset, key=_idx) - 1
        if number < 0:
            return None
        token = self.tokens[number]
        return number if offset < token.idx + len(token) + len(token.whitespace_) else None


def tree_of(*docs: Doc) -> Tree:
    """Return what a spaCy pipeline found in a text, in one piece or in several that follow each other."""
    from spacy.attrs import DEP, ENT_IOB, ENT_TYPE, HEAD, IS_PUNCT, LEMMA, POS, SPACY, TAG

    asked = [HEAD, SPACY, IS_PUNCT, LEMMA, POS, TAG, DEP, ENT_TYPE, ENT_IOB]
    columns = np.concatenate([doc.to_array(asked) for doc in docs])
    heads = [i + head for i, head in enumerate(columns[:, 0].astype("int64").tolist())]
    words = [token.text for doc in docs for token in doc]
    tree = Tree(words, columns[:, 1].astype(bool).tolist(), heads)
    strings = docs[0].vocab.strings
    hashes: set[int] = set(columns[:, 3:8].astype("uint64").ravel().tolist())
    names = {key: strings[key] for key in hashes}
    for token, (punct, lemma, pos, tag, dep, kind, iob) in zip(
        tree.tokens, columns[:, 2:].tolist(), strict=True
    ):
        token.is_punct = bool(punct)
        token.lemma_, token.pos_, token.tag_ = names[lemma], names[pos], names[tag]
        token.dep_, token.ent_type_, token.ent_iob_ = names[dep], names[kind], ENTITY_MARKS[iob]
    tree.ents = list(entities(tree))
    return tree


def entities(tree: Tree) -> Iterator[Stretch]:
    """Yield the named entities that the tokens' marks delimit."""
    open_: list[Token] = []
    for token in tree.tokens:
        if token.ent_iob_ != "I" and open_:
            yield Stretch(open_, open_[0].ent_type_)
            open_ = []
        if token.ent_iob_ in ("B", "I"):
            open_.append(token)
    if open_:
        yield Stretch(open_, open_[0].ent_type_)
