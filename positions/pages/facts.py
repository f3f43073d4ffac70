"""What the registry says of an actor: its blocs, other names, and who speaks for it. One query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast

from actors.models import Actor, Alias, BlocMembership, Mandate
from positions.pages import words

LEADING = ("head_of_government", "head_of_state", "secretary_general", "commission_president")
SPEAKING = (*LEADING, "foreign_minister", "defence_minister", "high_representative", "council_president")
MOST_BLOCS, MOST_NAMES = 4, 4


@dataclass(frozen=True, slots=True)
class Office:
    """An office held from `start` up to `end`, with the person (on a person's page: the body)."""

    name: str
    slug: str
    office: str
    role: str
    start: date
    end: date | None

    def held_on(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Facts:
    blocs: Sequence[dict[str, Any]]
    aliases: Sequence[str]
    offices: Sequence[Office]
    speakers: Sequence[Office]
    own: Sequence[Office]

    @property
    def left(self) -> set[str]:
        """Those who spoke for the body from an office that none of them holds any more."""
        return set() if self.own else {o.slug for o in self.offices} - {o.slug for o in self.speakers}


def facts_of(who: Actor, on: date) -> Facts:
    """Return what was true of the actor by the day; `offices` by start."""
    parts = [
        _part(
            "bloc",
            BlocMembership.objects.on(on).filter(member=who, indicative=False),
            "bloc__name",
            "bloc__slug",
        ),
        _part("alias", Alias.objects.filter(actor=who, kind=Alias.Kind.NAME), "text", "kind"),
        _offices(who, on),
    ]
    found = list(parts[0].union(*parts[1:], all=True))
    blocs = sorted((row for row in found if row[0] == "bloc" and row[5]), key=lambda row: row[5])
    names = [row[1] for row in found if row[0] == "alias"]
    held = sorted((Office(*row[1:]) for row in found if row[0] == "office"), key=lambda o: o.start)
    person = who.kind == Actor.Kind.PERSON
    return Facts(
        blocs=[{"name": words.short(row[2], row[1]), "year": row[5].year} for row in blocs[:MOST_BLOCS]],
        aliases=[n for n in names if n != who.name and not n.lower().startswith("the ")][:MOST_NAMES],
        offices=held,
        speakers=[] if person else [o for o in held if o.held_on(on)],
        own=held if person else [],
    )


def _part(
    what: str, rows: QuerySet[Any], name: str, slug: str, office: str = "", role: str = ""
) -> QuerySet[Any, Any]:
    """Return (what, name, slug, office, role, start, end) of rows, alike for the union."""
    text = lambda path: Cast(F(path), CharField()) if path else Value("", CharField())
    return rows.order_by().values_list(
        Value(what, CharField()), text(name), text(slug), text(office), text(role), F("start"), F("end")
    )


def _offices(who: Actor, on: date) -> QuerySet[Any, Any]:
    """A person's own offices, or those of whoever led and leads a body."""
    rows = Mandate.objects.filter(start__lte=on)
    if who.kind == Actor.Kind.PERSON:
        return _part("office", rows.filter(person=who), "of__name", "of__slug", "office", "role")
    rows = rows.filter(of=who, role__in=SPEAKING, ceremonial=False, speaks_for=True)
    return _part("office", rows, "person__name", "person__slug", "office", "role")
