"""Tables as pages show them, and the same tables as CSV and JSON: nothing is formatted twice."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass, field
from datetime import date, datetime
from html import escape
from itertools import islice
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

# As many rows as a page shows of a table; the CSV has them all.
MOST_SHOWN = 100
# Spreadsheets run cells that begin like this; a leading apostrophe makes them text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Column:
    """A machine name (CSV and JSON) and a heading (page). `number` cells are aligned, never quoted."""

    key: str
    heading: str
    number: bool = False


def headed(headings: Mapping[str, str], numbers: Sequence[str] = ()) -> list[Column]:
    """Return columns from names and headings; `numbers` are the names of those that hold numbers."""
    return [Column(key, heading, key in numbers) for key, heading in headings.items()]


@dataclass(frozen=True, slots=True)
class Made:
    """Rows that are made as they are read, of things that can be counted before."""

    things: Sequence[Any]
    make: Callable[[Any], Mapping[str, Any]]

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return map(self.make, self.things)

    def __len__(self) -> int:
        return len(self.things)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of plain values (str, int, float, bool, date, None) under columns. `rows` may be read once."""

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Iterable[Mapping[str, Any]]
    about: Mapping[str, Any] = field(default_factory=dict)

    def shown(self) -> dict[str, Any]:
        """Return what a page shows of the table, ready to be kept."""
        return {
            "name": self.name, "caption": self.caption, "columns": list(self.columns), "body": self.body()
        }  # fmt: skip

    def body(self) -> SafeString:
        """Return the page's rows as markup, MOST_SHOWN at most; a template takes ten times as long."""
        keys = [column.key for column in self.columns]
        rows = iter(self.rows)
        shown = [[escape(plain(row.get(key))) for key in keys] for row in islice(rows, MOST_SHOWN)]
        more = len(self.rows) - len(shown) if isinstance(self.rows, Sized) else sum(1 for _row in rows)
        rest = f'<tr><th colspan="{len(keys)}">{escape(_more(more))}</th></tr>' if more else ""
        return mark_safe("".join(f"<tr><td>{'</td><td>'.join(cells)}</td></tr>" for cells in shown) + rest)


def _more(count: int) -> str:
    words = ngettext("%(n)s more row in the CSV", "%(n)s more rows in the CSV", count)
    return words % {"n": count}


def plain(value: object) -> str:
    """Return a cell as text: ISO dates, empty for None."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def safe(value: object) -> str:
    """Return a cell that no spreadsheet takes for a formula; numbers stay numbers."""
    text = plain(value)
    if isinstance(value, int | float) or not text.startswith(FORMULA_STARTS):
        return text
    return "'" + text


class _Echo:
    """A file that hands back what is written, so that `csv` can be streamed."""

    def write(self, value: str) -> str:
        return value


def csv_lines(table: Table) -> Iterator[str]:
    writer = csv.writer(_Echo())
    # A byte order mark: without it spreadsheets read names as Latin-1.
    yield "\ufeff" + writer.writerow([column.key for column in table.columns])
    for row in table.rows:
        yield writer.writerow([safe(row.get(column.key)) for column in table.columns])


def json_text(table: Table) -> str:
    keys = [column.key for column in table.columns]
    rows = [{key: row.get(key) for key in keys} for row in table.rows]
    about = {**table.about, "title": table.caption, "table": table.name, "rows": rows}
    return json.dumps(about, default=plain, ensure_ascii=False, indent=1)


def json_lines(table: Table) -> Iterator[str]:
    keys = [column.key for column in table.columns]
    for row in table.rows:
        yield json.dumps({key: row.get(key) for key in keys}, default=plain, ensure_ascii=False) + "\n"
