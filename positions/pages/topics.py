"""`/topics/` and `/topics/<slug>/`: who is where on a question, and how the camps changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from positions.charts import LadderName, Tile, camp_bar, ladder, tile_map
from positions.codebook import codebook
from positions.exports import Column, Table, headed
from positions.pages import camps, conditions, places, rungs, shifts, words
from positions.pages import rows as sayings
from positions.pages.actor_charts import spans
from positions.pages.answer import Answer, page
from positions.pages.asking import Dates, DayField, Drawn, ask
from positions.pages.camp_charts import Camps, alliance
from positions.pages.camps import Member
from positions.pages.known import Asked, asked
from positions.pages.lines import held, is_stale
from positions.pages.record import Subject

NEWEST = 12
YEAR = 365


class Question(Drawn):
    then = DayField()


@page
def topics(request: HttpRequest) -> Answer:
    question = asked(ask(Dates, request))
    points = held(question, kinds=shifts.BODIES, brief=True)
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    for point in points:
        counts[point.topic_slug][point.position] += 1
    most = max((sum(count.values()) for count in counts.values()), default=0)
    rows = [
        {
            "slug": t.slug,
            "topic": words.topic_name(t.slug),
            "proposition": words.proposition(t.slug),
            "url": reverse("topic", args=[t.slug]),
            "n": sum(counts[t.slug].values()),
            "bar": camp_bar(counts[t.slug], most),
            **{f"p{v}": counts[t.slug][v] for v in (2, 1, 0, -1, -2)},
            "camps": [
                {
                    "css": words.css(v),
                    "word": words.name(v),
                    "glyph": words.glyph(v),
                    "count": counts[t.slug][v],
                }
                for v in (-2, -1, 0, 1, 2)  # as the bar has them
                if counts[t.slug][v]
            ],
        }
        for t in codebook().topics
    ]
    columns = [
        Column("topic", _("Topic")),
        *(Column(f"p{r.value}", r.name, number=True) for r in words.rungs()),
    ]
    columns += headed({"n": _("Actors"), "proposition": _("Proposition"), "slug": _("Slug")}, numbers=("n",))
    title = _("Topics")
    table = Table("topics", title, columns, rows, {"on": question.on, "known": question.known})
    context = {"asked": question, "rows": rows, "rungs": words.rungs()}
    return Answer("topics.html", context, fragments={"list": "list"}, tables=[table], title=title)


@page(about=lambda request, slug: Subject("topic", slug))
def topic(request: HttpRequest, slug: str) -> Answer:
    values = ask(Question, request)
    question = asked(values)
    if slug not in {t.slug for t in codebook().topics}:
        raise Http404(_("There is no topic “%(slug)s”.") % {"slug": slug})
    members = alliance(request)
    points = held(question, topic=slug, kinds=shifts.BODIES)
    then = values["then"] or rungs.base(question.on)
    before = values_on(question, slug, then)
    now = {p.actor_id: p for p in points}
    sizes = Camps(question, slug, members, points)
    title = _("Camp sizes on %(topic)s") % {"topic": words.topic_name(slug)}
    chart = sizes.chart(title=title, start=values["from"])
    climbed = ladder_rows(points, members, before, question.on)
    drawn = _ladder(climbed, then, question.on, slug)
    tiles = _tiles(now, members, question, slug)
    newest = _newest(question, slug)
    return Answer(
        "topic.html",
        {
            "asked": question,
            "values": values,
            "then": then,
            "topic": words.topic(slug),
            "topic_name": words.topic_name(slug),
            "proposition": words.proposition(slug),
            "summary": summary(now, members, question),
            "camp_chart": chart,
            "spans": spans(request, question, sizes.span(), values["from"]),
            "camp_table": sizes.rows(),
            "ladder": drawn,
            "ladder_table": ladder_table(climbed, then, question),
            "movers": [r for r in climbed if r["moved"]],
            "tiles": tiles,
            "conditions": conditions.board(points, members, question.on),
            "rungs": rungs.rungs(now, before, members, question.on, slug),
            "contested": [_named(p, slug) for p in points if lately_contested(p, question.on)],
            "silent": [m for m in members if m.on(question.on) and m.pk not in now],
            "newest": newest,
        },
        fragments={"panel": "panel"},
        tables=lambda: [ladder_table(climbed, then, question), sizes.table(),
                        sayings.table(newest, _("Statements"), question)],
        charts={name: svg for name, svg in (("ladder", drawn), ("camps", chart), ("tiles", tiles)) if svg},
        title=words.topic_name(slug),
    )  # fmt: skip


def lately_contested(point: Any, on: date) -> bool:
    return bool(point.contested) and (on - point.stated_on).days <= YEAR


def values_on(ask: Asked, slug: str, day: date) -> dict[int, int]:
    """Return each body's value on another day, by the same record."""
    points = held(replace(ask, on=day, memo={}), topic=slug, kinds=shifts.BODIES, brief=True)
    return {p.actor_id: p.position for p in points}


