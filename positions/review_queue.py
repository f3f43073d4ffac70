"""What waits for an editor, in the order of what a decision would change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from itertools import chain, dropwhile, islice
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone
from rapidfuzz import fuzz, process

from actors.tiers import LINE_TIERS
from positions.models import CurrentStance, LinePoint, Report, StanceReview, User
from positions.review import UNDO

Rows = QuerySet[CurrentStance]

# How long an item opened by one editor is not offered to another, in seconds. Only a courtesy: the
# decision itself is guarded by `expected`.
HELD = 300
CHUNK = 20  # ids fetched at a time
# Of the confirmed, this share is read a second time: fingerprints are hexadecimal and evenly spread.
SECOND_READING_BELOW = "0d"  # 13 of 256, some 5 %


@dataclass(frozen=True, slots=True)
class Why:
    """A reason for which an item waits. Heavier ones come first; each outweighs all lighter together."""

    slug: str
    label: str
    weight: int


WHYS = (
    Why("reported", "Reported by a reader", 64),
    Why("reopened", "Text and reading changed after a decision", 32),
    Why("altered", "Words no longer in the newest text", 16),
    Why("moves", "Moves a line", 8),
    Why("contested", "Contested", 4),
    Why("new_speaker", "New speaker", 2),
    Why("low", "Low confidence", 1),
)
UNREVIEWED = Why("unreviewed", "Not reviewed yet", 0)


def _flag(condition: Any) -> ExpressionWrapper[Any]:
    return ExpressionWrapper(condition, output_field=BooleanField())


def _moves() -> Q:
    """Sets a shift now or, not being part of the line yet, differs from the line that stands without it."""
    own = LinePoint.objects.filter(stance=OuterRef("pk"), track=LinePoint.Track.LINE).shifts()
    day: Any = OuterRef("stated_on")
    body = Coalesce(OuterRef("on_behalf_of"), OuterRef("holder"))
    stands = LinePoint.objects.on(day).filter(actor=body, topic=OuterRef("topic"), track=LinePoint.Track.LINE)
    unseen = Q(confidence__lt=settings.CONFIDENCE_THRESHOLD)
    if settings.PUBLICATION_GATE:
        unseen |= ~Q(Exists(LinePoint.objects.filter(stance=OuterRef("pk"))))
    hidden = unseen & Q(on_record=True, tier__in=LINE_TIERS)
    return Q(Exists(own)) | (hidden & ~Q(Exists(stands.filter(position=OuterRef("position")))))


def flagged(rows: Rows) -> Rows:
    """Annotate each reason as a boolean and `weight`, the sum of those that hold."""
    # Asked once, not for each row: a holder may have said thousands of things that nobody has decided on.
    decided = CurrentStance.objects.reviewed().values("holder")
    contested = LinePoint.objects.filter(stance=OuterRef("pk"), contested=True)
    rows = rows.annotate(
        reported=Exists(Report.objects.open().filter(stance=OuterRef("pk"))),
        reopened=_flag(Q(stance__reasons__has_key="reopens")),
        altered=_flag(Q(stance__evidence_altered_at__gt=F("recorded_at"))),
        moves=_flag(_moves()),
        contested=Exists(contested),
        new_speaker=_flag(Q(tier__in=LINE_TIERS) & ~Q(holder__in=decided)),
        low=_flag(Q(confidence__lt=settings.CONFIDENCE_THRESHOLD)),
    )
    weights = [Case(When(**{why.slug: True}, then=Value(why.weight)), default=Value(0)) for why in WHYS]
    return rows.annotate(weight=sum(weights[1:], weights[0]))


def waiting() -> Rows:
    """Undecided readings, and decided ones that a reader reported or whose words the article lost."""
    reported = Exists(Report.objects.open().filter(stance=OuterRef("pk")))
    return CurrentStance.objects.filter(
        Q(decision=CurrentStance.Decision.MACHINE)
        | Q(reported)
        | Q(stance__evidence_altered_at__gt=F("recorded_at"))
    )


def ordered(rows: Rows) -> Rows:
    order = ("-weight", "-stated_on", "pk")
    return flagged(rows).order_by(*order)


def whys(row: Any) -> list[Why]:
    """Return the reasons of a row of `flagged`, the heaviest first."""
    return [why for why in WHYS if getattr(row, why.slug)] or [UNREVIEWED]


def next_item(
    rows: Rows, *, user: User, skipped: list[int], after: int | None = None
) -> CurrentStance | None:
    """Return the first item that nobody else has open, and hold it for the user.

    `after`: the item behind this one; from the top again where it was the last, and itself where it is alone.
    """
    places = ordered(rows.exclude(pk__in=skipped)).values_list("pk", flat=True)
    # The database sorts what waits; of that only as many ids come here as it takes to find a free one.
    behind = dropwhile(lambda pk: pk != after, places.iterator(CHUNK)) if after else ()
    for pk in chain(islice(behind, 1, None), places.iterator(CHUNK)):
        if hold(pk, user):
            return loaded(pk)
    return None


def hold(pk: int, user: User) -> bool:
    """Whether the item is the user's to work on for the next minutes."""
    key = f"queue-{pk}"
    return cache.add(key, user.pk, HELD) or cache.get(key) == user.pk


