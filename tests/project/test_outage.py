"""A database that is away, or of another release: everything says so and comes back by itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import RequestFactory

from config import outage
from positions import schema
from positions.ingestion import store
from positions.ingestion.reading import read_article
from positions.models import Article
from tests.ingestion.conftest import document, scripted
from tests.ingestion.faults.bench import ROOT, Bench
from tests.ingestion.scripted import Scripted
from tests.support import make
from tests.support.postgres import PrivatePostgres
from tests.support.redis import free_port

__all__ = ["document", "scripted"]
PAGES = ["/", "/actors/", "/sources/", "/statements/1/", "/search/?q=bread", "/coverage/", "/feed/?x"]
SECONDS = 90


# -- For real: a server that is stopped and started --
@pytest.fixture
def own(tmp_path: Path) -> Iterator[Bench]:
    """An installation on a PostgreSQL of its own, so that others may use theirs meanwhile."""
    with PrivatePostgres() as server:
        made = Bench(tmp_path, server, None)
        made.prepare()
        yield made
        made.stop()


@pytest.fixture
def site(own: Bench) -> Iterator[Callable[[str], requests.Response]]:
    """Its web server; call it with a path. It answers once the first request was answered at all."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "config.wsgi:application", "--workers", "2"]
    command += ["--bind", f"127.0.0.1:{port}", "--no-control-socket"]
    log = own.folder / "web.log"
    with (
        log.open("wb") as out,
        subprocess.Popen(
            command, cwd=ROOT, env=own.env, stdout=out, stderr=out, start_new_session=True
        ) as process,
    ):

        def ask(path: str, **options: Any) -> requests.Response:
            url = f"http://127.0.0.1:{port}{path}"
            return requests.get(url, timeout=30, allow_redirects=False, **options)

        try:
            eventually(lambda: ask("/healthz").status_code == 200)
            yield ask
        finally:
            os.killpg(process.pid, signal.SIGKILL)
    assert "Traceback" not in log.read_text(), log.read_text()[-4000:]


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            if condition():
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"not in {SECONDS} s")


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.scenario(7)
def test_pages_say_that_the_database_is_away_and_come_back_by_themselves(
    own: Bench, site: Callable[..., requests.Response], record_property: Callable[[str, object], None]
) -> None:
    before = {path: site(path).status_code for path in PAGES}
    assert set(before.values()) <= {200, 404}
    assert site("/readyz").json()["ready"] is True
    assert own.postgres is not None
    own.postgres.stop(immediate=True)
    for path in PAGES[:-1]:
        away = site(path)
        assert (away.status_code, away.headers["Retry-After"]) == (503, "30"), path
        assert "The database does not answer just now." in away.text
        assert f'<a href="{path}">Try again</a>' in away.text
        assert "default-src" in away.headers["Content-Security-Policy"]
        assert "Traceback" not in away.text and "psycopg2" not in away.text
    api = site("/api/v1/actors")
    assert (api.status_code, api.json()["retry_after"]) == (503, 30)
    health = site("/readyz")
    assert (health.status_code, health.json()["ready"]) == (503, False)
    assert health.json()["why"].startswith("The database does not answer: ")
    assert site("/healthz").status_code == 200
    uk = site("/", headers={"Accept-Language": "uk"})
    assert "База даних зараз не відповідає." in uk.text
    own.postgres.start()
    began = time.monotonic()
    # Not at the first answer: a worker that began while nothing answered looks again only once a second.
    eventually(lambda: {path: site(path).status_code for path in PAGES} == before)
    took = time.monotonic() - began
    record_property("observed", f"without PostgreSQL 503 in words on every page; back {took:.1f} s after it")


