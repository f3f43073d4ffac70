"""What reaches the editors besides the readings: reports from readers, and second opinions."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from positions.models.stances import Kind, Mode, Position


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> Self:
        return self.filter(review__isnull=True)


class Report(models.Model):
    """A reader says that something is wrong with a statement. The next decision on it is the answer."""

    class Reason(models.TextChoices):
        NOT_SAID = "not-said", "They did not say that"
        POSITION = "position", "The position is wrong"
        PERSON = "person", "It is somebody else's position"
        DATE = "date", "The date is wrong"
        SOURCE = "source", "The article was corrected or withdrawn"
        OTHER = "other", "Something else"

    stance = models.ForeignKey("positions.Stance", models.PROTECT, related_name="reports")
    reason = models.CharField(max_length=10, choices=Reason)
    message = models.TextField(max_length=2000, blank=True)
    contact = models.EmailField(blank=True, help_text="Only where the reader wants an answer.")
    ip_hash = models.CharField(max_length=64, help_text="Keyed hash; it changes every day.")
    review = models.ForeignKey(
        "positions.StanceReview", models.SET_NULL, null=True, blank=True, related_name="answered_reports"
    )
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-recorded_at"]
        indexes = [models.Index(fields=["ip_hash", "recorded_at"])]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} ({self.recorded_at:%Y-%m-%d})"


class SecondReading(models.Model):
    """What a second person reads in a decided stance's evidence without seeing the first decision.

    Never counts for a line. `no_stance` leaves the other values empty.
    """

    stance = models.ForeignKey("positions.Stance", models.PROTECT, related_name="second_readings")
    first = models.ForeignKey(
        "positions.StanceReview",
        models.PROTECT,
        related_name="+",
        help_text="The decision it is compared with.",
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="second_readings")
    no_stance = models.BooleanField(default=False)
    holder = models.ForeignKey("actors.Actor", models.PROTECT, null=True, blank=True, related_name="+")
    topic = models.ForeignKey("positions.Topic", models.PROTECT, null=True, blank=True, related_name="+")
    position = models.SmallIntegerField(choices=Position, null=True, blank=True)
    mode = models.CharField(max_length=12, choices=Mode, blank=True)
    kind = models.CharField(max_length=12, choices=Kind, blank=True)
    source_actor = models.ForeignKey("actors.Actor", models.PROTECT, null=True, blank=True, related_name="+")
    condition = models.TextField(blank=True)
    stated_on = models.DateField(
        null=True, blank=True, help_text="Empty: source, condition and day were not asked for yet."
    )
    adjudicated = models.ForeignKey(
        "positions.StanceReview", models.SET_NULL, null=True, blank=True, related_name="+",
        help_text="The decision that settled a difference.",
    )  # fmt: skip
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-recorded_at"]
        constraints = [
            models.UniqueConstraint(fields=["stance", "by"], name="one_second_reading_per_person"),
            models.CheckConstraint(
                name="second_reading_says_something",
                condition=Q(no_stance=True)
                | Q(holder__isnull=False, topic__isnull=False, position__isnull=False),
            ),
        ]
        permissions = [
            ("adjudicate", "Can settle differences between two readings"),
            ("decide_batch", "Can decide on many stances at once"),
        ]

    def __str__(self) -> str:
        return f"{self.by} on {self.stance_id}"


class ShadowRun(models.Model):
    """One extractor read articles beside what is stored; nothing changes until a person accepts it."""

    class State(models.TextChoices):
        READING = "reading", "being read"
        READY = "ready", "waits for a decision"
        ACCEPTED = "accepted"
        DISCARDED = "discarded"
        ROLLED_BACK = "rolled_back", "rolled back"

    extractor = models.CharField(max_length=40)
    extractor_version = models.CharField(max_length=40)
    state = models.CharField(max_length=12, choices=State, default=State.READING)
    moves = models.JSONField(default=list, blank=True, help_text="Lines that accepting it would move.")
    started_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-started_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.extractor} {self.extractor_version} ({self.started_at:%Y-%m-%d %H:%M})"


class ShadowReading(models.Model):
    """What the run found in one text, how that differs from what is stored, and what accepting it did."""

    run = models.ForeignKey(ShadowRun, models.CASCADE, related_name="readings")
    version = models.ForeignKey("positions.ArticleVersion", models.CASCADE, related_name="+")
    reading = models.JSONField()
    differences = models.JSONField(default=list, blank=True)
    stale = models.BooleanField(default=False, help_text="The article got a new text meanwhile: left alone.")
    added = models.JSONField(default=list, blank=True, help_text="Stances that accepting it wrote.")
    superseded = models.JSONField(default=list, blank=True, help_text="Stances that accepting it superseded.")

    class Meta:
        ordering = ["run", "pk"]
        constraints = [models.UniqueConstraint(fields=["run", "version"], name="one_shadow_reading_per_text")]

    def __str__(self) -> str:
        return f"{self.run}: {self.version}"


class ExhaustiveCodingQuerySet(models.QuerySet["ExhaustiveCoding"]):
    def standing(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)


class ExhaustiveCoding(models.Model):
    """A person says: everything in this text that is a statement is coded, and nothing waits.

    What the reader overlooks is known only in such texts. `drawn`: chance chose the article, not a person;
    only those make a sample. Taken back by `withdrawn_at`, never deleted.
    """

    version = models.ForeignKey("positions.ArticleVersion", models.PROTECT, related_name="codings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="codings")
    drawn = models.BooleanField(default=False, help_text="Chosen by chance.")
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ExhaustiveCodingQuerySet.as_manager()

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_standing_coding_per_text",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version}, coded throughout by {self.by}"