def summary(now: dict[int, Any], members: Sequence[Member], ask: Asked) -> list[dict[str, Any]]:
    """Return the camps of the allies with names, advocates first, the silent last."""
    found = camps.by_camp(now, members, ask.on)
    made = []
    for value in (2, 1, 0, -1, -2, None):
        if found[value]:
            word = _("no record") if value is None else words.name(value)
            made.append(
                {
                    "word": word,
                    "css": "none" if value is None else words.css(value),
                    "glyph": "·" if value is None else words.glyph(value),
                    "count": len(found[value]),
                }
            )
    return made


def ladder_rows(
    points: Sequence[Any], members: Sequence[Member], before: dict[int, int], on: date
) -> list[dict[str, Any]]:
    """Return every body with a record on either day: where it stood then and stands now."""
    now = {p.actor_id: p.position for p in points}
    names = {p.actor_id: (p.actor_slug, p.actor_name) for p in points}
    names |= {m.pk: (m.slug, m.name) for m in members if m.on(on) and m.pk in before}
    rows = [
        {"slug": slug, "actor": name, "then": before.get(pk), "now": now.get(pk)}
        for pk, (slug, name) in names.items()
    ]
    for row in rows:
        row["moved"] = row["then"] is not None and row["now"] is not None and row["then"] != row["now"]
    return sorted(rows, key=lambda r: (-(r["now"] if r["now"] is not None else -9), r["actor"]))


def _ladder(rows: list[dict[str, Any]], then: date, on: date, slug: str) -> str:
    """Return the ladder of those who moved: everybody else would only hide them."""
    movers = [r for r in rows if r["moved"]]
    if not movers:
        return ""
    names = [
        LadderName(words.short(r["slug"], r["actor"]), _on_topic(r["slug"], slug), r["then"], r["now"])
        for r in movers
    ]
    moved = ", ".join(r["actor"] for r in movers)
    return ladder(
        names, words.rungs(), then=words.day(then), now=words.day(on), silent=_("no record"), ident="ladder",
        title=_("Then and now on %(topic)s") % {"topic": words.topic_name(slug)},
        description=_("Moved: %(names)s.") % {"names": moved},
    )  # fmt: skip


def _on_topic(actor: str, topic: str) -> str:
    return places.actor(actor, topic)


def ladder_table(rows: list[dict[str, Any]], then: date, ask: Asked) -> Table:
    columns = headed(
        {
            "actor": _("Actor"),
            "then": words.day(then),
            "now": words.day(ask.on),
            "moved": _("Moved"),
            "slug": _("Slug"),
        },
        numbers=("then", "now"),
    )
    return Table("ladder", _("Then and now"), columns, rows, {"on": ask.on, "then": then, "known": ask.known})


def _tiles(now: dict[int, Any], members: Sequence[Member], ask: Asked, slug: str) -> str:
    tiles = []
    for member in members:
        if not member.on(ask.on):
            continue
        point = now.get(member.pk)
        word = words.name(point.position) if point else _("no record")
        stale = bool(point) and is_stale(point, ask.on)
        note = f" ({_('last known')})" if stale else ""
        link = _on_topic(member.slug, slug)
        glyph = words.glyph(point.position) if point else "·"
        tiles.append(
            Tile(
                member.slug,
                glyph,
                point.position if point else None,
                link,
                f"{member.name}: {word}{note}",
                stale,
            )
        )
    return tile_map(
        tiles, ident="tiles", title=_("Allies on %(topic)s") % {"topic": words.topic_name(slug)},
        description=_("One square an ally, roughly where it lies; the table above has the same."),
    )  # fmt: skip


def _named(point: Any, slug: str) -> dict[str, Any]:
    return {
        "actor": point.actor_name,
        "url": _on_topic(point.actor_slug, slug),
        "css": words.css(point.position),
        "glyph": words.glyph(point.position),
        "word": words.name(point.position),
        "condition": point.condition,
        "speaker": point.holder_name,
        "day": words.day(point.stated_on),
        "evidence": point.words,
        "evidence_url": places.statement(point.stance_id),
    }


def _newest(ask: Asked, slug: str) -> list[dict[str, Any]]:
    if not ask.stored:
        return [
            sayings.row(s) for s in sayings._as_known(ask, actor=None, topic=slug, limit=NEWEST, after=None)
        ]
    return [sayings.row(s) for s in sayings.on_topic(slug, ask.on, NEWEST)]
