"""Fixtures of the whole suite. Rows come from `tests.support.make`; servers start when first asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.db import connection
from django.db.models.signals import post_migrate
from django.utils import translation

from tests.support import browser as browsers
from tests.support import network, postgres, redis
from tests.support.availability import missing

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "django_db_serialized_rollback"}


def pytest_configure(config: pytest.Config) -> None:
    network.block_look_ups()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL run what touches the database, and only that; the rest ran on SQLite (docs/adr)."""
    if connection.vendor != "postgresql":
        return
    kept = [item for item in items if _touches_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if not _touches_database(item)])
    items[:] = kept


def _touches_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("browser") or item.get_closest_marker("postgres"):
        return False  # the browser sees HTML; `postgres` tests start their own server in either run
    asked = DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
    return bool(asked or item.get_closest_marker("django_db") or _is_django_case(item))


def _is_django_case(item: pytest.Item) -> bool:
    from django.test import TransactionTestCase

    return isinstance(cls := getattr(item, "cls", None), type) and issubclass(cls, TransactionTestCase)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Keep what migrations put in (the roles): a transactional test empties every table at its end."""
    from django.contrib.auth.models import Group

    with django_db_blocker.unblock():
        kept = serializers.serialize("json", Group.objects.all(), use_natural_foreign_keys=True)

    def restore(**_: object) -> None:
        if not Group.objects.exists():
            for row in serializers.deserialize("json", kept):
                row.save()

    # Emptying ends with this signal for each app; permissions are complete after the last.
    last = [app for app in apps.get_app_configs() if app.models_module][-1]
    post_migrate.connect(restore, sender=last, weak=False)


@pytest.fixture(scope="session", autouse=True)
def _files_are_complete() -> Iterator[None]:
    """What tests write is read at once; waiting for files that somebody still writes has tests of its own."""
    from positions.ingestion import files

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "SETTLE", 0.0)
        yield


@pytest.fixture(autouse=True)
def _language_ends_with_its_test() -> Iterator[None]:
    """The language a request chose stays with its thread; on a server the next request chooses its own."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.PrivatePostgres]:
    """A private PostgreSQL, for tests that restart it or run processes against it (marker: postgres)."""
    try:
        server = postgres.PrivatePostgres().start()
    except postgres.Unavailable as error:
        missing(str(error))
    yield server
    server.remove()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[redis.PrivateRedis]:
    """A private Redis (marker: broker). A test that stops it must start it again."""
    try:
        server = redis.PrivateRedis().start()
    except redis.Unavailable as error:
        missing(str(error))
    yield server
    server.remove()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Playwright's Browser. By module, because its event loop would disturb tests of other modules."""
    path = browsers.executable()
    if path is None:
        missing("no Chromium: set CHROMIUM or put chromium on PATH")
    with browsers.chromium(path) as launched:
        yield launched


@pytest.fixture
def page(browser: Any, live_server: Any) -> Iterator[Any]:
    """A page on the live server; afterwards it must not have complained (errors, CSP violations)."""
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 1280, "height": 900}, locale="en-GB", timezone_id="UTC"
    )
    context.set_default_timeout(10_000)
    tab = context.new_page()
    watch = browsers.Watch(tab)
    yield tab
    context.close()
    assert watch.complaints == []
