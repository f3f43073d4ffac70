"""What a whole-table file is: named, typed columns over rows that are fetched in chunks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from positions.exports import Column, Table

CHUNK = 2_000


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
