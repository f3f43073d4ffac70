"""Decided statements as reference annotations, in the form that `manage.py evaluate` compares with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from positions import exhaustive
from positions.models import Article, ArticleVersion, CurrentStance, EventMention

Annotation = dict[str, Any]
MACHINE = CurrentStance.Decision.MACHINE


def articles(*, partial: bool = False) -> QuerySet[Article]:
    """Return the articles to export: those that people coded exhaustively, so that recall can be measured.

    With `partial`, all with a decision: what is undecided or was overlooked is left out, so that only
    precision can be measured on them.
    """
    if not partial:
        return exhaustive.coded().order_by("published_on", "pk")
    decided = CurrentStance.objects.filter(article=OuterRef("pk")).exclude(decision=MACHINE)
    return Article.objects.filter(Exists(decided)).order_by("published_on", "pk")


def annotation(article: Article) -> Annotation:
    """Return {"article", "stances", "events"} of what people accepted in the article's newest text.

    Statements whose words the newest text no longer has are left out: their offsets would point nowhere.
    """
    version = article.version
    if version is None:
        return {"article": article.guid, "stances": [], "events": []}
    rows = (
        CurrentStance.objects.reviewed()
        .filter(article=article)
        .select_related("holder", "source_actor", "topic", "stance")
    )
    stances = [stance_form(row) for row in rows.order_by("start", "pk") if row.evidence in version.text]
    return {"article": article.guid, "stances": stances, "events": list(events(version))}


def stance_form(row: CurrentStance) -> Annotation:
    form: Annotation = {
        "holder": row.holder.slug,
        "topic": row.topic.slug,
        "position": row.position,
        "mode": row.mode,
        "kind": row.kind,
        "date": row.stated_on.isoformat(),
        "evidence": row.evidence,
    }
    if row.source_actor:
        form["source"] = row.source_actor.slug
    if row.condition:
        form["condition"] = row.condition
    return form


def events(version: ArticleVersion) -> Iterator[Annotation]:
    """Yield the events that the version reports and that an editor entered or corrected."""
    mentions = EventMention.objects.filter(version=version, event__by_hand=True)
    for mention in mentions.select_related("event").order_by("start", "pk"):
        event = mention.event
        form: Annotation = {
            "title": event.title,
            "type": event.kind,
            "date": event.start_on.isoformat(),
            "actors": sorted(event.actors.values_list("slug", flat=True)),
            "evidence": mention.evidence,
        }
        if event.place:
            form["place"] = event.place
        if event.end_on:
            form["end_on"] = event.end_on.isoformat()
        yield form


def document(article: Article) -> str:
    """Return the article's newest text as Markdown with front matter, as `manage.py ingest` reads it."""
    version = article.version
    text = version.text if version else ""
    title = " ".join(article.title.split())
    return f"---\nid: {article.guid}\ntitle: {title}\npublished: {article.published_on}\n---\n{text}\n"
