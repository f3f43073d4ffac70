"""Snapshots: all tables as they stood on a day, kept under an address that never says anything else.

A snapshot is a folder named for its day (`2026-11-29`, a second one of the day `2026-11-29.2`) with the
files, `datapackage.json` and `SHA256SUMS`. It is written beside its place and moved there whole: whoever
lists or downloads never meets half of one. All its tables show the same state of the database.
"""

from __future__ import annotations

import gzip
import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import file_digest
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from positions.downloads import files
from positions.downloads.datasets import DATASETS
from positions.downloads.package import described, resource
from positions.downloads.schema import Dataset
from positions.models import Change

NAME = re.compile(r"(\d{4}-\d\d-\d\d)(?:\.(\d{1,4}))?")
DESCRIPTION, SUMS = "datapackage.json", "SHA256SUMS"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A finished snapshot; its name is its version."""

    name: str
    rows: int
    bytes: int

    @property
    def day(self) -> date:
        return date.fromisoformat(self.name[:10])


@dataclass(frozen=True, slots=True)
class File:
    name: str
    bytes: int
    digest: str


def folder() -> Path:
    return Path(settings.SNAPSHOT_DIR)


def snapshots() -> list[Snapshot]:
    """Return all that are kept, the newest first."""
    return [_read(path) for path in _newest_first()]


def _newest_first() -> list[Path]:
    if not folder().is_dir():
        return []
    kept = [path for path in folder().iterdir() if NAME.fullmatch(path.name)]
    return sorted(kept, key=lambda path: _order(path.name), reverse=True)


def find(name: str) -> Path | None:
    """Return the folder of a snapshot, None where there is none of this name."""
    path = folder() / name
    return path if NAME.fullmatch(name) and path.is_dir() else None


def contents(path: Path) -> list[File]:
    """Return the files of a snapshot with their sums, in the order of the catalogue."""
    found = []
    for line in (path / SUMS).read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ", 1)
        found.append(File(name, (path / name).stat().st_size, digest))
    return found


def take(today: date) -> Snapshot | None:
    """Take a snapshot of the record as it is now; None where the newest one holds just the same."""
    Change.objects.prune()  # every night, so that counting them stays quick
    folder().mkdir(parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(prefix=".half-", dir=folder()))
    try:
        with one_state():
            resources = [made for dataset in DATASETS.values() for made in _write(dataset, half)]
        before = next(iter(_newest_first()), None)
        if before and _tables(before) == _packed({made["path"]: made["hash"] for made in resources}):
            return None
        name = _free_name(today)
        about = {**described(name, resources), "created": f"{today}T00:00:00Z"}
        (half / DESCRIPTION).write_text(json.dumps(about, indent=1, ensure_ascii=False), encoding="utf-8")
        _write_sums(half)
        half.chmod(0o755)
        half.rename(folder() / name)
        return _read(folder() / name)
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _tables(path: Path) -> dict[str, str]:
    """Return the sums of a snapshot's tables by file."""
    return _packed({file.name: f"sha256:{file.digest}" for file in contents(path)})


def _packed(sums: dict[str, str]) -> dict[str, str]:
    """Return those that equal tables share: whether Parquet is written depends on what is installed."""
    return {name: digest for name, digest in sums.items() if name.endswith(".gz")}


def changed_at() -> int:
    """Return a number that differs once a snapshot was added or taken away."""
    try:
        return folder().stat().st_mtime_ns
    except FileNotFoundError:
        return 0


@contextmanager
def one_state() -> Iterator[None]:
    """Let everything read inside see one state of the database, without holding writers up."""
    if connection.in_atomic_block:  # the caller has chosen already
        yield
    elif connection.vendor == "sqlite":
        # Not `atomic`: our transactions on SQLite begin as writers'.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("COMMIT")
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


def _write(dataset: Dataset, half: Path) -> Iterator[dict[str, Any]]:
    """Write a table in every form; yield the descriptions of the files."""
    plain = resource(dataset)
    for form, mediatype in (("csv", "text/csv"), ("jsonl", "application/x-ndjson")):
        path = half / f"{dataset.name}.{form}.gz"
        rows = _write_lines(path, files.lines(dataset, form)) - (form == "csv")
        about = {"format": form, "mediatype": mediatype, "compression": "gz", "rows": rows}
        yield {**plain, **about, **_file(path, dataset.name, form)}
    if files.parquet_available():
        path = half / f"{dataset.name}.parquet"
        files.write_parquet(dataset, half / f"{dataset.name}.csv.gz", path)
        about = {"format": "parquet", "mediatype": "application/vnd.apache.parquet"}
        yield {**plain, **about, **_file(path, dataset.name, "parquet")}


def _write_lines(path: Path, pieces: Iterator[str]) -> int:
    """Write one line a piece; return how many. Equal tables make equal bytes: no time of day goes in."""
    count = 0
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
        for piece in pieces:
            packed.write(piece.encode())
            count += 1
    return count


def _file(path: Path, name: str, form: str) -> dict[str, Any]:
    """Return name, path, size and sum as a Data Package gives them; names differ between forms."""
    named = name if form == "csv" else f"{name}-{form}"
    return {"name": named, "path": path.name, "bytes": path.stat().st_size, "hash": f"sha256:{_sum(path)}"}


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _write_sums(half: Path) -> None:
    """Write the sums in the form that `sha256sum --check` reads."""
    listed = sorted(path for path in half.iterdir() if path.name != DESCRIPTION)
    text = "".join(f"{_sum(path)}  {path.name}\n" for path in [*listed, half / DESCRIPTION])
    (half / SUMS).write_text(text, encoding="utf-8")


def _free_name(today: date) -> str:
    number = 1
    while (folder() / (name := f"{today}.{number}" if number > 1 else str(today))).exists():
        number += 1
    return name


def _order(name: str) -> tuple[str, int]:
    day, number = NAME.fullmatch(name).groups()  # type: ignore[union-attr]  # only such names come here
    return day, int(number or 1)


def _read(path: Path) -> Snapshot:
    about = json.loads((path / DESCRIPTION).read_text(encoding="utf-8"))
    size = sum(found["bytes"] for found in about["resources"])
    rows = sum(found.get("rows", 0) for found in about["resources"] if found["format"] == "csv")
    return Snapshot(path.name, rows, size)
