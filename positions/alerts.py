"""Telling readers that a position changed: not that a word appeared.

News is the difference between the shifts of the lines now and those a reader has been told of. What a
late correction takes back is news too. Nothing is marked as told before it went out.
"""

from __future__ import annotations

import hmac
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actors.models import Actor
from positions import webhooks
from positions.models import Follow, LinePoint, Topic

GIVE_UP_AFTER = 10  # failures in a row
UNCONFIRMED_PER_DAY = 5  # letters asking one address to confirm
BODIES = (Actor.Kind.STATE, Actor.Kind.ORGANISATION, Actor.Kind.GROUP)
log = structlog.get_logger(__name__)
Post = Callable[[str, bytes, dict[str, str]], None]


class TooMany(Exception):
    """The address has been asked to confirm too often today."""


@dataclass(frozen=True, slots=True)
class News:
    """What a reader has not been told: shifts that are new, and how many are no longer there."""

    follow: Follow
    shifts: tuple[LinePoint, ...]
    undone: int
    now: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.shifts or self.undone)


def key(point: LinePoint) -> str:
    """Return what makes it the same shift, though read models are redrawn."""
    parts = (point.actor.slug, point.topic.slug, point.stated_on, point.previous, point.position, point.shift)
    return "|".join(map(str, parts))


def shifts_of(follow: Follow) -> list[LinePoint]:
    """Return the shifts that concern a follower, oldest first; of bodies where no actor is named."""
    points = LinePoint.objects.shifts().filter(track=LinePoint.Track.LINE)
    points = points.filter(actor=follow.actor) if follow.actor_id else points.filter(actor__kind__in=BODIES)
    if follow.topic_id:
        points = points.filter(topic=follow.topic)
    related = ("actor", "topic", "holder", "stance__current", "previous_stance__current")
    return list(points.select_related(*related).order_by("stated_on", "pk"))


def news(follow: Follow) -> News:
    """Compare the shifts there are with those the reader has been told of."""
    points = {key(point): point for point in shifts_of(follow)}
    told = set(follow.told)
    fresh = tuple(point for name, point in points.items() if name not in told)
    return News(follow, fresh, len(told - set(points)), tuple(points))


@transaction.atomic
def follow(*, email: str, actor: Actor | None, topic: Topic | None, rhythm: str) -> Follow:
    """Begin to follow, by e-mail; it counts once the link in the letter is used.

    Asking again for the same changes the rhythm. Raises TooMany where the address gets too many letters.
    """
    email = email.strip().lower()
    day_ago = timezone.now() - timedelta(days=1)
    waiting = Follow.objects.filter(email=email, confirmed_at__isnull=True, recorded_at__gt=day_ago)
    same = Follow.objects.filter(email=email, actor=actor, topic=topic, ended_at__isnull=True).first()
    if same is None and waiting.count() >= UNCONFIRMED_PER_DAY:
        raise TooMany
    if same is not None:
        same.rhythm = rhythm
        same.save(update_fields=["rhythm"])
        return same
    try:
        with transaction.atomic():
            made = Follow.objects.create(email=email, actor=actor, topic=topic, rhythm=rhythm)
    except IntegrityError:  # the same form twice at the same time
        return Follow.objects.get(email=email, actor=actor, topic=topic, ended_at__isnull=True)
    transaction.on_commit(lambda: _ask(made))
    return made


def confirm(one: Follow) -> None:
    """Count a follow from now on: what is known today is not news. Again: no change."""
    if one.confirmed_at is not None:
        return
    one.confirmed_at = one.told_at = timezone.now()
    one.told = list(news(one).now)
    one.save(update_fields=["confirmed_at", "told_at", "told"])


def end(one: Follow) -> None:
    """Stop following. Again: no change."""
    if one.ended_at is None:
        one.ended_at = timezone.now()
        one.save(update_fields=["ended_at"])


