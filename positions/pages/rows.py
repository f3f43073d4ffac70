"""Sayings as flat rows with ready strings, the same for pages, CSV, JSON and the API."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from actors.models import Actor
from positions.exports import Column, Table, headed
from positions.models import Article, CurrentStance
from positions.pages import flat, places, words
from positions.pages.known import Asked, rows_as_known
from positions.topics import by_slug

WORDS = {
    "topic_slug": F("topic__slug"),
    "holder_slug": F("holder__slug"),
    "holder_name": F("holder__name"),
    "source_name": F("source_actor__name"),
    "for_slug": F("on_behalf_of__slug"),
    "for_name": F("on_behalf_of__name"),
    "title": F("article__title"),
    "outlet": F("article__source__name"),
    "outlets": F("utterance__outlets"),
}


def columns() -> list[Column]:
    return headed(
        {
            "stated_on": _("Said on"),
            "holder_name": _("Holder"),
            "office": _("Office"),
            "for_name": _("Speaks for"),
            "topic": _("Topic"),
            "position": _("Position"),
            "word": _("Word"),
            "mode": _("Mode"),
            "kind": _("Kind"),
            "condition": _("Condition"),
            "evidence": _("Evidence"),
            "source_name": _("According to"),
            "review": _("Reviewed"),
            "outlets": _("Outlets"),
            "outlet": _("Outlet"),
            "title": _("Article"),
            "url": _("Address"),
        },
        numbers=("position", "outlets"),
    )


def table(rows: Iterable[dict[str, Any]], caption: str, ask: Asked, *, name: str = "statements") -> Table:
    return Table(name, caption, columns(), rows, {"on": ask.on, "known": ask.known})


def row(stance: Any) -> dict[str, Any]:
    """Return one saying as a flat row. `stance` is a CurrentStance with `WORDS`."""
    say = words.tongue()
    return {
        "id": stance.stance_id,
        "url": places.statement(stance.stance_id),
        "stated_on": stance.stated_on,
        "iso": stance.stated_on.isoformat(),
        "day": words.stated(stance.stated_on, stance.precision),
        "holder_slug": stance.holder_slug,
        "holder_name": stance.holder_name,
        "holder_url": places.actor(stance.holder_slug),
        "office": stance.office,
        "for_slug": stance.for_slug,
        "for_name": stance.for_name,
        "topic": stance.topic_slug,
        "topic_name": say.topic(stance.topic_slug),
        "position": stance.position,
        "word": say.name(stance.position),
        "glyph": words.glyph(stance.position),
        "css": words.css(stance.position),
        "mode": stance.mode,
        "kind": stance.kind,
        "mode_word": say.said(stance.mode),
        "kind_word": say.said(stance.kind),
        "condition": stance.condition,
        "evidence": stance.evidence,
        "source_name": stance.source_name,
        "review": stance.decision if stance.is_reviewed else "machine",
        "reviewed": stance.is_reviewed,
        "review_word": words.review(reviewed=stance.is_reviewed),
        "outlets_word": words.outlets(stance.outlets or 1),
        "on_record": stance.on_record,
        "confidence": stance.confidence,
        "outlets": stance.outlets or 1,
        "outlet": stance.outlet,
        "title": stance.title,
        "article_url": places.article(stance.article_id),
    }


def about(
    actor: Actor, ask: Asked, *, topic: str | None = None, limit: int, after: tuple[Any, int] | None = None
) -> list[Any]:
    """Return the newest sayings held by the actor or on its behalf, at most `limit`."""
    if not ask.stored:
        return _as_known(ask, actor=actor, topic=topic, limit=limit, after=after)
    whose = ("holder", "on_behalf_of") if actor.is_body else ("holder",)
    day, pk = after or (None, None)
    pieces = [
        _ABOUT.piece(
            actor.pk, topic, ask.on, day, pk,
            shape=(whom, bool(topic), bool(after), limit, settings.CONFIDENCE_THRESHOLD),
        )
        for whom in whose
    ]  # fmt: skip
    return _newest_of(flat.fetched(flat.Said, pieces), limit)


def _about(
    actor: int, topic: str, on: date, day: date, pk: int, shape: tuple[str, bool, bool, int, float]
) -> QuerySet[CurrentStance]:
    """The newest sayings of which the actor is `holder` or `on_behalf_of`, if `deep` before a row (day, pk).

    The threshold is in the query.
    """
    whom, narrowed, deep, limit, _threshold = shape
    rows = CurrentStance.public.until(on).filter(**{whom: actor})
    rows = rows.filter(topic=by_slug(topic)) if narrowed else rows
    rows = _before(rows, day, pk) if deep else rows
    return rows.order_by("-stated_on", "-stance_id")[:limit]


def _before(rows: QuerySet[CurrentStance], day: date, pk: int) -> QuerySet[CurrentStance]:
    return rows.filter(stated_on__lte=day).exclude(stated_on=day, stance_id__gte=pk)


_ABOUT = flat.Written(flat.Said, _about, -1, "{topic}", date(1111, 1, 1), date(1112, 2, 2), -2)


def on_topic(topic: str, on: date, limit: int) -> list[Any]:
    """Return the newest sayings on a topic."""
    piece = _ON_TOPIC.piece(topic, on, shape=(limit, settings.CONFIDENCE_THRESHOLD))
    return _newest_of(flat.fetched(flat.Said, [piece]), limit)


def _on_topic(topic: str, on: date, shape: tuple[int, float]) -> QuerySet[CurrentStance]:
    rows = CurrentStance.public.until(on).filter(topic=by_slug(topic))
    return rows.order_by("-stated_on", "-stance_id")[: shape[0]]


_ON_TOPIC = flat.Written(flat.Said, _on_topic, "{topic}", date(1111, 1, 1))


def _newest_of(found: Iterable[Any], limit: int) -> list[Any]:
    return sorted(found, key=lambda s: (s.stated_on, s.stance_id), reverse=True)[:limit]


def _as_known(
    ask: Asked, *, actor: Actor | None, topic: str | None, limit: int, after: tuple[Any, int] | None
) -> list[Any]:
    rows = rows_as_known(ask, actors=None if actor is None else [actor.pk], topic=topic)
    if after:
        rows = [s for s in rows if (s.stated_on, s.stance_id) < after]
    return with_words(_newest_of(rows, limit))


def with_words(rows: Sequence[flat.Recorded]) -> list[Any]:
    """Give computed rows the words of their articles, as stored ones have them."""
    articles = Article.objects.select_related("source").in_bulk([row.article_id for row in rows])
    for row in rows:
        article = articles[row.article_id]
        row.title, row.outlet = article.title, article.source.name
    return list(rows)
