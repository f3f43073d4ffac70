"""What a stance says in the end: the newest review's values, else the extraction's. Pure over loaded rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from actors.models import Actor, Mandate
from actors.tiers import COLLECTIVE_TIER
from positions.models import CurrentStance, Stance, StanceReview

Decision = CurrentStance.Decision
# What a person can put right. `source_actor` has its own switch (`no_source`), as null means "as read".
CORRECTABLE = (
    "holder_id",
    "topic_id",
    "position",
    "mode",
    "kind",
    "condition",
    "stated_on",
    "precision",
    "start",
    "end",
    "evidence",
)


@dataclass(slots=True)
class Effective:
    """The values that count, with when and by which decision they came to count."""

    stance_id: int
    article_id: int
    holder_id: int
    source_actor_id: int | None
    topic_id: int
    position: int
    mode: str
    kind: str
    condition: str
    stated_on: date
    precision: str
    start: int
    end: int
    evidence: str
    confidence: float
    decision: str
    recorded_at: datetime


def effective(stance: Stance, reviews: Iterable[StanceReview]) -> Effective:
    """Return the effective values. `reviews` are the stance's, oldest first.

    Confirming keeps what an earlier correction said; reopening hands the stance back to the machine.
    """
    values = Effective(
        stance_id=stance.pk,
        decision=Decision.MACHINE,
        **{
            name: getattr(stance, name)
            for name in (*CORRECTABLE, "article_id", "source_actor_id", "confidence", "recorded_at")
        },
    )
    for review in reviews:
        _apply(values, review, stance)
    return values


def _apply(values: Effective, review: StanceReview, stance: Stance) -> None:
    values.recorded_at = review.recorded_at
    if review.decision == StanceReview.Decision.REOPENED:
        for name in (*CORRECTABLE, "source_actor_id"):
            setattr(values, name, getattr(stance, name))
        values.decision = Decision.MACHINE
        return
    values.decision = review.decision
    for name in CORRECTABLE:
        if (corrected := getattr(review, name)) is not None:
            setattr(values, name, corrected)
    if review.source_actor_id is not None or review.no_source:
        values.source_actor_id = review.source_actor_id


@dataclass(frozen=True, slots=True)
class Voice:
    """For whom a holder speaks on a day, from which office, and with what weight."""

    on_behalf_of: int | None
    office: str
    role: str
    tier: int | None


@dataclass(frozen=True, slots=True)
class Office:
    """What of a mandate says for whom somebody speaks."""

    of: int
    name: str
    role: str
    tier: int
    start: date
    end: date | None
    speaks_for: bool

    def on(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


class Voices:
    """Looks up mandates of a set of holders without a query per stance. Offices follow merged actors."""

    def __init__(self, holder_ids: Iterable[int]) -> None:
        self._offices: dict[int, list[Office]] = {}
        ids = set(holder_ids)
        became = Actor.objects.filter(merged_into__in=ids).order_by().values("pk")
        rows = Mandate.objects.filter(Q(person__in=ids) | Q(person__in=became))
        columns = rows.order_by("tier", "-start").values_list(
            "person_id", "person__merged_into_id", "of_id", "of__merged_into_id",
            "office", "role", "tier", "start", "end", "speaks_for",
        )  # fmt: skip
        for person, became, of, of_became, *rest in columns:
            self._offices.setdefault(became or person, []).append(Office(of_became or of, *rest))

    def of(self, holder_id: int, kind: str, day: date) -> Voice:
        """Return the voice of an actor of a kind on a day."""
        if kind in {"state", "organisation", "group"}:
            return Voice(None, "", "", COLLECTIVE_TIER)
        held = [office for office in self._offices.get(holder_id, ()) if office.on(day)]
        for office in held:
            if office.speaks_for:
                return Voice(office.of, office.name, office.role, office.tier)
        # Known office, but one that speaks for nobody: shown beside the name, moves nothing.
        return Voice(None, held[0].name, held[0].role, 3) if held else Voice(None, "", "", None)


def on_record(mode: str, holder_kind: str, source_kind: str | None) -> bool:
    """Whether the holder said it themselves and under their own name."""
    return mode != "second-hand" and holder_kind != "unnamed" and source_kind != "unnamed"


def newest(reviews: Sequence[StanceReview]) -> StanceReview | None:
    return reviews[-1] if reviews else None
