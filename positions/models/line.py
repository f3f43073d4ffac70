"""Read models: caches of what stances and reviews say now. Written by `positions.read_models` only,
rebuilt and compared by `manage.py check_invariants`. Nothing here is primary data."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from positions.models.stances import DatePrecision, Kind, Mode, Position


class Utterance(models.Model):
    """One saying, however many articles carry it: same holder, topic, sign and (nearly) day."""

    key = models.CharField(max_length=64, unique=True)
    outlets = models.PositiveIntegerField(default=1, help_text="Sources that carried it.")

    def __str__(self) -> str:
        return self.key


class CurrentStanceQuerySet(models.QuerySet["CurrentStance"]):
    def public(self) -> Self:
        """What pages may show: reviewed ones and machine readings above the threshold, never rejected."""
        return self.filter(
            Q(decision__in=CurrentStance.ACCEPTED)
            | Q(decision=CurrentStance.Decision.MACHINE, confidence__gte=settings.CONFIDENCE_THRESHOLD)
        )

    def reviewed(self) -> Self:
        return self.filter(decision__in=CurrentStance.ACCEPTED)

    def on_record(self) -> Self:
        """Said by, not about, the holder, and by a named one."""
        return self.filter(on_record=True)

    def until(self, day: date) -> Self:
        return self.filter(stated_on__lte=day)

    def about(self, actor_id: int) -> Self:
        """Held by the actor, or by somebody who spoke for it."""
        return self.filter(Q(holder_id=actor_id) | Q(on_behalf_of_id=actor_id))


class PublicManager(models.Manager.from_queryset(CurrentStanceQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> CurrentStanceQuerySet:
        return super().get_queryset().public()


class CurrentStance(models.Model):
    """The effective value of a stance: the newest review's, else the extraction's.

    Holds one row for every stance that is not superseded, rejected ones included.
    """

    class Decision(models.TextChoices):
        MACHINE = "machine", "machine reading"
        CONFIRMED = "confirmed"
        CORRECTED = "corrected"
        ADDED = "added", "added by hand"
        REJECTED = "rejected"

    ACCEPTED = [Decision.CONFIRMED, Decision.CORRECTED, Decision.ADDED]

    stance = models.OneToOneField(
        "positions.Stance", models.CASCADE, primary_key=True, related_name="current"
    )
    article = models.ForeignKey("positions.Article", models.CASCADE, related_name="current_stances")
    holder = models.ForeignKey("actors.Actor", models.CASCADE, related_name="current_stances")
    source_actor = models.ForeignKey("actors.Actor", models.CASCADE, null=True, related_name="+")
    on_behalf_of = models.ForeignKey("actors.Actor", models.CASCADE, null=True, related_name="spoken_for")
    office = models.CharField(max_length=160, blank=True, help_text="The holder's office on the day.")
    role = models.CharField(max_length=40, blank=True, help_text="The role of that office.")
    tier = models.PositiveSmallIntegerField(
        null=True, help_text="1–3 by mandate; 1 for a state or organisation itself."
    )
    topic = models.ForeignKey("positions.Topic", models.CASCADE, related_name="current_stances")
    position = models.SmallIntegerField(choices=Position)
    mode = models.CharField(max_length=12, choices=Mode)
    kind = models.CharField(max_length=12, choices=Kind)
    condition = models.TextField(blank=True)
    stated_on = models.DateField()
    precision = models.CharField(max_length=6, choices=DatePrecision)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    evidence = models.TextField()
    confidence = models.FloatField()
    decision = models.CharField(max_length=10, choices=Decision, default=Decision.MACHINE)
    on_record = models.BooleanField()
    utterance = models.ForeignKey(Utterance, models.SET_NULL, null=True, related_name="stances")
    recorded_at = models.DateTimeField(help_text="Since when the record says this.")
    changed_at = models.DateTimeField(
        auto_now=True, db_index=True, help_text="The pages' ETags are made of it."
    )

    # Unfiltered first, so that the admin sees everything; pages start from `public`.
    objects = CurrentStanceQuerySet.as_manager()
    public = PublicManager()

    class Meta:
        base_manager_name = "objects"
        default_manager_name = "objects"
        ordering = ["-stated_on", "-stance_id"]
        indexes = [
            models.Index(fields=["holder", "topic", "-stated_on", "-stance"]),
            models.Index(fields=["on_behalf_of", "topic", "-stated_on", "-stance"]),
            models.Index(fields=["holder", "-stated_on", "-stance"]),
            models.Index(fields=["on_behalf_of", "-stated_on", "-stance"]),
            models.Index(fields=["topic", "-stated_on", "-stance"]),
            models.Index(fields=["decision", "confidence"]),
            models.Index(fields=["-stated_on", "-stance"]),
        ]

    def __str__(self) -> str:
        return str(self.stance)

    def get_absolute_url(self) -> str:
        return reverse("statement", args=[self.stance_id])

    @property
    def is_public(self) -> bool:
        return self.shows(self.decision, self.confidence)

    @classmethod
    def shows(cls, decision: str, confidence: float) -> bool:
        """The same rule as `public()`, for values that are not in the database."""
        if decision == cls.Decision.MACHINE:
            return confidence >= settings.CONFIDENCE_THRESHOLD
        return decision in cls.ACCEPTED

    @property
    def is_reviewed(self) -> bool:
        return self.decision in self.ACCEPTED


class Edition(models.Model):
    """How often what pages show of an actor has changed: counted up in the transaction that changes it.

    What a page keeps of an actor is kept under this number, so that it can never be out of date. The sum over
    all actors grows with every committed change, whichever of two writers comes first.
    """

    actor = models.OneToOneField("actors.Actor", models.CASCADE, primary_key=True, related_name="edition")
    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.actor}, edition {self.number}"


class LineEdition(models.Model):
    """How often what pages show of an actor on one topic has changed; counted up like the actor's edition.

    The sum over a topic's actors tells whether a page about the topic is still what it was.
    """

    actor = models.ForeignKey("actors.Actor", models.CASCADE, related_name="line_editions", db_index=False)
    topic = models.ForeignKey("positions.Topic", models.CASCADE, related_name="line_editions")
    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "topic"], name="one_edition_a_line")]

    def __str__(self) -> str:
        return f"{self.actor} on {self.topic}, edition {self.number}"


class LinePointQuerySet(models.QuerySet["LinePoint"]):
    def on(self, day: date) -> Self:
        """The one point per actor and topic that held on a day."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=day), stated_on__lte=day)

    def shifts(self) -> Self:
        return self.exclude(shift="")


