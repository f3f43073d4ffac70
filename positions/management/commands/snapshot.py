"""`manage.py snapshot`: keep all tables as they stand now, under a dated address of `/data/`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from positions.downloads import snapshots


class Command(BaseCommand):
    help = "Keep all tables as they stand now; nothing happens where the newest snapshot holds the same."

    def handle(self, *args: Any, **options: Any) -> None:
        taken = snapshots.take(timezone.localdate())
        if taken is None:
            self.stdout.write("Nothing has changed since the newest snapshot.")
        else:
            self.stdout.write(f"Snapshot {taken.name}: {taken.rows} rows, {taken.bytes} bytes.")
