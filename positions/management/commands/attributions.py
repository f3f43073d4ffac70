"""Find who said what in sentences, without a database: JSON Lines in, JSON Lines out."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Predict the attributions (source, cue, content) in each line's text. Needs no database."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("input", type=Path, metavar="IN.jsonl")
        parser.add_argument("--out", type=Path, required=True, metavar="PRED.jsonl")

    def handle(self, *args: Any, **options: Any) -> None:
        from positions.extraction.attribution import predict_file  # imports the parser

        if not options["input"].is_file():
            raise CommandError(f"{options['input']}: there is no such file")
        predict_file(options["input"], options["out"])
