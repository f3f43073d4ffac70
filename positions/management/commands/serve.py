"""Serve the pages from this machine; with --worker also read what comes in."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection

from config import supervise
from positions import schema


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 lets other machines in.")
        parser.add_argument("--web", type=int, default=2, metavar="N", help="Processes that answer requests.")
        parser.add_argument("--worker", action="store_true", help="Also run a Celery worker with beat.")

    def handle(self, *args: Any, **options: Any) -> None:
        self._check()
        # WhiteNoise warns about a missing folder; without collectstatic it serves from the apps.
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
        commands = {"The web server": web(options["host"], options["port"], options["web"])}
        if options["worker"]:
            commands["The worker"] = worker()
        self.stdout.write(f"Open Door is at http://{options['host']}:{options['port']}/ (Ctrl-C stops it)\n")
        self.stdout.flush()
        sys.exit(supervise.run(commands, environment()))

    def _check(self) -> None:
        """Refuse a database of another release; one that is away is waited for by what we start."""
        try:
            if found := schema.problem():
                raise CommandError(found)
        except DatabaseError as error:
            self.stderr.write(f"The database does not answer: {error}")
        finally:
            connection.close()


def environment() -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        # In a container everyone is root, and Celery's page-long warning would hide our address.
        "PYTHONWARNINGS": "ignore:You're running the worker",
    }


def web(host: str, port: int, processes: int) -> list[str]:
    """Return gunicorn's command line."""
    return [
        *(sys.executable, "-m", "gunicorn", "config.wsgi:application"),
        *("--bind", f"{host}:{port}", "--workers", str(processes)),
        *("--log-level", "warning", "--graceful-timeout", "5", "--no-control-socket"),
    ]


def worker() -> list[str]:
    """Return the command line of one Celery process with beat inside."""
    return [
        *(sys.executable, "-m", "celery", "--quiet", "--app", "config", "worker", "--beat"),
        *("--concurrency", "1", "--loglevel", "warning", "--without-gossip", "--without-mingle"),
    ]
