"""What the registry says of an actor: its blocs, other names, who speaks for it, where it took part.

Kept for as long as registry and events stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from actors.models import Actor, Alias, BlocMembership, Mandate
from positions.models import Event
from positions.pages import flat, words
from positions.pages.record import of_world

LEADING = ("head_of_government", "head_of_state", "secretary_general", "commission_president")
SPEAKING = (*LEADING, "foreign_minister", "defence_minister", "high_representative", "council_president")
MOST_BLOCS, MOST_NAMES, MOST_EVENTS = 4, 4, 60


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
class Happening:
    """An event that the actor took part in."""

    pk: int
    title: str
    start_on: date


@dataclass(frozen=True, slots=True)
class Facts:
    blocs: Sequence[dict[str, Any]]
    aliases: Sequence[str]
    offices: Sequence[Office]
    speakers: Sequence[Office]
    own: Sequence[Office]
    events: Sequence[Happening]

    @property
    def left(self) -> set[str]:
        """Those who spoke for the body from an office that none of them holds any more."""
        return set() if self.own else {o.slug for o in self.offices} - {o.slug for o in self.speakers}


def find(request: HttpRequest, slug: str) -> Actor:
    """Return the actor; a merged one's place is taken by the one it was merged into."""
    return of_world(request, f"actor:{slug}", lambda: _find(slug))


def _find(slug: str) -> Actor:
    found = Actor.objects.select_related("merged_into").filter(slug=slug).first()
    if found is None:
        raise Http404(_("We know no actor “%(slug)s”.") % {"slug": slug})
    return found.merged_into or found


def facts_of(request: HttpRequest, who: Actor, on: date) -> Facts:
    """Return what was true of the actor by the day; `offices` by start."""
    return of_world(request, f"facts:{who.pk}:{on}", lambda: _facts(who, on))


def _facts(who: Actor, on: date) -> Facts:
    person = who.kind == Actor.Kind.PERSON
    offices = _OWN if person else _LEADERS
    parts = [written.piece(who.pk, on) for written in (_BLOCS, _NAMES, offices, _EVENTS)]
    found: dict[str, list[Any]] = {"bloc": [], "alias": [], "office": [], "event": []}
    for fact in flat.fetched(flat.Fact, parts):
        found[fact.what].append(fact)
    blocs = sorted((fact for fact in found["bloc"] if fact.start), key=lambda fact: fact.start)
    names = [fact.name for fact in found["alias"]]
    offices_held = [Office(f.name, f.slug, f.office, f.role, f.start, f.end) for f in found["office"]]
    held = sorted(offices_held, key=lambda o: o.start)
    return Facts(
        blocs=[{"name": words.short(f.slug, f.name), "year": f.start.year} for f in blocs[:MOST_BLOCS]],
        aliases=[n for n in names if n != who.name and not n.lower().startswith("the ")][:MOST_NAMES],
        offices=held,
        speakers=[] if person else [o for o in held if o.held_on(on)],
        own=held if person else [],
        events=[Happening(int(f.slug), f.name, f.start) for f in found["event"]],
    )


def _blocs(who: int, on: date, _shape: None) -> QuerySet[BlocMembership]:
    return BlocMembership.objects.on(on).filter(member=who, indicative=False).order_by()


def _names(who: int, on: date, _shape: None) -> QuerySet[Alias]:
    return Alias.objects.filter(actor=who, kind=Alias.Kind.NAME).order_by()


def _own(who: int, on: date, _shape: None) -> QuerySet[Mandate]:
    return Mandate.objects.filter(person=who, start__lte=on).order_by()


def _leaders(who: int, on: date, _shape: None) -> QuerySet[Mandate]:
    """The offices of whoever led and leads a body."""
    rows = Mandate.objects.filter(of=who, start__lte=on, role__in=SPEAKING, ceremonial=False, speaks_for=True)
    return rows.order_by()


def _events(who: int, on: date, _shape: None) -> QuerySet[Event]:
    rows = Event.objects.filter(actors=who, merged_into__isnull=True, start_on__lte=on)
    return rows.order_by("-start_on", "-pk")[:MOST_EVENTS]


_STANDS = (-1, date(1111, 1, 1))
_BLOCS = flat.Written(flat.Bloc, _blocs, *_STANDS)
_NAMES = flat.Written(flat.Name, _names, *_STANDS)
_OWN = flat.Written(flat.Office, _own, *_STANDS)
_LEADERS = flat.Written(flat.Leader, _leaders, *_STANDS)
_EVENTS = flat.Written(flat.Happening, _events, *_STANDS)
