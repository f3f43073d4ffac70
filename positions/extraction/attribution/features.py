"""What the filter looks at: lemmas, parts of speech, dependency labels and shapes, never names."""

from __future__ import annotations

from positions.extraction.attribution.candidates import Candidate

Features = dict[str, float]

REPORTING = frozenset({"say", "tell", "add", "write", "according"})
MARKS = frozenset({"that", "whether", "if", "how", "why", "what"})
PRONOUNS = frozenset({"PRON", "DET"})
WORDS = frozenset({"NOUN", "VERB", "ADJ", "AUX", "ADP", "ADV"})  # parts of speech that name nobody
LONG = 100.0  # characters a unit of length
FAR = 12  # words; a source further away is as far as this


def of(candidate: Candidate, *, first: bool, nested: int) -> Features:
    """Return the candidate's features; `nested` is 0, 1 inside another's content, 2 inside a saying's."""
    found: Features = {"bias": 1.0, f"nested={nested}": 1.0}
    if first:
        found["first"] = 1.0
    _of_cue(candidate, found)
    _of_source(candidate, found)
    _of_content(candidate, found)
    return found


def _of_cue(candidate: Candidate, found: Features) -> None:
    cue, pattern, name = candidate.cue, candidate.pattern, candidate.name
    head = cue.head
    for key in (
        f"cue={name}", f"pattern={pattern}", f"cue={name}/{pattern}", f"dep={cue.dep_}", f"tag={cue.tag_}",
        f"head={head.pos_}/{cue.dep_}", f"pattern={pattern}/{cue.tag_}",
    ):  # fmt: skip
        found[key] = 1.0
    for other in candidate.options:
        if other != pattern:
            found[f"option={other}"] = found[f"option={pattern}/{other}"] = found[f"cue={name}+{other}"] = 1.0
    if candidate.in_quotation:
        found["in_quotation"] = 1.0
    if cue.dep_ in ("xcomp", "ccomp", "advcl", "conj", "acl", "relcl", "dobj", "pobj", "attr"):
        governor = head.lemma_.lower() if head.pos_ in WORDS else head.pos_
        found[f"governor={governor}"] = found[f"governor={governor}/{cue.dep_}"] = 1.0
    for child in cue.children:
        if child.dep_ in ("neg", "aux", "auxpass"):
            found[f"aux={child.lower_}"] = 1.0
        elif child.dep_ in ("prep", "mark", "prt"):
            found[f"with={name}_{child.lower_}"] = found[f"with={child.lower_}"] = 1.0
        elif child.dep_ in ("amod", "det", "poss"):
            found[f"noun={child.dep_}"] = 1.0


def _of_source(candidate: Candidate, found: Features) -> None:
    source = candidate.source
    kind = source.ent_type_ or source.pos_
    lemma = source.lemma_.lower()
    for key in (
        f"link={candidate.link}", f"source_pos={source.pos_}", f"source={kind}/{candidate.pattern}",
        f"link={candidate.link}/{candidate.pattern}", f"source_kind={kind}", f"source_dep={source.dep_}",
        f"source_cue={kind}/{candidate.name}",
    ):  # fmt: skip
        found[key] = 1.0
    if source.pos_ in PRONOUNS:
        found[f"source_word={source.lower_}"] = 1.0
    elif source.pos_ == "NOUN":  # common nouns only: the filter knows no one by name
        found[f"source_lemma={lemma}"] = 1.0
    found["distance"] = min(abs(source.i - candidate.cue.i), FAR) / FAR
    if source.i > candidate.cue.i:
        found["source_after"] = found[f"source_after/{candidate.pattern}"] = 1.0


def _of_content(candidate: Candidate, found: Features) -> None:
    length = sum(end - start for start, end in candidate.content) / LONG
    found["length"] = min(length, 3.0)
    if length < 0.12:
        found["short"] = found[f"short/{candidate.pattern}"] = 1.0
    found[f"quoted={candidate.quoted}"] = found[f"quoted={candidate.quoted}/{candidate.pattern}"] = 1.0
    found[f"quoted={candidate.quoted}/{candidate.name}"] = 1.0
    if len(candidate.content) > 1:
        found["pieces"] = 1.0
    head = candidate.complement
    if head is None:
        return
    for key in (f"content_tag={head.tag_}", f"content={candidate.pattern}/{head.tag_}"):
        found[key] = 1.0
    if head.pos_ in WORDS:
        found[f"content_lemma={head.lemma_.lower()}"] = 1.0
    for child in head.children:
        if child.dep_ in ("mark", "advmod") and child.lower_ in MARKS:
            found["marked"] = found[f"mark={child.lower_}"] = 1.0
        elif child.dep_ in ("aux", "neg"):
            found[f"content_aux={child.lower_}"] = 1.0
        elif child.dep_ == "nsubj":
            found["content_subject"] = 1.0


def depths(candidates: list[Candidate]) -> list[int]:
    """How deep each candidate's cue lies in others' contents: 0, 1, or 2 inside a plain saying."""
    found = []
    for candidate in candidates:
        start, end = candidate.cue_span
        hosts = [
            other.name
            for other in candidates
            if other.cue is not candidate.cue and any(a <= start and end <= b for a, b in other.content)
        ]
        found.append(2 if REPORTING.intersection(hosts) else int(bool(hosts)))
    return found
