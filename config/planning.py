"""How PostgreSQL plans our queries."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

# The pages join up to nine tables to the one they ask, each by its key: in the order in which they stand.
# Trying all orders costs several times what the query does (measured: ADR 15).
JOIN_COLLAPSE_LIMIT = 4


def plan_briefly(sender: Any, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Limit the orders of joins that are tried; for `connection_created`.

    Said once connected and not among the connection's options, which a pooler before the server refuses.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET join_collapse_limit = {JOIN_COLLAPSE_LIMIT}")
