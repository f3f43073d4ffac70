"""`/timeline/`: the membership debate since 2008, drawn and listed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from positions import timeline as debate
from positions.charts import Item, Lane, Span, overview, timeline_chart
from positions.exports import Table, headed
from positions.models import Event
from positions.pages import markup, places, shifts, words
from positions.pages.answer import Answer, address, landmarks, page
from positions.pages.asking import (
    LONGEST_QUERY,
    BadInput,
    Dates,
    DayField,
    SlugsField,
    WordField,
    ask,
    topic_words,
)
from positions.pages.events import span
from positions.pages.feeds import Entry
from positions.pages.home import MAIN_TOPIC
from positions.pages.known import Asked, asked
from positions.pages.markup import joined
from positions.pages.record import Subject

BEGINNING = date(2008, 1, 1)
MOST_SHIFTS = 200
LANES = (("meeting", ("meeting",)), ("decision", ("decision",)), ("statement", ("statement",)),
         ("other", ("aid", "military", "political")))  # fmt: skip


class Question(Dates):
    topic = WordField(topic_words())
    kind = WordField([*Event.Kind.choices, ("shift", "shift")])
    actors = SlugsField(required=False, max_length=600)
    q = forms.CharField(required=False, max_length=LONGEST_QUERY)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from"], self.fields["to"] = DayField(), DayField()


def _debate(request: HttpRequest) -> Subject:
    """Return what the timeline is about: events and shifts on one topic. An unknown topic has no edition."""
    topic = request.GET.get("topic") or MAIN_TOPIC
    return Subject("debate", topic if topic in dict(topic_words()) else "")


@page(about=_debate)
def timeline(request: HttpRequest) -> Answer:
    values = ask(Question, request)
    question = asked(values)
    topic = values["topic"] or MAIN_TOPIC
    last = min(values["to"] or question.on, question.on)
    first = values["from"] or min(BEGINNING, last - timedelta(days=365))
    if first >= last:
        raise BadInput({"from": [_("The first day must lie before the last.")]})
    window = debate.Window(first, last)
    found, moved = _found(question, topic, window, values)
    items = _items(found, moved)
    drawn = _chart(found, moved, window, question.on, topic) if items else ""
    title = _("The debate on %(topic)s") % {"topic": words.topic_name(topic)}
    ordered = sorted(items, key=lambda i: (i["date"], i["title"]), reverse=True)
    return Answer(
        "timeline.html",
        {
            "asked": question,
            "values": values,
            "first": first,
            "last": last,
            "topic": topic,
            "topic_name": words.topic_name(topic),
            "topics": topic_words(),
            "kinds": [(kind, words.tongue().said(kind)) for kind in Event.Kind.values],
            "chart": drawn,
            "overview": _overview(request, question, topic, values, items),
            "months": [
                (words.month(month), joined(map(markup.debate, rows)))
                for month, rows in debate.by_month(items)
            ],
            "counts": (len(found), len(moved)),
            "capped": len(found) >= debate.MOST_EVENTS or len(moved) >= MOST_SHIFTS,
            "presets": _presets(request, question.on),
            "actor_words": "~".join(values["actors"]),
        },
        fragments={"timeline": "timeline"},
        tables=[_table(ordered, question)],
        feed=lambda: [Entry(i["ident"], i["title"], i["url"], i["text"], i["date"]) for i in ordered[:50]],
        charts={"timeline": drawn} if drawn else {},
        title=title,
    )


def _found(
    question: Asked, topic: str, window: debate.Window, values: dict[str, Any]
) -> tuple[list[dict[str, Any]], list[Any]]:
    """Return the events and the shifts that fit the filters, within a window."""
    kinds = [values["kind"]] if values["kind"] and values["kind"] != "shift" else []
    events = [] if values["kind"] == "shift" else debate.events(
        window, topic, kinds=kinds, actors=values["actors"], known=question.moment, text=values["q"]
    )  # fmt: skip
    return events, [] if kinds else _shifts(question, topic, window, values)


def _items(events: list[dict[str, Any]], moved: list[Any]) -> list[dict[str, Any]]:
    return [*(_event_item(e) for e in events), *(_shift_item(p) for p in moved)]


def _shifts(question: Any, topic: str, window: debate.Window, values: dict[str, Any]) -> list[Any]:
    who = "all" if values["actors"] else ""
    asked_about = replace(question, on=window.last, memo={})
    points = shifts.newest(asked_about, topic=topic, who=who, limit=MOST_SHIFTS)
    text = values["q"].casefold()
    return [
        p
        for p in points
        if window.first <= p.stated_on <= window.last
        and (not values["actors"] or p.actor_slug in values["actors"])
        and (not text or text in f"{p.actor_name} {p.words} {p.previous_words}".casefold())
    ]


def _event_item(event: dict[str, Any]) -> dict[str, Any]:
    return {
        "ident": f"event:{event['pk']}",
        "date": event["start_on"],
        "day": span(event["start_on"], event["end_on"]),
        "what": event["kind"],
        "what_word": words.tongue().said(event["kind"]),
        "title": event["title"],
        "place": event["place"],
        "url": places.event(event["pk"]),
        "text": event["place"],
        "shift": None,
    }


def _shift_item(point: Any) -> dict[str, Any]:
    row = shifts.row(point)
    title = f"{row['actor']}: {row['from_word']} → {row['to_word']}"
    return {
        "ident": f"shift:{row['actor_slug']}:{row['topic']}:{row['iso']}",
        "date": row["date"],
        "day": row["day"],
        "what": "shift",
        "what_word": "",
        "title": title,
        "place": "",
        "url": row["after_url"],
        "text": row["after"],
        "shift": row,
    }


def _chart(found: list[dict[str, Any]], moved: list[Any], window: debate.Window, on: date, topic: str) -> str:
    names = {"meeting": _("Meetings"), "decision": _("Decisions"), "statement": _("Statements"),
             "other": _("Aid, war, politics")}  # fmt: skip
    lanes = []
    for lane, kinds in LANES:
        here = [e for e in reversed(found) if e["kind"] in kinds]
        items = [
            Item(
                e["start_on"], e["kind"], places.event(e["pk"]),
                f"{span(e['start_on'], e['end_on'])}: {e['title']}", card=f"event-{e['pk']}",
            )
            for e in here
        ]  # fmt: skip
        if items:
            lanes.append(Lane(names[lane], items))
    for slug in debate.busiest(moved):
        points = [p for p in reversed(moved) if p.actor_slug == slug]
        items = [
            Item(p.stated_on, "shift", places.statement(p.stance_id), _shift_title(p), p.position)
            for p in points
        ]
        lanes.append(Lane(words.short(slug, points[0].actor_name), items, places.actor(slug, topic)))
    described = _("%(events)s events and %(shifts)s shifts from %(first)s to %(last)s.") % {
        "events": len(found), "shifts": len(moved),
        "first": words.day(window.first), "last": words.day(window.last),
    }  # fmt: skip
    return timeline_chart(
        lanes, first=window.first, last=window.last, on=min(on, window.last), ident="debate",
        title=_("The debate on %(topic)s") % {"topic": words.topic_name(topic)}, description=described,
        landmarks=landmarks(),
    )  # fmt: skip


def _shift_title(point: Any) -> str:
    say = words.tongue()
    move = f"{say.name(point.previous)} → {say.name(point.position)}"
    return f"{say.day(point.stated_on)}: {point.actor_name}, {move}"


def _overview(
    request: HttpRequest, question: Asked, topic: str, values: dict[str, Any], items: list[dict[str, Any]]
) -> str:
    """Return the strip over the chart: all that there is since the debate began, a link a year.

    Also where the window itself is empty: it shows where there is something. Empty where there is nothing.
    """
    whole = debate.Window(BEGINNING, max(question.on, BEGINNING + timedelta(days=365)))
    shown = values["from"] or BEGINNING, min(values["to"] or question.on, question.on)
    if values["from"] or values["to"]:
        items = _items(*_found(question, topic, whole, values))
    if not items:
        return ""
    months = debate.per_month(items)
    years = Counter(dict.fromkeys(range(whole.first.year, whole.last.year + 1), 0))
    for month, count in months.items():
        years[month.year] += count
    spans = [
        Span(
            date(year, 1, 1), min(date(year, 12, 31), whole.last),
            address(request, **{"from": f"{year}-01-01", "to": min(date(year, 12, 31), question.on)}),
            _("%(year)s: events and shifts: %(n)s") % {"year": year, "n": years[year]},
        )
        for year in range(whole.first.year, question.on.year + 1)
    ]  # fmt: skip
    return overview(
        months, spans, first=whole.first, last=whole.last, shown=(max(shown[0], whole.first), shown[1]),
        ident="overview", label=_("All years"), title=_("The whole debate since 2008"),
        description=_("Events and shifts a month. Choose a year to see it closer."),
    )  # fmt: skip


def _presets(request: HttpRequest, on: date) -> list[dict[str, str]]:
    spans = [
        (_("since 2008"), "", ""),
        ("2008", "2008-01-01", "2008-12-31"),
        ("2014", "2014-01-01", "2014-12-31"),
        ("2022", "2022-01-01", "2022-12-31"),
        (_("last year"), (on - timedelta(days=365)).isoformat(), ""),
    ]
    return [{"label": label, "url": address(request, **{"from": a, "to": b})} for label, a, b in spans]


def _table(items: list[dict[str, Any]], question: Any) -> Table:
    columns = headed(
        {
            "date": _("Date"),
            "what": _("Kind"),
            "title": _("Title"),
            "place": _("Place"),
            "text": _("Sentence"),
            "url": _("Address"),
        }
    )
    return Table("timeline", _("Timeline"), columns, items, {"on": question.on, "known": question.known})
