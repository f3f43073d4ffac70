"""Says what this machine has and lacks, before anything is installed: `make doctor`. Stdlib only."""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GIGABYTE = 1024**3
# The environment with everything, the demo's database and room to breathe.
NEEDED_GIGABYTES = 2


class Problem(Exception):
    """Something that must be put right first; the message says how."""


def python() -> str:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] != (3, 11):
        raise Problem(f"Python 3.11 is needed, this is {version}: make PYTHON=/path/to/python3.11")
    return version


def sqlite() -> str:
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE probe USING fts5(text)")
    except sqlite3.OperationalError:
        raise Problem("this Python's SQLite has no FTS5, which the search needs") from None
    finally:
        connection.close()
    return f"{sqlite3.sqlite_version} with FTS5"


def folder() -> str:
    """Check that the folder for the database can be written and has room."""
    var = Path(os.environ.get("OPENDOOR_VAR") or ROOT / "var")
    try:
        var.mkdir(parents=True, exist_ok=True)
        probe = var / ".doctor"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Problem(
            f"{var} cannot be written ({error.strerror}): set OPENDOOR_VAR to a folder that can"
        ) from None
    free = shutil.disk_usage(var).free / GIGABYTE
    if free < NEEDED_GIGABYTES:
        raise Problem(f"{var} has {free:.1f} GB left, {NEEDED_GIGABYTES} are needed")
    return f"{var}, {free:.0f} GB free"


def port(number: int) -> str:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", number))
        except OSError as error:
            raise Problem(
                f"port {number} is not free ({error.strerror}): make demo PORT={number + 1}"
            ) from None
    return f"{number} is free"


def optional() -> Iterator[tuple[str, str]]:
    """Yield what only the tests want."""
    browser = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    yield "chromium", browser or "none: browser tests are skipped"
    yield "redis", shutil.which("redis-server") or "none on PATH: tests use the wheel's"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--quiet", action="store_true", help="say only what is wrong")
    options = parser.parse_args(argv)
    checks: dict[str, Callable[[], str]] = {
        "python": python,
        "sqlite": sqlite,
        "folder": folder,
        "port": lambda: port(options.port),
    }
    wrong = 0
    for name, check in checks.items():
        try:
            found = check()
        except Problem as problem:
            wrong += 1
            print(f"✗ {name}: {problem}", file=sys.stderr)
        else:
            options.quiet or print(f"✓ {name}: {found}")
    for name, found in () if options.quiet else optional():
        print(f"· {name}: {found}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
