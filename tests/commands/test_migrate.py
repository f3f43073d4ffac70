"""`manage.py migrate` beside others who use the tables."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection

from positions.management.commands import migrate
from positions.models import LineEdition, LinePoint

ONLY_POSTGRESQL = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite locks the whole file, and waits"
)
pytestmark = [ONLY_POSTGRESQL, pytest.mark.django_db(transaction=True)]
# Taken back it wants the points and then, still holding them, the editions.
BEFORE, FIRST, SECOND = "0026", LinePoint._meta.db_table, LineEdition._meta.db_table


@pytest.fixture
def writer():
    """A second connection, in a transaction."""
    one = connection.copy()
    one.set_autocommit(False)
    yield one
    one.close()
    call_command("migrate", verbosity=0)


@pytest.fixture
def taking(writer):
    """Migrate backwards in a thread, and let it end whatever the test found."""

    def take_back():
        try:
            call_command("migrate", "positions", BEFORE, verbosity=0)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        yield lambda: pool.submit(take_back)
        writer.close()


def test_who_uses_the_tables_in_another_order_is_not_cut_off(writer, taking):
    with writer.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {SECOND}")
        taken = taking()
        until(lambda: waits(cursor))
        cursor.execute(f"SELECT count(*) FROM {FIRST}")
        assert not taken.done()
        writer.commit()
    taken.result(timeout=30)
    assert SECOND not in connection.introspection.table_names()


def test_tables_that_are_never_to_be_had_are_an_error(writer, taking, monkeypatch):
    monkeypatch.setattr(migrate, "PATIENCE", 0.1)
    with writer.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {SECOND}")
        with pytest.raises(OperationalError, match="lock timeout"):
            taking().result(timeout=30)
    writer.rollback()
    assert SECOND in connection.introspection.table_names()


def test_another_error_is_not_tried_again(writer, monkeypatch):
    def fail(*args, **options):
        calls.append(options)
        raise OperationalError("server closed the connection")

    calls = []
    with monkeypatch.context() as patch:
        patch.setattr(migrate.migrate.Command, "handle", fail)
        with pytest.raises(OperationalError, match="server closed"):
            call_command("migrate", verbosity=0)
    assert len(calls) == 1


def test_the_connection_waits_as_before_afterwards(writer):
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)


def waits(cursor):
    """Whether anybody waits for a lock."""
    cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
    return cursor.fetchone()[0] > 0


def until(what):
    deadline = time.monotonic() + 20
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)
