"""Articles as rows of a queue, and every text they ever had."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse


class ArticleQuerySet(models.QuerySet["Article"]):
    def due(self, now: datetime) -> Self:
        """Waiting articles whose time has come, and those whose worker died (lease over)."""
        waiting = Q(state=Article.State.QUEUED) & (
            Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=now)
        )
        abandoned = Q(state=Article.State.READING, lease_until__lt=now)
        return self.filter(waiting | abandoned)


class Article(models.Model):
    """One article. The row is the queue: a Celery message only carries its id and is a hint.

    Natural key: (source, guid), and the canonical URL across sources where there is one. Running
    ingestion again never overwrites a text: a changed text is a new version.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "waiting to be read"
        READING = "reading", "being read"
        DONE = "done", "read"
        SET_ASIDE = "set_aside", "set aside"
        FAILED = "failed", "failed"
        QUARANTINED = "quarantined", "quarantined"

    source = models.ForeignKey("positions.Source", models.PROTECT, related_name="articles")
    guid = models.CharField(max_length=500)
    url = models.URLField(max_length=2000, blank=True)
    canonical_url = models.CharField(max_length=2000, blank=True, db_index=True)
    title = models.CharField(max_length=500)
    author = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=10, blank=True)
    published_on = models.DateField(db_index=True)
    published_at = models.DateTimeField(null=True, blank=True)
    date_note = models.CharField(
        max_length=200, blank=True, help_text="Why the date is not the source's own."
    )
    fingerprint = models.CharField(max_length=64, db_index=True, help_text="SHA-256 of the normalised text.")
    duplicate_of = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="copies")
    links = models.JSONField(
        default=list, blank=True, help_text="Addresses the article names as its sources."
    )

    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    set_aside = models.CharField(max_length=300, blank=True, help_text="Why it was not read for stances.")

    next_fetch_at = models.DateTimeField(
        null=True, blank=True, db_index=True, help_text="When its page is looked at again for edits."
    )
    fetches = models.PositiveSmallIntegerField(default=0, help_text="Times its page was fetched.")

    recorded_at = models.DateTimeField(
        help_text="Since when the record holds it; for archive material its publication date."
    )
    ingested_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    backfilled = models.BooleanField(default=False, help_text="Imported from an archive.")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["-published_on", "-id"]
        indexes = [models.Index(fields=["state", "next_attempt_at"])]
        constraints = [models.UniqueConstraint(fields=["source", "guid"], name="one_article_per_guid")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("article", args=[self.pk])

    @property
    def version(self) -> ArticleVersion | None:
        """The newest text."""
        return self.versions.order_by("-number").first()


class ArticleVersion(models.Model):
    """A text of an article as fetched. Never changed: evidence offsets point into it.

    A text that returns after another is a version of its own: the record says what stood there when.
    """

    article = models.ForeignKey(Article, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=500)
    text = models.TextField()
    sha256 = models.CharField(max_length=64, help_text="Of `text` as UTF-8.")
    raw = models.BinaryField(
        null=True, blank=True, editable=False, help_text="zlib-compressed bytes as received."
    )
    content_type = models.CharField(max_length=100, blank=True)
    origin = models.CharField(max_length=500, blank=True, help_text="The file it came from, by its hash.")
    fetched_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["article", "number"]
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="one_version_per_number")]
        indexes = [
            models.Index(fields=["fetched_at"]),
            models.Index(fields=["id"], condition=models.Q(number__gt=1), name="edited_versions"),
        ]

    def __str__(self) -> str:
        return f"{self.title} (version {self.number})"


class StoredParse(models.Model):
    """What the parser made of a text, so that changed rules can read it again without parsing it.

    A cache: it names the parser that made it, and any other parses anew.
    """

    version = models.OneToOneField(
        ArticleVersion, models.CASCADE, primary_key=True, related_name="stored_parse"
    )
    data = models.BinaryField(editable=False, help_text="See positions/extraction/storing.py.")

    def __str__(self) -> str:
        return f"{self.version}, parsed"


class TextBand(models.Model):
    """One band of an article's MinHash: articles that share one may be copies of each other."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="bands")
    value = models.BigIntegerField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "value"], name="one_band_per_value")]

    def __str__(self) -> str:
        return f"{self.article}: {self.value}"
