"""Who has the floor: the turns of a transcript, and whom a title announces as the one who speaks."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from positions.extraction.parsing import Parsed
from positions.extraction.text import TURN
from positions.extraction.types import NameHit

_TURN = re.compile(rf"(?m)^\s*(?P<turn>{TURN})")
STYLE = re.compile(
    r"^(?:MR|MS|MRS|DR|SECRETARY|SENATOR|GENERAL|AMBASSADOR|ADMIRAL|CHANCELLOR|PREMIER|PRIME MINISTER|"
    r"(?:VICE )?PRESIDENT|FOREIGN MINISTER|MINISTER)\.? "
)
ASKERS = frozenset({
    "Q", "QUESTION", "AUDIENCE", "MODERATOR", "REPORTER", "ANCHOR", "HOST", "INTERVIEWER", "JOURNALIST",
    "CORRESPONDENT",
})  # fmt: skip
# "Ilse Korvat: …", "President of Varland Ilse Korvat (speaking in Varlandic): …" where a paragraph begins.
_LABEL = re.compile(
    r"(?m)^\s*(?P<turn>[A-ZÀ-Þ][\w.'’-]*(?: (?:of|the|and|for|[A-ZÀ-Þ][\w.'’-]*)){0,9})"
    r"(?:, [^:\n]{3,60}| [(\[][^)\]\n]{2,40}[)\]])?: "
)
ANSWERERS = frozenset({"A", "ANSWER"})
_FEWEST = 2  # turns of a transcript that writes its labels as names
_SPEECH = (
    r"(?:remarks|statement|speech|address|letter|op-ed|testimony|(?:press )?briefing|press conference|gaggle)"
)
_BY = re.compile(rf"\b{_SPEECH}\b.*?\b(?:by|from|of)\b", re.IGNORECASE)
_WITH = re.compile(r"\binterview(?:s|ed)?\b.*?\bwith\b", re.IGNORECASE)
_OWN = re.compile(rf"['’]s? (?:\w+ )?{_SPEECH}\b", re.IGNORECASE)
_OCCASION = re.compile(r" (?:on|at|in|after|before|following|to|with|about)\b|,")
_FIRST_PERSON = re.compile(r"\b(?:I|[Ww]e|[Mm]y|[Oo]ur)\b")
_SPOKEN_SHARE = 0.15  # of a text's sentences that say "I" or "we" where it is one person's words throughout


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn: who has it, as the text labels them, where the label begins, and what is said."""

    name: str
    start: int
    begins: int
    end: int

    @property
    def asks(self) -> bool:
        return self.name.upper() in ASKERS

    @property
    def answers(self) -> bool:
        """Whether it is the one interviewed who speaks: "A: …"."""
        return self.name.upper() in ANSWERERS

    @property
    def by_office(self) -> bool:
        """Whether the label is an office: "THE PRESIDENT"."""
        return self.name.startswith("THE ")


def turns_of(parsed: Parsed, is_person: Callable[[str], bool]) -> list[Turn]:
    """Return the turns of a transcript: what follows "MR. SULLIVAN:" is his until the next one speaks.

    Labels in small letters count where they name a person: other paragraphs, too, begin with a colon.
    """
    starts = list(_TURN.finditer(parsed.flat))
    if not starts:
        labels = _LABEL.finditer(parsed.flat)
        starts = [m for m in labels if m["turn"].upper() in ASKERS or is_person(m["turn"])]
        if len(starts) < _FEWEST or not any(is_person(m["turn"]) for m in starts):
            return []
    ends = [match.start() for match in starts[1:]]
    return [
        Turn(m["turn"].strip(" :\n"), m.start("turn"), m.end(), len(parsed.flat) if end is None else end)
        for m, end in zip_longest(starts, ends)
    ]


def announced(title: str) -> str:
    """Return the part of a title that names who speaks: "Remarks by X", "X's address"; else nothing."""
    if match := _BY.search(title) or _WITH.search(title):
        return _OCCASION.split(title[match.end() :].strip())[0]
    if match := _OWN.search(title):
        return title[: match.start()]
    return ""


def names_in(hits: Sequence[NameHit], text: str) -> list[str]:
    """Return the persons that a stretch of a title names, in order."""
    return [text[hit.start : hit.end] for hit in hits if hit.role in ("person", "surname")]


def in_first_person(parsed: Parsed) -> bool:
    """Return whether a text without turns is somebody's own words: a speech, a statement, a letter."""
    own = [
        n
        for n, (start, end) in enumerate(parsed.sentences)
        if any(parsed.quote_at(m.start()) is None for m in _FIRST_PERSON.finditer(parsed.flat, start, end))
    ]
    return len(own) >= max(2, _SPOKEN_SHARE * len(parsed.sentences))
