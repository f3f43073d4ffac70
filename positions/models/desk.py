"""An analyst's own desk: what they follow without letters, and notes that nobody else reads."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Watch(models.Model):
    """One analyst follows one actor, one topic, or both (an empty one means any) on their desk.

    `seen` holds the shifts that were on the desk when the analyst last cleared it, as `Follow.told` does.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="watches")
    actor = models.ForeignKey("actors.Actor", models.CASCADE, null=True, blank=True, related_name="+")
    topic = models.ForeignKey("positions.Topic", models.CASCADE, null=True, blank=True, related_name="+")
    seen = models.JSONField(default=list, blank=True, editable=False)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["actor__name", "topic__order", "pk"]
        constraints = [
            models.CheckConstraint(
                name="watch_watches_something", condition=Q(actor__isnull=False) | Q(topic__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["user", "actor", "topic"],
                condition=Q(actor__isnull=False, topic__isnull=False),
                name="one_watch_of_both",
            ),
            models.UniqueConstraint(
                fields=["user", "actor"], condition=Q(topic__isnull=True), name="one_watch_of_an_actor"
            ),
            models.UniqueConstraint(
                fields=["user", "topic"], condition=Q(actor__isnull=True), name="one_watch_of_a_topic"
            ),
        ]

    def __str__(self) -> str:
        return " on ".join(str(part) for part in (self.actor, self.topic) if part)


class Note(models.Model):
    """A private note on an actor, a topic, a statement, an article, or on nothing in particular."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notes")
    text = models.TextField(max_length=10_000)
    actor = models.ForeignKey("actors.Actor", models.CASCADE, null=True, blank=True, related_name="+")
    topic = models.ForeignKey("positions.Topic", models.CASCADE, null=True, blank=True, related_name="+")
    stance = models.ForeignKey("positions.Stance", models.CASCADE, null=True, blank=True, related_name="+")
    article = models.ForeignKey("positions.Article", models.CASCADE, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-changed_at", "-pk"]
        indexes = [models.Index(fields=["user", "-changed_at"])]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def about(self) -> models.Model | None:
        return self.actor or self.topic or self.stance or self.article
