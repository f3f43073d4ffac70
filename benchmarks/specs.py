"""What a bulk-made record is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import islice
from typing import Any

from django.db import models

from actors.models import Actor, Mandate
from positions.models import Source, Topic

SOURCES = 40
STANCES_PER_ARTICLE = 3
BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Spec:
    """One stance before it is a row. `pk` is also its place in time."""

    pk: int
    article: int
    holder: Actor
    topic: Topic
    position: int
    mode: str
    stated_on: date
    evidence: str
    condition: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Cast:
    actors: list[Actor]
    mandates: dict[int, Mandate]  # by person
    topics: list[Topic]
    sources: list[Source]


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


def insert(model: type[models.Model], rows: Iterable[Any]) -> None:
    waiting = iter(rows)
    while chunk := list(islice(waiting, BATCH)):
        model._default_manager.bulk_create(chunk)
