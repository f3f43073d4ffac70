"""The routes of version 1. They ask what pages ask; only the form differs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Query, Schema

from actors.models import Actor, Mandate
from positions.api.conditional import conditional
from positions.api.schemas import (
    ActorDetail,
    ActorOut,
    EventOut,
    Page,
    PointOut,
    Problem,
    StatementOut,
    TopicOut,
)
from positions.codebook import codebook
from positions.models import CurrentStance, Event
from positions.pages import rows as sayings
from positions.pages import shifts
from positions.pages.asking import BadInput, Dates, ask
from positions.pages.known import Asked, asked
from positions.pages.lines import held, is_stale, tracks_of
from positions.topics import by_slug

LIMIT, MOST = 50, 500
api = NinjaAPI(
    title="Open Door",
    version="1",
    urls_namespace="api",
    description="Who stands where on Ukraine and NATO, with the sentence that shows it. CC BY 4.0. "
    "`on` is the day asked about, `known` what the record said at the end of a day.",
)


class When(Schema):
    """The two dates that every question takes."""

    on: str = ""
    known: str = ""
    reviewed: str = ""


class Paged(Schema):
    cursor: str = ""
    limit: int = LIMIT


def question(request: HttpRequest) -> Asked:
    return asked(ask(Dates, request))


@api.exception_handler(BadInput)
def bad_input(request: HttpRequest, error: BadInput) -> HttpResponse:
    return api.create_response(request, {"detail": str(error), "errors": dict(error.errors)}, status=400)


def _key(paged: Paged) -> str:
    if not 1 <= paged.limit <= MOST:
        raise BadInput({"limit": [f"Between 1 and {MOST}."]})
    return paged.cursor


def _number(paged: Paged) -> int | None:
    """Return the cursor as the id of the last row seen."""
    cursor = _key(paged)
    if cursor and not cursor.isdecimal():
        raise BadInput({"cursor": ["A cursor comes from `next` of the page before."]})
    return int(cursor) if cursor else None


def _page(found: Sequence[Any], paged: Paged, key: str, results: list[Any]) -> dict[str, Any]:
    """Return one page of `limit` from rows of which one more was asked for."""
    more = len(found) > paged.limit
    return {"results": results, "next": str(getattr(found[paged.limit - 1], key)) if more else None}


@api.get("/topics", response=list[TopicOut], tags=["codebook"])
def topics(request: HttpRequest) -> Any:
    """The ten propositions."""
    return [{name: getattr(t, name) for name in TopicOut.model_fields} for t in codebook().topics]


@api.get("/actors", response={200: Page[ActorOut], 400: Problem}, tags=["actors"])
def actors(request: HttpRequest, paged: Query[Paged], kind: str = "") -> Any:
    """Actors by slug."""
    rows = Actor.objects.existing().order_by("slug")
    if kind:
        if kind not in Actor.Kind.values:
            raise BadInput({"kind": ["One of: " + ", ".join(Actor.Kind.values)]})
        rows = rows.filter(kind=kind)
    if cursor := _key(paged):
        rows = rows.filter(slug__gt=cursor)
    found = list(rows[: paged.limit + 1])
    return _page(found, paged, "slug", found[: paged.limit])


@api.get("/actors/{slug}", response=ActorDetail, tags=["actors"])
def actor(request: HttpRequest, slug: str) -> Any:
    """One actor with its names and the mandates held by it, or of it."""
    found = _actor(slug)
    own = Mandate.objects.filter(person=found) if not found.is_body else Mandate.objects.filter(of=found)
    names = ("person__slug", "of__slug", "office", "role", "start", "end", "tier", "speaks_for")
    return {
        "slug": found.slug,
        "name": found.name,
        "kind": found.kind,
        "wikidata": found.wikidata,
        "aliases": list(found.aliases.filter(kind="name").values_list("text", flat=True)),
        "mandates": [
            {"person": row.pop("person__slug"), "of": row.pop("of__slug"), **row}
            for row in own.order_by("-start").values(*names)
        ],
    }


def _actor(slug: str) -> Actor:
    found = Actor.objects.select_related("merged_into").filter(slug=slug).first()
    if found is None:
        raise Http404
    return found.merged_into or found


@api.get("/positions", response={200: list[PointOut], 400: Problem}, tags=["positions"])
def positions(request: HttpRequest, when: Query[When], topic: str = "", actor: str = "") -> Any:
    """Where everyone stood on a day: the point of every line that held."""
    asking = question(request)
    _known_topic(topic)
    chosen = [_actor(actor).pk] if actor else None
    return [_point(p, asking) for p in held(asking, actors=chosen, topic=topic or None)]


@api.get("/lines/{actor}/{topic}", response={200: list[PointOut], 400: Problem}, tags=["positions"])
def line(request: HttpRequest, actor: str, topic: str, when: Query[When]) -> Any:
    """An actor's line and accounts on a topic up to a day, oldest first."""
    asking = question(request)
    _known_topic(topic)
    tracks = tracks_of(_actor(actor), asking, [topic], [topic]).get(topic)
    return [_point(p, asking) for p in (*tracks.line, *tracks.accounts)] if tracks else []


