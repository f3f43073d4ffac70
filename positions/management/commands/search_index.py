"""`manage.py search_index`: bring the search index up to date, or make it anew."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from positions import search


class Command(BaseCommand):
    help = "Take what changed into the search index; with --rebuild make it anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rebuild", action="store_true", help="forget the index first")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rebuild"]:
            self.stdout.write(f"{search.rebuild()} entries in the index.")
            return
        taken = 0
        while new := search.follow():
            taken += new
        self.stdout.write(f"{taken} entries taken in.")