def release(pk: int) -> None:
    cache.delete(f"queue-{pk}")


def loaded(pk: int) -> CurrentStance | None:
    """Return one row with its reasons and everything its screen shows."""
    related = (
        "stance__version", "article__source", "holder", "source_actor", "on_behalf_of", "topic", "utterance",
    )  # fmt: skip
    return flagged(CurrentStance.objects.filter(pk=pk)).select_related(*related).first()


def decided_today(user: User) -> int:
    """Count the user's decisions since midnight UTC that still stand or were followed by others."""
    midnight = datetime.combine(timezone.now().date(), time.min, tzinfo=timezone.now().tzinfo)
    return mine(user).filter(recorded_at__gte=midnight).count()


def mine(user: User) -> QuerySet[StanceReview]:
    """The user's decisions, newest first, without those taken back."""
    taken_back = StanceReview.objects.filter(
        stance=OuterRef("stance"), pk__gt=OuterRef("pk"), reason=UNDO, by=user
    )
    rows = StanceReview.objects.filter(by=user).exclude(reason=UNDO).exclude(Exists(taken_back))
    return rows.order_by("-recorded_at", "-pk")


def last_decision(user: User) -> StanceReview | None:
    """Return the user's newest decision that nobody has decided over: what undo takes back."""
    later = StanceReview.objects.filter(stance=OuterRef("stance"), pk__gt=OuterRef("pk"))
    related = ("stance__holder", "stance__topic")
    return mine(user).exclude(Exists(later)).select_related(*related).first()


def similar(row: CurrentStance, limit: int = 3) -> list[CurrentStance]:
    """Return decided statements on the topic whose words are the most alike; the same holder's first."""
    decided = CurrentStance.objects.filter(topic=row.topic_id).exclude(
        decision=CurrentStance.Decision.MACHINE
    )
    pool = list(
        decided.exclude(pk=row.pk).values_list("pk", "evidence", "holder_id").order_by("-recorded_at")[:400]
    )
    alike = process.extract(
        row.evidence, {pk: text for pk, text, _ in pool}, scorer=fuzz.token_set_ratio, limit=None
    )
    same = {pk for pk, _, holder in pool if holder == row.holder_id}
    best = sorted(alike, key=lambda found: found[1] + 20 * (found[2] in same), reverse=True)[:limit]
    rows = CurrentStance.objects.select_related("holder", "topic").in_bulk([pk for _, _, pk in best])
    return [rows[pk] for _, _, pk in best]


def for_second_reading(user: User) -> Rows:
    """Confirmed and corrected statements of the sample that others decided and nobody has read again."""
    sample = CurrentStance.objects.reviewed().filter(
        stance__fingerprint__lt=SECOND_READING_BELOW, stance__second_readings__isnull=True
    )
    return sample.exclude(stance__reviews__by=user)


def next_for_second_reading(user: User) -> int | None:
    """Return the statement that the user should read next; by fingerprint, so that nobody chooses."""
    rows = for_second_reading(user).order_by("stance__fingerprint")
    return rows.values_list("pk", flat=True).first()
