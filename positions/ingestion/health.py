"""How a source is doing, in one word and one sentence. Pure over a source's row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from positions.models import Source

State = Literal[
    "healthy", "unchanged", "empty", "quiet too long", "failing", "paused", "not polled yet", "files"
]
QUIET = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Health:
    state: State
    reason: str

    @property
    def ok(self) -> bool:
        return self.state in ("healthy", "unchanged", "files")


def health(source: Source, now: datetime) -> Health:
    """Return the state and its reason, the gravest that is true."""
    if source.kind == Source.Kind.FILE:
        return Health("files", _("Files are imported by hand; nothing is polled."))
    if not source.is_active:
        return Health("paused", source.paused_reason or _("Not switched on."))
    if source.failures:
        times = ngettext("Failed once", "Failed %(n)s times in a row", source.failures) % {
            "n": source.failures
        }
        return Health("failing", f"{times}: {source.error}.{_next(source)}")
    if source.last_attempt_at is None:
        return Health("not polled yet", _("Waits for its first poll."))
    if source.last_result == "empty":
        return Health("empty", _("The feed was read and holds no items."))
    newest = source.last_new_item_at or source.recorded_at
    if now - newest > QUIET:
        said = _("Nothing new since %(day)s, though it answers.")
        return Health("quiet too long", said % {"day": date_format(newest, "j E Y")})
    if source.last_result == "unchanged":
        return Health("unchanged", _("Answered; nothing new since %(time)s.") % {"time": moment(newest)})
    return Health("healthy", _("New items came with the last poll."))


def moment(value: datetime) -> str:
    """Return "4 March 2024, 10:15 UTC" in the reader's language."""
    return f"{date_format(value.astimezone(UTC), 'j E Y, H:i')} UTC"


def _next(source: Source) -> str:
    return (
        " " + _("Next try %(time)s.") % {"time": moment(source.next_poll_at)} if source.next_poll_at else ""
    )
