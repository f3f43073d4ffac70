"""Possible attributions of one parsed paragraph: many too many; the filter chooses among them.

A candidate is a cue (a verb, noun or adjective that may report), a source and a content. One cue
gives one candidate for every complement that could be its content, named by `pattern`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from spacy.tokens import Doc, Token

from positions.extraction.attribution import complements, holders
from positions.extraction.attribution.quotations import Quotation, quotations
from positions.extraction.attribution.spans import Span, noun_phrase, subtree, trimmed, width, without

NO_CUE = frozenset({"aux", "auxpass", "amod", "compound"})
TURN = re.compile(
    r"[\s\"“]*([A-Z][A-Z .’'\-]{2,40}|(?:[A-Z][\w.’'-]+ ){0,3}[A-Z][\w’'-]+):\s+(\S.*)", re.DOTALL
)
SIGNATURE = re.compile(r"\s*(?:[―—–]{1,2}|--)\s*([A-Z][^,.\n“\"]{2,60})")
SHORT_LINE = 15  # words of a line that only signs
COVERED = 0.85  # a content is its quotation where the quotation covers this much of it


@dataclass(slots=True, eq=False)
class Candidate:
    """One possible attribution; all spans count characters of the paragraph."""

    cue: Token
    pattern: str  # which complement the content is
    link: str  # how the source hangs from the cue
    source: Token
    source_span: Span
    cue_span: Span
    content: list[Span]
    complement: Token | None = None
    quoted: str = "none"  # "none", "part" or "whole" of the content
    in_quotation: bool = False
    name: str = ""  # the cue's lemma, "be_sure" for an adjective
    options: tuple[str, ...] = ()  # the patterns that the same cue offers besides
    score: float = 0.0


@dataclass(slots=True)
class Paragraph:
    """One paragraph, its place in the article and what was found in it."""

    doc: Doc
    offset: int
    quotations: tuple[Quotation, ...] = ()
    candidates: list[Candidate] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.doc.text


def read(doc: Doc, offset: int) -> Paragraph:
    """Return the paragraph with its candidates, in the order of their cues."""
    paragraph = Paragraph(doc, offset, quotations(doc.text))
    found = [*_of_words(paragraph), *_of_layout(paragraph)]
    paragraph.candidates = [candidate for candidate in found if candidate.content]
    return paragraph


def connect(paragraph: Paragraph, following: Paragraph) -> None:
    """Add the attributions that need two paragraphs: "She said:" before, "— Jane Doe" after a quotation."""
    _introduced(paragraph, following)
    signed = SIGNATURE.match(following.text)
    if signed and paragraph.quotations and len(following.text.split()) < SHORT_LINE:
        shift, quoted = following.offset - paragraph.offset, paragraph.quotations
        content = quoted[0].start, quoted[-1].end
        name = signed.start(1) + shift, signed.end(1) + shift
        dash = signed.start() + shift, signed.start(1) + shift
        paragraph.candidates.append(_laid_out(paragraph.doc[0], "signature", name, dash, content))


def _introduced(paragraph: Paragraph, following: Paragraph) -> None:
    """A last sentence with a colon introduces the next paragraph."""
    if not paragraph.text.rstrip().endswith(":") or not following.text.strip():
        return
    shift = following.offset - paragraph.offset
    quoted = following.quotations[:1]
    end = quoted[0].end if quoted and quoted[0].start <= 2 else len(following.text)
    last = paragraph.doc[-1].sent
    for verb in last:
        if verb.pos_ != "VERB" or verb.dep_ in NO_CUE:
            continue
        source, link = holders.of_verb(verb)
        if source is not None:
            candidate = Candidate(
                verb, "introduced", link, source, noun_phrase(source), _cue_span(verb, verb),
                [(shift, shift + end)], quoted="whole" if quoted else "none", name=verb.lemma_.lower(),
            )  # fmt: skip
            paragraph.candidates.append(candidate)


def _of_words(paragraph: Paragraph) -> Iterator[Candidate]:
    for token in paragraph.doc:
        if token.pos_ in ("VERB", "AUX") and token.dep_ not in NO_CUE:
            yield from _of_verb(paragraph, token)
        elif token.pos_ == "NOUN":
            yield from _of_noun(paragraph, token)
        if token.lower_ in ("according", "per"):
            yield from _according(paragraph, token)


def _of_verb(paragraph: Paragraph, verb: Token) -> Iterator[Candidate]:
    source, link = holders.of_verb(verb)
    if source is None:
        return
    options = complements.of_verb(verb, paragraph.text, paragraph.quotations)
    patterns = tuple(option.pattern for option in options)
    seen: list[list[Span]] = []
    for option in options:
        content = list(option.spans)
        source_span = noun_phrase(source)
        if option.pattern != "quotation":  # a quotation is not broken by the cue inside it
            content = without(content, _cue_clause(verb, source, source_span, content))
        candidate = Candidate(
            option.cue, option.pattern, link, source, source_span, _cue_span(verb, option.cue), content,
            option.head, name=option.name, options=patterns,
        )  # fmt: skip
        _settle(paragraph, candidate, option.quotations)
        if candidate.content not in seen:
            seen.append(candidate.content)
            yield candidate


def _cue_clause(verb: Token, source: Token, source_span: Span, content: list[Span]) -> Span:
    """What "he said" takes out of a content that runs around it."""
    start, end = width(verb)
    if any(a <= source.idx < b for a, b in content):
        start, end = min(start, source_span[0]), max(end, source_span[1])
    return start, end


def _cue_span(verb: Token, cue: Token) -> Span:
    """The cue with the auxiliary or negation right before it."""
    helpers = [c for c in verb.children if c.dep_ in ("aux", "auxpass", "neg") and c.i < verb.i]
    words = [*helpers[-1:], verb, cue]
    return min(word.idx for word in words), max(word.idx + len(word) for word in words)


def _settle(paragraph: Paragraph, candidate: Candidate, quoted: list[Quotation]) -> None:
    """Fit the content to the quotations it touches, keep the source out of it, trim its edges."""
    low, high = candidate.source_span
    own = [q for q in quoted if not (q.start <= low and high <= q.end)]
    content = _grown(candidate, own) if own else candidate.content
    content = [trimmed(paragraph.text, span) for span in without(content, candidate.source_span)]
    candidate.content = [(start, end) for start, end in content if end - start > 1]
    candidate.in_quotation = any(q.holds(candidate.cue.idx) for q in paragraph.quotations)


def _grown(candidate: Candidate, quoted: list[Quotation]) -> list[Span]:
    if not candidate.content:
        candidate.quoted = "whole"
        return [(q.start, q.end) for q in quoted]
    touching = [q for q in quoted if any(q.touches(*span) for span in candidate.content)]
    if not touching:
        return candidate.content
    inside = sum(
        max(0, min(q.end, end) - max(q.start, start)) for q in touching for start, end in candidate.content
    )
    if inside > COVERED * sum(end - start for start, end in candidate.content):
        candidate.quoted = "whole"
        return [(q.start, q.end) for q in quoted]
    candidate.quoted = "part"
    return [_stretched(span, touching) for span in candidate.content]


def _stretched(span: Span, quoted: list[Quotation]) -> Span:
    mine = [q for q in quoted if q.touches(*span)]
    return min([span[0], *(q.start for q in mine)]), max([span[1], *(q.end for q in mine)])


def _of_noun(paragraph: Paragraph, noun: Token) -> Iterator[Candidate]:
    """ "Her call for talks", "the minister has doubts about the plan", "the view of officials that …"."""
    for source, link in holders.of_noun(noun):
        for pattern, head, span in complements.of_noun(noun):
            source_span = noun_phrase(source)
            if source.i == head.i or (source_span[0] < span[1] and span[0] < source_span[1]):
                continue
            candidate = Candidate(
                noun, pattern, link, source, source_span, width(noun), [span], head, name=noun.lemma_.lower()
            )
            _settle(paragraph, candidate, [])
            yield candidate


def _according(paragraph: Paragraph, token: Token) -> Iterator[Candidate]:
    """ "According to officials, …": the content is the clause around it."""
    head = holders.after_according(token)
    if head is None:
        return
    start, end = token.idx, noun_phrase(head)[1]
    host = token.head if token.head is not token and token.head.pos_ in ("VERB", "AUX") else None
    low, high = subtree(host) if host is not None else (token.sent.start_char, token.sent.end_char)
    content = without([(low, high)], (start, end))
    cue = (start, head.left_edge.idx)
    candidate = Candidate(
        token, "according", "according", head, noun_phrase(head), trimmed(paragraph.text, cue), content,
        host, name=token.lower_,
    )  # fmt: skip
    _settle(paragraph, candidate, [])
    candidate.content = [(a, b) for a, b in candidate.content if b - a > 2]
    yield candidate


def _of_layout(paragraph: Paragraph) -> Iterator[Candidate]:
    """Speaker turns ("MS. DOE: …") and signed quotations ("…" — Jane Doe)."""
    text, doc = paragraph.text, paragraph.doc
    if len(doc) and (turn := TURN.match(text)):
        yield _laid_out(doc[0], "turn", turn.span(1), (turn.end(1), turn.end(1) + 1), turn.span(2))
    for quotation in paragraph.quotations:
        signed = SIGNATURE.match(text[quotation.end :])
        if signed:
            name = quotation.end + signed.start(1), quotation.end + signed.end(1)
            dash = quotation.end + signed.start(), name[0]
            yield _laid_out(doc[0], "signature", name, dash, (quotation.start, quotation.end))


def _laid_out(token: Token, pattern: str, name: Span, cue: Span, content: Span) -> Candidate:
    return Candidate(token, pattern, pattern, token, name, cue, [content], name=pattern)
