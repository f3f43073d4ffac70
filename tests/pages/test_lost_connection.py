"""A kept connection that the server ended meanwhile costs no reader a page."""

import pytest
from django.db import OperationalError, connection, transaction

from positions.pages import record

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no server that ends one"),
]


@pytest.fixture
def kept():
    """A connection as a process keeps it from one request to the next: checked before the first question."""
    connection.ensure_connection()
    connection.health_check_enabled, connection.close_at = True, None
    yield
    connection.close()


def end():
    """End the connection on the server, as a restart or a firewall does."""
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    other.close()


def between_requests():
    connection.close_if_unusable_or_obsolete()


def test_the_first_question_is_the_check(kept, monkeypatch):
    between_requests()
    monkeypatch.setattr(connection, "is_usable", lambda: pytest.fail("the server was asked twice"))
    record.version()
    assert connection.health_check_done


def test_an_ended_connection_is_made_anew(kept):
    before = record.version()
    between_requests()
    end()
    assert record.version() == before


def test_what_ends_in_the_midst_of_a_request_is_an_error(kept):
    between_requests()
    record.version()
    end()
    with pytest.raises(OperationalError):
        record.version()


def test_a_transaction_is_not_begun_again_in_silence(kept):
    between_requests()
    with pytest.raises(OperationalError), transaction.atomic():
        record.version()
        end()
        record.version()
