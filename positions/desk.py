"""What analysts do on their desk: follow positions without letters, and keep notes for themselves.

Everything here is asked for by the person it belongs to: rows of others are as if they were not there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from actors.models import Actor
from positions import alerts
from positions.models import Article, LinePoint, Note, Stance, Topic, User, Watch

FOLLOW, WRITE = "positions.add_watch", "positions.add_note"
MAX_WATCHES = 200
# What a note may be about, by the name of its column.
ABOUT: dict[str, type[models.Model]] = {
    "actor": Actor,
    "topic": Topic,
    "statement": Stance,
    "article": Article,
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One watch with the shifts that came since the desk was cleared, and how many were taken back."""

    watch: Watch
    shifts: tuple[LinePoint, ...]
    undone: int


def may_use(user: User) -> bool:
    return user.has_perms([FOLLOW, WRITE])


# -- Following -----------------------------------------------------------------------------------------------


@transaction.atomic
def watch(user: User, *, actor: Actor | None, topic: Topic | None) -> Watch:
    """Follow on the desk; what is known today is not news. Again: no change."""
    _may(user, FOLLOW)
    if actor is None and topic is None:
        raise ValidationError("Choose an actor, a topic, or both.")
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # the same form twice at the same time
    if same := Watch.objects.filter(user=user, actor=actor, topic=topic).first():
        return same
    if Watch.objects.filter(user=user).count() >= MAX_WATCHES:
        raise ValidationError(f"{MAX_WATCHES} are followed already: end one first.")
    made = Watch(user=user, actor=actor, topic=topic, seen_at=timezone.now())
    made.seen = [alerts.key(point) for point in _shifts([made])]
    made.save(force_insert=True)
    return made


def unwatch(user: User, pk: int) -> None:
    """End following. Again: no change."""
    Watch.objects.filter(user=user, pk=pk).delete()


def news(user: User) -> list[Seen]:
    """Return every watch of the user with what is new under it; one query for the shifts of all."""
    watches = list(Watch.objects.filter(user=user).select_related("actor", "topic"))
    points = _shifts(watches)
    found = []
    for one in watches:
        here = {alerts.key(point): point for point in points if _concerns(one, point)}
        seen = set(one.seen)
        fresh = tuple(point for name, point in here.items() if name not in seen)
        found.append(Seen(one, fresh, len(seen - set(here))))
    return found


@transaction.atomic
def clear(user: User) -> None:
    """Count everything that is on the desk now as seen."""
    watches = list(Watch.objects.select_for_update(no_key=True).filter(user=user).order_by("pk"))
    points, now = _shifts(watches), timezone.now()
    for one in watches:
        one.seen = [alerts.key(point) for point in points if _concerns(one, point)]
        one.seen_at = now
    Watch.objects.bulk_update(watches, ["seen", "seen_at"])


def _shifts(watches: Iterable[Watch]) -> list[LinePoint]:
    wanted = Q(pk__in=[])
    for one in watches:
        whose = Q(actor=one.actor_id) if one.actor_id else Q(actor__kind__in=alerts.BODIES)
        wanted |= whose & Q(topic=one.topic_id) if one.topic_id else whose
    points = LinePoint.objects.shifts().filter(wanted, track=LinePoint.Track.LINE)
    return list(points.select_related("actor", "topic").order_by("-stated_on", "-pk"))


def _concerns(one: Watch, point: LinePoint) -> bool:
    if one.topic_id and point.topic_id != one.topic_id:
        return False
    return point.actor_id == one.actor_id if one.actor_id else point.actor.kind in alerts.BODIES


# -- Notes ---------------------------------------------------------------------------------------------------


def write(user: User, text: str, *, kind: str = "", pk: int | None = None) -> Note:
    """Keep a note on the row `pk` of `kind` (see ABOUT), or on nothing."""
    _may(user, WRITE)
    values = {}
    if kind:
        about = ABOUT[kind]._default_manager.filter(pk=pk).first()
        if about is None:
            raise ValidationError("What the note is about is not in the record.")
        values["stance" if kind == "statement" else kind] = about
    return Note.objects.create(user=user, text=text, **values)


def notes(user: User) -> QuerySet[Note]:
    """Return the user's notes, the newest first, with what they are about."""
    related = ("actor", "topic", "stance__holder", "stance__topic", "article")
    return Note.objects.filter(user=user).select_related(*related)


def on_stance(user: User, stance: Stance) -> QuerySet[Note]:
    """Return the user's notes on a statement, its article or its holder."""
    return notes(user).filter(Q(stance=stance) | Q(article=stance.article_id) | Q(actor=stance.holder_id))


def _may(user: User, permission: str) -> None:
    if not user.has_perm(permission):
        raise PermissionDenied(f"{user} has no desk: that needs the role of an analyst.")
