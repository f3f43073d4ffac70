"""The parts actors play in one sentence: who speaks, who acts, who is only named."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from positions.extraction.mentions import FIRST_PERSON, Cast, Mention
from positions.extraction.parsing import Parsed
from positions.extraction.voices import Voice, subject_of
from positions.extraction.who import actors_of, government_of

if TYPE_CHECKING:
    from positions.extraction.tree import Token

# From the strongest claim to a sentence's stance to the weakest.
ORDER = ("speaker", "subject", "carried", "possessor", "named")

_HEADING = 20  # characters of an entry's day and place: "Saturday, Budapest:"
_LOCATIVE = frozenset(
    {
        "in",
        "at",
        "to",
        "near",
        "into",
        "for",
        "after",
        "before",
        "outside",
        "around",
        "from",
        "on",
        "via",
        "over",
        "since",
    }
)


@dataclass(frozen=True, slots=True)
class Part:
    """An actor's part in a sentence. `verb` is the index of what it does there, -1 if nothing."""

    mention: Mention
    role: str
    verb: int = -1
    voice: Voice | None = None
    listed: bool = False


def parts_of(parsed: Parsed, cast: Cast, voices: list[Voice], number: int, carried: list[Part]) -> list[Part]:
    """Return each actor's strongest part in the sentence, in the order of `ORDER`, then of the text."""
    found: dict[str, Part] = {}
    everyone = [
        *_speakers(parsed, voices, number),
        *_subjects(parsed, cast, number),
        *carried,
        *_possessors(parsed, cast, number),
        *_named(parsed, cast, number),
    ]
    everyone += [  # unnamed officials on their own side's policy
        Part(government_of(cast, part.mention), "named", -1, part.voice)
        for part in everyone
        if part.mention.actor.kind == "unnamed" and part.mention.speaks_for
    ]
    for part in everyone:
        known = found.get(part.mention.actor.slug)
        if known is None:
            found[part.mention.actor.slug] = part
    return list(found.values())


def carry(parts: list[Part], owned: bool) -> list[Part]:
    """Return who may go on speaking or acting in the next sentence: this one's speakers, else subjects."""
    speakers = [p for p in parts if p.role == "speaker"]
    subjects = [p for p in parts if p.role == "subject"][:2]
    chosen = speakers or subjects or [p for p in parts if p.role == "carried"]
    return [Part(p.mention, "carried", -1, p.voice) for p in chosen]


def _speakers(parsed: Parsed, voices: list[Voice], number: int) -> Iterator[Part]:
    start, end = parsed.sentences[number]
    for voice in voices:
        if any(a < end and start < b for a, b in voice.content):
            for mention in voice.speakers:
                yield Part(mention, "speaker", voice.cue_token, voice, len(voice.speakers) > 1)


def _subjects(parsed: Parsed, cast: Cast, number: int) -> Iterator[Part]:
    for token in parsed.tokens(number):
        if token.pos_ not in ("VERB", "AUX") or token.dep_ in ("aux", "auxpass"):
            continue
        subject = subject_of(token)
        if subject is None or subject.lower_ in FIRST_PERSON:
            continue
        actors = actors_of(cast, subject)
        for mention in actors:
            yield Part(mention, "subject", token.i, None, len(actors) > 1)


def _possessors(parsed: Parsed, cast: Cast, number: int) -> Iterator[Part]:
    for token in parsed.tokens(number):
        if token.dep_ == "poss" or (
            token.dep_ == "pobj" and token.head.lower_ in ("by", "from", "for", "with")
        ):
            for mention in actors_of(cast, token):
                if not (token.dep_ == "pobj" and _place(parsed, mention)):
                    yield Part(mention, "possessor", _governor(token))


def _governor(token: Token) -> int:
    head = token.head
    return int(head.head.i if head.pos_ == "ADP" else head.i)


def _named(parsed: Parsed, cast: Cast, number: int) -> Iterator[Part]:
    start, end = parsed.sentences[number]
    first, last = (bisect_left(cast.mentions, offset, key=attrgetter("start")) for offset in (start, end))
    for mention in cast.mentions[first:last]:
        if not _place(parsed, mention):
            yield Part(mention, "named")


def _place(parsed: Parsed, mention: Mention) -> bool:
    """Return whether a capital is only where something happens: "in Kyiv", or "Kyiv:" before an entry."""
    token = parsed.doc[mention.head]
    if not mention.actor.path.startswith("capital"):
        return False
    start, _ = parsed.paragraphs[parsed.paragraph_at(mention.start)]
    heads = parsed.text[mention.end : mention.end + 1] == ":" and mention.start - start < _HEADING
    return heads or (token.dep_ == "pobj" and token.head.lower_ in _LOCATIVE)
