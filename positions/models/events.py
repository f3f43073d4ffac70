"""Dated happenings that positions cluster around."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse


class Event(models.Model):
    class Kind(models.TextChoices):
        MEETING = "meeting"
        AID = "aid"
        DECISION = "decision"
        STATEMENT = "statement"
        MILITARY = "military"
        POLITICAL = "political"

    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=10, choices=Kind)
    start_on = models.DateField(db_index=True)
    end_on = models.DateField(null=True, blank=True)
    place = models.CharField(max_length=120, blank=True)
    actors = models.ManyToManyField("actors.Actor", related_name="events", blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    handed = models.JSONField(
        default=dict, blank=True, editable=False,
        help_text="What merging gave away (mentions, actors, merged events): parting brings it back.",
    )  # fmt: skip
    key = models.CharField(max_length=64, unique=True, help_text="What makes it the same event on a re-run.")
    recorded_at = models.DateTimeField()
    by_hand = models.BooleanField(
        default=False, help_text="Entered or corrected by an editor: re-runs leave it."
    )

    class Meta:
        ordering = ["-start_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="event_ends_after_start", condition=Q(end_on__isnull=True) | Q(end_on__gte=F("start_on"))
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("event", args=[self.pk])


class EventMention(models.Model):
    """The words of one article that report the event."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="mentions")
    version = models.ForeignKey("positions.ArticleVersion", models.CASCADE, related_name="event_mentions")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    evidence = models.TextField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["event", "version", "start"]
        constraints = [
            models.UniqueConstraint(fields=["event", "version", "start"], name="one_event_mention_per_span")
        ]

    def __str__(self) -> str:
        return self.evidence
