"""The debate in order of time: events and shifts, for the timeline and its list."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef

from positions.models import CurrentStance, Event, EventMention
from positions.topics import by_slug

MOST_EVENTS = 600
MOST_LANES = 14


@dataclass(frozen=True, slots=True)
class Window:
    first: date
    last: date


def events(
    window: Window, topic: str, *, kinds: Sequence[str] = (), actors: Sequence[str] = (), known: Any = None,
    text: str = "",
) -> list[dict[str, Any]]:  # fmt: skip
    """Return events in the window that an article about the topic reports, the newest first.

    At most MOST_EVENTS, so that a page stays a page; the caller says so where it was reached.
    """
    about = CurrentStance.public.filter(article=OuterRef("version__article"), topic=by_slug(topic))
    mention = EventMention.objects.filter(event=OuterRef("pk")).filter(Exists(about))
    rows = Event.objects.filter(
        merged_into__isnull=True, start_on__gte=window.first, start_on__lte=window.last
    )
    rows = rows.filter(Exists(mention))
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if actors:
        rows = rows.filter(actors__slug__in=actors).distinct()
    if known:
        rows = rows.filter(recorded_at__lte=known)
    if text:
        rows = rows.filter(title__icontains=text)
    found: list[Any] = list(
        rows.order_by("-start_on", "-pk").values("pk", "title", "kind", "start_on", "end_on", "place")[
            :MOST_EVENTS
        ]
    )
    return found


def busiest(points: Iterable[Any], most: int = MOST_LANES) -> list[str]:
    """Return the actors with most shifts, by name: the lanes of the timeline."""
    points = list(points)
    counts = Counter(p.actor_slug for p in points)
    names = {p.actor_slug: p.actor_name for p in points}
    chosen = [slug for slug, _n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most]]
    return sorted(chosen, key=lambda slug: names[slug])


def by_month(items: Iterable[dict[str, Any]]) -> list[tuple[date, list[dict[str, Any]]]]:
    """Group items (each with a `date`) by month, the newest first in both."""
    months: dict[date, list[dict[str, Any]]] = defaultdict(list)
    for item in sorted(items, key=lambda i: i["date"], reverse=True):
        months[item["date"].replace(day=1)].append(item)
    return sorted(months.items(), reverse=True)


def per_month(items: Iterable[dict[str, Any]]) -> dict[date, int]:
    return Counter(item["date"].replace(day=1) for item in items)
