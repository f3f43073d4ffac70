"""Words in the text that name a happening, each with the date that goes with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from positions.extraction.happenings.dating import Dated, dates_of
from positions.extraction.happenings.vocabulary import OTHER, Sort, vocabulary
from positions.extraction.parsing import Parsed
from positions.extraction.types import EventKind

if TYPE_CHECKING:
    from positions.extraction.tree import Token

# How a trigger comes by its date: the date hangs on it; stands in its sentence; was named before in
# its paragraph; is the day of the article's first sentence; nothing but the day of publication.
Link = Literal["own", "shared", "carried", "lead", "published"]
_NEAR = 7  # days around publication in which a first sentence's date is taken for the article's day


@dataclass(frozen=True)
class Trigger:
    """One naming of a happening. `dated` is the expression that dates it, None where none does."""

    token: Token
    sort: Sort
    sentence: int
    day: date
    link: Link
    dated: Dated | None = None


def find_triggers(parsed: Parsed) -> list[Trigger]:
    """Return every naming of a happening in the order of the text."""
    dates = dates_of(parsed)
    usual = _usual_day(parsed, dates)
    found: list[Trigger] = []
    carried: tuple[int, Dated] | None = None
    for number, row in enumerate(dates):
        tokens = parsed.tokens(number) if parsed.near[number] else []
        paragraph = parsed.paragraph_at(parsed.sentences[number][0])
        words = list(_words(tokens))
        owners = {id(d): _owner(tokens, d, {t.i for t, _ in words}) for d in row}
        words += [(t, OTHER) for t in owners.values() if t is not None and all(t.i != w.i for w, _ in words)]
        before = carried[1] if carried is not None and carried[0] == paragraph else None
        for token, sort in sorted(words, key=lambda word: word[0].i):
            found.append(_with_date(token, sort, number, row, owners, before, usual))
        exact = [d for d in row if d.when.precision == "day" and not d.when.future]
        carried = (paragraph, exact[-1]) if exact else carried
    return found


def _usual_day(parsed: Parsed, dates: list[list[Dated]]) -> tuple[date, Link]:
    """The day on which the article's own news happened."""
    on = parsed.article.published
    for row in dates[:2]:
        for dated in row:
            if dated.when.precision == "day" and 0 <= (on - dated.day).days <= _NEAR:
                return dated.day, "lead"
    return on, "published"


def _words(tokens: list[Token]) -> Iterator[tuple[Token, Sort]]:
    words = vocabulary()
    for token in tokens:
        lemma = token.lemma_.lower()
        if token.ent_type_ in ("DATE", "TIME"):
            continue
        if (
            token.pos_ in ("VERB", "AUX")
            and lemma in words.verbs
            and token.dep_ not in ("aux", "auxpass", "amod")
        ):
            yield token, words.verbs[lemma]
        elif token.pos_ in ("NOUN", "PROPN") and lemma in words.nouns and token.dep_ != "compound":
            yield token, words.nouns[lemma]


def _owner(tokens: list[Token], dated: Dated, named: set[int]) -> Token | None:
    """The naming that a date hangs on: the nearest one above it in the parse, else the verb of its clause."""
    inside = [t for t in tokens if dated.when.start <= t.idx < dated.when.end]
    if not inside:
        return None
    top = next((t for t in inside if all(t.head.i != o.i for o in inside)), inside[0])
    chain = [top, *top.ancestors]
    for token in chain:
        if token.i in named:
            return token
        if token.pos_ in ("VERB", "AUX") and token.dep_ not in ("aux", "auxpass"):
            below = [c for c in token.children if c.i in named]
            return below[0] if token.pos_ == "AUX" and below else token
    return next((t for t in chain if t.pos_ in ("VERB", "NOUN", "PROPN") and t not in inside), None)


def _with_date(
    token: Token, sort: Sort, number: int, row: list[Dated], owners: dict[int, Token | None],
    before: Dated | None, usual: tuple[date, Link],
) -> Trigger:  # fmt: skip
    own = next((d for d in row if owners[id(d)] is not None and owners[id(d)].i == token.i), None)  # type: ignore[union-attr]
    if own is not None:
        return Trigger(token, sort, number, own.day, "own", own)
    near = min(row, key=lambda d: _distance(token, owners[id(d)], d), default=None)
    if near is not None and _shares(token, owners[id(near)], near):
        return Trigger(token, sort, number, near.day, "shared", near)
    if before is not None:
        return Trigger(token, sort, number, before.day, "carried", before)
    return Trigger(token, sort, number, usual[0], usual[1])


def _shares(token: Token, owner: Token | None, dated: Dated) -> bool:
    """A day to come, or a vague one, dates only what its own words govern."""
    if owner is not None and owner in token.ancestors:
        return True
    return not (dated.when.future or dated.when.precision != "day" or dated.when.rough)


def _distance(token: Token, owner: Token | None, dated: Dated) -> tuple[bool, int]:
    """Nearer is a date whose owner governs the word or is governed by it, then the one that stands nearer."""
    related = owner is not None and (owner in token.ancestors or token in owner.ancestors)
    return (not related, abs(dated.when.start - token.idx))


def kind_of(trigger: Trigger) -> EventKind:
    """Return the kind of the trigger's class; what is promised, taken or talked with may tell more."""
    sort, token = trigger.sort, trigger.token
    words, below = vocabulary(), {t.lemma_.lower() for t in token.subtree}
    if sort.name == "promise":
        return "aid" if below & words.aid_words else "decision"
    if sort.name == "announce":
        return "aid" if below & words.aid_words else "statement"
    if sort.name == "moving" and below & words.war_words:
        return "military"
    if sort.name == "talking" and any(c.dep_ == "prep" and c.lower_ == "with" for c in token.children):
        return "meeting"
    return sort.kind
