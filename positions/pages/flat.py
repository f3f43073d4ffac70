"""Rows of the read models as flat objects, with the words that stand beside them.

A model instance costs ten times as much to make, and a page shows some hundreds of rows. The names of the
fields are those of the models and of `lines.WORDS` and `rows.WORDS`, so that computed rows (instances that
were never saved) can take their places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, ClassVar, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    DateField,
    Field,
    FloatField,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce

from positions.models import CurrentStance, LineEdition

Piece = tuple[str, Sequence[Any]]  # SQL and its parameters


@dataclass(slots=True, eq=False)
class Brief:
    """A point of a line without its sentence and speaker."""

    pk: int
    actor_id: int
    track: str
    stated_on: date
    until: date | None
    since: date
    position: int
    previous: int | None
    condition: str
    shift: str
    contested: bool
    stance_id: int
    utterances: int
    topic_slug: str
    actor_slug: str
    actor_name: str
    actor_kind: str

    PATHS: ClassVar[tuple[Any, ...]] = (
        "pk", "actor_id", "track", "stated_on", "until", "since", "position", "previous", "condition",
        "shift", "contested", "stance_id", "utterances", "topic__slug", "actor__slug", "actor__name",
        "actor__kind",
    )  # fmt: skip
    DAYS: ClassVar[tuple[str, ...]] = ("stated_on", "until", "since")
    FLAGS: ClassVar[tuple[str, ...]] = ("contested",)


@dataclass(slots=True, eq=False)
class Point(Brief):
    """A point of a line with who spoke and the sentences before and after."""

    previous_stance_id: int | None
    office: str
    reviewed: bool
    holder_slug: str
    holder_name: str
    words: str | None
    previous_words: str | None
    confidence: float | None

    PATHS: ClassVar[tuple[Any, ...]] = (
        *Brief.PATHS, "previous_stance_id", "office", "reviewed", "holder__slug", "holder__name",
        "stance__current__evidence", "previous_stance__current__evidence", "stance__current__confidence",
    )  # fmt: skip
    FLAGS: ClassVar[tuple[str, ...]] = ("contested", "reviewed")


def _nothing(field: Field[Any, Any]) -> Cast:
    """A NULL of a type: PostgreSQL takes a bare one for text and then refuses a union with numbers."""
    return Cast(Value(None), field)


def _edition() -> Coalesce:
    """The edition of a point's line."""
    of_line = LineEdition.objects.filter(actor=OuterRef("actor"), topic=OuterRef("topic"))
    return Coalesce(Subquery(of_line.values("number")[:1]), 0)


@dataclass(slots=True, eq=False)
class Held(Brief):
    """A point that holds on a day, with its line's edition: what is made of the line is kept under it."""

    edition: int

    PATHS: ClassVar[tuple[Any, ...]] = (*Brief.PATHS, _edition())


@dataclass(slots=True, eq=False)
class HeldPoint(Point):
    """The same with who spoke and the sentences."""

    edition: int

    PATHS: ClassVar[tuple[Any, ...]] = (*Point.PATHS, _edition())


@dataclass(slots=True, eq=False)
class Start:
    """Where a line took a value."""

    actor_id: int
    topic_slug: str
    stated_on: date
    position: int

    PATHS: ClassVar[tuple[Any, ...]] = ("actor_id", "topic__slug", "stated_on", "position")
    DAYS: ClassVar[tuple[str, ...]] = ("stated_on",)
    FLAGS: ClassVar[tuple[str, ...]] = ()


class Sketch(Point):
    """A point of which only the line is drawn: as many columns, those of sentences and speakers empty."""

    __slots__ = ()
    PATHS: ClassVar[tuple[Any, ...]] = (
        *Brief.PATHS, _nothing(IntegerField()), Value(""), "reviewed", Value(""), Value(""),
        _nothing(TextField()), _nothing(TextField()), _nothing(FloatField()),
    )  # fmt: skip


@dataclass(slots=True, eq=False)
class Said:
    """A current stance with the names around it."""

    stance_id: int
    article_id: int
    utterance_id: int | None
    office: str
    tier: int | None
    position: int
    mode: str
    kind: str
    condition: str
    stated_on: date
    precision: str
    evidence: str
    confidence: float
    decision: str
    on_record: bool
    topic_slug: str
    holder_slug: str
    holder_name: str
    source_name: str | None
    for_slug: str | None
    for_name: str | None
    title: str
    outlet: str
    outlets: int | None

    PATHS: ClassVar[tuple[Any, ...]] = (
        "stance_id", "article_id", "utterance_id", "office", "tier", "position", "mode", "kind", "condition",
        "stated_on", "precision", "evidence", "confidence", "decision", "on_record", "topic__slug",
        "holder__slug", "holder__name", "source_actor__name", "on_behalf_of__slug", "on_behalf_of__name",
        "article__title", "article__source__name", "utterance__outlets",
    )  # fmt: skip
    DAYS: ClassVar[tuple[str, ...]] = ("stated_on",)
    FLAGS: ClassVar[tuple[str, ...]] = ("on_record",)

    @property
    def is_reviewed(self) -> bool:
        return self.decision in CurrentStance.ACCEPTED


