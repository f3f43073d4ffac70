"""From scored candidates to attributions: contents do not overlap, loose quotations find their speaker."""

from __future__ import annotations

from dataclasses import dataclass

from positions.extraction.attribution.candidates import Candidate, Paragraph
from positions.extraction.attribution.quotations import Quotation
from positions.extraction.attribution.spans import Span, merged, overlap

MUCH = 0.2  # share of a content that others may already hold
CUTS = 0.4  # score from which "…, adding that" ends the content before it
LOOSE = 4  # words; a shorter loose quotation is a term, not a saying


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who (source) says, thinks or wants (cue) what (content); spans count the article's characters.

    `score` is the filter's probability that a careful reader would mark it.
    """

    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]
    score: float


@dataclass(slots=True)
class _Kept:
    candidate: Candidate
    content: list[Span]


def decode(paragraphs: list[Paragraph], threshold: float) -> tuple[Attribution, ...]:
    """Return the attributions of an article in the order of the text.

    Expects every candidate's `score` set; those under the threshold are left out.
    """
    found: list[tuple[int, _Kept]] = []
    for paragraph in paragraphs:
        kept = _choose(paragraph, threshold)
        before = found[-1][1] if found else None
        _give_loose_quotations(paragraph, kept, found[-1] if before is not None else None)
        found += [(paragraph.offset, one) for one in kept]
    return tuple(_placed(offset, one) for offset, one in found)


def _choose(paragraph: Paragraph, threshold: float) -> list[_Kept]:
    kept: list[_Kept] = []
    ranked = sorted(paragraph.candidates, key=lambda c: (-c.score, c.cue_span, c.pattern))
    for candidate in ranked:
        if candidate.score < threshold:
            break
        if any(one.candidate.cue is candidate.cue for one in kept):
            continue
        if (outer := _continues(candidate, kept)) is not None and candidate.score > CUTS:
            _cut(outer, candidate)
        elif _taken(candidate, kept):
            continue
        kept.append(_Kept(candidate, list(candidate.content)))
    kept.sort(key=lambda one: one.candidate.cue_span)
    return kept


def _continues(candidate: Candidate, kept: list[_Kept]) -> _Kept | None:
    """The kept attribution that this one goes on with ("said …, adding that …"), if it lies inside."""
    for one in kept:
        inside = any(a <= candidate.cue_span[0] < b for a, b in one.content)
        if inside and continues(candidate, one.candidate):
            return one
    return None


def continues(candidate: Candidate, earlier: Candidate) -> bool:
    """Whether the candidate's cue is coordinated with the earlier one's or hangs from it as an adverbial."""
    cue, head = candidate.cue, earlier.cue
    return cue.dep_ in ("conj", "advcl") and (cue.head is head or cue.head.head is head)


def _cut(outer: _Kept, candidate: Candidate) -> None:
    """End the outer content where the continuing one begins."""
    place = candidate.cue_span[0]
    if candidate.link == "subject" and candidate.source_span[0] > outer.content[0][0]:
        place = min(place, candidate.source_span[0])
    left = [(a, min(b, place)) for a, b in outer.content if a < place - 2]
    outer.content = left or [(place - 1, place)]


def _taken(candidate: Candidate, kept: list[_Kept]) -> bool:
    held = [span for one in kept for span in (*one.content, one.candidate.cue_span)]
    length = sum(end - start for start, end in candidate.content)
    if overlap(candidate.content, held) > MUCH * length:
        return True
    return any(a <= candidate.cue_span[0] < b for a, b in held)


def _give_loose_quotations(
    paragraph: Paragraph, kept: list[_Kept], last: tuple[int, _Kept] | None
) -> None:  # fmt: skip
    """Widen contents to whole quotations; a quotation without a speaker goes on with the one before."""
    for quotation in paragraph.quotations:
        if _widen(kept, quotation):
            continue
        words = paragraph.text[quotation.start : quotation.end].split()
        if len(words) < LOOSE or _in_name_or_cue(kept, quotation):
            continue
        before = [one for one in kept if one.candidate.cue_span[0] < quotation.start]
        if before:
            before[-1].content.append((quotation.start, quotation.end))
        elif quotation.start <= 2 and last is not None:
            shift = paragraph.offset - last[0]
            last[1].content.append((quotation.start + shift, quotation.end + shift))


def _widen(kept: list[_Kept], quotation: Quotation) -> bool:
    """Grow the first content that touches the quotation to the whole of it; False if none does."""
    span = (quotation.start, quotation.end)
    for one in kept:
        if quotation.holds(one.candidate.cue.idx):
            continue  # a saying told inside the quotation does not own it
        if any(quotation.touches(*piece) for piece in one.content):
            one.content = [_joined(piece, span) for piece in one.content]
            return True
    return False


def _joined(piece: Span, quotation: Span) -> Span:
    touching = piece[0] < quotation[1] and quotation[0] < piece[1]
    short = piece[1] - piece[0] < quotation[1] - quotation[0] + 3
    if touching and (short or piece[0] >= quotation[0]):
        return min(piece[0], quotation[0]), max(piece[1], quotation[1])
    return piece


def _in_name_or_cue(kept: list[_Kept], quotation: Quotation) -> bool:
    spans = [span for one in kept for span in (one.candidate.source_span, one.candidate.cue_span)]
    return any(start <= quotation.start and quotation.end <= end for start, end in spans)


def _placed(offset: int, one: _Kept) -> Attribution:
    def moved(span: Span) -> Span:
        return span[0] + offset, span[1] + offset

    candidate = one.candidate
    return Attribution(
        (moved(candidate.source_span),),
        (moved(candidate.cue_span),),
        merged(moved(span) for span in one.content),
        round(candidate.score, 4),
    )
