"""Read articles again with the configured extractor; what people decided stays."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from positions.ingestion import batches
from positions.ingestion.queue import retry
from positions.ingestion.readers import Answer, Readers, readers
from positions.models import Article

State = Article.State


class Command(BaseCommand):
    help = (
        "Read stored articles again, without fetching them. Stances that an editor decided are kept; a newer "
        "reading supersedes undecided ones. The same extractor twice changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--all", action="store_true", help="every article that has a text")
        which.add_argument("--article", type=int, action="append", metavar="ID")
        which.add_argument("--failed", action="store_true", help="failed and quarantined ones")
        parser.add_argument("--workers", type=int, default=1, metavar="N")

    def handle(self, *args: Any, **options: Any) -> None:
        ids = self._ids(options)
        tally, error = batches.Tally(), "stopped before the end"
        run = batches.Run("articles read again", len(ids))
        bar = tqdm(total=len(ids), unit="article", desc="Reading", mininterval=0.5, dynamic_ncols=True)
        try:
            self._read(ids, options["workers"], tally, bar, run)
            error = ""
        finally:
            bar.close()
            run.update(tally, int(bar.n), finished=True, error=error)
        self.stdout.write(f"{len(ids)} articles read again, {len(tally.failures)} failed.")
        if tally.failures:
            raise CommandError("\n".join(tally.failures[:20]))

    def _read(
        self, ids: list[int], workers: int, tally: batches.Tally, bar: tqdm[Any], run: batches.Run
    ) -> None:
        pool = readers(workers)
        retry(ids)
        for article_id, result, reason in self._answers(pool, ids):
            bar.update()
            if result == "failed":
                tally.failures.append(f"article {article_id}: {reason}")
            run.update(tally, int(bar.n))

    def _answers(self, pool: Readers, ids: list[int]) -> Iterator[Answer]:
        for article_id in ids:
            yield from pool.submit(article_id)
        yield from pool.rest()

    def _ids(self, options: dict[str, Any]) -> list[int]:
        articles = Article.objects.filter(versions__isnull=False).exclude(state=State.READING)
        if options["article"]:
            articles = articles.filter(pk__in=options["article"])
            missing = set(options["article"]) - set(articles.values_list("pk", flat=True))
            if missing:
                raise CommandError(
                    f"no article with a text, free to be read: {', '.join(map(str, sorted(missing)))}"
                )
        elif options["failed"]:
            articles = articles.filter(state__in=[State.FAILED, State.QUARANTINED])
        return list(articles.distinct().order_by("published_on", "pk").values_list("pk", flat=True))
