"""Read files without a database and write what was found beside them, in the gold's form."""

from __future__ import annotations

import json
import re
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from actors.resolution import RegistryResolver
from actors.snapshot import files
from positions.extraction import gold_form
from positions.ingestion.batches import count
from positions.ingestion.documents import BadDocument
from positions.ingestion.files import documents
from positions.ingestion.reading import document_text, extractor


class Command(BaseCommand):
    help = "Read files or folders and write <id>.json for each article. Needs no database."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--out", type=Path, required=True, metavar="DIR")
        parser.add_argument("--extractor", default="", help="default: the EXTRACTOR setting")
        parser.add_argument("--published", type=date.fromisoformat, metavar="YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["out"]
        out.mkdir(parents=True, exist_ok=True)
        reader, resolver = extractor(options["extractor"]), RegistryResolver(files())
        bad = []
        with tqdm(total=count(options["files"]), unit="article", desc="Reading", dynamic_ncols=True) as bar:
            for path in options["files"]:
                for item in documents(path, options["published"]):
                    if isinstance(item, BadDocument):
                        bad.append(str(item))
                    else:
                        form = gold_form(reader.read(document_text(item), resolver), item.guid)
                        text = json.dumps(form, ensure_ascii=False, indent=1)
                        (out / f"{file_name(item.guid)}.json").write_text(text + "\n", encoding="utf-8")
                    bar.update()
        if bad:
            raise CommandError("\n".join(bad))


def file_name(guid: str) -> str:
    """Return the guid as a file name: a sender's id must not choose the folder."""
    return re.sub(r"[^\w.-]+", "-", guid).strip(".-")[:150] or "article"
