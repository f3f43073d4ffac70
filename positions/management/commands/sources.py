"""The list of sources: show, load, exchange as OPML, poll."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from positions.ingestion import catalogue, clock, hosts
from positions.ingestion.health import health
from positions.ingestion.polling import poll
from positions.models import Source


class Command(BaseCommand):
    help = "List sources with their state; load the starter list; import or export OPML; poll."

    def add_arguments(self, parser: ArgumentParser) -> None:
        do = parser.add_subparsers(dest="do", required=True)
        do.add_parser("list", help="every source with its state and the reason")
        load = do.add_parser("load", help="add the starter list, or another, switched off")
        load.add_argument("file", nargs="?", type=Path, default=catalogue.STARTER)
        do.add_parser("import", help="add the feeds of an OPML file, switched off").add_argument(
            "file", type=Path
        )
        do.add_parser("export", help="print all feeds as OPML")
        do.add_parser("poll", help="poll sources now, due or not").add_argument("slug", nargs="+")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options['do']}")(options)

    def _list(self, options: dict[str, Any]) -> None:
        now = clock.now()
        for source in Source.objects.all():
            found = health(source, now)
            self.stdout.write(f"{source.slug:28s} {found.state:15s} {found.reason}")

    def _load(self, options: dict[str, Any]) -> None:
        self._report(catalogue.load(options["file"]))

    def _import(self, options: dict[str, Any]) -> None:
        try:
            rows = catalogue.from_opml(options["file"].read_bytes())
        except (catalogue.BadList, OSError) as error:
            raise CommandError(f"{options['file']}: {error}") from None
        self._report(catalogue.add(rows))

    def _export(self, options: dict[str, Any]) -> None:
        self.stdout.write(catalogue.to_opml(Source.objects.all()).decode())

    def _poll(self, options: dict[str, Any]) -> None:
        from positions.tasks import ask, read_article  # connects to the broker: only where messages are sent

        for slug in options["slug"]:
            source = Source.objects.filter(slug=slug).first()
            if source is None:
                raise CommandError(f"no source {slug!r}")
            result = poll(source.pk, enqueue=partial(ask, read_article), force=True, patience=hosts.MAX_DELAY)
            self.stdout.write(
                f"{slug}: {result.result}, {len(result.taken.new)} to read. {result.reason}".rstrip()
            )

    def _report(self, listed: catalogue.Listed) -> None:
        self.stdout.write(f"{len(listed.added)} added (switched off), {len(listed.known)} known.")
        for line in listed.refused:
            self.stderr.write(line)
        if listed.refused:
            sys.exit(1)
