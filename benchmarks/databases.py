"""One database for each size of record, filled when first asked for and kept in the var folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, connections

from benchmarks import record
from positions import search

INDEXED = 5_000  # entries at once


def use(stances: int) -> None:
    """Make the record of this size the default database of everything that follows; caches start empty."""
    alias = f"record{stances}"
    if alias not in connections.databases:
        connections.databases[alias] = _settings(stances)
        connections["default"] = connections[alias]
        _prepare(stances)
    connections["default"] = connections[alias]
    cache.clear()


def _settings(stances: int) -> dict[str, Any]:
    base: dict[str, Any] = connections.databases["default"]
    if "sqlite" in base["ENGINE"]:
        folder = settings.VAR_DIR / "bench"
        folder.mkdir(exist_ok=True)
        return {**base, "NAME": str(folder / f"{stances}.sqlite3")}
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [f"record{stances}"])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE DATABASE record{stances}")
    return {**base, "NAME": f"record{stances}"}


def _prepare(stances: int) -> None:
    call_command("migrate", verbosity=0)
    if record.is_filled(stances):
        return
    print(f"Filling {connection.vendor} with {stances:,} stances …", file=sys.stderr)
    record.fill(stances, progress=lambda said: print(f"  {said}", file=sys.stderr))
    # Rows came with their keys: PostgreSQL's sequences have not seen them.
    resets = connection.ops.sequence_reset_sql(no_style(), list(apps.get_models()))
    with connection.cursor() as cursor:
        for reset in resets:
            cursor.execute(reset)
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def index() -> None:
    """Bring the search index of the current record up to date."""
    while search.follow(INDEXED):
        pass


@contextmanager
def counted() -> Iterator[list[dict[str, str]]]:
    """Collect the queries of the block."""
    connection.force_debug_cursor = True
    connection.queries_log.clear()
    queries: list[dict[str, str]] = []
    try:
        yield queries
    finally:
        queries.extend(connection.queries)
        connection.force_debug_cursor = False
