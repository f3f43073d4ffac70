"""`/actors/<slug>/`: where an actor stands, since when, who said so, and who disagrees."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from actors.models import Actor, Alias, BlocMembership, Mandate
from positions.exports import Table, headed
from positions.models import Event, Topic
from positions.pages import rows as sayings
from positions.pages import sentences, shifts, words
from positions.pages.actor_charts import all_topics, chart
from positions.pages.answer import Answer, address, page
from positions.pages.asking import AfterField, Dates, WordField, ask, topic_words
from positions.pages.home import MAIN_TOPIC
from positions.pages.lines import FEW_POINTS, Asked, Tracks, asked, tracks_of
from positions.pages.voices import conditions, voices

LIMIT = 400
EVIDENCE = 20
FACTS_SECONDS = 300
LEADING = ("head_of_government", "head_of_state", "secretary_general", "commission_president")
SPEAKING = (*LEADING, "foreign_minister", "defence_minister", "high_representative", "council_president")


class Question(Dates):
    topic = WordField(topic_words())
    after = AfterField()


@page
def actor(request: HttpRequest, slug: str) -> Answer:
    values = ask(Question, request)
    question = asked(values)
    who = find(slug)
    ids = topic_ids()
    wanted = values["topic"] or MAIN_TOPIC
    tracks = tracks_of(who, question, ids, wanted)
    topic = values["topic"] or _most_spoken(tracks)
    if topic != wanted and question.stored and len(tracks[topic].line) >= FEW_POINTS:
        tracks[topic] = tracks_of(who, question, {topic: ids[topic]}, topic)[topic]
    chosen = tracks.get(topic, Tracks())
    said = sayings.about(who, question, topic=topic, limit=LIMIT)
    mandates = offices(who, question.on)
    drawn = chart(who, topic, chosen, said, mandates, events_of(who, question.on), question)
    moved = [shifts.row(point) for point in reversed(chosen.line) if point.shift]
    evidence, more = evidence_page(who, question, topic, said, values["after"], request)
    every = all_topics(who, tracks, question)
    title = f"{who.name}: {words.topic_name(topic)}"
    return Answer(
        "actor.html",
        {
            "asked": question,
            "values": values,
            "actor": who,
            "facts": facts(who, question.on),
            "speakers": [m for m in mandates if m.role in SPEAKING and current(m, question.on)],
            "offices": [m for m in mandates if m.person_id == who.pk],
            "topic": words.topic(topic),
            "topic_name": words.topic_name(topic),
            "proposition": words.proposition(topic),
            "topic_links": topic_links(request, topic, tracks),
            "lead": sentences.lead(who.name, topic, chosen, question, person=not who.is_body),
            "chart": drawn,
            "points": points_table(chosen, question),
            "shifts": moved[:30],
            "voices": voices(who, said, chosen, question),
            "conditions": conditions(said),
            "evidence": evidence,
            "more": more,
            "every": every,
            "count": len(said),
            "limit": LIMIT,
            "embed": reverse("embed-actor", args=[who.slug]) + f"?topic={topic}",
        },
        fragments={"panel": "panel", "more": "evidence"},
        tables=[
            points_table(chosen, question),
            sayings.table([sayings.row(s) for s in said], _("Statements"), question),
            shifts.table(moved, question, _("Shifts")),
        ],
        feed=shifts.entries(moved[:50]),
        charts={"position": drawn, "topics": every},
        title=title,
    )


def find(slug: str) -> Actor:
    """Return the actor; a merged one's place is taken by the one it was merged into."""
    found = Actor.objects.select_related("merged_into").filter(slug=slug).first()
    if found is None:
        raise Http404(_("We know no actor “%(slug)s”.") % {"slug": slug})
    return found.merged_into or found


def topic_ids() -> dict[str, int]:
    """Return the topics' keys by slug: ten rows that change with a release, kept a minute."""
    found: dict[str, int] | None = cache.get("topic-ids")
    if not found:
        found = dict(Topic.objects.values_list("slug", "pk"))
        cache.set("topic-ids", found, 60)
    return found


def _most_spoken(tracks: dict[str, Tracks]) -> str:
    """Return membership where there is anything on it, else the topic with most points."""
    if tracks.get(MAIN_TOPIC, Tracks()).line or not tracks:
        return MAIN_TOPIC
    return max(tracks, key=lambda slug: (len(tracks[slug].line), len(tracks[slug].accounts)))


def offices(who: Actor, on: date) -> list[Mandate]:
    """Return a person's own mandates, or those of whoever led or leads a body, by start."""
    rows = Mandate.objects.filter(start__lte=on).select_related("person", "of").order_by("start")
    if who.kind == Actor.Kind.PERSON:
        return list(rows.filter(person=who))
    return list(rows.filter(of=who, role__in=SPEAKING, ceremonial=False, speaks_for=True))


def current(mandate: Mandate, on: date) -> bool:
    return mandate.start <= on and (mandate.end is None or on < mandate.end)


def events_of(who: Actor, on: date) -> list[Event]:
    rows = Event.objects.filter(actors=who, merged_into__isnull=True, start_on__lte=on)
    return list(rows.only("pk", "title", "start_on").order_by("-start_on")[:60])


def facts(who: Actor, on: date) -> dict[str, Any]:
    """Return aliases and blocs of an actor; they change only with the registry, so kept a while."""
    key = f"facts:{who.pk}:{on}"
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        memberships = BlocMembership.objects.on(on).filter(member=who, indicative=False).exclude(start=None)
        names = Alias.objects.filter(actor=who, kind=Alias.Kind.NAME).exclude(text=who.name)
        names = names.exclude(text__istartswith="the ")
        rows = memberships.order_by("start").values_list("bloc__slug", "bloc__name", "start")[:4]
        found = {
            "blocs": [{"name": words.short(slug, name), "year": start.year} for slug, name, start in rows],
            "aliases": list(names.values_list("text", flat=True)[:5]),
        }
        cache.set(key, found, FACTS_SECONDS)
    return found


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
            "url": reverse("statement", args=[p.stance_id]),
        }
        for p in points
    ]
    return Table("line", _("The line, point by point"), columns, rows, {"on": ask.on, "known": ask.known})
