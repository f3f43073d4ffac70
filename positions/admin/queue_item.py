"""What one item's screen shows: text, reading, reasons, consequences, neighbours, history."""

from __future__ import annotations

from typing import Any

from positions import consequences, desk, review, review_queue
from positions.admin.queue_forms import ReadingForm, RejectForm
from positions.admin.segments import Span, as_html
from positions.admin.wording import differences_in_words, evidence_diff, reasons_in_words
from positions.effective import effective
from positions.models import CurrentStance, StanceReview, User


def item_context(row: CurrentStance, user: User, form: ReadingForm | None = None) -> dict[str, Any]:
    """Return the context of the item's fragment. `form` holds what was refused, with the reasons."""
    stance = row.stance
    reviews = list(stance.reviews.select_related("by").order_by("recorded_at", "pk"))
    around = list(neighbours(row))
    return {
        "row": row,
        "stance": stance,
        "form": form or ReadingForm.showing(review.decided_values(stance)),
        "reject": RejectForm(),
        "whys": review_queue.whys(row),
        "expected": reviews[-1].pk if reviews else "",
        "text": as_html(stance.version.text, Span(row.start, row.end, row.pk), around),
        "around": around,
        "reasons": reasons_in_words(stance),
        "consequences": consequences.of(row),
        "similar": review_queue.similar(row),
        "history": history(row, reviews),
        "reports": [r for r in stance.reports.all() if r.review_id is None],
        "notes": desk.on_stance(user, stance),
        "changed_text": evidence_diff(stance) if stance.evidence_altered_at else None,
    }


def neighbours(row: CurrentStance) -> list[Span]:
    """Return the other findings of the same text that are not rejected."""
    others = CurrentStance.objects.filter(stance__version=row.stance.version_id).exclude(pk=row.pk)
    others = others.exclude(decision=CurrentStance.Decision.REJECTED).select_related("holder", "topic")
    return [
        Span(o.start, o.end, o.pk, f"{o.holder} on {o.topic}: {o.get_position_display()}")
        for o in others.order_by("start")
    ]


def history(row: CurrentStance, reviews: list[StanceReview]) -> list[dict[str, Any]]:
    """Return each decision with what it changed, oldest first."""
    shown = []
    before = effective(row.stance, [])
    for at, decision in enumerate(reviews, start=1):
        after = effective(row.stance, reviews[:at])
        shown.append({"review": decision, "changes": differences_in_words(before, after)})
        before = after
    return shown
