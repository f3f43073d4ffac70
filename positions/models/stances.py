"""What was read (never edited) and what people decided about it (only ever appended)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse


class Topic(models.Model):
    """A proposition that positions are read against. Rows mirror the codebook's data."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    proposition = models.CharField(max_length=300)
    belongs_here = models.TextField(blank=True)
    not_here = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("topic", args=[self.slug])


class Position(models.IntegerChoices):
    OPPOSES = -2, "opposes"
    RELUCTANT = -1, "reluctant"
    NEUTRAL = 0, "neutral"
    SUPPORTS = 1, "supports"
    ADVOCATES = 2, "advocates"


class Mode(models.TextChoices):
    DIRECT = "direct"
    INDIRECT = "indirect"
    NARRATIVE = "narrative"
    SECOND_HAND = "second-hand"


class Kind(models.TextChoices):
    STATEMENT = "statement"
    DEMAND = "demand"
    PLEDGE = "pledge"
    THREAT = "threat"
    ACTION = "action"
    PREDICTION = "prediction"


class DatePrecision(models.TextChoices):
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    BEFORE = "before"


class Stance(models.Model):
    """One finding of one extractor in one article version. Written once, never edited.

    `fingerprint` is what makes it the same finding on a re-run: article, holder, topic, sentence.
    A newer reading of the same span supersedes it (`superseded_at`); `known` dates look back past that.
    """

    version = models.ForeignKey("positions.ArticleVersion", models.PROTECT, related_name="stances")
    article = models.ForeignKey("positions.Article", models.PROTECT, related_name="stances")
    holder = models.ForeignKey("actors.Actor", models.PROTECT, related_name="stances")
    source_actor = models.ForeignKey(
        "actors.Actor", models.PROTECT, null=True, blank=True, related_name="voiced", verbose_name="source",
        help_text="Who says so, where that is not the holder.",
    )  # fmt: skip
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="stances")
    position = models.SmallIntegerField(choices=Position)
    mode = models.CharField(max_length=12, choices=Mode)
    kind = models.CharField(max_length=12, choices=Kind)
    condition = models.TextField(blank=True)
    stated_on = models.DateField()
    precision = models.CharField(max_length=6, choices=DatePrecision, default=DatePrecision.DAY)
    start = models.PositiveIntegerField(help_text="Character offset into the version's text.")
    end = models.PositiveIntegerField()
    evidence = models.TextField()
    confidence = models.FloatField()
    extractor = models.CharField(max_length=40)
    extractor_version = models.CharField(max_length=40)
    reasons = models.JSONField(default=dict, blank=True)
    fingerprint = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)
    evidence_altered_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when the article's newest text no longer has these words."
    )
    backfilled = models.BooleanField(default=False)

    class Meta:
        ordering = ["-stated_on", "-id"]
        indexes = [
            models.Index(fields=["article", "superseded_at"]),
            models.Index(fields=["fingerprint"]),
            models.Index(
                fields=["superseded_at"], condition=Q(superseded_at__isnull=False), name="stance_superseded"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="stance_position_in_range", condition=Q(position__gte=-2, position__lte=2)
            ),
            models.CheckConstraint(
                name="stance_confidence_in_range", condition=Q(confidence__gte=0, confidence__lte=1)
            ),
            models.CheckConstraint(name="stance_span_not_empty", condition=Q(end__gt=F("start"))),
            models.UniqueConstraint(
                fields=["article", "fingerprint"],
                condition=Q(superseded_at__isnull=True),
                name="one_current_stance_per_finding",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder} on {self.topic}: {self.get_position_display()} ({self.stated_on})"

    def get_absolute_url(self) -> str:
        return reverse("statement", args=[self.pk])


class StanceReview(models.Model):
    """A person's decision on a stance. Rows are only appended; the newest counts.

    For `corrected` and `added` the values say what is true; null means "as read".
    """

    class Decision(models.TextChoices):
        CONFIRMED = "confirmed"
        CORRECTED = "corrected"
        REJECTED = "rejected"
        ADDED = "added", "added by hand"
        REOPENED = "reopened"

    stance = models.ForeignKey(Stance, models.PROTECT, related_name="reviews")
    decision = models.CharField(max_length=10, choices=Decision)
    holder = models.ForeignKey("actors.Actor", models.PROTECT, null=True, blank=True, related_name="+")
    source_actor = models.ForeignKey("actors.Actor", models.PROTECT, null=True, blank=True, related_name="+")
    no_source = models.BooleanField(default=False, help_text="Corrected to: the holder speaks.")
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, blank=True, related_name="+")
    position = models.SmallIntegerField(choices=Position, null=True, blank=True)
    mode = models.CharField(max_length=12, choices=Mode, null=True, blank=True)
    kind = models.CharField(max_length=12, choices=Kind, null=True, blank=True)
    condition = models.TextField(null=True, blank=True, help_text="Empty: corrected to none.")
    stated_on = models.DateField(null=True, blank=True)
    precision = models.CharField(max_length=6, choices=DatePrecision, null=True, blank=True)
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    evidence = models.TextField(null=True, blank=True)
    reason = models.CharField(max_length=60, blank=True)
    batch = models.CharField(
        max_length=40, blank=True, db_index=True, help_text="What was decided together, with one click."
    )
    note = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="reviews",
        help_text="Empty: the system (a decided stance reopened because text and reading changed).",
    )  # fmt: skip
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["recorded_at", "id"]
        indexes = [models.Index(fields=["stance", "recorded_at"]), models.Index(fields=["recorded_at"])]
        constraints = [
            models.CheckConstraint(
                name="review_position_in_range",
                condition=Q(position__isnull=True) | Q(position__gte=-2, position__lte=2),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_decision_display()} by {self.by or 'the system'}"


class UnresolvedMention(models.Model):
    """A name that held a stance or took part in an event and could not be tied to one actor.

    Kept with the whole reading, so that resolving the name later brings the stance in.
    """

    class State(models.TextChoices):
        OPEN = "open"
        RESOLVED = "resolved"
        NOT_AN_ACTOR = "not_an_actor", "not an actor"

    version = models.ForeignKey("positions.ArticleVersion", models.CASCADE, related_name="unresolved")
    text = models.CharField(max_length=200, db_index=True)
    slug = models.CharField(max_length=200, db_index=True)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    on = models.DateField(help_text="The day on which the name was to be resolved.")
    why = models.CharField(max_length=10, choices=[("unknown", "unknown"), ("ambiguous", "ambiguous")])
    candidates = models.JSONField(default=list, blank=True)
    reading = models.JSONField(default=dict, blank=True, help_text="The findings that wait for this name.")
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    actor = models.ForeignKey("actors.Actor", models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-recorded_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "start", "end"], name="one_unresolved_mention_per_span"
            )
        ]

    def __str__(self) -> str:
        return f"{self.text} ({self.get_why_display()})"
