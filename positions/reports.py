"""What readers report about a statement: kept for the editors, a few per hour and sender."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac

from positions.models import Report, Stance

PER_HOUR = 10


class TooMany(Exception):
    """The sender reached the limit; `seconds` is how long to wait."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"at most {PER_HOUR} reports an hour")


def submit(stance: Stance, *, reason: str, message: str, contact: str, address: str) -> Report:
    """Keep a report. `address` is the sender's IP address; only a hash that changes daily is kept of it."""
    now = timezone.now()
    sender = salted_hmac(f"report {now.date()}", address, algorithm="sha256").hexdigest()
    recent = Report.objects.filter(ip_hash=sender, recorded_at__gt=now - timedelta(hours=1))
    times = list(recent.order_by("-recorded_at").values_list("recorded_at", flat=True)[:PER_HOUR])
    if len(times) == PER_HOUR:
        free_at = times[-1] + timedelta(hours=1)
        raise TooMany(max(1, round((free_at - now).total_seconds())))
    return Report.objects.create(
        stance=stance, reason=reason, message=message, contact=contact, ip_hash=sender
    )
