"""That something changed which pages show beside stances: a name, an office, a membership, an event."""

from __future__ import annotations

from django.db import models
from django.db.models import Max


class ChangeQuerySet(models.QuerySet["Change"]):
    def prune(self, keep: int = 100) -> int:
        """Drop all but the newest rows; return how many went. What is kept of pages is made anew once."""
        newest = self.aggregate(newest=Max("pk"))["newest"]
        return self.filter(pk__lte=newest - keep).delete()[0] if newest else 0


class Change(models.Model):
    """Written by triggers in the database, so that no way of writing can forget it: see `positions.watching`.

    PostgreSQL adds a row for each changed row: two writers never wait for each other, and the count grows
    with every commit, whichever comes first. SQLite has one writer at a time and counts one row's number up.
    """

    number = models.PositiveBigIntegerField(default=1)

    objects = ChangeQuerySet.as_manager()

    def __str__(self) -> str:
        return f"change {self.pk}.{self.number}"