@dataclass(slots=True, eq=False)
class Recorded(Said):
    """The same with what lines are made of. The article's words are put in where a row is shown."""

    start: int
    end: int
    role: str
    holder_id: int
    behalf_id: int | None
    source_slug: str | None
    stance: Any = None  # for pages that show its words in their article

    PATHS: ClassVar[tuple[Any, ...]] = (
        *Said.PATHS[:-3], Value(""), Value(""), Value(1), "start", "end", "role", "holder_id",
        "on_behalf_of_id", "source_actor__slug",
    )  # fmt: skip


@dataclass(slots=True, eq=False)
class Fact:
    """Something the registry says of an actor; what it does not say of a thing of that kind is empty."""

    what: str
    name: str
    slug: str
    office: str
    role: str
    start: date | None
    end: date | None

    PATHS: ClassVar[tuple[Any, ...]] = ()
    DAYS: ClassVar[tuple[str, ...]] = ("start", "end")
    FLAGS: ClassVar[tuple[str, ...]] = ()


class Bloc(Fact):
    __slots__ = ()
    PATHS = (Value("bloc"), "bloc__name", "bloc__slug", Value(""), Value(""), "start", "end")


class Name(Fact):
    __slots__ = ()
    PATHS = (Value("alias"), "text", Value(""), Value(""), Value(""), "start", "end")


class Office(Fact):
    """A person's own."""

    __slots__ = ()
    PATHS = (Value("office"), "of__name", "of__slug", "office", "role", "start", "end")


class Leader(Fact):
    """Who holds an office of a body."""

    __slots__ = ()
    PATHS = (Value("office"), "person__name", "person__slug", "office", "role", "start", "end")


class Happening(Fact):
    """An event; its key stands where others have a slug."""

    __slots__ = ()
    PATHS = (
        Value("event"), "title", Cast("pk", TextField()), Value(""), Value(""), "start_on",
        _nothing(DateField()),
    )  # fmt: skip


T = TypeVar("T", bound="Brief | Start | Said | Fact")


def piece(made: type[T], rows: QuerySet[Any]) -> Piece:
    """Return the query that `fetched` takes, of a queryset that may be limited."""
    return rows.values_list(*_columns(made, connection.vendor)).query.sql_with_params()


def _columns(made: Any, vendor: str) -> list[Any]:
    """On SQLite days come as text: what the driver makes of them is as dear as all other columns together."""
    if vendor != "sqlite":
        return list(made.PATHS)
    names = [field.name for field in fields(made)][: len(made.PATHS)]  # what follows is filled in later
    return [
        Cast(path, TextField()) if name in made.DAYS else path
        for name, path in zip(names, made.PATHS, strict=True)
    ]


class Written(Generic[T]):
    """A query written once and asked with other values: writing it costs more than asking.

    `write` makes the queryset from stand-ins for the values; each has to be a value that nothing else in
    the query has.
    """

    def __init__(self, made: type[T], write: Callable[..., QuerySet[Any]], *stands: Any) -> None:
        self.made: type[T] = made
        self.write, self.stands = write, stands
        self.pieces: dict[tuple[str, Any], Piece] = {}

    def piece(self, *values: Any, shape: Any = None) -> Piece:
        """Return the query with these values. `shape` is given to `write` and tells queries apart."""
        key = connection.vendor, shape
        if key not in self.pieces:
            self.pieces[key] = piece(self.made, self.write(*self.stands, shape))
        sql, params = self.pieces[key]
        stored = dict(zip(map(_stored, self.stands), map(_stored, values), strict=True))
        return sql, [stored.get(value, value) for value in params]


def _stored(value: Any) -> Any:
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def of(made: type[T], *querysets: QuerySet[Any]) -> list[T]:
    """Return the rows of disjoint querysets with one query."""
    try:
        return fetched(made, [piece(made, rows) for rows in querysets])
    except EmptyResultSet:  # nothing can fit, as with "one of" an empty list
        return []


def fetched(made: type[T], pieces: Sequence[Piece]) -> list[T]:
    """Return the rows of several queries (limited ones, too) with one.

    Raw SQL because SQLite takes a LIMIT inside a compound only when it is wrapped once more.
    """
    sql = pieces[0][0]
    if len(pieces) > 1:
        sql = " UNION ALL ".join(f"SELECT * FROM ({text}) AS part{n}" for n, (text, _) in enumerate(pieces))
    params = [value for _text, values in pieces for value in values]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    return [made(*row) for row in _native(made, rows)]


def _native(made: type[T], rows: Sequence[Sequence[Any]]) -> Iterable[Sequence[Any]]:
    """SQLite keeps days as text and truth as 0 and 1, and does not say so of every compound."""
    if connection.vendor != "sqlite":
        return rows
    names = [field.name for field in fields(made)]
    days = [names.index(name) for name in made.DAYS]
    return map(_converter(days, [names.index(name) for name in made.FLAGS]), rows)


def _converter(days: Sequence[int], flags: Sequence[int]) -> Callable[[Sequence[Any]], list[Any]]:
    def converted(row: Sequence[Any]) -> list[Any]:
        values = list(row)
        for at in days:
            if values[at] is not None:
                values[at] = date.fromisoformat(values[at])
        for at in flags:
            values[at] = bool(values[at])
        return values

    return converted
