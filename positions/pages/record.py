"""What the record says about itself: its version (for ETags) and how far it reaches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache as once
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

from django.conf import settings
from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connection, connections
from django.db.models import Count, Max, Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from positions.counted import VISIBLE, question
from positions.models import Article, CurrentStance

# By what a page is about, what is another with every change of it.
_SUBJECTS = {
    # The edition of each line. A merged actor's page is that of the one it was merged into.
    "actor": """
SELECT {join}(positions_topic.slug || ':' || positions_lineedition.number, ',') FROM positions_lineedition
JOIN positions_topic ON positions_lineedition.topic_id = positions_topic.id
JOIN actors_actor ON positions_lineedition.actor_id = COALESCE(actors_actor.merged_into_id, actors_actor.id)
WHERE actors_actor.slug = %(slug)s
""",
    "topic": """
SELECT SUM(number) FROM positions_lineedition
WHERE topic_id = (SELECT id FROM positions_topic WHERE slug = %(slug)s)
""",
}
# What articles about the topic report of events beside what they say on it.
_SUBJECTS["debate"] = (
    f"SELECT ({_SUBJECTS['topic']}) || '.' || (SELECT COALESCE(MAX(id), 0) FROM positions_eventmention)"
)
_ANYTHING = {vendor: question(vendor) for vendor in ("sqlite", "postgresql")}
_OF_SUBJECT = {
    (vendor, kind): question(vendor, sql.replace("{join}", join))
    for vendor, join in (("sqlite", "group_concat"), ("postgresql", "string_agg"))
    for kind, sql in _SUBJECTS.items()
}
_HEADERS = "HTTP_HX_REQUEST", "HTTP_HX_TARGET", "HTTP_HX_HISTORY_RESTORE_REQUEST", "HTTP_ACCEPT"
TAG = 'W/"'  # how our ETags begin
FURNITURE_SECONDS = 60
KEPT_SECONDS = 600
REMEMBERED = 1000  # answers a connection keeps, and versions a process
_SHOWN = f"SELECT {VISIBLE}"
T = TypeVar("T")


@dataclass(slots=True)
class _Memory:
    """What one connection answered while it showed the transactions `visible`."""

    of: Any
    visible: str = ""
    answers: dict[tuple[Any, ...], tuple[Any, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a page is about where it shows nothing else: an `actor`, a `topic`, or the `debate` on a topic."""

    kind: Literal["actor", "topic", "debate"]
    slug: str


@dataclass(frozen=True, slots=True)
class Version:
    """`whole` differs whenever something was added, read, decided or renamed.

    `narrow` differs whenever something did that a page about its subject may show; empty where there is none.
    `world` differs whenever a name, an office, a membership, an event or a source did.
    `lines` has the edition of each of an actor's lines, by topic.
    """

    whole: str
    narrow: str = ""
    world: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)


def version(about: Subject | None = None) -> Version:
    """Return the version of the record, and of a subject in it, with one query."""
    # By name, which Django puts into so long a query in a tenth of the time.
    if about:
        found = _row(_OF_SUBJECT[connection.vendor, about.kind], {"slug": about.slug})
    else:
        found = _row(_ANYTHING[connection.vendor])
    return _version(found, about, release(), settings.CONFIDENCE_THRESHOLD, settings.PUBLICATION_GATE)


@lru_cache(maxsize=REMEMBERED)
def _version(found: tuple[Any, ...], about: Subject | None, *rules: object) -> Version:
    """Return the version that what was counted makes, under these rules of reading and showing."""
    world, rest, *editions = found
    under = "|".join(map(str, (*rules, world)))
    edition = editions[0] if about else None
    # Of what has no edition there is nothing that could be out of date but the rest of the record.
    narrow = _digest(under, about, edition) if edition is not None else ""
    lines = _lines(edition) if about and about.kind == "actor" and edition else {}
    return Version(_digest(under, rest), narrow, _digest(under), lines)


def _row(sql: str, values: Mapping[str, Any] | None = None) -> tuple[Any, ...]:
    """Return the row of a query. A request's first shows by itself whether a kept connection holds.

    Django would ask the server so before it, which costs half as much again.
    """
    kept: Any = connections[DEFAULT_DB_ALIAS]  # not by its proxy, which looks it up anew for every word
    checked, kept.health_check_done = kept.health_check_done, True
    try:
        return _asked_for(kept, sql, values)
    except (OperationalError, InterfaceError):
        if checked or kept.in_atomic_block:
            raise
        kept.close_if_unusable_or_obsolete()
        return _asked_for(kept, sql, values)


