"""manage.py load_registry: the shipped registry into the database, again and again if need be."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from actors.loading import load
from actors.registry import RegistryError
from actors.snapshot import files


class Command(BaseCommand):
    help = "Load states, organisations, officials and their offices from the data files. Editors' rows stay."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = load(files())
        except RegistryError as error:
            raise CommandError(f"the registry's files contradict themselves: {error}") from error
        if not report.changed:
            self.stdout.write("Registry: nothing new.")
        for model, created in report.created.items():
            changes = (created, report.updated[model], report.removed[model])
            if any(changes):
                self.stdout.write(f"{model}: {changes[0]} new, {changes[1]} changed, {changes[2]} removed")
        for slug in report.orphans:
            self.stdout.write(self.style.WARNING(f"{slug} is no longer in the files; its row stays"))
