"""What is asked of the record before every answer, and how PostgreSQL plans it."""

import pytest
from django.db import connection

from config.planning import JOIN_COLLAPSE_LIMIT
from positions import counted
from positions.pages import record as version
from tests.support import make

postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL plans with every query")


def asked(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()


def test_all_that_is_counted_is_in_one_row(record):
    said = lambda value: "" if value is None else str(value)
    world, rest = asked(version._ANYTHING[connection.vendor])
    assert (world,) == asked(counted.WORLD)
    parts = rest.split("|")
    assert len(parts) == len(counted.RECORD)
    # The text of a moment is each database's own; all others are numbers.
    assert parts[:-1] == [said(asked(sql)[0]) for sql in counted.RECORD[:-1]]


def test_a_stance_is_counted(record):
    before = asked(version._ANYTHING[connection.vendor])
    make.stance(holder=record.zenda, topic="sanctions")
    assert asked(version._ANYTHING[connection.vendor]) != before


@postgresql
def test_every_connection_plans_briefly(db):
    assert asked("SHOW join_collapse_limit") == (str(JOIN_COLLAPSE_LIMIT),)
