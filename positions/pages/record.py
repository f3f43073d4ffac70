"""What the record says about itself: its version (for ETags) and how far it reaches."""

from __future__ import annotations

from datetime import date
from functools import cache as once
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models import Count, Max, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from positions.models import Article, CurrentStance

# Everything that can change what a page shows leaves a higher id or time in one of these.
_VERSION_SQL = """
SELECT (SELECT MAX(changed_at) FROM positions_currentstance), (SELECT MAX(id) FROM positions_linepoint),
       (SELECT MAX(id) FROM positions_stance), (SELECT MAX(id) FROM positions_stancereview),
       (SELECT MAX(id) FROM positions_event), (SELECT MAX(id) FROM positions_articleversion),
       (SELECT MAX(history_id) FROM actors_historicalactor),
       (SELECT MAX(history_id) FROM actors_historicalmandate),
       (SELECT MAX(history_id) FROM positions_historicalsource),
       (SELECT MAX(id) FROM positions_unresolvedmention), (SELECT MAX(id) FROM positions_secondreading),
       (SELECT MAX(id) FROM positions_exhaustivecoding),
       (SELECT MAX(withdrawn_at) FROM positions_exhaustivecoding)
"""
FURNITURE_SECONDS = 60


def version() -> str:
    """Return a string that differs whenever something was added, read, decided or renamed."""
    with connection.cursor() as cursor:
        cursor.execute(_VERSION_SQL)
        row = cursor.fetchone()
    return sha256(f"{row}|{_code()}".encode()).hexdigest()[:20]


def _code() -> str:
    """Return what changes with a new release; while developing, with every saved file."""
    return _newest_file() if settings.DEBUG else _release()


@once
def _release() -> str:
    return _newest_file()


def _newest_file() -> str:
    roots = [settings.BASE_DIR / "templates", settings.BASE_DIR / "positions", settings.BASE_DIR / "actors"]
    files = (
        file for root in roots for file in Path(root).rglob("*") if file.suffix in {".html", ".py", ".yaml"}
    )
    return str(max((file.stat().st_mtime for file in files), default=0))


def version_for(request: HttpRequest) -> str:
    """Return the version once a request."""
    found: str | None = getattr(request, "_record_version", None)
    if found is None:
        found = version()
        setattr(request, "_record_version", found)  # noqa: B010  a request has no such field to a type checker
    return found


def etag(request: HttpRequest, also: object = "") -> str:
    """Return the weak ETag of an address on this day in this language, whole page or fragment.

    `also` is what the page shows that is not of the record's version.
    """
    asked = "|".join(
        [
            str(also), request.get_full_path(), str(timezone.localdate()), str(get_language()),
            request.headers.get("HX-Request", ""), request.headers.get("HX-Target", ""),
            request.headers.get("Accept", ""),
        ]
    )  # fmt: skip
    return f'W/"{version_for(request)}-{sha256(asked.encode()).hexdigest()[:12]}"'


def furniture() -> dict[str, Any]:
    """Return how far the record reaches, for the foot of every page; up to a minute old."""
    found: dict[str, Any] | None = cache.get("furniture")
    if found is None:
        found = _furniture()
        cache.set("furniture", found, FURNITURE_SECONDS)
    return found


def _furniture() -> dict[str, Any]:
    done = Article.objects.filter(state=Article.State.DONE)
    dates = done.aggregate(through=Max("published_on"), read_at=Max("read_at"))
    counts = CurrentStance.public.aggregate(
        shown=Count("pk"), reviewed=Count("pk", filter=Q(decision__in=CurrentStance.ACCEPTED))
    )
    shown = counts["shown"]
    return {
        **dates,
        **counts,
        "share": round(100 * counts["reviewed"] / shown) if shown else 0,
        "threshold": settings.CONFIDENCE_THRESHOLD,
    }


def through() -> date | None:
    """Return the day of the newest article that was read."""
    found: date | None = furniture()["through"]
    return found
