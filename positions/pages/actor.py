"""`/actors/<slug>/`: where an actor stands, since when, who said so, and who disagrees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from actors.models import Actor
from positions.exports import Table
from positions.pages import learned, record, sentences, shifts, words
from positions.pages import rows as sayings
from positions.pages.actor_charts import chart, days_of, spans, window
from positions.pages.actor_tables import points_table
from positions.pages.actor_topics import Gist, Topics
from positions.pages.answer import Answer, address, page
from positions.pages.asking import AfterField, Drawn, WordField, ask, topic_words
from positions.pages.facts import Facts, facts_of, find
from positions.pages.home import MAIN_TOPIC
from positions.pages.known import Asked, asked
from positions.pages.lines import Tracks
from positions.pages.record import Subject
from positions.pages.voices import conditions, voices

LIMIT = 150
EVIDENCE = 20
SHIFTS = 12


class Question(Drawn):
    topic = WordField(topic_words())
    after = AfterField()


@page(about=lambda request, slug: Subject("actor", slug))
def actor(request: HttpRequest, slug: str) -> Answer:
    values = ask(Question, request)
    question = asked(values)
    who = find(request, slug)
    every = Topics(request, who, question, [values["topic"] or MAIN_TOPIC])
    topic = every.choose(values["topic"], MAIN_TOPIC)
    panel = Panel(request, who, question, every, topic, values)
    stood = [tracks.now for tracks in every.loaded.values() if tracks.now]
    since = learned.since(question, stood, actors=[who.pk])
    return Answer(
        "actor.html",
        {
            "asked": question,
            "actor": who,
            "kind_word": words.tongue().said(who.get_kind_display()),
            "facts": panel.facts,
            "topic_links": topic_links(request, topic, every.gists()),
            "lead": record.kept(f"lead:{every.key(topic)}", lambda: panel.told[0]),
            "panel": panel,
            "panel_state": f"{every.key(topic)}:{request.get_full_path()}",
            "every": every.drawn(values["from"]),
            "learned": since,
        },
        fragments={"panel": "panel", "more": "evidence"},
        tables=lambda: [*panel.tables(), *learned.tables(since)],
        feed=lambda: shifts.entries([shifts.row(p) for p in panel.moved[:50]]),
        charts=lambda: {"position": panel.chart, "topics": every.drawn(values["from"])},
        title=f"{who.name}: {words.topic_name(topic)}",
    )


class Panel:
    """What the page says of the actor on the chosen topic; nothing of it is asked for while all is kept."""

    limit = LIMIT

    def __init__(
        self, request: HttpRequest, who: Actor, ask: Asked, every: Topics, topic: str,
        values: Mapping[str, Any],
    ) -> None:  # fmt: skip
        self.request, self.who, self.ask, self.every = request, who, ask, every
        self.topic, self.start, self.after = words.topic(topic), values["from"], values["after"]
        self.topic_name, self.proposition = words.topic_name(topic), words.proposition(topic)
        self.embed = reverse("embed-actor", args=[who.slug]) + f"?topic={topic}"

    @cached_property
    def tracks(self) -> Tracks:
        return self.every.tracks(self.topic.slug)

    @cached_property
    def said(self) -> list[Any]:
        return sayings.about(self.who, self.ask, topic=self.topic.slug, limit=LIMIT)

    @cached_property
    def facts(self) -> Facts:
        return facts_of(self.request, self.who, self.ask.on)

    @cached_property
    def told(self) -> list[str]:
        return sentences.sentences(
            self.who.name, self.topic.slug, self.tracks, self.ask, person=not self.who.is_body,
            left=self.facts.left,
        )  # fmt: skip

    @property
    def notes(self) -> str:
        return " ".join(self.told[1:])

    @cached_property
    def days(self) -> list[date]:
        return days_of([self.tracks], self.said)

    @cached_property
    def chart(self) -> str:
        shown = window(self.days, self.ask.on, self.start)
        offices, events = self.facts.offices, self.facts.events
        return chart(
            self.who, self.topic.slug, self.tracks, self.said, offices, events, self.ask, shown=shown
        )

    @cached_property
    def spans(self) -> list[dict[str, Any]]:
        return spans(self.request, self.ask, self.days, self.start)

    @cached_property
    def points(self) -> dict[str, Any]:
        return points_table(self.tracks, self.ask).shown()

    @cached_property
    def moved(self) -> list[Any]:
        return [point for point in reversed(self.tracks.line) if point.shift]

    @cached_property
    def shifts(self) -> list[dict[str, Any]]:
        return [shifts.row(point) for point in self.moved[:SHIFTS]]

    @property
    def more_shifts(self) -> bool:
        return len(self.moved) > SHIFTS

    @cached_property
    def voices(self) -> list[dict[str, Any]]:
        return voices(self.who, self.said, self.tracks, self.ask)

    @cached_property
    def conditions(self) -> list[dict[str, Any]]:
        return conditions(self.said)

    @property
    def count(self) -> int:
        return len(self.said)

    @cached_property
    def _page(self) -> tuple[Sequence[Any], str]:
        """A page of evidence and the address of the next."""
        said: Sequence[Any] = self.said
        if self.after:
            said = sayings.about(
                self.who, self.ask, topic=self.topic.slug, limit=EVIDENCE + 1, after=self.after
            )
        last = said[EVIDENCE - 1] if len(said) > EVIDENCE else None
        more = address(self.request, after=f"{last.stated_on}~{last.stance_id}") if last else ""
        return said[:EVIDENCE], more

    @cached_property
    def evidence(self) -> list[dict[str, Any]]:
        return [sayings.row(stance) for stance in self._page[0]]

    @property
    def more(self) -> str:
        return self._page[1]

    def tables(self) -> list[Table]:
        return [
            points_table(self.tracks, self.ask),
            sayings.table(map(sayings.row, self.said), _("Statements"), self.ask),
            shifts.table(map(shifts.row, self.moved), self.ask, _("Shifts")),
        ]


def topic_links(request: HttpRequest, chosen: str, gists: Mapping[str, Gist]) -> list[dict[str, Any]]:
    links = []
    for slug, name in topic_words():
        position = gists[slug].position
        links.append(
            {
                "url": address(request, topic=slug, after=""),
                "name": _(name),
                "current": slug == chosen,
                "css": words.css(position) if position is not None else "none",
                "glyph": words.glyph(position) if position is not None else "·",
                "word": words.name(position) if position is not None else _("no record"),
            }
        )
    return links
