"""How long the bytes of a page are kept beside its text."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from positions.ingestion import clock
from positions.models import ArticleVersion


def prune_raw() -> int:
    """Drop raw bytes older than RAW_RETENTION_DAYS (0: keep all); return of how many versions.

    Texts, and what was read in them, are never dropped.
    """
    days = settings.RAW_RETENTION_DAYS
    if not days:
        return 0
    old = ArticleVersion.objects.filter(raw__isnull=False, fetched_at__lt=clock.now() - timedelta(days=days))
    return old.update(raw=None)
