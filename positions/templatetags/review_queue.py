"""Marks and words of the review queue's templates."""

from __future__ import annotations

from django import template

from positions.admin.common import position_mark
from positions.admin.waiting import work_for
from positions.review import RejectReason

register = template.Library()
register.filter("position_mark", position_mark)
register.filter("work_for", work_for)


@register.filter
def reject_reason(slug: str) -> str:
    """Return the label of a reason for rejecting; other reasons (undo, a batch) as they are."""
    return dict(RejectReason.choices).get(slug, slug)
