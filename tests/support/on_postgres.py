"""Run a command on a private PostgreSQL: `python -m tests.support.on_postgres pytest -n auto`."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.support.postgres import PrivatePostgres


def main(command: list[str]) -> int:
    if not command:
        sys.exit(__doc__)
    with PrivatePostgres() as server:
        return subprocess.call(command, env={**os.environ, "DATABASE_URL": server.url})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
