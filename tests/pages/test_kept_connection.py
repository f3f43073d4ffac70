"""A connection to PostgreSQL that is kept: what it costs when it was ended, and what it remembers."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from positions.counted import VISIBLE
from positions.pages import record
from tests.support import make

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


# -- What a connection remembers while the server shows it nothing new --
@pytest.fixture
def asked(kept):
    """Ask for the record's version and return it with the SQL that was sent."""

    def ask():
        with CaptureQueriesContext(connection) as sent:
            found = record.version()
        return found, [query["sql"] for query in sent]

    return ask


def elsewhere(write):
    """Run `write` on a connection of its own, and end that."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: (write(), connection.close())).result()


def from_memory(asked, version):
    """Whether the version is answered from memory where nothing is written between two questions.

    Asked some times: other workers write to other databases of the same server, which shows in between.
    """
    return any(asked() == (version, [f"SELECT {VISIBLE}"]) for _ in range(200))


def test_while_nothing_is_written_the_answer_is_remembered(asked):
    first, _ = asked()
    assert from_memory(asked, first)


def test_what_another_connection_wrote_is_seen(asked):
    first, _ = asked()
    elsewhere(make.article)
    second, sent = asked()
    assert second.whole != first.whole
    assert len(sent) == 2
    assert from_memory(asked, second)


def test_a_write_that_is_not_committed_yet_is_seen_once_it_is(asked):
    begun, over = threading.Event(), threading.Event()

    def write():
        with transaction.atomic():
            make.article()
            begun.set()
            over.wait(30)

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(lambda: (write(), connection.close()))
        begun.wait(30)
        before, _ = asked()
        assert asked()[0] == before
        over.set()
        writing.result()
    assert asked()[0].whole != before.whole


def test_a_transaction_sees_its_own_writes(asked):
    first, _ = asked()
    with transaction.atomic():
        make.article()
        assert asked()[0].whole != first.whole


def test_questions_are_remembered_apart(asked):
    asked()
    for _ in range(2):
        assert [record._row("SELECT %(slug)s::text", {"slug": slug}) for slug in "ab"] == [("a",), ("b",)]


def test_no_more_is_remembered_than_fits(asked, monkeypatch):
    monkeypatch.setattr(record, "REMEMBERED", 3)
    for number in range(9):
        record.version(record.Subject("actor", f"nobody-{number}"))
    assert len(connection._record_memory.answers) <= 3
