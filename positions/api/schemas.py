"""What the API answers with: the data dictionary of its OpenAPI description."""

from __future__ import annotations

from datetime import date, datetime
from typing import Generic, TypeVar

from ninja import Field, Schema

T = TypeVar("T")


class Page(Schema, Generic[T]):
    """A page of results. `next` is the cursor for the following page, null on the last."""

    results: list[T]
    next: str | None = Field(None, description="Pass as `cursor` to go on; it never skips or repeats a row.")


class TopicOut(Schema):
    slug: str
    name: str
    proposition: str = Field(description="What positions are read against.")
    belongs_here: str
    not_here: str


class ActorOut(Schema):
    slug: str
    name: str
    kind: str = Field(description="state, organisation, person, group or unnamed.")
    wikidata: str = ""


class MandateOut(Schema):
    person: str
    of: str
    office: str
    role: str
    start: date
    end: date | None = Field(None, description="First day on which it no longer held; null: still.")
    tier: int = Field(description="1 and 2 move the line, 3 is a voice.")
    speaks_for: bool


class ActorDetail(ActorOut):
    aliases: list[str]
    mandates: list[MandateOut]


class StatementOut(Schema):
    id: int
    url: str
    holder: str = Field(description="Slug of the actor whose position it is.")
    holder_name: str
    office: str
    on_behalf_of: str | None = Field(
        None, description="For whom the holder speaks by their office on the day."
    )
    source: str | None = Field(None, description="Who says so, where that is not the holder.")
    topic: str
    position: int = Field(ge=-2, le=2, description="-2 opposes … +2 advocates, read against the proposition.")
    word: str
    mode: str
    kind: str
    condition: str
    stated_on: date
    on_record: bool = Field(description="Said by the holder under their own name; others never move a line.")
    evidence: str = Field(description="The words of the article.")
    confidence: float = Field(ge=0, le=1)
    review: str = Field(description="machine, confirmed, corrected or added.")
    outlets: int
    article: str
    outlet: str


class PointOut(Schema):
    actor: str
    topic: str
    track: str = Field(description="line, or accounts: unnamed and second-hand, which never move the line.")
    start: date = Field(description="First day of this point.")
    until: date | None = Field(None, description="Day of the next point; null: holds on the day asked about.")
    since: date = Field(description="Since when the value has held without a break.")
    position: int
    previous: int | None
    condition: str
    shift: list[str]
    contested: bool
    stale: bool = Field(description="Nothing for more than 180 days on the day asked about.")
    speaker: str
    office: str
    sayings: int
    reviewed: bool
    statement: int
    statement_before: int | None
    evidence: str | None


class EventOut(Schema):
    id: int
    title: str
    kind: str
    start: date
    end: date | None
    place: str
    recorded_at: datetime


class Problem(Schema):
    detail: str
    errors: dict[str, list[str]] = {}
