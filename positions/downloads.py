"""The whole record as files: one table each, streamed as CSV or JSON Lines, and their description.

Only what pages may show goes out: readings below the threshold and rejected ones do not, editors are
not named, articles go without their text.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import F, QuerySet

from actors.models import Actor, BlocMembership, Mandate
from positions import exports
from positions.exports import Column, Table
from positions.models import Article, CurrentStance, Event, LinePoint, Source, Topic

CHUNK = 2_000
LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its name in the file, where it comes from, its type (Table Schema), and what it says."""

    name: str
    path: str
    type: str = "string"
    about: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    name: str
    about: str
    rows: Callable[[], QuerySet[Any]]
    fields: tuple[Field, ...]

    def values(self) -> Iterator[dict[str, Any]]:
        """Return all rows, fetched in chunks: memory does not grow with the record."""
        renamed = {f"_{f.name}": F(f.path) for f in self.fields}
        for row in self.rows().values(**renamed).iterator(chunk_size=CHUNK):
            yield {key[1:]: value for key, value in row.items()}

    def table(self) -> Table:
        columns = [Column(f.name, f.name, number=f.type in {"integer", "number"}) for f in self.fields]
        return Table(self.name, self.about, columns, self.values())


def _statements() -> QuerySet[CurrentStance]:
    return CurrentStance.public.order_by("stance_id")


STATEMENTS = Dataset(
    "statements",
    "Every statement that pages show: who takes which position on what, when, and the words.",
    _statements,
    (
        Field("id", "stance_id", "integer", "Number of the statement; its page is /statements/<id>/."),
        Field("holder", "holder__slug", about="Whose position it is."),
        Field("holder_name", "holder__name"),
        Field("holder_kind", "holder__kind"),
        Field("office", "office", about="The holder's office on the day."),
        Field("tier", "tier", "integer", "1 and 2 move the line, 3 is a voice."),
        Field("on_behalf_of", "on_behalf_of__slug", about="For whom the holder speaks by their office."),
        Field("source", "source_actor__slug", about="Who says so, where that is not the holder."),
        Field("topic", "topic__slug"),
        Field("position", "position", "integer", "-2 opposes … +2 advocates the topic's proposition."),
        Field("mode", "mode"),
        Field("kind", "kind"),
        Field("condition", "condition"),
        Field("stated_on", "stated_on", "date"),
        Field("precision", "precision"),
        Field("on_record", "on_record", "boolean", "Said by the holder under their own name."),
        Field("evidence", "evidence", about="The words of the article."),
        Field("start", "start", "integer", "Offset of the first character in the article's text."),
        Field("end", "end", "integer"),
        Field("article", "article_id", "integer"),
        Field("confidence", "confidence", "number"),
        Field("decision", "decision", about="machine, or what an editor decided."),
        Field("recorded_at", "recorded_at", "datetime", "Since when the record says this."),
    ),
)
LINES = Dataset(
    "lines",
    "Every point of every line: from when an actor held a position, and which statement set it.",
    lambda: LinePoint.objects.order_by("pk"),
    (
        Field("actor", "actor__slug"),
        Field("topic", "topic__slug"),
        Field("track", "track", about="line, or accounts (unnamed and second-hand; never moves the line)."),
        Field("from", "stated_on", "date"),
        Field("until", "until", "date", "Day of the next point; empty: still holds."),
        Field("since", "since", "date", "Since when the value has held without a break."),
        Field("position", "position", "integer"),
        Field("previous", "previous", "integer"),
        Field("condition", "condition"),
        Field("shift", "shift"),
        Field("contested", "contested", "boolean"),
        Field("speaker", "holder__slug"),
        Field("office", "office"),
        Field("utterances", "utterances", "integer"),
        Field("reviewed", "reviewed", "boolean"),
        Field("statement", "stance_id", "integer"),
        Field("statement_before", "previous_stance_id", "integer"),
    ),
)
ACTORS = Dataset(
    "actors",
    "States, organisations, persons, groups and unnamed sources.",
    lambda: Actor.objects.existing().order_by("slug"),
    (
        Field("slug", "slug"),
        Field("name", "name"),
        Field("kind", "kind"),
        Field("gender", "gender"),
        Field("wikidata", "wikidata"),
        Field("origin", "origin", about="Who wrote the row."),
    ),
)
MANDATES = Dataset(
    "mandates",
    "Who held which office of which state or organisation, from and up to (not including) a day.",
    lambda: Mandate.objects.order_by("pk"),
    (
        Field("person", "person__slug"),
        Field("of", "of__slug"),
        Field("office", "office"),
        Field("role", "role"),
        Field("from", "start", "date"),
        Field("until", "end", "date"),
        Field("precision", "precision"),
        Field("speaks_for", "speaks_for", "boolean"),
        Field("tier", "tier", "integer"),
        Field("confirmed_to", "confirmed_to", "date", "Last day for which there is support."),
    ),
)
MEMBERSHIPS = Dataset(
    "memberships",
    "Which state belonged to which alliance, union or group.",
    lambda: BlocMembership.objects.order_by("pk"),
    (
        Field("member", "member__slug"),
        Field("bloc", "bloc__slug"),
        Field("from", "start", "date"),
        Field("until", "end", "date"),
        Field("indicative", "indicative", "boolean"),
    ),
)
TOPICS = Dataset(
    "topics",
    "The propositions that positions are read against.",
    lambda: Topic.objects.order_by("order"),
    (
        Field("slug", "slug"),
        Field("name", "name"),
        Field("proposition", "proposition"),
        Field("belongs_here", "belongs_here"),
        Field("not_here", "not_here"),
    ),
)
ARTICLES = Dataset(
    "articles",
    "What was read: without the texts, which belong to their publishers.",
    lambda: Article.objects.filter(state=Article.State.DONE, withdrawn_at__isnull=True).order_by("pk"),
    (
        Field("id", "pk", "integer"),
        Field("source", "source__slug"),
        Field("title", "title"),
        Field("url", "url"),
        Field("language", "language"),
        Field("published_on", "published_on", "date"),
        Field("recorded_at", "recorded_at", "datetime"),
        Field("backfilled", "backfilled", "boolean"),
        Field("copy_of", "duplicate_of_id", "integer"),
    ),
)
SOURCES = Dataset(
    "sources",
    "Outlets and feeds.",
    lambda: Source.objects.order_by("slug"),
    (
        Field("slug", "slug"),
        Field("name", "name"),
        Field("kind", "kind"),
        Field("homepage", "homepage"),
        Field("country", "country"),
        Field("language", "language"),
        Field("reliability", "reliability"),
        Field("licence", "licence"),
    ),
)
EVENTS = Dataset(
    "events",
    "Dated happenings that positions cluster around.",
    lambda: Event.objects.filter(merged_into__isnull=True).order_by("pk"),
    (
        Field("id", "pk", "integer"),
        Field("title", "title"),
        Field("kind", "kind"),
        Field("from", "start_on", "date"),
        Field("to", "end_on", "date"),
        Field("place", "place"),
        Field("recorded_at", "recorded_at", "datetime"),
    ),
)
DATASETS = {
    d.name: d for d in (STATEMENTS, LINES, ACTORS, MANDATES, MEMBERSHIPS, TOPICS, ARTICLES, SOURCES, EVENTS)
}


