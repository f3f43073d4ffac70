"""`/events/<id>/`: a dated happening, who took part, and where they stood before and after."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from positions.exports import Table, headed
from positions.models import Event, LinePoint
from positions.pages import words
from positions.pages.answer import Answer, page
from positions.pages.asking import Dates, WordField, ask, topic_words
from positions.pages.home import MAIN_TOPIC
from positions.pages.known import asked
from positions.topics import by_slug

AFTER_DAYS = 30


class Question(Dates):
    topic = WordField(topic_words())
    card = forms.BooleanField(required=False)


@page
def event(request: HttpRequest, pk: int) -> Answer:
    values = ask(Question, request)
    question = asked(values)
    found = Event.objects.select_related("merged_into").filter(pk=pk).first()
    if found is None or (question.moment and found.recorded_at > question.moment):
        raise Http404(_("There is no such event in the record."))
    found = found.merged_into or found
    topic = values["topic"] or MAIN_TOPIC
    actors: list[Any] = list(found.actors.order_by("kind", "name").values("pk", "slug", "name", "kind"))
    moves = before_and_after(found, actors, topic)
    title = found.title
    mentions = found.mentions.order_by("version__article__published_on").values(
        "evidence", "version__article_id", "version__article__title", "version__article__source__name",
        "version__article__published_on",
    )[:30]  # fmt: skip
    columns = headed(
        {
            "actor": _("Actor"),
            "kind": _("Kind"),
            "before": _("Before"),
            "after": _("After"),
            "slug": _("Slug"),
        },
        numbers=("before", "after"),
    )
    return Answer(
        "event.html",
        {
            "asked": question,
            "event": found,
            "day": span(found.start_on, found.end_on),
            "topic_name": words.topic_name(topic),
            "moves": moves,
            "mentions": [{**m, "day": words.day(m["version__article__published_on"])} for m in mentions],
            "after_days": AFTER_DAYS,
        },
        fragments={"card": "card"},
        tables=[Table("event", title, columns, moves, {"event": title, "date": found.start_on})],
        title=title,
    )


def span(start: date, end: date | None) -> str:
    return f"{words.day(start)} – {words.day(end)}" if end and end != start else words.day(start)


def before_and_after(found: Event, actors: list[dict[str, Any]], topic: str) -> list[dict[str, Any]]:
    """Return each participant's line on the eve of the event and a month after its end."""
    eve = found.start_on - timedelta(days=1)
    later = (found.end_on or found.start_on) + timedelta(days=AFTER_DAYS)
    ids = [actor["pk"] for actor in actors]
    rows = LinePoint.objects.filter(actor__in=ids, topic=by_slug(topic), track="line", stated_on__lte=later)
    before: dict[int, int] = {}
    after: dict[int, int] = {}
    for actor_id, day, position in rows.order_by("stated_on").values_list(
        "actor_id", "stated_on", "position"
    ):
        after[actor_id] = position
        if day <= eve:
            before[actor_id] = position
    return [
        {
            "actor": a["name"],
            "slug": a["slug"],
            "kind": a["kind"],
            "url": reverse("actor", args=[a["slug"]]) + f"?topic={topic}",
            "before": before.get(a["pk"]),
            "after": after.get(a["pk"]),
            "before_words": _step(before.get(a["pk"])),
            "after_words": _step(after.get(a["pk"])),
            "moved": before.get(a["pk"]) != after.get(a["pk"]),
        }
        for a in actors
    ]


def _step(value: int | None) -> dict[str, str] | None:
    if value is None:
        return None
    return {"css": words.css(value), "glyph": words.glyph(value), "word": words.name(value)}
