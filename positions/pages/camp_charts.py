"""The allies, and their camps over time: drawn, told and as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any, TypeVar

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from actors.models import BlocMembership
from positions.charts import CampDay, camp_sizes
from positions.exports import Column, Made, Table, headed
from positions.pages import camps, record, words
from positions.pages.actor_charts import window
from positions.pages.answer import landmarks
from positions.pages.camps import Member
from positions.pages.flat import Start
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


class Camps:
    """The allies' camp sizes on a topic over time, and what is made of them.

    Kept for as long as no ally changes position on any day up to the one asked about; that is looked at again
    only when an ally's line has another edition. `points` are those that hold on the day, of any topics.
    """

    def __init__(self, ask: Asked, topic: str, members: Sequence[Member], points: Iterable[Any]) -> None:
        self.ask, self._topic, self._members = ask, topic, members
        self._allies = {m.pk for m in members}
        self._release = record.release()
        self._lines = sorted(
            (p.actor_id, p.edition) for p in points if p.topic_slug == topic and p.actor_id in self._allies
        )
        self._editions = _digest((self._release, topic, ask.on, self._lines, members))

    @cached_property
    def days(self) -> list[CampDay]:
        kept = self._kept("days", lambda: [(day.day, day.counts, day.total) for day in self._days()])
        return [CampDay(*values) for values in kept]

    def _days(self) -> list[CampDay]:
        return camps.camp_days(self._starts, self._members, self.ask.on)

    @cached_property
    def _starts(self) -> list[Any]:
        """Where the allies' lines took their values, oldest first."""
        if not self.ask.stored:
            return starts(self.ask, actors=self._allies, topic=self._topic)
        begun = [
            Start(actor, self._topic, date.fromisoformat(day), int(position))
            for actor, line in self._begun.items()
            for day, position in map(str.split, line.splitlines())
        ]
        return sorted(begun, key=lambda start: start.stated_on)

    @cached_property
    def _begun(self) -> dict[int, str]:
        """The same by ally, a text "day position" a line each; only lines with a new edition are read.

        As text, because with most requests it is only compared.
        """
        keys = {
            actor: f"begun:{_digest((self._release, self._topic, self.ask.on, actor, edition))}"
            for actor, edition in self._lines
        }
        found: dict[str, str] = cache.get_many(keys.values())
        missing = [actor for actor, key in keys.items() if key not in found]
        if missing:
            made = dict.fromkeys((keys[actor] for actor in missing), "")
            for start in starts(self.ask, actors=missing, topic=self._topic):
                made[keys[start.actor_id]] += f"{start.stated_on} {start.position}\n"
            cache.set_many(made, KEPT_SECONDS)
            found |= made
        return {actor: found[key] for actor, key in keys.items()}

    @cached_property
    def _state(self) -> str:
        """What is the same for as long as no ally changes position."""
        begun = lambda: _digest((self._release, self.ask.on, self._members, self._begun))
        return record.kept(f"camps:{self._editions}", begun, KEPT_SECONDS)

    def _kept(self, name: str, make: Callable[[], T]) -> T:
        """Return what is made of the days; of the same days it is made once a language."""
        if not self.ask.stored:
            return make()
        key = f"camps:{_digest((self._state, name, get_language()))}"
        return record.kept(key, make, KEPT_SECONDS)

    def chart(self, *, title: str, start: date | None = None) -> str:
        """Return the chart, or an empty string without any day."""
        make = lambda: _chart(self.days, self.ask, title, start) if self.days else ""
        return self._kept(f"chart:{start}:{title}", make)

    def rows(self) -> dict[str, Any]:
        """Return what a page shows of the table."""
        return self._kept("rows", lambda: self.table().shown())

    def finding(self) -> dict[str, Any] | None:
        """Return how many allies are for it now and were a summit before; None where nothing was known."""
        return self._kept("finding", lambda: _finding(self.days, self.ask)) or None

    def span(self) -> Sequence[date]:
        """Return the first and the last day on which a count changed; nothing where none did."""
        return self._kept("span", lambda: [day.day for day in (*self.days[:1], *self.days[-1:])])

    def table(self) -> Table:
        return _table(self.days, self.ask)


def _digest(about: object) -> str:
    return sha256(str(about).encode()).hexdigest()


def _chart(days: Sequence[CampDay], ask: Asked, title: str, start: date | None) -> str:
    last = days[-1]
    shown = window([day.day for day in days], ask.on, start)
    described = _("From %(first)s to %(last)s. Latest: %(counts)s of %(total)s allies.") % {
        "first": words.day(max(days[0].day, shown.first)),
        "last": words.day(ask.on),
        "counts": ", ".join(f"{last.counts.get(r.value, 0)} {r.name}" for r in words.rungs()),
        "total": last.total,
    }
    return camp_sizes(
        days, words.rungs(), last=ask.on, on=ask.on, ident="camps", title=title, description=described,
        silent=_("no record"), first=max(days[0].day, shown.first),
        events=landmarks(),
    )  # fmt: skip


def _finding(days: Sequence[CampDay], ask: Asked) -> dict[str, Any]:
    """Empty where nothing was known then."""
    day = base(ask.on)
    then = [camp for camp in days if camp.day <= day]
    if not then:
        return {}
    return {
        "now": _for(days[-1]), "total": days[-1].total, "then": _for(then[-1]), "then_total": then[-1].total,
        "day": words.day(day),
    }  # fmt: skip


def _for(day: CampDay) -> int:
    return day.counts.get(2, 0) + day.counts.get(1, 0)


def _table(days: Sequence[CampDay], ask: Asked) -> Table:
    """Return the numbers behind the chart: a row for each day on which a count changed, the newest first."""
    columns = [Column("day", _("From")), *(Column(f"p{r.value}", r.name, number=True) for r in words.rungs())]
    columns += headed({"silent": _("no record"), "total": _("allies")}, numbers=("silent", "total"))
    caption = ngettext("Camp sizes, %(n)s change", "Camp sizes, %(n)s changes", len(days)) % {"n": len(days)}
    return Table("camps", caption, columns, Made(days[::-1], _row), {"on": ask.on, "known": ask.known})


def _row(day: CampDay) -> dict[str, Any]:
    return {
        "day": day.day,
        **{f"p{value}": day.counts.get(value, 0) for value in (2, 1, 0, -1, -2)},
        "silent": day.total - sum(day.counts.values()),
        "total": day.total,
    }
