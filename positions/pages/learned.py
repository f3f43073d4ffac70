"""What was learned since: the record as it stood on a `known` day beside a later one, or as it stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from positions.exports import Table, headed
from positions.models import Stance
from positions.pages import places, words
from positions.pages.known import Asked
from positions.pages.lines import held

MOST = 12


def since(
    ask: Asked, then: Iterable[Any], *, actors: Iterable[int] | None = None, kinds: Collection[str] = ()
) -> dict[str, Any] | None:
    """Return how a later record differs about the same day, None where no `known` day was asked for.

    The later record is that of the day `by`, without one today's. `then` are the points that held by the
    old one. Also says how much of it was imported from archives, which counts as recorded on its
    publication date. `kinds` of actors, all without any.
    """
    if ask.moment is None:
        return None
    now = [
        p
        for p in held(replace(ask, known=ask.by, by=None, memo={}), actors=actors)
        if not kinds or p.actor_kind in kinds
    ]
    recorded = Stance.objects.filter(recorded_at__lte=ask.moment)
    counts = recorded.aggregate(all=Count("pk"), backfilled=Count("pk", filter=Q(backfilled=True)))
    rows = differences(then, now)
    return {
        "known": words.day(ask.known),
        "by": words.day(ask.by),
        "rows": rows[:MOST],
        "table": _table(rows, ask),
        "count": len(rows),
        "more": max(len(rows) - MOST, 0),
        "share": round(100 * counts["backfilled"] / counts["all"]) if counts["all"] else 0,
    }


def tables(found: dict[str, Any] | None) -> list[Table]:
    """Return the table of all differences, for pages that offer it; none where nothing was compared."""
    return [found["table"]] if found else []


def _table(rows: Sequence[dict[str, Any]], ask: Asked) -> Table:
    columns = headed(
        {"actor": _("Actor"), "topic": _("Topic"), "then": _("Then"), "now": _("Later"), "url": _("Address")}
    )
    word = lambda step: step["word"] if step else _("no record")
    plain = [{**row, "then": word(row["then"]), "now": word(row["now"])} for row in rows]
    about = {"on": ask.on, "known": ask.known, "by": ask.by}
    return Table("learned", _("What was learned since"), columns, plain, about)


def differences(then: Iterable[Any], now: Iterable[Any]) -> list[dict[str, Any]]:
    """Return the lines whose position differs between two records, by actor and topic."""
    old = {(p.actor_slug, p.topic_slug): p for p in then}
    new = {(p.actor_slug, p.topic_slug): p for p in now}
    changed = [key for key in old.keys() | new.keys() if _value(old.get(key)) != _value(new.get(key))]
    rows = []
    for slug, topic in sorted(changed):
        point = new.get((slug, topic)) or old[slug, topic]
        rows.append(
            {
                "actor": point.actor_name,
                "topic": words.topic_name(topic),
                "url": places.actor(slug, topic),
                "then": _step(old.get((slug, topic))),
                "now": _step(new.get((slug, topic))),
            }
        )
    return rows


def _value(point: Any | None) -> int | None:
    return point.position if point else None


def _step(point: Any | None) -> dict[str, str] | None:
    if point is None:
        return None
    value = point.position
    return {"css": words.css(value), "glyph": words.glyph(value), "word": words.name(value)}
