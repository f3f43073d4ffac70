"""`make demo` is several processes that live and die together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from pytest import CaptureFixture

from config import doctor
from positions.management.commands import serve
from positions.models import User
from tests.support.redis import free_port

ROOT = Path(__file__).resolve().parents[2]
# Two children: one that lives, one that ends when it is told to or after a while.
SUPERVISED = """
import os, sys
from config import supervise
sleep = [sys.executable, "-c", "import os, time; os.write(1, b'up' + bytes([10])); time.sleep(60)"]
ending = "import os, time, sys; os.write(1, b'up' + bytes([10])); time.sleep({seconds}); sys.exit(3)"
second = [sys.executable, "-c", ending]
sys.exit(supervise.run({{"one": sleep, "two": second}}, os.environ))
"""


def supervised(seconds: float) -> tuple[subprocess.Popen[str], list[psutil.Process]]:
    """Start a supervisor with two children; return it and them once both are up."""
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISED.format(seconds=seconds)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert [process.stdout.readline() for _ in range(2)] == ["up\n", "up\n"]
    return process, psutil.Process(process.pid).children(recursive=True)


def gone(children: list[psutil.Process]) -> bool:
    _, alive = psutil.wait_procs(children, timeout=60)
    return not alive


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_being_told_to_stop_ends_everything(number: int) -> None:
    process, children = supervised(60)
    with process:
        process.send_signal(number)
        assert process.wait(timeout=90) == 0
    assert gone(children)


def test_one_that_ends_takes_the_others_with_it() -> None:
    process, children = supervised(0.1)
    with process:
        _, said = process.communicate(timeout=90)
    assert process.returncode == 3
    assert "two ended with status 3" in said
    assert gone(children)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent was killed")
def test_nothing_outlives_a_killed_supervisor() -> None:
    process, children = supervised(60)
    with process:
        process.kill()
    assert gone(children)


@pytest.mark.slow
def test_the_site_comes_up_with_its_worker_and_goes_down(tmp_path: Path) -> None:
    port = free_port()
    env = {"PATH": os.environ["PATH"], "OPENDOOR_VAR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=env, check=True
    )
    command = [sys.executable, "manage.py", "serve", "--port", str(port), "--worker"]
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as site:
        try:
            assert site.stdout is not None
            assert site.stdout.readline() == f"Open Door is at http://127.0.0.1:{port}/ (Ctrl-C stops it)\n"
            assert _answers(port) == 200
            children = psutil.Process(site.pid).children(recursive=True)
            assert any("celery" in " ".join(child.cmdline()) for child in children)
        finally:
            site.terminate()
            site.wait(timeout=90)
    assert gone(children)


def _answers(port: int) -> int:
    """Return the status of the login page, waiting up to two minutes for the server."""
    import requests

    for _ in range(600):
        try:
            return requests.get(f"http://127.0.0.1:{port}/admin/login/", timeout=10).status_code
        except requests.ConnectionError:
            time.sleep(0.2)
    raise AssertionError("the server did not come up")


def test_the_web_server_listens_where_it_is_told() -> None:
    assert "127.0.0.1:8123" in serve.web("127.0.0.1", 8123, 2)


@pytest.mark.django_db
def test_the_demo_login_works_once_printed(capsys: CaptureFixture[str]) -> None:
    call_command("demo_login")
    name, password = _printed(capsys)
    assert authenticate(None, username=name, password=password) == User.objects.get()
    assert User.objects.get().is_staff


@pytest.mark.django_db
def test_a_new_demo_login_ends_the_old_one(capsys: CaptureFixture[str]) -> None:
    call_command("demo_login")
    name, old = _printed(capsys)
    call_command("demo_login")
    assert authenticate(None, username=name, password=old) is None


def test_no_demo_login_in_production(settings: object) -> None:
    settings.PRODUCTION = True  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="createsuperuser"):
        call_command("demo_login")


def _printed(capsys: CaptureFixture[str]) -> list[str]:
    """Return name and password from the line that the command printed."""
    return capsys.readouterr().out.split(": ", 1)[1].split(" at ")[0].split(" / ")


def test_the_doctor_is_content_with_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENDOOR_VAR", str(tmp_path))
    assert doctor.main(["--port", str(free_port()), "--quiet"]) == 0


def test_the_doctor_names_what_is_wrong_and_the_way_out(tmp_path: Path, capsys: CaptureFixture[str]) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert doctor.main(["--port", str(port), "--quiet"]) == 1
    assert f"make demo PORT={port + 1}" in capsys.readouterr().err
