"""Compare what is stored with what must be true of it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from positions.invariants import CHECKS, violations


class Command(BaseCommand):
    help = "Check that the record is consistent; print every violation and exit 1 if there is one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--show", type=int, default=100, metavar="N", help="print at most N (default 100)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(violations())
        for line in found[: options["show"]]:
            self.stderr.write(line)
        if found:
            raise CommandError(f"{len(found)} violations.")
        self.stdout.write(f"All {len(CHECKS)} invariants hold.")