class LinePoint(models.Model):
    """One step of an actor's line on a topic: the utterance that set or renewed it, and how long it held.

    `track` is `line` (tier 1–2, on record; for a person their own word) or `accounts` (unnamed and
    second-hand, the lighter trace, which never moves the line).
    """

    class Track(models.TextChoices):
        LINE = "line"
        ACCOUNTS = "accounts"

    actor = models.ForeignKey("actors.Actor", models.CASCADE, related_name="line_points")
    topic = models.ForeignKey("positions.Topic", models.CASCADE, related_name="line_points")
    track = models.CharField(max_length=8, choices=Track)
    stated_on = models.DateField()
    until = models.DateField(null=True, help_text="Day of the next point; null: still holds.")
    since = models.DateField(help_text="Since when the line has had this value without a break.")
    position = models.SmallIntegerField(choices=Position)
    previous = models.SmallIntegerField(choices=Position, null=True)
    condition = models.TextField(blank=True)
    shift = models.CharField(
        max_length=60, blank=True, help_text="Kinds of shift, comma separated; empty: none."
    )
    contested = models.BooleanField(default=False)
    stance = models.ForeignKey("positions.Stance", models.CASCADE, related_name="+")
    previous_stance = models.ForeignKey("positions.Stance", models.CASCADE, null=True, related_name="+")
    holder = models.ForeignKey("actors.Actor", models.CASCADE, related_name="+")
    office = models.CharField(max_length=160, blank=True)
    utterances = models.PositiveIntegerField(help_text="So far, on this line.")
    reviewed = models.BooleanField(default=False)

    objects = LinePointQuerySet.as_manager()

    class Meta:
        ordering = ["actor", "topic", "stated_on", "id"]
        indexes = [
            models.Index(fields=["track", "topic", "stated_on"]),
            models.Index(fields=["actor", "topic", "track", "stated_on"]),
            models.Index(fields=["track", "shift", "-stated_on"]),
            models.Index(fields=["track", "until"]),
            models.Index(
                fields=["-stated_on", "-id"],
                condition=Q(track="line") & ~Q(shift=""),
                name="line_shifts_newest_first",
            ),
            models.Index(
                fields=["topic", "track", "stated_on", "actor", "position"],
                condition=Q(stated_on=F("since")),
                name="line_starts_by_topic",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor} on {self.topic} since {self.stated_on}: {self.get_position_display()}"
