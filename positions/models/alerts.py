"""Who wants to hear when a position changes, and what they have been told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.crypto import get_random_string


def new_token() -> str:
    """Return an unguessable word for a link in a mail (about 190 bits)."""
    return get_random_string(32)


class FollowQuerySet(models.QuerySet["Follow"]):
    def active(self) -> Self:
        return self.filter(confirmed_at__isnull=False, ended_at__isnull=True)

    def due(self, now: datetime) -> Self:
        """Active ones whose day or week is over. A webhook is told at the next round."""
        rounds = Q(told_at__isnull=True) | Q(channel=Follow.Channel.WEBHOOK)
        for rhythm, days in Follow.DAYS.items():
            # An hour's grace, so that a daily round a little early is not put off to the next day.
            rounds |= Q(rhythm=rhythm, told_at__lte=now - timedelta(days=days, hours=-1))
        return self.active().filter(rounds)


class Follow(models.Model):
    """One reader follows one actor, one topic, or both (an empty one means any).

    `told` holds the shifts the reader has been told of (or that were there when they began to follow),
    so that the next digest is what came since, and what was taken back.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", "e-mail"
        WEBHOOK = "webhook", "webhook"

    class Rhythm(models.TextChoices):
        DAILY = "daily", "daily"
        WEEKLY = "weekly", "weekly"

    DAYS = {Rhythm.DAILY: 1, Rhythm.WEEKLY: 7}

    channel = models.CharField(max_length=8, choices=Channel, default=Channel.EMAIL)
    email = models.EmailField(blank=True)
    url = models.URLField(max_length=2000, blank=True, help_text="Of a webhook.")
    secret = models.CharField(max_length=64, blank=True, help_text="Signs what the webhook gets.")
    actor = models.ForeignKey("actors.Actor", models.CASCADE, null=True, blank=True, related_name="+")
    topic = models.ForeignKey("positions.Topic", models.CASCADE, null=True, blank=True, related_name="+")
    rhythm = models.CharField(max_length=6, choices=Rhythm, default=Rhythm.DAILY)
    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    told = models.JSONField(default=list, blank=True, editable=False)
    told_at = models.DateTimeField(null=True, blank=True, editable=False)
    failures = models.PositiveSmallIntegerField(default=0, editable=False, help_text="In a row.")
    error = models.CharField(max_length=300, blank=True, editable=False)
    recorded_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = FollowQuerySet.as_manager()

    class Meta:
        ordering = ["-recorded_at"]
        constraints = [
            models.CheckConstraint(
                name="follow_has_an_address",
                condition=Q(channel="email", email__gt="") | Q(channel="webhook", url__gt="", secret__gt=""),
            ),
            models.CheckConstraint(
                name="follow_follows_something", condition=Q(actor__isnull=False) | Q(topic__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["email", "actor", "topic"],
                condition=Q(channel="email", ended_at__isnull=True, actor__isnull=False, topic__isnull=False),
                name="one_follow_per_reader",
            ),
        ]

    def __str__(self) -> str:
        what = " on ".join(str(part) for part in (self.actor, self.topic) if part)
        return f"{self.email or self.url}: {what}"
