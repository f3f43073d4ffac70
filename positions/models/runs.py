"""What the background work says about itself."""

from __future__ import annotations

from django.db import models


class WorkerHeartbeat(models.Model):
    """One row a worker, renewed every few seconds: how pages know that nobody is working."""

    name = models.CharField(max_length=200, unique=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class PeriodicTurn(models.Model):
    """When a periodic task may run again: two schedulers, or a message that came twice, run it once."""

    name = models.CharField(max_length=60, unique=True)
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class IngestRun(models.Model):
    """One run over files or feeds, for a progress line on a page and in a terminal."""

    label = models.CharField(max_length=300)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"{self.label}: {self.done}/{self.total}"