def _asked_for(kept: Any, sql: str, values: Mapping[str, Any] | None) -> tuple[Any, ...]:
    with kept.cursor() as cursor:
        if kept.vendor == "postgresql" and not kept.in_atomic_block:
            return _remembered(kept, cursor, sql, values)
        return _fetched(cursor, sql, values)


def _remembered(kept: Any, cursor: Any, sql: str, values: Mapping[str, Any] | None) -> tuple[Any, ...]:
    """Return the row, without asking for it again while the server shows what it showed the last time.

    To ask only what it shows takes it two fifths of the time. Remembered with the connection, as another may
    be to another server; not for the inside of a transaction, whose own writes the server does not tell of.
    """
    memory = getattr(kept, "_record_memory", None)
    if memory is None or memory.of is not kept.connection:
        memory = kept._record_memory = _Memory(kept.connection)
    asked = sql, *(values or {}).values()
    if asked in memory.answers and _fetched(cursor, _SHOWN) == (memory.visible,):
        return cast("tuple[Any, ...]", memory.answers[asked])
    # In one statement, as between two somebody may write.
    visible, *found = _fetched(cursor, f"SELECT {VISIBLE}, asked.* FROM ({sql}) AS asked", values)
    if visible != memory.visible or len(memory.answers) >= REMEMBERED:
        memory.visible, memory.answers = visible, {}
    memory.answers[asked] = tuple(found)
    return tuple(found)


def _fetched(cursor: Any, sql: str, values: Mapping[str, Any] | None = None) -> tuple[Any, ...]:
    cursor.execute(sql, values)
    found: tuple[Any, ...] = cursor.fetchone()
    return found


def _lines(editions: str) -> Mapping[str, int]:
    parted = (line.split(":") for line in editions.split(","))
    return {topic: int(number) for topic, number in parted}


def _digest(*parts: object) -> str:
    return blake2b("|".join(map(str, parts)).encode(), digest_size=10).hexdigest()


def release() -> str:
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


def version_for(request: HttpRequest, about: Subject | None = None) -> Version:
    """Return the version once a request."""
    found: Version | None = getattr(request, "_record_version", None)
    if found is None:
        found = version(about)
        setattr(request, "_record_version", found)  # noqa: B010  a request has no such field to a type checker
    return found


def of_world(request: HttpRequest, name: str, make: Callable[[], T]) -> T:
    """Return what `make` finds in the registry or among the events, kept until one of these changes."""
    return kept(f"{name}:{version_for(request).world}", make)


def kept(key: str, make: Callable[[], T], seconds: int = KEPT_SECONDS) -> T:
    """Return what is kept under the key, else what `make` returns, which is kept."""
    return cast("T", cache.get_or_set(key, make, seconds))


def _subject(request: HttpRequest) -> str:
    """Return the version of what the page is about: its subject where it can be, else the whole record."""
    found = version_for(request)
    return found.whole if request.GET.get("known") or not found.narrow else found.narrow


def etag(request: HttpRequest, also: object = "") -> str:
    """Return the weak ETag of an address on this day in this language, whole page or fragment.

    `also` is what the page shows that is not of the record's version.
    """
    return tag_of(request, version_for(request).whole, also)


def tag_of(request: HttpRequest, whole: str, also: object = "") -> str:
    return f'{TAG}{whole}-{_asked(request, also)}"'


def kept_under(request: HttpRequest, also: object = "") -> str:
    """Return the key of what is kept of an answer: never out of date, and nobody's own.

    A page about one actor or topic outlives what is said by or on others; its foot, and the end of the
    record, are made anew.
    """
    subject = _subject(request)
    if subject == version_for(request).whole:
        return f"page:{subject}-{_asked(request, also)}"
    return f"page:{subject}-{through()}-{_asked(request, also)}"


def _asked(request: HttpRequest, also: object) -> str:
    where = request.scheme, request.get_host(), request.get_full_path()
    return _digest(also, where, timezone.localdate(), get_language(), *map(request.META.get, _HEADERS))


def foot() -> str:
    """Return the line at the foot of every page that says how far the record reaches."""
    said = furniture()
    key = f"foot:{get_language()}:{_digest(sorted(said.items()))}"
    return kept(
        key, lambda: render_to_string("_partials/furniture.html", {"furniture": said}), FURNITURE_SECONDS
    )


def furniture() -> dict[str, Any]:
    """Return how far the record reaches, for the foot of every page; up to a minute old."""
    return kept("furniture", _furniture, FURNITURE_SECONDS)


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
