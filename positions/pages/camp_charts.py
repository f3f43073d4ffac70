"""The allies, and their camps over time: drawn, told and as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, TypeVar

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from actors.models import BlocMembership
from positions.charts import CampDay, camp_sizes
from positions.exports import Column, Table, headed
from positions.pages import camps, record, words
from positions.pages.actor_charts import window
from positions.pages.answer import landmarks
from positions.pages.camps import Member
from positions.pages.known import Asked
from positions.pages.lines import starts
from positions.pages.rungs import base

ALLIANCE = "nato"
KEPT_SECONDS = 3600
T = TypeVar("T")


def alliance(request: HttpRequest) -> list[Member]:
    """Return everyone who ever was an ally, with the days."""
    return record.of_world(request, "alliance", _alliance)


def _alliance() -> list[Member]:
    rows = BlocMembership.objects.filter(bloc__slug=ALLIANCE).order_by("member__name")
    values = rows.values_list("member_id", "member__slug", "member__name", "start", "end")
    return [Member(*value) for value in values]


def kept_days(ask: Asked, topic: str, members: Sequence[Member], points: Iterable[Any]) -> list[CampDay]:
    """Return the allies' camp sizes over time; kept for as long as none of their lines changes.

    `points` are those that hold on the day (of any topics): a line that changes has a new one.
    """
    allies = {m.pk for m in members}
    lines = sorted(p.pk for p in points if p.topic_slug == topic and p.actor_id in allies and p.pk)
    key = f"camps:{topic}:{ask.on}:{sha256(str((lines, members)).encode()).hexdigest()}"
    kept = cache.get(key) if ask.stored else None
    if kept is not None:
        return [CampDay(*values) for values in kept]
    days = camps.camp_days(starts(ask, actors=allies, topic=topic), members, ask.on)
    if ask.stored:
        cache.set(key, [(day.day, day.counts, day.total) for day in days], KEPT_SECONDS)
    return days


def camp_chart(
    days: Sequence[CampDay], ask: Asked, *, title: str, ident: str = "camps", start: date | None = None
) -> str:
    """Return the chart, or an empty string without any day; the same days are drawn once."""
    if not days:
        return ""
    make = lambda: _camp_chart(days, ask, title, ident, start)
    return _once(("chart", _told(days), ask.on, title, ident, start), make)


def camp_rows(days: Sequence[CampDay], ask: Asked) -> dict[str, Any]:
    """Return what a page shows of the table; of the same days it is made once."""
    return _once(("rows", _told(days)), lambda: camp_table(days, ask).shown())


def _told(days: Sequence[CampDay]) -> list[tuple[object, ...]]:
    """Return what the days say, in a form that is quick to write down."""
    return [(d.day.toordinal(), d.total, *d.counts, *d.counts.values()) for d in days]


def _once(about: tuple[Any, ...], make: Callable[[], T]) -> T:
    """Return what is made of `about`, which says all that it depends on but the language."""
    key = f"camps:{sha256(str((about, get_language())).encode()).hexdigest()}"
    return record.kept(key, make, KEPT_SECONDS)


def _camp_chart(days: Sequence[CampDay], ask: Asked, title: str, ident: str, start: date | None) -> str:
    last = days[-1]
    shown = window([day.day for day in days], ask.on, start)
    described = _("From %(first)s to %(last)s. Latest: %(counts)s of %(total)s allies.") % {
        "first": words.day(max(days[0].day, shown.first)),
        "last": words.day(ask.on),
        "counts": ", ".join(f"{last.counts.get(r.value, 0)} {r.name}" for r in words.rungs()),
        "total": last.total,
    }
    return camp_sizes(
        days, words.rungs(), last=ask.on, on=ask.on, ident=ident, title=title, description=described,
        silent=_("no record"), first=max(days[0].day, shown.first),
        events=landmarks(),
    )  # fmt: skip


def camp_finding(days: Sequence[CampDay], ask: Asked) -> dict[str, Any] | None:
    """Return how many allies are for it now and were a summit before; None where nothing was known then."""
    day = base(ask.on)
    then = [camp for camp in days if camp.day <= day]
    if not then:
        return None
    return {
        "now": _for(days[-1]), "total": days[-1].total, "then": _for(then[-1]), "then_total": then[-1].total,
        "day": words.day(day),
    }  # fmt: skip


def _for(day: CampDay) -> int:
    return day.counts.get(2, 0) + day.counts.get(1, 0)


def camp_table(days: Sequence[CampDay], ask: Asked) -> Table:
    """Return the numbers behind the chart: a row for each day on which a count changed, the newest first."""
    columns = [Column("day", _("From")), *(Column(f"p{r.value}", r.name, number=True) for r in words.rungs())]
    columns += headed({"silent": _("no record"), "total": _("allies")}, numbers=("silent", "total"))
    rows = (
        {
            "day": day.day,
            **{f"p{value}": day.counts.get(value, 0) for value in (2, 1, 0, -1, -2)},
            "silent": day.total - sum(day.counts.values()),
            "total": day.total,
        }
        for day in reversed(days)
    )
    caption = ngettext("Camp sizes, %(n)s change", "Camp sizes, %(n)s changes", len(days)) % {"n": len(days)}
    return Table("camps", caption, columns, rows, {"on": ask.on, "known": ask.known})
