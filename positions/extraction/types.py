"""The shapes that cross the border of the extraction library.

Text and a resolver of names go in (`ArticleText`, `Resolver`), frozen readings with character
offsets come out (`Reading`). Offsets are half-open, count characters (code points) of
`ArticleText.text`, and `text[start:end]` is always exactly the quoted evidence.

The words are the codebook's (`positions/data/codebook.yaml`): a reading never holds a topic,
mode or kind that the codebook does not name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from datetime import date as Day  # `EventReading.date` hides the class in its own body
from types import MappingProxyType
from typing import Any, Literal, Protocol

Mode = Literal["direct", "indirect", "narrative", "second-hand"]
Kind = Literal["statement", "demand", "pledge", "threat", "action", "prediction"]
ActorKind = Literal["state", "organisation", "person", "group", "unnamed"]
Precision = Literal["day", "month", "year", "before"]
EventKind = Literal["meeting", "aid", "decision", "statement", "military", "political"]
# How sure it is whom a name means: an actor of the registry; an actor that the codebook lets the
# reader make (unnamed sources, loose groups); a person the registry lacks; several possible ones.
Resolved = Literal["registry", "made", "unknown", "ambiguous"]


class Parses(Protocol):
    """Where the parse of one text is kept, so that changed rules need not parse it anew."""

    def load(self) -> bytes | None: ...

    def save(self, data: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class ArticleText:
    """One article as the reader sees it. `published` is the day against which "on Monday" is read.

    `parses` keeps its parse, if it is to be kept.
    """

    id: str
    text: str
    published: date
    title: str = ""
    language: str = "en"
    parses: Parses | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class ActorMention:
    """A name in the text and whom it means on the day.

    `slug` is the registry's; for `made` actors the codebook's form (`unnamed-us-officials`); for
    `unknown` persons the slug of the name; for `ambiguous` ones the first candidate's is *not*
    taken: it is the slug of the words, and `candidates` lists whom they may mean.
    """

    slug: str
    name: str
    kind: ActorKind
    resolved: Resolved
    start: int
    end: int
    path: str = ""  # how it was resolved: "surname after full name", "title on the date", …
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StanceReading:
    """One stance: at `stated_on`, `holder` takes `position` on `topic`, and text[start:end] shows it.

    `source` is None where holder and source are the same (or the source is no actor: a newspaper).
    `position` is -2…+2, `confidence` 0–1 (calibrated: the share of such readings that are right).
    `reasons` tells an editor why: plain JSON values only.
    """

    holder: ActorMention
    topic: str
    position: int
    mode: Mode
    kind: Kind
    stated_on: date
    start: int
    end: int
    evidence: str
    confidence: float
    source: ActorMention | None = None
    condition: str | None = None
    precision: Precision = "day"
    reasons: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class EventReading:
    """A dated happening. `end_on` only where it spans several days; `actors` are resolved slugs."""

    title: str
    kind: EventKind
    date: Day
    start: int
    end: int
    evidence: str
    end_on: Day | None = None
    place: str = ""
    actors: tuple[ActorMention, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What one extractor found in one article.

    `set_aside` says in words why an article was not read for stances (off topic, another language),
    empty otherwise. `unresolved` are the unknown and ambiguous names that held or voiced a stance
    or took part in an event. Findings are ordered by (start, end, holder, topic): the same text and
    registry give the same reading, byte for byte.
    """

    extractor: str
    version: str
    stances: tuple[StanceReading, ...] = ()
    events: tuple[EventReading, ...] = ()
    unresolved: tuple[ActorMention, ...] = ()
    set_aside: str = ""


@dataclass(frozen=True, slots=True)
class Resolution:
    """The answer of a resolver: whom `text` means on a day. See `ActorMention` for the fields."""

    slug: str
    name: str
    kind: ActorKind
    resolved: Resolved
    path: str = ""
    candidates: tuple[str, ...] = ()
    gender: str = ""  # "male", "female" or ""
    speaks_for: str = ""  # slug of the state or organisation the person, or unnamed source, speaks for


class Resolver(Protocol):
    """What the library asks of whoever knows the actors (`actors.resolution` here).

    Implementations are pure: no clock, no database while reading.
    """

    def resolve(self, text: str, on: date, context: Sequence[str] = ()) -> Resolution:
        """Return whom the name, title, demonym, capital or metonym `text` means on the day `on`.

        `context` holds the slugs of actors named before it in the article, newest last.
        """
        ...

    def find(self, text: str) -> Sequence[NameHit]:
        """Return the names and titles in a text that are known, in order and without overlaps."""
        ...

    def name_of(self, slug: str) -> str:
        """Return a name that `resolve` takes for the slug; the slug itself where nothing is known of it."""
        ...


@dataclass(frozen=True, slots=True)
class NameHit:
    """A spelling of the registry found in a text; what it means there is the resolver's to say.

    `role`: how the spelling names its actor; a `title` stands for whoever holds the office. `slugs`
    are the actors that bear the spelling (for a title: the state or organisation it is tied to, if
    any). `weak` spellings (ordinary words, names shared by several) need context.
    """

    start: int
    end: int
    role: Literal[
        "person", "surname", "state", "organisation", "group", "adjective", "capital", "metonym", "title"
    ]
    slugs: tuple[str, ...]
    weak: bool = False


class NameFinder(Protocol):
    """A resolver that can also say where in a text its names stand."""

    def find(self, text: str) -> Sequence[NameHit]:
        """Return the names and titles in `text`, longest first at each place, without overlaps."""
        ...


class Extractor(Protocol):
    """Anything that reads articles: rules, a learned reader, a language model behind an endpoint."""

    name: str
    version: str

    def read(self, article: ArticleText, resolver: Resolver) -> Reading: ...
