"""Parts of speech and lemmas from a table of words already seen, in place of a matcher run over every word.

spaCy's attribute ruler and rule lemmatizer look at one word, its tag and its label, save for a few
patterns of two words. So their answer for a word is kept, and asked for again only where it is new.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
from spacy.attrs import DEP, LEMMA, MORPH, ORTH, POS, TAG
from spacy.language import Language
from spacy.matcher import Matcher
from spacy.tokens import Doc

if TYPE_CHECKING:
    from spacy.pipeline import AttributeRuler, Lemmatizer

RULER, LEMMATIZER, NAME = "attribute_ruler", "lemmatizer", "word_table"
_KEY, _VALUES = [ORTH, TAG, DEP], [TAG, POS, MORPH, LEMMA, DEP]
_MOST = 100_000  # words kept; then the table starts anew, so that memory stays bounded

Key = tuple[int, int, int]


def use_word_table(nlp: Language) -> None:
    """Put a table in the place of the pipeline's ruler and rule lemmatizer, where one follows the other."""
    names = nlp.pipe_names
    if RULER not in names or names[names.index(RULER) + 1 :][:1] != [LEMMATIZER]:
        return
    ruler = cast("AttributeRuler", nlp.get_pipe(RULER))
    lemmatizer = cast("Lemmatizer", nlp.get_pipe(LEMMATIZER))
    patterns = cast("list[dict[str, Any]]", ruler.patterns)
    if lemmatizer.mode != "rule" or any(pattern["index"] < 0 for pattern in patterns):
        return
    table = cast("WordTable", nlp.add_pipe(NAME, before=RULER))
    table.replace(ruler, lemmatizer)
    nlp.remove_pipe(RULER)
    nlp.remove_pipe(LEMMATIZER)


@Language.factory(NAME)
def _make(nlp: Language, name: str) -> WordTable:
    return WordTable(nlp)


class WordTable:
    """A pipeline component; `replace` names the two whose answers it keeps."""

    def __init__(self, nlp: Language) -> None:
        self._vocab = nlp.vocab
        self._known: dict[Key, list[int]] = {}

    def replace(self, ruler: AttributeRuler, lemmatizer: Lemmatizer) -> None:
        """Take the place of the two components."""
        self._slow: tuple[Any, Any] = ruler, lemmatizer
        self._pairs = Matcher(self._vocab)
        for number, pattern in enumerate(cast("list[dict[str, Any]]", ruler.patterns)):
            long = [row for row in pattern["patterns"] if len(row) > 1 or any("OP" in word for word in row)]
            if long:
                self._pairs.add(str(number), long)

    def __call__(self, doc: Doc) -> Doc:
        if self._pairs(doc, allow_missing=True):
            return self._ask(doc)
        if len(self._known) > _MOST:
            self._known = {}
        keys: list[Key] = [(word, tag, dep) for word, tag, dep in doc.to_array(_KEY).tolist()]
        if new := list(dict.fromkeys(key for key in keys if key not in self._known)):
            self._learn(new)
        values: Any = np.array([self._known[key] for key in keys], dtype=np.uint64)
        return doc.from_array(_VALUES, values) if keys else doc

    def _learn(self, new: list[Key]) -> None:
        """Ask about all new words at once; about each by itself where two side by side make a pattern."""
        words = self._unplaced(new)
        docs = [self._unplaced([key]) for key in new] if self._pairs(words, allow_missing=True) else [words]
        answers = [row for doc in docs for row in self._ask(doc).to_array(_VALUES).tolist()]
        self._known.update(zip(new, answers, strict=True))

    def _unplaced(self, keys: list[Key]) -> Doc:
        """The words in a row, each the root of its own sentence."""
        strings = self._vocab.strings
        words, tags, deps = ([strings[key[n]] for key in keys] for n in range(3))
        return Doc(self._vocab, words=words, tags=tags, deps=deps, heads=list(range(len(keys))))

    def _ask(self, doc: Doc) -> Doc:
        for component in self._slow:
            doc = component(doc)
        return doc
