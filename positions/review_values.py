"""What an editor says of a stance, and what must be true of it before it may be kept.

Errors name the field they belong to. Those with the code `acknowledge` are doubts, not faults: the
editor may save in spite of them by saying so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from actors.models import Actor
from positions.effective import Effective
from positions.models import ArticleVersion, Stance, Topic
from positions.models.stances import DatePrecision, Kind, Mode, Position

ACKNOWLEDGE = "acknowledge"
# News sites date articles by their own clock: a saying may seem to lie a day ahead.
DAYS_AHEAD = 1

Problem = tuple[str, ValidationError]


class RejectReason(models.TextChoices):
    """Why a finding is none. A wrong position, topic or holder is put right instead, by a correction."""

    NO_STANCE = "no-stance", "Takes no position"
    OFF_TOPIC = "off-topic", "About none of the topics"
    WRONG_HOLDER = "wrong-holder", "Nobody's position that can be named"
    COMMENTATOR = "commentator", "View of a journalist, expert or party"
    NOT_SAID = "not-said", "The text does not say it (negated, asked, imagined)"
    REPEATED = "repeated", "Repeats another finding of the article"
    FURNITURE = "furniture", "Teaser, caption or link, not the article"
    HISTORY = "history", "Past event, listed only as background"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """All values of a saying as an editor sees them; evidence is `version.text[start:end]`.

    `source` is None where the holder speaks. `position` is -2…+2.
    """

    holder: Actor
    topic: Topic
    position: int
    mode: str
    kind: str
    stated_on: date
    start: int
    end: int
    source: Actor | None = None
    condition: str = ""
    precision: str = DatePrecision.DAY

    @classmethod
    def of(cls, stance: Stance) -> Correction:
        """Return the values as they were read."""
        return cls(
            source=stance.source_actor,
            **{f.name: getattr(stance, f.name) for f in fields(cls) if f.name != "source"},
        )

    @classmethod
    def effective(cls, values: Effective) -> Correction:
        """Return the values that count, with their topic and actors loaded; a merged one is who it became."""
        ids = [pk for pk in (values.holder_id, values.source_actor_id) if pk]
        named = Actor.objects.select_related("merged_into").in_bulk(ids)
        actors = {pk: actor.merged_into or actor for pk, actor in named.items()}
        plain = ("position", "mode", "kind", "condition", "stated_on", "precision", "start", "end")
        holder, source = actors[values.holder_id], actors.get(values.source_actor_id or 0)
        return cls(
            holder=holder,
            source=source if source != holder else None,
            topic=Topic.objects.get(pk=values.topic_id),
            **{name: getattr(values, name) for name in plain},
        )

    def as_columns(self, text: str) -> dict[str, Any]:
        """Return the values under the names of the columns, the evidence cut from `text`."""
        plain = ("position", "mode", "kind", "condition", "stated_on", "precision", "start", "end")
        return {
            "holder_id": self.holder.pk,
            "source_actor_id": self.source.pk if self.source else None,
            "topic_id": self.topic.pk,
            "evidence": text[self.start : self.end],
            **{name: getattr(self, name) for name in plain},
        }


def validate(values: Correction, version: ArticleVersion, *, acknowledged: bool = False) -> None:
    """Raise ValidationError with the reason beside each field; doubts only unless `acknowledged`."""
    errors: dict[str, list[ValidationError]] = {}
    for name, error in problems(values, version):
        if not (acknowledged and error.code == ACKNOWLEDGE):
            errors.setdefault(name, []).append(error)
    if errors:
        raise ValidationError(errors)


def problems(values: Correction, version: ArticleVersion) -> Iterator[Problem]:
    """Yield everything that is wrong or doubtful, as (field, error)."""
    yield from _words(values)
    yield from _span(values, version)
    yield from _day(values, version)
    yield from _actors(values)


def _words(values: Correction) -> Iterator[Problem]:
    if values.position not in Position.values:
        yield "position", ValidationError("A position lies between −2 (opposes) and +2 (advocates).")
    for name, choices in (("mode", Mode), ("kind", Kind), ("precision", DatePrecision)):
        if getattr(values, name) not in choices.values:
            yield name, ValidationError(f"Not a {name} of the codebook: {getattr(values, name)!r}.")


def _span(values: Correction, version: ArticleVersion) -> Iterator[Problem]:
    length = len(version.text)
    if not 0 <= values.start < values.end <= length:
        yield (
            "evidence",
            ValidationError(f"The evidence does not lie in the article's {length:,} characters."),
        )
    elif not version.text[values.start : values.end].strip():
        yield "evidence", ValidationError("The evidence is blank: mark the sentence that shows the position.")


def _day(values: Correction, version: ArticleVersion) -> Iterator[Problem]:
    published = version.article.published_on
    if values.stated_on > published + timedelta(days=DAYS_AHEAD):
        yield "stated_on", ValidationError(f"The article is of {published:%-d %B %Y}: nobody said it later.")


def _actors(values: Correction) -> Iterator[Problem]:
    for name, actor in (("holder", values.holder), ("source", values.source)):
        if actor is None:
            continue
        if actor.merged_into:
            yield name, ValidationError(f"{actor} was merged into {actor.merged_into}: choose that one.")
        yield from _existing(name, actor, values.stated_on)
    if values.source and values.source == values.holder:
        yield "source", ValidationError("Leave the source empty where the holder speaks.")
    elif values.source and values.mode != Mode.SECOND_HAND:
        yield "mode", ValidationError("Said by somebody other than the holder, it is second-hand.")
    if values.holder.kind == Actor.Kind.PERSON and not values.holder.mandates.on(values.stated_on).exists():
        yield (
            "holder",
            ValidationError(
                f"{values.holder} held no office that we know on {values.stated_on:%-d %B %Y} and would "
                "speak for nobody else.",
                code=ACKNOWLEDGE,
            ),
        )


def _existing(name: str, actor: Actor, day: date) -> Iterator[Problem]:
    field = "stated_on" if name == "holder" else name
    if actor.start and day < actor.start:
        yield field, ValidationError(f"{actor} has existed only since {actor.start:%-d %B %Y}.")
    if actor.end and day >= actor.end:
        yield field, ValidationError(f"{actor} ended on {actor.end:%-d %B %Y}.")
