"""Migrate while workers read and pages are served."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

PATIENCE = 120  # seconds
GIVEN_WAY = {"55P03", "40P01"}  # PostgreSQL's names for a lock_timeout and a deadlock


class Command(migrate.Command):
    """Django's, which on PostgreSQL gives way to those at work and tries again.

    A migration keeps the lock of each table it changes while it waits for the next one. Whoever uses two of
    them in another order would be in a deadlock with it, which PostgreSQL ends after a second by cutting
    one of the two off, often the other. Each migration is a transaction: what gave way is as if never begun.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        """Raise OperationalError where the tables are not to be had within PATIENCE."""
        connection = connections[options["database"]]
        if connection.vendor != "postgresql":
            super().handle(*args, **options)
            return
        until = time.monotonic() + PATIENCE
        while True:
            try:
                with _short_waits(connection):
                    super().handle(*args, **options)
                return
            except OperationalError as error:
                if getattr(error.__cause__, "pgcode", "") not in GIVEN_WAY or time.monotonic() > until:
                    raise
            if options["verbosity"]:
                self.stderr.write("Others use these tables: trying again.")
            time.sleep(random.uniform(0.05, 0.5))


@contextmanager
def _short_waits(connection: BaseDatabaseWrapper) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '500ms'")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
