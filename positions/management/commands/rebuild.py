"""Make the read models (what counts, utterances, lines) anew from readings and decisions."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from positions import read_models
from positions.models import CurrentStance, LinePoint


class Command(BaseCommand):
    help = (
        "Make the read models anew from readings and decisions: after changing CONFIDENCE_THRESHOLD or "
        "PUBLICATION_GATE, or when check_invariants finds a difference."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        read_models.rebuild()
        self.stdout.write(f"{CurrentStance.objects.count()} statements, {LinePoint.objects.count()} points.")
