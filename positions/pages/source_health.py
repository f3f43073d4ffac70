"""How a source does, in words for anybody: its state and why, and when it was and will be asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count, Max, Q, Sum
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext as _

from positions.ingestion.health import State, health, moment
from positions.ingestion.sweeping import working
from positions.models import Source

LATE = timedelta(minutes=5)  # a sweep comes every 30 seconds
WORDS: dict[State, str] = {
    "healthy": gettext_noop("healthy"),
    "unchanged": gettext_noop("unchanged"),
    "empty": gettext_noop("empty"),
    "quiet too long": gettext_noop("quiet too long"),
    "failing": gettext_noop("failing"),
    "paused": gettext_noop("paused"),
    "not polled yet": gettext_noop("not polled yet"),
    "files": gettext_noop("files"),
}


def of_source(source: Source) -> dict[str, Any]:
    """Return state, reason and times of one source, ready to show; `times` are (what, when) in words."""
    found = health(source, timezone.now())
    soon = _("as soon as a worker is free") if source.is_active else _("never")
    times = [
        (_("Last attempt"), source.last_attempt_at, _("never")),
        (_("Last success"), source.last_success_at, _("never")),
        (_("Last new item"), source.last_new_item_at, _("never")),
        (_("Next try"), source.next_poll_at if source.is_active else None, soon),
    ]
    polled = source.kind in Source.POLLED
    return {
        "state": found.state,
        "word": gettext(WORDS[found.state]),
        "ok": found.ok,
        "reason": found.reason,
        "polled": polled,
        "times": [(what, moment(at) if at else other) for what, at, other in times] if polled else [],
        "items": source.last_items,
        "moved_to": source.moved_to,
    }


def overdue(slug: str) -> str:
    """Say that a source's poll is due and nobody is there to do it; empty where it is not."""
    waits = Source.objects.due(timezone.now() - LATE).filter(slug=slug).exists()
    return "" if not waits or working() else _("Its poll is due, but no worker is up: it waits for one.")


def polled(request: HttpRequest, slug: str = "") -> tuple[object, ...]:
    """Return what differs whenever any source was polled, failed, paused or rescheduled."""
    return overdue(slug) if slug else "", *(
        Source.objects.aggregate(
            attempt=Max("last_attempt_at"), success=Max("last_success_at"), due=Max("next_poll_at"),
            failures=Sum("failures"), active=Count("pk", filter=Q(is_active=True)),
        ).values()
    )  # fmt: skip
