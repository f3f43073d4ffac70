"""Files of whole tables: CSV, JSON Lines and (an extra) Parquet, streamed; their sizes and sums."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.db import connection

from positions import exports
from positions.downloads.datasets import DATASETS
from positions.downloads.schema import Dataset

# DuckDB's types of Table Schema's.
COLUMN_TYPES = {
    "string": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "boolean": "VARCHAR", "date": "DATE",
    "datetime": "TIMESTAMPTZ",
}  # fmt: skip


def parquet_available() -> bool:
    return find_spec("duckdb") is not None


def forms() -> list[str]:
    return ["csv", "jsonl", *(["parquet"] if parquet_available() else [])]


def catalogue() -> list[dict[str, Any]]:
    """Return one row a dataset with its size and addresses. The page caches what it renders."""
    sizes = _sizes()
    return [
        {
            "name": d.name,
            "description": d.about,
            "rows": sizes[d.name],
            **{form: f"/data/{d.name}.{form}" for form in forms()},
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


def write_parquet(dataset: Dataset, source: Path, target: Path) -> None:
    """Write a CSV file of the dataset (gzip or not) as Parquet, with the types of its schema."""
    import duckdb  # an optional extra: only this function needs it

    columns = ", ".join(f"'{f.name}': '{COLUMN_TYPES[f.type]}'" for f in dataset.fields)
    read = f"SELECT * FROM read_csv('{source}', header=true, columns={{{columns}}})"
    with duckdb.connect() as engine:
        engine.execute(f"COPY ({read}) TO '{target}' (FORMAT parquet)")


def parquet(dataset: Dataset) -> bytes:
    """Return a dataset as Parquet. Needs the `parquet` extra."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.csv", Path(folder) / "out.parquet"
        with source.open("w", encoding="utf-8", newline="") as file:
            file.writelines(exports.csv_lines(dataset.table()))
        write_parquet(dataset, source, target)
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
