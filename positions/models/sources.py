"""Where articles come from."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from simple_history.models import HistoricalRecords


class SourceQuerySet(models.QuerySet["Source"]):
    def due(self, now: datetime) -> Self:
        """Active feeds whose next poll has come."""
        return self.filter(is_active=True, kind__in=Source.POLLED).filter(
            models.Q(next_poll_at__isnull=True) | models.Q(next_poll_at__lte=now)
        )


class Source(models.Model):
    """An outlet, feed or folder of files."""

    class Kind(models.TextChoices):
        RSS = "rss", "RSS or Atom feed"
        JSON_FEED = "jsonfeed", "JSON Feed"
        SITEMAP = "sitemap", "news sitemap"
        PAGE = "page", "single page"
        FILE = "file", "files"

    POLLED = [Kind.RSS, Kind.JSON_FEED, Kind.SITEMAP, Kind.PAGE]

    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.FILE)
    url = models.URLField(max_length=2000, blank=True)
    homepage = models.URLField(max_length=2000, blank=True)
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166-1 alpha-2, lower case.")
    language = models.CharField(max_length=10, blank=True)
    reliability = models.CharField(
        max_length=10, blank=True,
        choices=[("official", "official"), ("wire", "news agency"), ("press", "press"), ("other", "other")],
    )  # fmt: skip
    licence = models.CharField(max_length=200, blank=True)
    excerpt_length = models.PositiveIntegerField(
        default=400,
        help_text="Characters of an article shown in public around the evidence; 0: the full text.",
    )
    interval = models.PositiveIntegerField(default=30, help_text="Minutes between polls, at least.")
    fetch_pages = models.BooleanField(
        default=True, help_text="Fetch the pages that items link to; off: read what the feed itself holds."
    )
    is_active = models.BooleanField(default=False, help_text="Polled when it is due.")
    paused_reason = models.CharField(max_length=300, blank=True)

    etag = models.CharField(max_length=400, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    last_attempt_at = models.DateTimeField(null=True, blank=True)
    last_success_at = models.DateTimeField(null=True, blank=True)
    last_new_item_at = models.DateTimeField(null=True, blank=True)
    next_poll_at = models.DateTimeField(null=True, blank=True, db_index=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    last_result = models.CharField(
        max_length=10, blank=True,
        choices=[("new", "new items"), ("unchanged", "unchanged"), ("empty", "empty"), ("failed", "failed")],
    )  # fmt: skip
    last_items = models.PositiveIntegerField(null=True, blank=True, help_text="In the newest answer.")
    moved_to = models.URLField(max_length=2000, blank=True, help_text="Where it says that it moved for good.")
    moved_seen = models.PositiveSmallIntegerField(default=0, help_text="Times in a row that it said so.")
    failures = models.PositiveIntegerField(default=0, help_text="In a row.")
    error = models.TextField(blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    history = HistoricalRecords(
        excluded_fields=[
            "etag", "last_modified", "last_attempt_at", "last_success_at", "last_new_item_at", "next_poll_at",
            "lease_until", "last_result", "last_items", "moved_to", "moved_seen", "failures", "error",
        ]
    )  # fmt: skip

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Host(models.Model):
    """A site as we are allowed to use it: what its robots.txt says, and when it may be asked again."""

    name = models.CharField(max_length=260, unique=True)
    next_at = models.DateTimeField(null=True, blank=True, help_text="Not before this is it asked again.")
    robots = models.TextField(blank=True)
    robots_at = models.DateTimeField(null=True, blank=True, help_text="When robots.txt was last asked for.")
    crawl_delay = models.FloatField(default=0, help_text="Seconds, as robots.txt asks.")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
