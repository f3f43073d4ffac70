"""`/statements/<id>/`: one saying, its sentence, and everything that was decided about it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from positions.models import CurrentStance, Stance, StanceReview
from positions.pages import citing, edited, words
from positions.pages import rows as sayings
from positions.pages.answer import Answer, page
from positions.pages.asking import Dates, ask
from positions.pages.known import Asked, asked, rows_by_key
from positions.pages.marking import Span, paragraphs

CONTEXT = 320
COPIES = 40


@page
def statement(request: HttpRequest, pk: int) -> Answer:
    question = asked(ask(Dates, request))
    found = _found(pk, question)
    if found is None:
        return _gone(pk)
    row = sayings.row(found)
    stance = Stance.objects.select_related("version", "article__source").get(pk=pk)
    decisions = history(stance, question)
    copies = _copies(found, question)
    title = f"{row['holder_name']}: {row['topic_name']}, {row['day']}"
    return Answer(
        "statement.html",
        {
            "asked": question,
            "r": row,
            "stance": stance,
            "proposition": words.proposition(row["topic"]),
            "context": _context(stance, found),
            "altered": _altered(stance, question),
            "source_link": _fragment_link(stance),
            "copies": copies,
            "decisions": decisions,
            "cite": citing.citation(request, title, question),
            "quotation": citing.quotation(row, settings.SITE_URL),
            "known_day": words.day(timezone.localdate()),
        },
        tables=[sayings.table([row], title, question, name="statement")],
        title=title,
    )


def _found(pk: int, ask: Asked) -> Any | None:
    """Return the public effective row, as the record stood at `known`."""
    if ask.known is None:
        return CurrentStance.public.annotate(**sayings.WORDS).filter(pk=pk).first()
    rows = rows_by_key(ask, [pk])
    return sayings.with_words(rows)[0] if rows else None


def _gone(pk: int) -> Answer:
    """A reading replaced by a newer one of the same text says so; anything else is not there."""
    old = Stance.objects.filter(pk=pk, superseded_at__isnull=False).select_related("article").first()
    if old is None or not _was_public(old):
        raise Http404(_("There is no such statement in the record."))
    title = _("This reading was replaced")
    context = {"old": old, "day": words.day(old.superseded_at.date()) if old.superseded_at else ""}
    return Answer("statement_gone.html", context, title=title, status=410)


def _was_public(old: Stance) -> bool:
    rejected = old.reviews.filter(decision=StanceReview.Decision.REJECTED).exists()
    return not rejected and old.confidence >= settings.CONFIDENCE_THRESHOLD


def _context(stance: Stance, found: Any) -> list[str]:
    span = Span(found.start, found.end, stance.pk, 1, words.css(found.position))
    excerpt = stance.article.source.excerpt_length or CONTEXT
    return list(paragraphs(stance.version.text, [span], excerpt=min(excerpt, CONTEXT)))


def _altered(stance: Stance, ask: Asked) -> str:
    """Say that the article no longer has these words, where that was known; empty where it has them."""
    at = stance.evidence_altered_at
    return edited.since(at) if at and (ask.moment is None or at <= ask.moment) else ""


def _fragment_link(stance: Stance) -> str:
    """Return the original's address with a text fragment, where the article has one."""
    if not stance.article.url:
        return ""
    start = " ".join(stance.evidence.split()[:6])
    return f"{stance.article.url}#:~:text={quote(start)}"


def _copies(found: Any, ask: Asked) -> list[dict[str, Any]]:
    """Return the same saying in other articles."""
    if not found.utterance_id or not ask.stored:
        return []
    rows = CurrentStance.public.filter(utterance=found.utterance_id).exclude(pk=found.pk)
    values = rows.order_by("stated_on").values(
        "stance_id", "article_id", "article__title", "article__source__name", "article__published_on"
    )[:COPIES]
    return [{**v, "day": words.day(v["article__published_on"])} for v in values]


FIELDS = ("topic", "position", "mode", "kind", "condition", "stated_on", "precision", "evidence")


def history(stance: Stance, ask: Asked) -> list[dict[str, Any]]:
    """Return the decisions in order, each with what it changed. Editors are not named in public."""
    rows = stance.reviews.select_related("holder", "topic").order_by("recorded_at", "pk")
    if ask.moment:
        rows = rows.filter(recorded_at__lte=ask.moment)
    made = []
    for review in rows:
        changes = [
            {"field": name, "old": getattr(stance, name), "new": getattr(review, name)}
            for name in FIELDS
            if getattr(review, name) is not None and getattr(review, name) != getattr(stance, name)
        ]
        if review.holder_id and review.holder_id != stance.holder_id:
            changes.append({"field": "holder", "old": stance.holder, "new": review.holder})
        made.append(
            {
                "decision": review.get_decision_display(),
                "day": words.day(review.recorded_at.date()),
                "by": _("an editor") if review.by_id else _("the system"),
                "note": review.note,
                "reason": review.reason,
                "changes": changes,
            }
        )
    return made
