"""What search looks through: one row a thing, its words folded and cut to their stems."""

from __future__ import annotations

from django.db import models
from modelsearch import index


class SearchEntry(index.Indexed, models.Model):
    """A statement, actor, article or event as search sees it. A cache, written by `positions.search` only.

    The other columns are what results are filtered and counted by, so that one query answers both.
    """

    class Kind(models.TextChoices):
        STATEMENT = "statement"
        ACTOR = "actor"
        ARTICLE = "article"
        EVENT = "event"

    kind = models.CharField(max_length=10, choices=Kind)
    ref = models.BigIntegerField(help_text="Primary key of the thing.")
    text = models.TextField()
    day = models.DateField(null=True, db_index=True)
    topic = models.CharField(max_length=40, blank=True)
    position = models.SmallIntegerField(null=True)
    mode = models.CharField(max_length=12, blank=True)
    actor = models.CharField(max_length=120, blank=True, help_text="Slug of the holder.")
    outlet = models.CharField(max_length=120, blank=True, help_text="Slug of the source.")
    changed = models.DateTimeField(help_text="When the thing last changed, as far as search knows.")

    # `positions.search` writes in batches; a signal for each row would cost a round of its own.
    search_auto_update = False
    search_fields = [
        index.SearchField("text"),
        *(
            index.FilterField(name)
            for name in ("id", "kind", "day", "topic", "position", "mode", "actor", "outlet")
        ),
    ]

    class Meta:
        verbose_name_plural = "search entries"
        indexes = [models.Index(fields=["kind", "-changed"])]
        constraints = [models.UniqueConstraint(fields=["kind", "ref"], name="one_search_entry_per_thing")]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"