@api.get("/shifts", response={200: list[PointOut], 400: Problem}, tags=["positions"])
def changes(
    request: HttpRequest, when: Query[When], topic: str = "", actor: str = "", limit: int = LIMIT
) -> Any:
    """Where lines changed, newest first."""
    asking = question(request)
    _known_topic(topic)
    if not 1 <= limit <= MOST:
        raise BadInput({"limit": [f"Between 1 and {MOST}."]})
    return [_point(p, asking) for p in shifts.newest(asking, topic=topic, actor=actor, limit=limit)]


def _known_topic(topic: str) -> None:
    if topic and topic not in {t.slug for t in codebook().topics}:
        raise BadInput({"topic": ["One of: " + ", ".join(t.slug for t in codebook().topics)]})


def _point(p: Any, asking: Asked) -> dict[str, Any]:
    return {
        "actor": p.actor_slug,
        "topic": p.topic_slug,
        "track": p.track,
        "start": p.stated_on,
        "until": p.until if p.until and p.until <= asking.on else None,
        "since": p.since,
        "position": p.position,
        "previous": p.previous,
        "condition": p.condition,
        "shift": [k for k in p.shift.split(", ") if k],
        "contested": p.contested,
        "stale": is_stale(p, asking.on),
        "speaker": p.holder_slug,
        "office": p.office,
        "sayings": p.utterances,
        "reviewed": p.reviewed,
        "statement": p.stance_id,
        "statement_before": p.previous_stance_id,
        "evidence": p.words,
    }


@api.get("/statements", response={200: Page[StatementOut], 400: Problem}, tags=["statements"])
def statements(
    request: HttpRequest, paged: Query[Paged], topic: str = "", holder: str = "", on_behalf_of: str = ""
) -> Any:
    """Statements in the order in which they were recorded: with the cursor, a way to follow the record."""
    _known_topic(topic)
    rows = CurrentStance.public.order_by("stance_id")
    if topic:
        rows = rows.filter(topic=by_slug(topic))
    if holder:
        rows = rows.filter(holder=_actor(holder))
    if on_behalf_of:
        rows = rows.filter(on_behalf_of=_actor(on_behalf_of))
    if (last := _number(paged)) is not None:
        rows = rows.filter(stance_id__gt=last)
    found = list(rows.annotate(**sayings.WORDS)[: paged.limit + 1])
    return _page(found, paged, "stance_id", [_statement(s) for s in found[: paged.limit]])


@api.get("/statements/{pk}", response=StatementOut, tags=["statements"])
def statement(request: HttpRequest, pk: int) -> Any:
    """One statement."""
    found = CurrentStance.public.annotate(**sayings.WORDS).filter(pk=pk).first()
    if found is None:
        raise Http404
    return _statement(found)


def _statement(stance: Any) -> dict[str, Any]:
    row = sayings.row(stance)
    return {
        **{name: row[name] for name in StatementOut.model_fields if name in row},
        "holder": row["holder_slug"],
        "on_behalf_of": row["for_slug"],
        "source": row["source_name"],
        "article": row["article_url"],
    }


@api.get("/events", response={200: Page[EventOut], 400: Problem}, tags=["events"])
def events(request: HttpRequest, paged: Query[Paged], kind: str = "") -> Any:
    """Events in the order in which they were recorded."""
    rows = Event.objects.filter(merged_into__isnull=True).order_by("pk")
    if kind:
        if kind not in Event.Kind.values:
            raise BadInput({"kind": ["One of: " + ", ".join(Event.Kind.values)]})
        rows = rows.filter(kind=kind)
    if (last := _number(paged)) is not None:
        rows = rows.filter(pk__gt=last)
    found = list(rows[: paged.limit + 1])
    made = [
        {
            "id": e.pk,
            "title": e.title,
            "kind": e.kind,
            "start": e.start_on,
            "end": e.end_on,
            "place": e.place,
            "recorded_at": e.recorded_at,
        }
        for e in found[: paged.limit]
    ]
    return _page(found, paged, "pk", made)


# Before validation, so that an unchanged answer costs one query.
api.add_decorator(conditional, mode="view")
