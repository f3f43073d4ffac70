"""Bring files and folders into the record: store, read, and say what became of each."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from actors.models import Actor
from positions.ingestion import batches
from positions.ingestion.readers import Answer, Readers, readers
from positions.ingestion.sweeping import NO_WORKER, working
from positions.models import Article

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Ingest Markdown with front matter, plain text, HTML, JSON Lines, or folders of them. "
        "Running it again ingests nothing twice. Exits 1 if any article failed; "
        "the rest is ingested all the same."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument(
            "--source", default="", metavar="SLUG", help="the source they belong to (made if new)"
        )
        parser.add_argument(
            "--published", type=date.fromisoformat, metavar="YYYY-MM-DD", help="for files without a date"
        )
        parser.add_argument(
            "--workers", type=int, default=1, metavar="N", help="processes that read (default 1)"
        )
        parser.add_argument("--limit", type=int, metavar="N", help="stop after N articles")
        parser.add_argument("--queue", action="store_true", help="store only; running workers read")

    def handle(self, *args: Any, **options: Any) -> None:
        for path in options["paths"]:
            if not path.exists():
                raise CommandError(f"{path}: there is no such file or folder")
        if not Actor.objects.exists():
            raise CommandError("The registry of actors is empty: run manage.py load_registry first.")
        tally = batches.Tally()
        try:
            self._run(options, tally)
        except KeyboardInterrupt:
            raise CommandError(f"Stopped. So far: {tally}. Run it again to go on.") from None
        self._report(tally, queued=options["queue"])

    def _run(self, options: dict[str, Any], tally: batches.Tally) -> None:
        total = batches.count(options["paths"])
        total = min(total, options["limit"] or total)
        run = batches.Run(", ".join(str(path.name) for path in options["paths"]), total)
        pool = None if options["queue"] else readers(options["workers"])
        error = "stopped before the end"
        # Shown where nobody looks at a terminal, too: a log of a long run needs its progress.
        bar = tqdm(total=total, unit="article", desc="Ingesting", mininterval=0.5, dynamic_ncols=True)
        try:
            for _ in self._results(options, tally, pool):
                bar.update()
                bar.set_postfix_str(str(tally), refresh=False)
                run.update(tally, int(bar.n))
            error = ""
        finally:
            bar.close()
            run.update(tally, int(bar.n), finished=True, error=error)

    def _results(self, options: dict[str, Any], tally: batches.Tally, pool: Readers | None) -> Iterator[None]:
        """Store every document, have those read that wait, and yield once for each that is settled."""
        found = batches.of_paths(options["paths"], options["source"], options["published"])
        for number, (source, item) in enumerate(found):
            if number == options["limit"]:
                break
            for result in batches.store_all([item], source, tally):
                if result is None or not result.waits:
                    yield
                elif pool is None:
                    self._enqueue(result.article_id)
                    yield
                else:
                    yield from self._settled(pool.submit(result.article_id), tally)
        if pool is not None:
            yield from self._settled(pool.rest(), tally)

    def _settled(self, answers: Iterable[Answer], tally: batches.Tally) -> Iterator[None]:
        for article_id, result, reason in answers:
            if result == "failed":
                title = Article.objects.values_list("title", flat=True).get(pk=article_id)
                tally.failures.append(f"{title}: {reason}")
            elif result in ("read", "set_aside"):
                setattr(tally, result, getattr(tally, result) + 1)
            yield

    def _enqueue(self, article_id: int) -> None:
        from positions.tasks import ask, read_article  # connects to the broker: only where messages are sent

        ask(read_article, article_id)

    def _report(self, tally: batches.Tally, *, queued: bool) -> None:
        self.stdout.write(f"{tally.seen} articles: {tally}.")
        for failure in tally.failures[:SHOWN]:
            self.stderr.write(self.style.ERROR(failure))
        if len(tally.failures) > SHOWN:
            self.stderr.write(
                f"… and {len(tally.failures) - SHOWN} more; see the articles that failed in the admin."
            )
        if queued and not working():
            self.stderr.write(NO_WORKER)
        if tally.failures:
            raise CommandError(f"{len(tally.failures)} of {tally.seen} articles failed.")
