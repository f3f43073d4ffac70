"""Write what editors decided as reference annotations, one JSON file an article."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from positions import gold_export
from positions.management.commands.extract import file_name


class Command(BaseCommand):
    help = (
        "Write <id>.json for every article that people coded exhaustively, in the form that "
        "`manage.py evaluate` compares with."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("out", type=Path, help="folder for the annotations; made if it is missing")
        parser.add_argument("--texts", type=Path, help="also write the texts, as <id>.md, into this folder")
        parser.add_argument(
            "--partial",
            action="store_true",
            help="every article with a decision (for precision only)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in filter(None, (options["out"], options["texts"])):
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise CommandError(f"{folder}: {error.strerror}") from error
        articles = stances = 0
        for article in gold_export.articles(partial=options["partial"]).iterator(100):
            form = gold_export.annotation(article)
            name = file_name(article.guid)
            text = json.dumps(form, ensure_ascii=False, indent=1)
            (options["out"] / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")
            if options["texts"]:
                (options["texts"] / f"{name}.md").write_text(gold_export.document(article), encoding="utf-8")
            articles, stances = articles + 1, stances + len(form["stances"])
        self.stdout.write(f"{articles} articles, {stances} statements written to {options['out']}.")
