"""`/shifts/`: what changed, newest first, with the sentence before and the sentence after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from actors.models import Actor
from positions.exports import Column, Table, headed
from positions.models import LinePoint
from positions.pages import flat, places, words
from positions.pages.answer import Answer, address, page
from positions.pages.asking import AfterField, BadInput, Dates, WordField, ask, topic_words
from positions.pages.feeds import Entry
from positions.pages.known import Asked, asked, computed
from positions.topics import by_slug

PAGE = 30
KINDS = list(words.SHIFT_SIGNS)
BODIES = (Actor.Kind.STATE, Actor.Kind.ORGANISATION, Actor.Kind.GROUP)


class Question(Dates):
    topic = WordField(topic_words())
    kind = WordField([(kind, kind) for kind in KINDS])
    who = WordField([("all", "all"), ("people", "people")])
    actor = forms.SlugField(required=False, max_length=120)
    after = AfterField()


def newest(
    ask: Asked, *, topic: str = "", kind: str = "", actor: str = "", who: str = "",
    after: tuple[date, int] | None = None,
    limit: int = PAGE, actor_ids: Sequence[int] | None = None,
) -> list[Any]:  # fmt: skip
    """Return the points at which lines shifted, newest first; of states and bodies unless `who` says else."""
    if not ask.stored:
        return _computed(ask, topic=topic, kind=kind, actor=actor, who=who, after=after)[:limit]
    if not (kind or actor or after or actor_ids is not None):
        return flat.fetched(flat.Point, [_NEWEST.piece(ask.on, topic, shape=(who, bool(topic), limit))])
    rows = _narrow(
        LinePoint.objects.shifts().filter(track="line", stated_on__lte=ask.on), topic, kind, actor, who
    )
    if actor_ids is not None:
        rows = rows.filter(actor__in=actor_ids)
    if after:
        day, pk = after
        rows = rows.filter(Q(stated_on__lt=day) | Q(stated_on=day, pk__lt=pk))
    return flat.of(flat.Point, rows.order_by("-stated_on", "-pk")[:limit])


def _newest(on: date, topic: str, shape: tuple[str, bool, int]) -> QuerySet[LinePoint]:
    who, narrowed, limit = shape
    rows = LinePoint.objects.shifts().filter(track="line", stated_on__lte=on)
    return _narrow(rows, topic if narrowed else "", "", "", who).order_by("-stated_on", "-pk")[:limit]


_NEWEST = flat.Written(flat.Point, _newest, date(1111, 1, 1), "{topic}")


def _narrow(rows: QuerySet[LinePoint], topic: str, kind: str, actor: str, who: str) -> QuerySet[LinePoint]:
    if topic:
        rows = rows.filter(topic=by_slug(topic))
    if kind:
        rows = rows.filter(shift__contains=kind)
    if actor:
        return rows.filter(actor__slug=actor)
    if who == "people":
        return rows.filter(actor__kind=Actor.Kind.PERSON)
    return rows if who == "all" else rows.filter(actor__kind__in=BODIES)


def _computed(
    ask: Asked, *, topic: str, kind: str, actor: str, who: str, after: tuple[date, int] | None
) -> list[Any]:
    points = [
        point
        for point in computed(ask, topic=topic or None)
        if point.track == "line"
        and point.shift
        and (not kind or kind in point.shift)
        and (not actor or point.actor_slug == actor)
        and _fits(point.actor_kind, who, bool(actor))
    ]
    points.sort(key=lambda p: (p.stated_on, p.actor_slug, p.topic_slug))
    for number, point in enumerate(points):
        point.pk = number  # they have no key: their place tells where the next page begins
    return points[: after[1] if after else None][::-1]


def _fits(kind: str, who: str, one_actor: bool) -> bool:
    if one_actor or who == "all":
        return True
    return kind == Actor.Kind.PERSON if who == "people" else kind in BODIES


def row(point: Any) -> dict[str, Any]:
    """Return one shift as a flat row."""
    before, after, say = point.previous, point.position, words.tongue()
    return {
        "date": point.stated_on,
        "iso": point.stated_on.isoformat(),
        "day": say.day(point.stated_on),
        "actor_slug": point.actor_slug,
        "actor": point.actor_name,
        "actor_url": places.actor(point.actor_slug, point.topic_slug),
        "topic": point.topic_slug,
        "topic_name": say.topic(point.topic_slug),
        "from": before,
        "from_word": say.name(before),
        "from_glyph": words.glyph(before),
        "from_css": words.css(before),
        "to": after,
        "to_word": say.name(after),
        "to_glyph": words.glyph(after),
        "to_css": words.css(after),
        "kinds": point.shift,
        "kind_names": words.shift_names(point.shift),
        "speaker": point.holder_name,
        "speaker_slug": point.holder_slug,
        "office": point.office,
        "before": point.previous_words or "",
        "after": point.words or "",
        "before_url": places.statement(point.previous_stance_id) if point.previous_stance_id else "",
        "after_url": places.statement(point.stance_id),
        "condition": point.condition,
        "reviewed": point.reviewed,
        "contested": point.contested,
    }


def columns() -> list[Column]:
    return headed(
        {
            "date": _("Date"),
            "actor": _("Actor"),
            "topic": _("Topic"),
            "from": _("From"),
            "to": _("To"),
            "from_word": _("Word before"),
            "to_word": _("Word after"),
            "kinds": _("Kind of shift"),
            "speaker": _("Speaker"),
            "office": _("Office"),
            "before": _("Sentence before"),
            "after": _("Sentence after"),
            "condition": _("Condition"),
            "before_url": _("Evidence before"),
            "after_url": _("Evidence after"),
        },
        numbers=("from", "to"),
    )


def table(rows: Iterable[dict[str, Any]], ask: Asked, caption: str) -> Table:
    return Table("shifts", caption, columns(), rows, {"on": ask.on, "known": ask.known})


def entries(rows: list[dict[str, Any]]) -> list[Entry]:
    """Return feed entries; both sentences in each."""
    return [
        Entry(
            ident=f"shift:{r['actor_slug']}:{r['topic']}:{r['iso']}",
            title=f"{r['actor']}: {r['topic_name']} {r['from_glyph']} → {r['to_glyph']}",
            link=r["after_url"],
            text=f"<p>{_('Before')}: “{r['before']}”</p><p>{_('After')}: “{r['after']}” — {r['speaker']}</p>",
            updated=r["date"],
            author=r["speaker"],
        )
        for r in rows
    ]


@page
def shifts(request: HttpRequest) -> Answer:
    values = ask(Question, request)
    question = asked(values)
    if values["actor"] and not Actor.objects.filter(slug=values["actor"]).exists():
        raise BadInput({"actor": [_("We know no actor “%(slug)s”.") % {"slug": values["actor"]}]})
    filters = {name: values[name] for name in ("topic", "kind", "actor", "who", "after")}
    found = newest(question, **filters, limit=PAGE + 1)
    rows = [row(point) for point in found[:PAGE]]
    more = f"{found[PAGE - 1].stated_on}~{found[PAGE - 1].pk}" if len(found) > PAGE else ""
    title = _("Shifts")
    return Answer(
        "shifts.html",
        {
            "asked": question,
            "values": values,
            "rows": rows,
            "kinds": list(zip(KINDS, words.shift_names(", ".join(KINDS)), strict=True)),
            "topics": topic_words(),
            "more": address(request, after=more) if more else "",
            "filtered": any(filters.values()),
            "here_path": request.path,
        },
        fragments={"shifts": "shifts"},
        tables=[table(rows, question, title)],
        feed=lambda: entries(rows),
        title=title,
    )
