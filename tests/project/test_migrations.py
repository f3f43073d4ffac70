"""Migrations are complete, in one line, and can be taken back."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

APPS = ("actors", "positions")


@pytest.mark.parametrize("app", APPS)
def test_migrations_are_one_line(app: str) -> None:
    graph = MigrationLoader(None).graph
    assert len(graph.leaf_nodes(app)) == 1
    numbers = sorted(name[:4] for label, name in graph.nodes if label == app)
    assert numbers == [f"{n:04}" for n in range(1, len(numbers) + 1)]


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    out = StringIO()
    try:
        call_command("makemigrations", *APPS, check=True, dry_run=True, stdout=out)
    except SystemExit:
        pytest.fail(f"models have changed:\n{out.getvalue()}")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_every_migration_can_be_taken_back() -> None:
    everything = MigrationLoader(connection).graph.leaf_nodes()
    try:
        MigrationExecutor(connection).migrate([(app, None) for app in APPS])
        assert [name for name in connection.introspection.table_names() if name.startswith(APPS)] == []
    finally:
        MigrationExecutor(connection).migrate(everything)
    assert "positions_stance" in connection.introspection.table_names()
