"""The newest of the things that hold some words.

`modelsearch` writes the index. Its queries read every hit: on SQLite they ask the full-text table once for
each row of the index (seconds where there are ten thousand), on PostgreSQL they ask for a sum of columns that
has no index. So these are ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection

from positions.models import SearchEntry

COLUMNS = ("kind", "ref", "day", "topic", "position", "mode", "actor", "outlet")
# Where more hold the words than this, entries are walked from the newest on: the limit is soon reached.
MANY = 4_000
_MATCH = """
    SELECT rowid AS entry FROM modelsearch_indexentry_fts WHERE modelsearch_indexentry_fts MATCH %(words)s
"""
# CROSS JOIN is SQLite's word for "in this order", a plus its word for "by no index".
_FROM_WORDS = """
    SELECT {columns}
    FROM ({match}) AS found
    CROSS JOIN modelsearch_indexentry AS i ON i.id = found.entry AND i.content_type_id = %(kind)s
    CROSS JOIN positions_searchentry AS e ON e.id = CAST(i.object_id AS INTEGER)
    WHERE e.day IS NULL OR e.day <= %(on)s
    ORDER BY e.day IS NULL DESC, e.day DESC, e.id DESC LIMIT %(limit)s
"""
_SQLITE = """
    SELECT {columns}
    FROM positions_searchentry AS e
    CROSS JOIN modelsearch_indexentry AS i
      ON i.content_type_id = %(kind)s AND i.object_id = CAST(e.id AS TEXT)
    WHERE {days} AND +i.id IN ({match})
    ORDER BY e.day DESC, e.id DESC LIMIT %(limit)s
"""
# PostgreSQL knows how many hold the words and finds the way by itself.
_POSTGRESQL = """
    SELECT {columns}
    FROM positions_searchentry AS e
    JOIN modelsearch_indexentry AS i ON i.content_type_id = %(kind)s AND i.object_id = e.id::varchar
    WHERE {days} AND i.body @@ plainto_tsquery('simple'::regconfig, %(words)s)
    ORDER BY e.day DESC, e.id DESC LIMIT %(limit)s
"""


def newest(words: Sequence[str], *, on: date, limit: int, text: bool = False) -> list[tuple[Any, ...]]:
    """Return `COLUMNS` (and the text) of entries up to the day that hold all the words (stems).

    Those without a day come first, then the newest.
    """
    sqlite = connection.vendor == "sqlite"
    values: dict[str, Any] = {
        "words": "body : (" + " AND ".join(f'"{word}"' for word in words) + ")"
        if sqlite
        else " ".join(words),
        "kind": ContentType.objects.get_for_model(SearchEntry).pk,
        "on": on.isoformat(),
        "limit": limit,
    }
    columns = ", ".join(f"e.{name}" for name in (*COLUMNS, *(("text",) if text else ())))
    parts = {"columns": columns, "match": _MATCH}
    if sqlite and _rows(f"SELECT COUNT(*) FROM ({_MATCH})", values)[0][0] <= MANY:
        return _rows(_FROM_WORDS.format(**parts), values)
    walk = _SQLITE if sqlite else _POSTGRESQL
    walks = [walk.format(**parts, days=days) for days in ("e.day IS NULL", "e.day <= %(on)s")]
    sql = " UNION ALL ".join(f"SELECT * FROM ({walk}) AS walk{number}" for number, walk in enumerate(walks))
    return _rows(sql, values)[:limit]


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