def parquet_available() -> bool:
    return find_spec("duckdb") is not None


def catalogue() -> list[dict[str, Any]]:
    """Return one row a dataset with its size and addresses. The page caches what it renders."""
    forms = ["csv", "jsonl", *(["parquet"] if parquet_available() else [])]
    sizes = _sizes()
    return [
        {
            "name": d.name,
            "description": d.about,
            "rows": sizes[d.name],
            **{form: f"/data/{d.name}.{form}" for form in forms},
            "fields": d.fields,
        }
        for d in DATASETS.values()
    ]


def _sizes() -> dict[str, int]:
    """Return the number of rows of every dataset, with one query."""
    parts, params = [], []
    for name, dataset in DATASETS.items():
        sql, values = dataset.rows().order_by().values("pk").query.sql_with_params()
        parts.append(f"SELECT %s, COUNT(*) FROM ({sql}) AS part")
        params += [name, *values]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        return dict(cursor.fetchall())


def lines(dataset: Dataset, form: str) -> Iterator[str]:
    """Return the file of a dataset piece by piece; `form` is csv or jsonl."""
    return exports.csv_lines(dataset.table()) if form == "csv" else exports.json_lines(dataset.table())


def parquet(dataset: Dataset) -> bytes:
    """Return a dataset as Parquet. Needs the `parquet` extra; reads the CSV with the types of the schema."""
    import duckdb  # an optional extra: only this function needs it

    types = {
        "string": "VARCHAR",
        "integer": "BIGINT",
        "number": "DOUBLE",
        "boolean": "VARCHAR",
        "date": "DATE",
        "datetime": "TIMESTAMPTZ",
    }
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.csv", Path(folder) / "out.parquet"
        with source.open("w", encoding="utf-8", newline="") as file:
            for piece in exports.csv_lines(dataset.table()):
                file.write(piece.removeprefix("\ufeff"))
        columns = ", ".join(f"'{f.name}': '{types[f.type]}'" for f in dataset.fields)
        read = f"SELECT * FROM read_csv('{source}', header=true, columns={{{columns}}})"
        duckdb.connect().execute(f"COPY ({read}) TO '{target}' (FORMAT parquet)")
        return target.read_bytes()


def checksums() -> Mapping[str, str]:
    """Return the SHA-256 of every CSV and JSON Lines file as it would be sent now."""
    return {
        f"{name}.{form}": _digest(lines(dataset, form))
        for name, dataset in DATASETS.items()
        for form in ("csv", "jsonl")
    }


def _digest(pieces: Iterable[str]) -> str:
    digest = sha256()
    for piece in pieces:
        digest.update(piece.encode())
    return digest.hexdigest()


def package(version: str) -> dict[str, Any]:
    """Return the record's description as a Data Package (version 2)."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "open-door",
        "title": "Open Door: who stands where on Ukraine and NATO",
        "homepage": settings.SITE_URL,
        "version": version,
        "licenses": [LICENCE],
        "resources": [
            {
                "name": d.name,
                "description": d.about,
                "path": f"{settings.SITE_URL}/data/{d.name}.csv",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": {
                    "fields": [
                        {
                            "name": f.name,
                            "type": f.type,
                            **({"description": f.about} if f.about else {}),
                            **({"trueValues": ["yes"], "falseValues": ["no"]} if f.type == "boolean" else {}),
                        }
                        for f in d.fields
                    ]
                },
            }
            for d in DATASETS.values()
        ],
    }
