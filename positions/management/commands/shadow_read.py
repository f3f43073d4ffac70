"""Let another extractor read stored articles beside what counts, for an editor to accept or discard."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from tqdm import tqdm

from positions import shadow
from positions.ingestion.reading import extractor
from positions.models import Article


class Command(BaseCommand):
    help = "Read articles with an extractor and compare with what is stored. Nothing that counts is changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--extractor", default="", help="default: the EXTRACTOR setting")
        parser.add_argument("--article", type=int, action="append", metavar="ID", help="default: the newest")
        parser.add_argument("--limit", type=int, default=shadow.MAX_ARTICLES, metavar="N")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["limit"] <= shadow.MAX_ARTICLES:
            raise CommandError(f"--limit is a number from 1 to {shadow.MAX_ARTICLES}.")
        articles = Article.objects.filter(state=Article.State.DONE).order_by("-published_on", "-pk")
        if options["article"]:
            articles = articles.filter(pk__in=options["article"])
        chosen = list(articles[: options["limit"]])
        if not chosen:
            raise CommandError("There is no such article that has been read.")
        with tqdm(total=len(chosen), unit="article", desc="Reading", dynamic_ncols=True) as bar:
            run = shadow.read(chosen, extractor(options["extractor"]), tick=lambda: bar.update(1))
        found = [one["what"] for reading in run.readings.all() for one in reading.differences]
        counts = ", ".join(f"{found.count(what)} {what}" for what in ("added", "lost", "flipped", "changed"))
        page = reverse("admin:positions_shadowrun_compare", args=[run.pk])
        self.stdout.write(f"{counts}; {len(run.moves)} lines would move. Decide at {page}")
