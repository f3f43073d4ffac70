"""Who exists, under which names, and who held which office when."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords


class Origin(models.TextChoices):
    """Who wrote a row. Loading the shipped registry never touches what an editor entered."""

    REGISTRY = "registry", "shipped registry"
    EDITOR = "editor", "editor"
    READER = "reader", "made by the reader"  # unnamed sources and loose groups, by the codebook's rule


class Precision(models.TextChoices):
    DAY = "day", "day"
    MONTH = "month", "month"
    YEAR = "year", "year"


class DatedQuerySet(models.QuerySet[Any]):
    """Rows true from `start` (null: always) up to, not including, `end` (null: still)."""

    def on(self, day: date) -> Self:
        return self.filter(Q(start__isnull=True) | Q(start__lte=day), Q(end__isnull=True) | Q(end__gt=day))


class ActorQuerySet(models.QuerySet["Actor"]):
    def existing(self) -> Self:
        """Actors that have not been merged into another."""
        return self.filter(merged_into__isnull=True)

    def allies_on(self, day: date) -> Self:
        """NATO's members on a day (30, 31, then 32)."""
        rows = BlocMembership.objects.on(day).filter(bloc__slug="nato")
        return self.filter(pk__in=rows.values("member"))


class Actor(models.Model):
    """A state (its government), organisation, person, group of states or unnamed source.

    Slugs follow the codebook and never change; a merged actor stays as a redirect.
    """

    class Kind(models.TextChoices):
        STATE = "state", "state"
        ORGANISATION = "organisation", "organisation"
        PERSON = "person", "person"
        GROUP = "group", "group"
        UNNAMED = "unnamed", "unnamed source"

    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind)
    gender = models.CharField(max_length=6, blank=True, choices=[("male", "male"), ("female", "female")])
    wikidata = models.CharField(max_length=16, blank=True)
    start = models.DateField(null=True, blank=True, help_text="First day, where the actor has one.")
    end = models.DateField(null=True, blank=True)
    resolves_to = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="organs",
        help_text="Coded as this actor (the North Atlantic Council is NATO).",
    )  # fmt: skip
    part_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    facts = models.JSONField(
        default=dict, blank=True, help_text="What resolving names needs besides: leader, seat, monarchy, …"
    )
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.EDITOR)
    recorded_at = models.DateTimeField(auto_now_add=True)
    history = HistoricalRecords()

    objects = ActorQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["kind", "name"])]
        permissions = [("merge_actor", "Can merge and un-merge actors")]
        constraints = [
            models.CheckConstraint(
                name="actor_not_merged_into_itself",
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("actor", args=[self.slug])

    @property
    def is_body(self) -> bool:
        """Whether the actor has a line of its own that others can speak for."""
        return self.kind in {self.Kind.STATE, self.Kind.ORGANISATION, self.Kind.GROUP}

    def mandate_on(self, day: date) -> Mandate | None:
        """Return the weightiest office the person spoke from on a day, if any."""
        return self.mandates.on(day).speaking().order_by("tier", "-start").first()


class Alias(models.Model):
    """One spelling under which an actor appears in text."""

    class Kind(models.TextChoices):
        NAME = "name", "name"
        SURNAME = "surname", "surname"
        ADJECTIVE = "adjective", "adjective"
        PEOPLE = "people", "people"
        CAPITAL = "capital", "capital"
        METONYM = "metonym", "metonym"

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="aliases")
    text = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.NAME)
    ambiguous = models.BooleanField(
        default=False, help_text="Also means something else: resolve from context."
    )
    common_word = models.BooleanField(default=False, help_text="Also an ordinary word or first name.")
    organ = models.CharField(max_length=40, blank=True, help_text="The organ a metonym stands for.")
    note = models.CharField(max_length=200, blank=True)
    start = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.EDITOR)
    history = HistoricalRecords()

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "aliases"
        ordering = ["actor", "kind", "text"]
        indexes = [models.Index(fields=["text"])]
        constraints = [
            models.UniqueConstraint(fields=["actor", "kind", "text"], name="one_alias_per_spelling")
        ]

    def __str__(self) -> str:
        return self.text


class MandateQuerySet(DatedQuerySet):
    def speaking(self) -> Self:
        """Mandates whose holder's statements are those of the state or organisation."""
        return self.filter(speaks_for=True)


class Mandate(models.Model):
    """A person holds an office of a state or organisation from `start` up to, not including, `end`."""

    person = models.ForeignKey(Actor, models.CASCADE, related_name="mandates")
    of = models.ForeignKey(Actor, models.PROTECT, related_name="officials", verbose_name="of")
    office = models.CharField(max_length=160)
    role = models.CharField(max_length=40, db_index=True)
    start = models.DateField()
    end = models.DateField(null=True, blank=True)
    precision = models.CharField(max_length=5, choices=Precision, default=Precision.DAY)
    speaks_for = models.BooleanField(default=True)
    ceremonial = models.BooleanField(default=False)
    acting = models.BooleanField(default=False)
    tier = models.PositiveSmallIntegerField(help_text="1 and 2 move the line, 3 is a voice.")
    confirmed_to = models.DateField(
        null=True, blank=True, help_text="Last day for which there is support; an assumption afterwards."
    )
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.EDITOR)
    recorded_at = models.DateTimeField(auto_now_add=True)
    history = HistoricalRecords()

    objects = MandateQuerySet.as_manager()

    class Meta:
        ordering = ["of", "role", "start"]
        indexes = [models.Index(fields=["of", "role", "start"])]
        constraints = [
            models.UniqueConstraint(fields=["person", "of", "office", "start"], name="one_mandate_per_start"),
            models.CheckConstraint(
                name="mandate_ends_after_start", condition=Q(end__isnull=True) | Q(end__gte=F("start"))
            ),
            models.CheckConstraint(name="mandate_tier_1_to_3", condition=Q(tier__gte=1, tier__lte=3)),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.office}, {self.of} ({self.start}–{self.end or ''})"


class BlocMembership(models.Model):
    """A state belongs to an organisation or group from `start` (null: since ever) up to `end`."""

    member = models.ForeignKey(Actor, models.CASCADE, related_name="memberships")
    bloc = models.ForeignKey(Actor, models.CASCADE, related_name="members")
    start = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)
    indicative = models.BooleanField(default=False, help_text="The set is loose.")
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.EDITOR)

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["bloc", "start", "member"]
        constraints = [
            models.UniqueConstraint(fields=["member", "bloc", "start"], name="one_membership_per_start"),
            models.UniqueConstraint(
                fields=["member", "bloc"],
                condition=Q(start__isnull=True),
                name="one_membership_since_ever",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} in {self.bloc}"
