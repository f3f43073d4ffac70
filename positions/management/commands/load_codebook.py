"""manage.py load_codebook: the codebook's topics into the database."""

from typing import Any

from django.core.management.base import BaseCommand

from positions.topics import load


class Command(BaseCommand):
    help = "Load the codebook's topics. Running it again only brings changed wordings over."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Codebook: {load()} new topics.")
