"""What a decision would change: an actor's line with a saying and without it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings

from actors.models import Actor
from positions import history, holding, read_models
from positions.codebook import codebook
from positions.history import Line
from positions.models import CurrentStance, Topic


@dataclass(frozen=True, slots=True)
class Consequence:
    """One actor's line on one topic, without and with the saying.

    `before` and `after` are the positions on the day of the saying (None: no record), `now_before` and
    `now_after` those on the last day of the line. `counts` is False for what never moves a line.
    """

    actor: Actor
    topic: Topic
    day: date
    counts: bool
    before: int | None
    after: int | None
    now_before: int | None
    now_after: int | None
    shift: tuple[str, ...] = ()
    contested: bool = False

    @property
    def moves(self) -> bool:
        return self.before != self.after

    @property
    def words(self) -> str:
        """Say it in a sentence: "Ruritania on NATO membership moves + → ++ (hardening)"."""
        who = f"{self.actor} on {self.topic}"
        if not self.counts:
            return f"{who} does not move: not on the record, or said by nobody who sets the line"
        if not self.moves:
            return f"{who} stays at {glyph(self.after)}{_also(self.contested)}"
        if self.before is None:
            return f"{who} gets its first record, {glyph(self.after)}"
        kinds = ", ".join([*self.shift, *(["contested"] if self.contested else [])])
        return f"{who} moves {glyph(self.before)} → {glyph(self.after)}{f' ({kinds})' if kinds else ''}"

    @property
    def today(self) -> str:
        """Say whether it still matters today; empty where later sayings decide, and of a first record."""
        if self.now_before == self.now_after:
            return ""
        if (self.now_before, self.now_after) == (self.before, self.after):
            return "" if self.before is None else "today too"
        return f"today’s line: {glyph(self.now_before)} → {glyph(self.now_after)}"


def glyph(position: int | None) -> str:
    return "no record" if position is None else codebook().position(position).glyph


def _also(contested: bool) -> str:
    return ", contested" if contested else ""


def of(row: CurrentStance) -> list[Consequence]:
    """Return what the row as it stands does to the line of its holder and of whom the holder speaks for.

    `row` need not be saved: an unsaved one with other values shows what a correction would do.
    """
    actors = [row.holder, *([row.on_behalf_of] if row.on_behalf_of else [])]
    return [_consequence(actor, row) for actor in actors]


def _consequence(actor: Actor, row: CurrentStance) -> Consequence:
    person = actor.kind == Actor.Kind.PERSON
    others = [s for s in read_models.sayings_for(actor, row.topic) if s.stance != row.stance_id]
    (saying,) = read_models.sayings([row], actor.pk)
    saying = replace(saying, reviewed=True)
    size = settings.PUBLICATION_GATE
    without = holding.line(others, size=size, person=person)
    with_it = holding.line([*others, saying], size=size, person=person)
    point = with_it.at(row.stated_on)
    own = point is not None and point.saying.stance == row.stance_id
    return Consequence(
        actor=actor,
        topic=row.topic,
        day=row.stated_on,
        counts=history.counts_for_line(saying, person=person),
        before=position_at(without, row.stated_on),
        after=position_at(with_it, row.stated_on),
        now_before=position_at(without, date.max),
        now_after=position_at(with_it, date.max),
        shift=point.shift if point and own else (),
        contested=with_it.is_contested(row.stated_on) and not without.is_contested(row.stated_on),
    )


def position_at(line: Line, day: date) -> int | None:
    point = line.at(day)
    return point.position if point else None
