"""Who has the floor: the turns of a transcript, and whom a title announces as the one who speaks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, zip_longest
from operator import attrgetter
from typing import TYPE_CHECKING

from positions.extraction.parsing import Parsed
from positions.extraction.text import TURN, Span
from positions.extraction.types import Resolution

if TYPE_CHECKING:
    from positions.extraction.mentions import Cast

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
_ASIDE = re.compile(r" \(.*$")
_DRESSED = re.compile(r"[A-ZÀ-Þ][a-zß-ÿ]|[^(\n]*\(")  # "Deputy KORVAT:", "KORVAT (from his seat):"
_SHOUTED = re.compile(r"^(?:[A-ZÀ-Þ][a-zß-ÿ]+\.? )+(?=[A-ZÀ-Þ]{2})")  # what stands before a name in capitals
_BOLD = re.compile(r"\*\*[^*\n]+\*\*")
# Answered questions of an interview without labels: how many at least, and of its paragraphs what share.
_QUESTIONS, _ASKED_SHARE = 3, 1 / 8
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
    starts = [
        m
        for m in _TURN.finditer(parsed.flat)
        if not _DRESSED.match(m["turn"]) or is_person(_label(m["turn"]))
    ]
    if not starts:
        labels = _LABEL.finditer(parsed.flat)
        starts = [m for m in labels if m["turn"].upper() in ASKERS or is_person(m["turn"])]
        if len(starts) < _FEWEST or not any(is_person(m["turn"]) for m in starts):
            return []
    ends = [match.start() for match in starts[1:]]
    return [
        Turn(_label(m["turn"]), m.start("turn"), m.end(), end or len(parsed.flat))
        for m, end in zip_longest(starts, ends)
    ]


def _label(turn: str) -> str:
    return _ASIDE.sub("", turn.strip(" :\n"))


def unlabelled(parsed: Parsed) -> list[Turn]:
    """Return the turns of an interview whose questions are paragraphs of their own, without any label."""
    asked = [_is_question(parsed.flat[start:end].strip()) for start, end in parsed.paragraphs]
    answered = sum(here and not after for here, after in pairwise(asked))
    if answered < max(_QUESTIONS, _ASKED_SHARE * len(asked)) or not in_first_person(parsed):
        return []
    first = asked.index(True)
    turns = zip(parsed.paragraphs[first:], asked[first:], strict=True)
    return [Turn("Q" if asks else "A", start, start, end) for (start, end), asks in turns]


def _is_question(paragraph: str) -> bool:
    """Return whether a paragraph only asks: it ends so, unquoted, or is in bold as questions often are."""
    return bool(_BOLD.fullmatch(paragraph)) or (
        paragraph.endswith("?") and not paragraph.startswith(('"', "“", "‘", "'"))
    )


def announced(title: str) -> str:
    """Return the part of a title that names who speaks: "Remarks by X", "X's address"; else nothing."""
    if match := _BY.search(title) or _WITH.search(title):
        return _OCCASION.split(title[match.end() :].strip())[0]
    if match := _OWN.search(title):
        return title[: match.start()]
    return ""


def is_speech(title: str) -> bool:
    """Return whether a title announces somebody's own words, whatever that person asks in them."""
    return bool(_BY.search(title) or _OWN.search(title))


def in_first_person(parsed: Parsed) -> bool:
    """Return whether a text without turns is somebody's own words: a speech, a statement, a letter."""
    own = [
        n
        for n, (start, end) in enumerate(parsed.sentences)
        if any(parsed.quote_at(m.start()) is None for m in _FIRST_PERSON.finditer(parsed.flat, start, end))
    ]
    return len(own) >= max(2, _SPOKEN_SHARE * len(parsed.sentences))


class Floor:
    """Who speaks where in an article; `turns` is empty where it is nobody's own words."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        self._speakers: dict[int, Resolution | None] = {}
        self.turns = turns_of(cast.parsed, self.is_person)
        if not self.turns and not is_speech(cast.parsed.article.title):
            self.turns = unlabelled(cast.parsed)
        if not self.turns and self.announced is not None and in_first_person(cast.parsed):
            self.turns = [Turn(self.announced.name, 0, 0, len(cast.parsed.flat))]

    def speaker_of(self, turn: Turn) -> Resolution | None:
        """Return the person who has the turn: by name, or by office for "THE PRESIDENT"."""
        if turn.start not in self._speakers:
            self._speakers[turn.start] = None if turn.asks else self._named_speaker(turn)
        return self._speakers[turn.start]

    @cached_property
    def announced(self) -> Resolution | None:
        """The known person to whom the article's title gives the floor: "Remarks by …"."""
        text = announced(self._cast.parsed.article.title)
        if not text:
            return None
        hits = [hit for hit in self._cast.resolver.find(text) if hit.role in ("person", "surname")]
        for name in (*(text[hit.start : hit.end] for hit in hits[:1]), text):
            resolution = self._cast.resolve(name)
            if resolution.resolved == "registry" and resolution.kind == "person":
                return resolution
        return None

    def is_person(self, label: str) -> bool:
        """Return whether a label names a known person."""
        return self._person(label) is not None

    def speaker_at(self, offset: int) -> Resolution | None:
        """Return the person who has the floor there, if that is known."""
        turn = self._turn_at(offset)
        return self.speaker_of(turn) if turn is not None else None

    def is_asked(self, span: Span) -> bool:
        """Return whether the sentence is a question that somebody asks in a transcript."""
        turn = self._turn_at(span[0])
        return (
            turn is not None
            and turn.asks
            and self._cast.parsed.text[slice(*span)].rstrip(" *\n").endswith("?")
        )

    @cached_property
    def interviewed(self) -> Resolution | None:
        """Who answers in an interview: the person the title announces, else the first one it introduces."""
        if self.announced is not None or not self.turns:
            return self.announced
        first = self.turns[0].start
        known = (m.actor for m in self._cast.mentions if m.end <= first and m.actor.kind == "person")
        return next((self._cast.resolve(a.name) for a in known if a.resolved == "registry"), None)

    def side_at(self, offset: int) -> str:
        """Return the name of the state or body for which the transcript's speaker there speaks, or "".

        Who asks is taken to ask the one announced, or who speaks first.
        """
        turn = self._turn_at(offset)
        if turn is None:
            return ""
        speaker = self.speaker_of(turn)
        if speaker is None:
            speaker = self.announced or next(filter(None, map(self.speaker_of, self.turns)), None)
        return self._cast.name_of(speaker.speaks_for) if speaker is not None and speaker.speaks_for else ""

    def _named_speaker(self, turn: Turn) -> Resolution | None:
        if turn.answers:
            return self.interviewed
        context = self._cast.context(turn.start, 60)
        if turn.by_office and self.announced is not None:
            context.append(self.announced.slug)
        return self._person(turn.name, context)

    def _person(self, label: str, context: Sequence[str] = ()) -> Resolution | None:
        """Return the known person whom a label names, in whatever letters."""
        called = _SHOUTED.sub("", label)
        plain = STYLE.sub("", called)
        names = (plain.title(), called.title(), called.lower()) if called.isupper() else ()
        names = (*names, label) if label.isupper() else (label, *names)
        for spelling in names:
            resolution = self._cast.resolve(spelling, context)
            if resolution.resolved == "registry" and resolution.kind == "person":
                return resolution
        return None

    def _turn_at(self, offset: int) -> Turn | None:
        number = bisect_right(self.turns, offset, key=attrgetter("start")) - 1
        return self.turns[number] if number >= 0 else None
