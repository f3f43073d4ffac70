"""One clock for leases and schedules, the database's: a worker whose own is wrong cannot steal work."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection


def now() -> datetime:
    """Return the database's time in UTC. Inside a transaction PostgreSQL, too, gives the moment of asking."""
    if connection.vendor == "sqlite":
        # The same machine, and frozen together with it in tests.
        return datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
