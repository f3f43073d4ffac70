"""Triggers that note changes of what pages show beside stances, put up after every `migrate`.

In the database because names, offices and events are written in many ways (the admin, the registry's bulk
loads, merges by UPDATE), and a page kept for too long shows a name that is none. SQLite drops a table's
triggers when a migration makes it anew, hence after every `migrate` and not in one.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from django.db import connections

from positions import counted
from positions.models import Change

PREFIX = "noted_"
# By table the columns that matter; every column where none is named. Others hold the state of the work.
WATCHED: dict[str, tuple[str, ...]] = {
    "actors_actor": (),
    "actors_alias": (),
    "actors_mandate": (),
    "actors_blocmembership": (),
    "positions_event": (),
    "positions_event_actors": (),
    "positions_source": ("slug", "name", "kind", "url", "homepage", "licence", "excerpt_length", "is_active"),
    "positions_article": ("title", "source_id", "url", "published_on", "withdrawn_at", "duplicate_of_id"),
    "positions_eventmention": ("event_id",),
    "positions_unresolvedmention": ("state",),
}
# A new row of these has a new highest id, which the record's version counts anyway.
COUNTED = {"positions_article", "positions_eventmention", "positions_unresolvedmention"}
NOTE = {
    # It begins with the time, so that a database that was emptied does not come to the same number again.
    "sqlite": "BEGIN INSERT INTO positions_change (id, number) VALUES (1, strftime('%s', 'now'))"
    " ON CONFLICT (id) DO UPDATE SET number = number + 1; END",
    "postgresql": "EXECUTE FUNCTION positions_note_change()",
}
FUNCTION = """
CREATE OR REPLACE FUNCTION positions_note_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO positions_change (number) VALUES (1); RETURN NULL; END $$
"""
FOUND = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal",
}


def triggers(vendor: str) -> dict[str, str]:
    """Return the statements that make the triggers, by name: another statement has another name."""
    made = {}
    for table, event, condition in _watched(vendor):
        body = f"AFTER {event} ON {table} FOR EACH ROW {condition} {NOTE[vendor]}"
        made[f"{PREFIX}{event.lower()}_{sha256(body.encode()).hexdigest()[:8]}"] = body
    return {name: f"CREATE TRIGGER {name} {body}" for name, body in made.items()}


def _watched(vendor: str) -> Iterator[tuple[str, str, str]]:
    for table, columns in WATCHED.items():
        yield table, "DELETE", ""
        if table not in COUNTED:
            yield table, "INSERT", ""
        yield table, "UPDATE", _differs(columns, vendor)


def _differs(columns: tuple[str, ...], vendor: str) -> str:
    word = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    changed = " OR ".join(f"OLD.{column} {word} NEW.{column}" for column in columns)
    return f"WHEN ({changed})" if changed else ""


def watch(using: str) -> None:
    """Put up the triggers that are missing, take down those that are not wanted any more."""
    connection = connections[using]
    wanted, found = triggers(connection.vendor), _found(using)
    _drop(using, {name: found[name] for name in found.keys() - wanted.keys()})
    missing = sorted(wanted.keys() - found.keys())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(FUNCTION)
            cursor.execute(counted.FUNCTION)
        for name in missing:
            cursor.execute(wanted[name])


def unwatch(using: str) -> None:
    """Take all of them down."""
    _drop(using, _found(using))


def _found(using: str) -> dict[str, str]:
    """Return the tables of our triggers by the triggers' names."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(FOUND[connection.vendor])
        return {name: table for name, table in cursor.fetchall() if name.startswith(PREFIX)}


def _drop(using: str, names: dict[str, str]) -> None:
    connection = connections[using]
    with connection.cursor() as cursor:
        for name, table in sorted(names.items()):
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}{on}")


def after_migrate(sender: Any, using: str, **kwargs: Any) -> None:
    """Put up the triggers once all tables are there; while the project is migrated backwards they are not."""
    tables = set(connections[using].introspection.table_names())
    if {"positions_change", *WATCHED} <= tables:
        watch(using)
        Change.objects.using(using).prune()
