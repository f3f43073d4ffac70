"""Plain tokens mean what spaCy's mean, and a kept parse is the parse."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from actors.resolution import RegistryResolver
from positions.extraction.parsing import DEFAULT_MODEL, load_model, made_by, parse, tokenised
from positions.extraction.reader import RulesExtractor
from positions.extraction.storing import from_bytes, to_bytes
from positions.extraction.text import sentences
from positions.extraction.tree import Stretch, Tree, tree_of
from positions.extraction.types import ArticleText

TEXT = """STRELSAU, July 2 (Agency) - Premier Ilse Korvat of Varland, who met Otto Fehrmann, Ulla Prent and
two envoys on Monday, said "Ukraine's place is in NATO", and didn't rule out sending 12 howitzers worth
$3 million.

It ain't over; let's see, she told reporters. They're gonna need "air  defence" (and shells), aren't they?
NO ONE WANTS THIS — not Morra, nor its allies: "Never."
"""
AGAIN = "Let's not say that Varland's ministers have got to leave; Korvat said she's gotta go on Tuesday.\n"
SAME = (
    "i", "idx", "text", "lower_", "lemma_", "pos_", "tag_", "dep_", "ent_type_", "ent_iob_", "is_punct",
    "is_space", "whitespace_", "text_with_ws",
)  # fmt: skip


@pytest.fixture(scope="module")
def plain() -> Language:
    """The pipeline as it comes, without our table of words."""
    return spacy.load(DEFAULT_MODEL)


@pytest.fixture(scope="module")
def doc(plain: Language) -> Doc:
    return plain(tokenised(TEXT, sentences(TEXT), plain))


def test_a_token_says_of_itself_what_spacys_does(doc: Doc) -> None:
    ours = tree_of(doc)
    assert [[getattr(t, a) for a in SAME] for t in ours] == [[getattr(t, a) for a in SAME] for t in doc]


def test_a_token_knows_its_place_in_the_sentence_as_spacys_does(doc: Doc) -> None:
    for mine, its in zip(tree_of(doc), doc, strict=True):
        assert mine.head.i == its.head.i
        for name in ("children", "subtree", "ancestors", "conjuncts"):
            assert [t.i for t in getattr(mine, name)] == [t.i for t in getattr(its, name)], (name, its)
        assert (mine.left_edge.i, mine.right_edge.i) == (its.left_edge.i, its.right_edge.i)


def test_entities_are_spacys(doc: Doc) -> None:
    shown = [(e.start_char, e.text, e.label_) for e in tree_of(doc).ents]
    assert shown == [(e.start_char, e.text, e.label_) for e in doc.ents]
    assert ("Otto Fehrmann", "PERSON") in [(text, label) for _, text, label in shown]


def test_a_stretch_of_characters_has_the_tokens_and_the_root_that_spacys_has(doc: Doc) -> None:
    tree, chance = tree_of(doc), random.Random(1)
    for _ in range(500):
        start = chance.randrange(-2, len(TEXT) + 2)
        end = start + chance.randrange(60)
        its = doc.char_span(start, end, alignment_mode="expand")
        assert _of(tree.char_span(start, end)) == (_of(its) if its is not None and len(its) else None)


def _of(span: Stretch | None) -> tuple[list[int], int, int] | None:
    return ([t.i for t in span], span.root.i, span.start) if span is not None else None


def test_the_table_of_words_gives_what_the_pipeline_gives(plain: Language) -> None:
    ours = load_model()
    for text in (AGAIN, TEXT, AGAIN):  # two words that make a pattern, new words, known words
        docs = [nlp(tokenised(text, sentences(text), nlp)) for nlp in (plain, ours)]
        rows = [[[getattr(t, a) for a in SAME] + [str(t.morph), t.head.i] for t in doc] for doc in docs]
        assert rows[0] == rows[1]


def test_the_table_of_words_stands_in_for_ruler_and_lemmatizer() -> None:
    assert load_model().pipe_names == ["tok2vec", "tagger", "parser", "word_table", "ner"]


@dataclass
class Kept:
    data: bytes | None = None
    loads: int = 0

    def load(self) -> bytes | None:
        self.loads += self.data is not None
        return self.data

    def save(self, data: bytes) -> None:
        self.data = data


@pytest.fixture
def article() -> ArticleText:
    return ArticleText("case", TEXT, date(2024, 7, 4), parses=Kept())


def test_a_kept_parse_is_read_as_the_parse_was(article: ArticleText, resolver: RegistryResolver) -> None:
    rules = RulesExtractor()
    first, second = (rules.read(article, resolver) for _ in range(2))
    assert first == second == rules.read(replace(article, parses=None), resolver)
    assert first.events
    assert article.parses is not None and article.parses.loads == 1  # type: ignore[attr-defined]


def test_a_kept_parse_is_the_tree(article: ArticleText) -> None:
    tree = parse(article, DEFAULT_MODEL).doc
    again = parse(article, DEFAULT_MODEL).doc
    assert again is not tree
    assert _all(again) == _all(tree)


def _all(tree: Tree) -> list[object]:
    return [[[getattr(t, a) for a in SAME], t.head.i, [c.i for c in t.children]] for t in tree] + [
        (e.start_char, e.label_) for e in tree.ents
    ]


@pytest.mark.parametrize(
    ("model", "spans"),
    [("another 1.0", sentences(TEXT)), (made_by(DEFAULT_MODEL), sentences(TEXT)[1:])],
)
def test_a_parse_of_another_model_or_of_other_sentences_is_not_taken(
    article: ArticleText, model: str, spans: list[tuple[int, int]]
) -> None:
    data = to_bytes(parse(article, DEFAULT_MODEL).doc, sentences(TEXT), made_by(DEFAULT_MODEL))
    assert from_bytes(data, TEXT, spans, model) is None


def test_an_empty_text_has_an_empty_tree() -> None:
    data = to_bytes(Tree([], [], []), [], "m")
    tree = from_bytes(data, "", [], "m")
    assert tree is not None and (len(tree), tree.char_span(0, 1)) == (0, None)


def test_a_text_is_read_alike_whatever_was_read_before(
    read: Callable[[str], object], rules: RulesExtractor, resolver: RegistryResolver
) -> None:
    before = read(TEXT)
    read(AGAIN * 3)
    assert read(TEXT) == before
