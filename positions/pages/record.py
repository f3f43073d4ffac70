"""What the record says about itself: its version (for ETags) and how far it reaches."""

from __future__ import annotations

from dataclasses import dataclass
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
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from positions.models import Article, CurrentStance

# What every page may show of others than its subject: names, offices, events, titles of edited articles.
# Everything that can change it leaves a higher id, or another count, in one of these.
_WORLD = (
    "SELECT MAX(history_id) FROM actors_historicalactor",
    "SELECT MAX(history_id) FROM actors_historicalmandate",
    "SELECT MAX(history_id) FROM positions_historicalsource",
    "SELECT MAX(id) FROM actors_alias",
    "SELECT MAX(id) FROM actors_blocmembership",
    'SELECT COUNT("end") FROM actors_blocmembership',
    "SELECT MAX(id) FROM positions_event",
    "SELECT MAX(id) FROM positions_articleversion WHERE number > 1",
)
# The rest of the record.
_RECORD = (
    "SELECT MAX(changed_at) FROM positions_currentstance",
    "SELECT MAX(id) FROM positions_linepoint",
    "SELECT MAX(id) FROM positions_stance",
    "SELECT MAX(id) FROM positions_stancereview",
    "SELECT MAX(id) FROM positions_articleversion",
    "SELECT MAX(id) FROM positions_unresolvedmention",
    "SELECT MAX(id) FROM positions_secondreading",
    "SELECT MAX(id) FROM positions_exhaustivecoding",
    "SELECT MAX(withdrawn_at) FROM positions_exhaustivecoding",
)
# A merged actor's page is that of the one it was merged into.
_EDITION = """
SELECT number FROM positions_edition
JOIN actors_actor ON positions_edition.actor_id = COALESCE(actors_actor.merged_into_id, actors_actor.id)
WHERE actors_actor.slug = %s
"""
FURNITURE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Version:
    """`whole` differs whenever something was added, read, decided or renamed.

    `narrow` differs whenever something did that the page of one actor may show; empty where there is none.
    """

    whole: str
    narrow: str = ""


def version(actor: str = "") -> Version:
    """Return the version of the record, and of an actor (by slug) in it, with one query."""
    columns = ", ".join(f"({sql})" for sql in (*_WORLD, *_RECORD, *((_EDITION,) if actor else ())))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}", [actor] if actor else [])
        row = cursor.fetchone()
    rules = (_code(), settings.CONFIDENCE_THRESHOLD, settings.PUBLICATION_GATE)
    world, edition = row[: len(_WORLD)], row[-1] if actor else None
    # Of an actor without an edition there is nothing that could be out of date but the rest of the record.
    narrow = _digest("actor", actor, edition, world, rules) if edition is not None else ""
    return Version(_digest(row, rules), narrow)


def _digest(*parts: object) -> str:
    return sha256("|".join(map(str, parts)).encode()).hexdigest()[:20]


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


def version_for(request: HttpRequest, actor: str = "") -> Version:
    """Return the version once a request."""
    found: Version | None = getattr(request, "_record_version", None)
    if found is None:
        found = version(actor)
        setattr(request, "_record_version", found)  # noqa: B010  a request has no such field to a type checker
    return found


def etag(request: HttpRequest, also: object = "") -> str:
    """Return the weak ETag of an address on this day in this language, whole page or fragment.

    `also` is what the page shows that is not of the record's version.
    """
    return f'W/"{version_for(request).whole}-{_asked(request, also)}"'


def kept_under(request: HttpRequest, also: object = "") -> str:
    """Return the key of what is kept of an answer: never out of date, and nobody's own.

    A page about one actor outlives what others say; its foot, and the end of the record, are made anew.
    """
    found = version_for(request)
    if not found.narrow or request.GET.get("known"):
        return f"page:{found.whole}-{_asked(request, also)}"
    return f"page:{found.narrow}-{through()}-{_asked(request, also)}"


def _asked(request: HttpRequest, also: object) -> str:
    parts = [
        str(also),
        request.build_absolute_uri(), str(timezone.localdate()), str(get_language()),
        request.headers.get("HX-Request", ""), request.headers.get("HX-Target", ""),
        request.headers.get("HX-History-Restore-Request", ""), request.headers.get("Accept", ""),
    ]  # fmt: skip
    return sha256("|".join(parts).encode()).hexdigest()[:12]


def foot() -> str:
    """Return the line at the foot of every page that says how far the record reaches."""
    said = furniture()
    key = f"foot:{get_language()}:{_digest(sorted(said.items()))}"
    found: str | None = cache.get(key)
    if found is None:
        found = render_to_string("_partials/furniture.html", {"furniture": said})
        cache.set(key, found, FURNITURE_SECONDS)
    return found


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
