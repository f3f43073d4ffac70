"""Migrations are complete, in one line, and can be taken back."""

from __future__ import annotations

import hashlib
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from tests.support import make

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


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_texts_that_came_back_survive_the_older_schema() -> None:
    everything = MigrationLoader(connection).graph.leaf_nodes()
    article = make.article("STRELSAU. One.")
    for number, text in ((2, "STRELSAU. Two."), (3, "STRELSAU. One.")):
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        article.versions.create(number=number, title="T", text=text, sha256=sha256)
    before = list(article.versions.order_by("number").values_list("number", "text", "sha256"))
    try:
        MigrationExecutor(connection).migrate([("positions", "0012_index_shifts")])
    finally:
        MigrationExecutor(connection).migrate(everything)
    assert list(article.versions.order_by("number").values_list("number", "text", "sha256")) == before