@pytest.mark.slow
@pytest.mark.postgres
def test_a_site_started_without_its_database_waits_for_it(own: Bench) -> None:
    assert own.postgres is not None
    own.postgres.stop()
    port = free_port()
    command = [sys.executable, "manage.py", "serve", "--port", str(port), "--worker"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=own.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        url = f"http://127.0.0.1:{port}/sources/"
        eventually(lambda: requests.get(url, timeout=30).status_code == 503)
        time.sleep(1)
        assert process.poll() is None
        own.postgres.start()
        eventually(lambda: requests.get(url, timeout=30).status_code == 200)
        own.until(lambda: own.sql("SELECT count(*) FROM positions_workerheartbeat") == [(1,)])
    finally:
        process.terminate()
        said, _ = process.communicate(timeout=60)
    assert "The database does not answer; the worker waits for it." in said


# -- Schemas of other releases --
@pytest.fixture
def embedded(tmp_path: Path) -> Bench:
    made = Bench(tmp_path, None, None)
    made.env["EXTRACTOR"] = "rules"
    return made


def newest() -> str:
    return sorted(path.stem for path in (ROOT / "positions" / "migrations").glob("0*.py"))[-1]


def older(bench: Bench) -> str:
    bench.manage("migrate", "-v0")
    bench.sql("DELETE FROM django_migrations WHERE name = %s", newest())
    return f"The database is older than this release: it lacks 1 migration (positions.{newest()})."


def newer(bench: Bench) -> str:
    bench.manage("migrate", "-v0")
    row = ("positions", "9999_from_tomorrow", "2030-01-01")
    bench.sql("INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)", *row)
    said = "The database is newer than this release, which does not know its migration"
    return f"{said} {row[0]}.{row[1]}."


@pytest.mark.slow
@pytest.mark.broker
@pytest.mark.scenario(30)
@pytest.mark.parametrize("schema_of", [older, newer])
def test_a_worker_refuses_the_schema_of_another_release_in_words(
    embedded: Bench, schema_of: Callable[[Bench], str]
) -> None:
    said = schema_of(embedded)
    command = [sys.executable, "-m", "celery", "--app", "config", "worker", "--beat", "--loglevel", "warning"]
    done = subprocess.run(command, cwd=ROOT, env=embedded.env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert f"The worker does not start. {said}" in done.stderr
    assert "Traceback" not in done.stderr
    served = subprocess.run(
        [sys.executable, "manage.py", "serve"], cwd=ROOT, env=embedded.env, capture_output=True, text=True,
        timeout=120,
    )  # fmt: skip
    assert (served.returncode, said in served.stderr) == (1, True)


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.scenario(30)
def test_a_web_server_started_on_another_schema_says_so_until_it_fits(own: Bench) -> None:
    said = older(own)
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "config.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(
        [*command, "--no-control-socket"], cwd=ROOT, env=own.env, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            eventually(lambda: requests.get(f"{url}/healthz", timeout=30).status_code == 200)
            page = requests.get(f"{url}/sources/", timeout=30)
            assert (page.status_code, said in page.text) == (503, True)
            assert said in requests.get(f"{url}/readyz", timeout=30).json()["why"]
            own.sql(
                "INSERT INTO django_migrations (app, name, applied) VALUES ('positions', %s, now())", newest()
            )
            eventually(lambda: requests.get(f"{url}/sources/", timeout=30).status_code == 200)
        finally:
            process.terminate()
            _, log = process.communicate(timeout=60)
    assert said in log and "Traceback" not in log


@pytest.mark.django_db
def test_a_schema_that_fits_has_no_problem(capsys: pytest.CaptureFixture[str]) -> None:
    assert schema.problem() == ""


@pytest.mark.django_db
def test_applied_migrations_of_other_projects_are_none_of_ours() -> None:
    MigrationRecorder(connection).record_applied("another_app", "0001_initial")
    assert schema.problem() == ""


@pytest.mark.django_db
def test_serving_refuses_an_older_database() -> None:
    MigrationRecorder(connection).record_unapplied("positions", newest())
    with pytest.raises(CommandError, match=r"Run “manage\.py migrate”"):
        call_command("serve")


@pytest.mark.django_db(transaction=True)
def test_articles_wait_with_the_reason_while_the_schema_is_another(
    scripted: Scripted, document: Callable[..., Any]
) -> None:
    """A migration under a running worker: no attempt is spent, so that nothing is quarantined for it."""
    pk = store(document(), make.source()).article_id
    MigrationRecorder(connection).record_applied("positions", "9999_from_tomorrow")

    def missing_column(article: object) -> None:
        raise OperationalError("no such column: positions_stance.tomorrow")

    scripted.before = missing_column
    try:
        with pytest.raises(OperationalError):
            read_article(pk)
    finally:
        MigrationRecorder(connection).record_unapplied("positions", "9999_from_tomorrow")
    article = Article.objects.get()
    assert (article.state, article.attempts) == ("queued", 0)
    assert article.error.startswith("The database is newer than this release")
    assert article.next_attempt_at is not None


# -- Which errors are the database's --
@pytest.mark.django_db
def test_only_errors_of_the_database_are_told_as_such() -> None:
    assert outage.trouble(OperationalError("database is locked")) == "The database does not answer just now."
    assert outage.trouble(OperationalError("attempt to write a readonly database")).startswith(
        "The database takes"
    )
    assert [outage.trouble(error) for error in (ValueError(), IntegrityError(), None)] == ["", "", ""]


@pytest.mark.django_db
def test_what_breaks_round_the_views_is_answered_too() -> None:
    request = RequestFactory().get("/sources/")
    try:
        raise OperationalError("server closed the connection unexpectedly")
    except OperationalError:
        assert outage.broken(request).status_code == 503
    try:
        raise ValueError("ours")
    except ValueError:
        broken = outage.broken(request)
    assert (broken.status_code, b"Something broke on our side" in broken.content) == (500, True)