def send_due(now: datetime, post: Post | None = None) -> int:
    """Send every digest and webhook that is due; return how many went out.

    One that fails is noted on its row and tried at the next round; ten failures in a row end it.
    """
    deliver = post or webhooks.post
    by_reader: dict[str, list[News]] = defaultdict(list)
    sent = 0
    for one in Follow.objects.due(now).select_related("actor", "topic").order_by("email", "pk"):
        fresh = news(one)
        if not fresh:
            _told([fresh], now)
        elif one.channel == Follow.Channel.EMAIL:
            by_reader[one.email].append(fresh)
        else:
            sent += _try([fresh], now, partial(_post, fresh, now, deliver))
    for items in by_reader.values():
        sent += _try(items, now, partial(_digest, items))
    return sent


def _try(items: Sequence[News], now: datetime, send: Callable[[], object]) -> bool:
    try:
        send()
    except Exception as error:  # a mail server or a reader's own server: the next one must be told
        log.warning("alert_failed", follow=items[0].follow.pk, error=type(error).__name__)
        _failed(items, str(error) or type(error).__name__, now)
        return False
    _told(items, now)
    return True


def _told(items: Iterable[News], now: datetime) -> None:
    for item in items:
        values = {"told": list(item.now), "told_at": now, "failures": 0, "error": ""}
        Follow.objects.filter(pk=item.follow.pk).update(**values)


def _failed(items: Iterable[News], reason: str, now: datetime) -> None:
    for item in items:
        row = item.follow
        row.failures, row.error = row.failures + 1, reason[:300]
        if row.failures >= GIVE_UP_AFTER:
            row.ended_at = now
        row.save(update_fields=["failures", "error", "ended_at"])


# -- Letters --


def link(name: str, *args: Any) -> str:
    return settings.SITE_URL + reverse(name, args=args)


def _ask(one: Follow) -> None:
    context = {"follow": one, "url": link("follow-manage", one.token), "site": settings.SITE_URL}
    _send(one, _("Please confirm: you want to hear when a position changes"), "confirm", context)


def _digest(items: Sequence[News]) -> None:
    count = sum(len(item.shifts) for item in items)
    context = {
        "items": [(item, link("follow-manage", item.follow.token)) for item in items],
        "site": settings.SITE_URL,
    }
    subject = ngettext("%(n)d position changed", "%(n)d positions changed", count) % {"n": count}
    _send(items[0].follow, subject if count else _("A change was taken back"), "digest", context)


def _send(one: Follow, subject: str, template: str, context: dict[str, Any]) -> None:
    # One click in the reader's mail program ends it (RFC 8058).
    headers = {
        "List-Unsubscribe": f"<{link('follow-end', one.token)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    body = render_to_string(f"mail/{template}.txt", context)
    EmailMultiAlternatives(subject, body, to=[one.email], headers=headers).send()


# -- Webhooks --


def _post(item: News, now: datetime, post: Post) -> None:
    body = json.dumps(payload(item, now), ensure_ascii=False, sort_keys=True).encode()
    post(
        item.follow.url,
        body,
        {"Content-Type": "application/json", **signature(item.follow.secret, body, now)},
    )


def signature(secret: str, body: bytes, now: datetime) -> dict[str, str]:
    """Return the headers by which a receiver knows that the message is ours and new.

    The signature is HMAC-SHA256, in hex, over the timestamp, a full stop and the body.
    """
    stamp = str(int(now.timestamp()))
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, sha256).hexdigest()
    return {"X-OpenDoor-Timestamp": stamp, "X-OpenDoor-Signature": f"sha256={digest}"}


def payload(item: News, now: datetime) -> dict[str, Any]:
    return {
        "sent_at": now.isoformat(),
        "actor": item.follow.actor.slug if item.follow.actor else None,
        "topic": item.follow.topic.slug if item.follow.topic else None,
        "undone": item.undone,
        "shifts": [
            {
                "id": key(point),
                "actor": point.actor.slug,
                "topic": point.topic.slug,
                "date": point.stated_on.isoformat(),
                "from": point.previous,
                "to": point.position,
                "kinds": point.shift.split(", "),
                "holder": point.holder.slug,
                "before": point.previous_stance.current.evidence if point.previous_stance else None,
                "after": point.stance.current.evidence,
                "url": link("statement", point.stance_id),
            }
            for point in item.shifts
        ],
    }
