"""`/actors/<slug>/`: where an actor stands, since when, who said so, and who disagrees."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any, TypeVar

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from actors.models import Actor
from positions.exports import Table, headed
from positions.pages import learned, places, sentences, shifts, words
from positions.pages import rows as sayings
from positions.pages.actor_charts import all_topics, chart, days_of, spans, window
from positions.pages.answer import Answer, address, page, wanted
from positions.pages.asking import AfterField, Drawn, WordField, ask, topic_words
from positions.pages.facts import facts_of, find
from positions.pages.home import MAIN_TOPIC
from positions.pages.known import Asked, asked
from positions.pages.lines import Tracks, tracks_of
from positions.pages.record import part
from positions.pages.voices import conditions, voices

LIMIT = 150
EVIDENCE = 20
SHIFTS = 12
T = TypeVar("T")


class Question(Drawn):
    topic = WordField(topic_words())
    after = AfterField()


@page(about="slug")
def actor(request: HttpRequest, slug: str) -> Answer:
    values = ask(Question, request)
    question = asked(values)
    who = find(request, slug)
    topic, tracks = _chosen(who, question, values["topic"])
    chosen = tracks.get(topic, Tracks())
    said = sayings.about(who, question, topic=topic, limit=LIMIT)
    known = facts_of(request, who, question.on)
    start = values["from"]
    days = days_of([chosen], said)
    shown = window(days, question.on, start)
    kept = partial(_kept, request, question, topic, start)
    drawn = kept(
        "chart", lambda: chart(who, topic, chosen, said, known.offices, known.events, question, shown=shown)
    )
    every = kept("every", lambda: all_topics(who, tracks, question, start))
    charts = {"position": drawn, "topics": every}
    if wanted(request) == "svg":
        return Answer("actor.html", {"asked": question}, charts=charts, title=who.name)
    moved = [point for point in reversed(chosen.line) if point.shift]
    evidence, more = evidence_page(who, question, topic, said, values["after"], request)
    told = sentences.sentences(
        who.name, topic, chosen, question, person=not who.is_body, left=known.left
    )  # fmt: skip
    since = learned.since(question, [t.now for t in tracks.values() if t.now], actors=[who.pk])
    return Answer(
        "actor.html",
        {
            "asked": question,
            "values": values,
            "actor": who,
            "kind_word": words.tongue().said(who.get_kind_display()),
            "facts": known,
            **_of_topic(topic),
            "topic_links": topic_links(request, topic, tracks),
            "lead": told[0],
            "notes": " ".join(told[1:]),
            "chart": drawn,
            "spans": spans(request, question, days, start),
            "points": kept("points", lambda: points_table(chosen, question).shown()),
            "shifts": [shifts.row(point) for point in moved[:SHIFTS]],
            "more_shifts": len(moved) > SHIFTS,
            "voices": voices(who, said, chosen, question),
            "conditions": conditions(said),
            "evidence": evidence,
            "more": more,
            "every": every,
            "count": len(said),
            "learned": since,
            "limit": LIMIT,
            "embed": reverse("embed-actor", args=[who.slug]) + f"?topic={topic}",
        },
        fragments={"panel": "panel", "more": "evidence"},
        tables=[
            points_table(chosen, question),
            sayings.table(map(sayings.row, said), _("Statements"), question),
            shifts.table(map(shifts.row, moved), question, _("Shifts")),
            *learned.tables(since),
        ],
        feed=lambda: shifts.entries([shifts.row(p) for p in moved[:50]]),
        charts=charts,
        title=f"{who.name}: {words.topic_name(topic)}",
    )


def _of_topic(topic: str) -> dict[str, Any]:
    """What the page says of the topic itself."""
    return {
        "topic": words.topic(topic),
        "topic_name": words.topic_name(topic),
        "proposition": words.proposition(topic),
    }


def _kept(
    request: HttpRequest, question: Asked, topic: str, start: date | None, name: str, make: Callable[[], T]
) -> T:
    """Return a part of the page, made once for each edition of the actor and each question."""
    asked_for = (topic, question.on, question.known, question.reviewed, start)
    return part(request, ":".join(map(str, (name, *asked_for))), make)


def _chosen(who: Actor, question: Asked, asked_topic: str) -> tuple[str, dict[str, Tracks]]:
    """Return the topic to show (asked for, or most spoken of) and all tracks, with that one whole."""
    first = asked_topic or MAIN_TOPIC
    tracks = tracks_of(who, question, first)
    topic = asked_topic or _most_spoken(tracks)
    if topic != first and question.stored:
        tracks[topic] = tracks_of(who, question, topic, [topic])[topic]
    return topic, tracks


def _most_spoken(tracks: dict[str, Tracks]) -> str:
    """Return membership where there is anything on it, else the topic with most points."""
    if tracks.get(MAIN_TOPIC, Tracks()).line or not tracks:
        return MAIN_TOPIC
    return max(tracks, key=lambda slug: (len(tracks[slug].line), len(tracks[slug].accounts)))


def topic_links(request: HttpRequest, chosen: str, tracks: dict[str, Tracks]) -> list[dict[str, Any]]:
    links = []
    for slug, name in topic_words():
        now = tracks.get(slug, Tracks()).now
        links.append(
            {
                "url": address(request, topic=slug, after=""),
                "name": _(name),
                "current": slug == chosen,
                "css": words.css(now.position) if now else "none",
                "glyph": words.glyph(now.position) if now else "·",
                "word": words.name(now.position) if now else _("no record"),
            }
        )
    return links


def evidence_page(
    who: Actor,
    question: Asked,
    topic: str,
    said: Sequence[Any],
    after: tuple[date, int] | None,
    request: HttpRequest,
) -> tuple[list[dict[str, Any]], str]:
    """Return a page of evidence rows and the address of the next."""
    if after:
        said = sayings.about(who, question, topic=topic, limit=EVIDENCE + 1, after=after)
    shown = said[:EVIDENCE]
    last = shown[-1] if len(said) > EVIDENCE else None
    more = address(request, after=f"{last.stated_on}~{last.stance_id}") if last else ""
    return [sayings.row(s) for s in shown], more


def points_table(tracks: Tracks, ask: Asked) -> Table:
    """Return the numbers behind the chart: a row for each point of both tracks, newest first."""
    columns = headed(
        {
            "date": _("From"),
            "until": _("Until"),
            "track": _("Track"),
            "position": _("Position"),
            "word": _("Word"),
            "since": _("Value since"),
            "shift": _("Shift"),
            "speaker": _("Speaker"),
            "office": _("Office"),
            "condition": _("Condition"),
            "contested": _("Contested"),
            "reviewed": _("Reviewed"),
            "n": _("Sayings so far"),
            "evidence": _("Evidence"),
            "url": _("Address"),
        },
        numbers=("position", "n"),
    )
    points = sorted([*tracks.line, *tracks.accounts], key=lambda p: (p.stated_on, p.track), reverse=True)
    rows = [
        {
            "date": p.stated_on,
            "until": p.until if p.until and p.until <= ask.on else None,
            "track": p.track,
            "position": p.position,
            "word": words.name(p.position),
            "since": p.since,
            "shift": p.shift,
            "speaker": p.holder_name,
            "office": p.office,
            "condition": p.condition,
            "contested": p.contested,
            "reviewed": p.reviewed,
            "n": p.utterances,
            "evidence": p.words,
            "url": places.statement(p.stance_id),
        }
        for p in points
    ]
    return Table("line", _("The line, point by point"), columns, rows, {"on": ask.on, "known": ask.known})
