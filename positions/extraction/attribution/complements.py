"""What a cue may have as its content: clauses, objects, prepositions, quotations near by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from spacy.tokens import Token

from positions.extraction.attribution.quotations import Quotation
from positions.extraction.attribution.spans import Span, around, subtree

AFTER_OBJECT = ("prep", "advcl", "oprd", "acl", "xcomp")
OF_PLACE_AND_TIME = frozenset({"in", "on", "at", "during", "after", "before"})
OF_CONTENT = frozenset({"for", "of", "on", "about", "to", "against", "with", "in", "over", "that", "as"})
HOSTS = ("VERB", "AUX", "NOUN", "ADJ", "PROPN")
COMMAS = ",—–"
LONG_ENOUGH = 3  # words; a shorter quotation in the next sentence is a name or a term


@dataclass(slots=True)
class Option:
    """One complement of a cue. `quotations` are those the content may grow to."""

    pattern: str
    spans: list[Span]
    head: Token | None
    cue: Token
    name: str
    quotations: list[Quotation] = field(default_factory=list)


def of_verb(verb: Token, text: str, quoted: tuple[Quotation, ...]) -> list[Option]:
    """Return the verb's possible contents, the most telling first."""
    sentence = verb.sent
    here = [q for q in quoted if q.touches(sentence.start_char, sentence.end_char)]
    here = [q for q in here if not q.start <= verb.idx < q.end]
    kinds: dict[str, list[Token]] = {}
    for child in verb.children:
        kinds.setdefault(child.dep_, []).append(child)
    name = verb.lemma_.lower()
    options = [
        Option(pattern, spans, head, verb, name, here)
        for pattern, spans, head in _syntactic(verb, kinds)
    ]  # fmt: skip
    options += _predicative(verb, kinds, here)
    options += _by_place(verb, text, here, options)
    options += _quotations(verb, text, quoted, here, name)
    return options


def _syntactic(
    verb: Token, kinds: dict[str, list[Token]]
) -> Iterator[tuple[str, list[Span], Token]]:  # fmt: skip
    if clauses := [*kinds.get("ccomp", []), *kinds.get("parataxis", [])]:
        clause = max(clauses, key=lambda c: subtree(c)[1] - subtree(c)[0])
        yield "clause", [subtree(clause)], clause
    elif verb.dep_ in ("parataxis", "ccomp") and verb.head.pos_ in HOSTS and verb.head.i < verb.i:
        start, end = subtree(verb)
        yield "around", [(verb.sent.start_char, start), (end, verb.sent.end_char)], verb.head
    objects = kinds.get("dobj", [])
    if to_do := kinds.get("xcomp"):
        yield "to_do", [around([*objects, to_do[0]])], to_do[0]
    if objects:
        more = [c for dep in AFTER_OBJECT for c in kinds.get(dep, []) if c.i > objects[0].i]
        yield "object", [around([*objects, *more])], objects[0]
    yield from _prepositional(verb, kinds)
    if verb.dep_ == "advcl" and any(c.lower_ == "as" for c in verb.children if c.dep_ in ("mark", "advmod")):
        start, end = subtree(verb)  # "as she pointed out, …"
        yield "as", [(verb.sent.start_char, start), (end, verb.sent.end_char)], verb.head
    if later := [c for c in kinds.get("advcl", []) if c.i > verb.i]:
        yield "adverbial", [subtree(later[0])], later[0]


def _prepositional(
    verb: Token, kinds: dict[str, list[Token]]
) -> Iterator[tuple[str, list[Span], Token]]:  # fmt: skip
    after = [c for c in kinds.get("prep", []) if c.i > verb.i]
    preferred = [c for c in after if c.lower_ not in OF_PLACE_AND_TIME] or after
    for preposition in preferred[:1]:
        for complement in preposition.children:
            if complement.dep_ in ("pobj", "pcomp"):
                yield "prep_" + preposition.lower_, [subtree(complement)], complement
                break


def _predicative(verb: Token, kinds: dict[str, list[Token]], here: list[Quotation]) -> Iterator[Option]:
    """ "Was sure that …", "is opposed to …", "remains a supporter of …"."""
    for complement in [*kinds.get("acomp", []), *kinds.get("oprd", []), *kinds.get("attr", [])][:1]:
        for deeper in complement.children:
            if deeper.dep_ in ("ccomp", "xcomp", "prep", "acl") and deeper.i > complement.i:
                word = complement.pos_ if complement.pos_ == "PROPN" else complement.lemma_.lower()
                name = f"{verb.lemma_.lower()}_{word}"
                pattern = f"{complement.dep_}_{deeper.dep_}"
                yield Option(pattern, [subtree(deeper)], deeper, complement, name, here)
                return


def _by_place(verb: Token, text: str, here: list[Quotation], others: list[Option]) -> Iterator[Option]:
    """Contents that the parse does not give: around an inserted "he said", and what follows the verb."""
    subject = next((c for c in verb.children if c.dep_ == "nsubj"), None)
    sentence = verb.sent
    if subject is None or any(option.pattern in ("clause", "around") for option in others):
        return
    start, end = min(subtree(subject)[0], verb.idx), max(subtree(subject)[1], verb.idx + len(verb))
    before, after = text[sentence.start_char : start].rstrip(), text[end : sentence.end_char].lstrip()
    if before[-1:] in COMMAS and before and after[:1] in COMMAS + ".":
        spans = [(sentence.start_char, start), (end, sentence.end_char)]
        yield Option("inserted", spans, None, verb, verb.lemma_.lower(), here)
    elif not others and len(after) > LONG_ENOUGH:
        yield Option("rest", [(end, sentence.end_char)], None, verb, verb.lemma_.lower(), here)


def _quotations(
    verb: Token, text: str, quoted: tuple[Quotation, ...], here: list[Quotation], name: str
) -> Iterator[Option]:
    near = [q for q in quoted if q not in here and _beside(q, verb, text)]
    if near and verb.dep_ == "ROOT":
        yield Option("beside", [], None, verb, name, [*here, *near])
    if here:
        yield Option("quotation", [], None, verb, name, here)


def _beside(quotation: Quotation, verb: Token, text: str) -> bool:
    """The quotation is the sentence before, or follows after a colon or comma."""
    start, end = verb.sent.start_char, verb.sent.end_char
    if 0 <= start - quotation.end <= 2:
        return len(text[quotation.start : quotation.end].split()) > LONG_ENOUGH
    mark = text[max(0, end - 3) : quotation.start].strip()[-1:]
    return 0 <= quotation.start - end <= 2 and mark in (":", ",")


def of_noun(noun: Token) -> list[tuple[str, Token, Span]]:
    """Return (pattern, head, span) of what the claim, call or doubt is about; at most two."""
    found = []
    for child in noun.children:
        if child.i <= noun.i:
            continue
        if child.dep_ in ("acl", "ccomp", "relcl"):
            found.append(("noun_" + child.dep_, child, subtree(child)))
        elif child.dep_ == "prep" and child.lower_ in OF_CONTENT:
            found += [
                ("noun_prep_" + child.lower_, deeper, subtree(deeper))
                for deeper in child.children
                if deeper.dep_ in ("pobj", "pcomp")
            ]
    if noun.dep_ == "nsubj" and noun.head.pos_ in ("VERB", "AUX"):  # "his message was that …"
        found += [
            ("noun_is", child, subtree(child))
            for child in noun.head.children
            if child.dep_ in ("ccomp", "xcomp") and child.i > noun.i
        ]
    return found[:2]
