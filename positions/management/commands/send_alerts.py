"""manage.py send_alerts: the digests and webhooks that are due, once."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from positions import alerts


class Command(BaseCommand):
    help = "Send what followers have not been told of and what is due. The beat does the same twice an hour."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{alerts.send_due(timezone.now())} sent.")
