"""How a source is doing, in one word and one sentence. Pure over a source's row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

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
        return Health("files", "Files are imported by hand; nothing is polled.")
    if not source.is_active:
        return Health("paused", source.paused_reason or "Not switched on.")
    if source.failures:
        times = "once" if source.failures == 1 else f"{source.failures} times in a row"
        return Health("failing", f"Failed {times}: {source.error}.{_next(source)}")
    if source.last_attempt_at is None:
        return Health("not polled yet", "Waits for its first poll.")
    if source.last_result == "empty":
        return Health("empty", "The feed was read and holds no items.")
    newest = source.last_new_item_at or source.recorded_at
    if now - newest > QUIET:
        return Health("quiet too long", f"Nothing new since {newest:%-d %B %Y}, though it answers.")
    if source.last_result == "unchanged":
        return Health("unchanged", f"Answered; nothing new since {newest:%-d %B %Y, %H:%M} UTC.")
    return Health("healthy", "New items came with the last poll.")


def _next(source: Source) -> str:
    return f" Next try {source.next_poll_at:%-d %B, %H:%M} UTC." if source.next_poll_at else ""
