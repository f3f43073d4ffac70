"""`/methodology/`: rendered from the codebook's data and from the constants that the code runs on."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from actors import tiers
from positions import accuracy, contested, history, measured
from positions.codebook import codebook
from positions.exports import Table, headed
from positions.pages.answer import Answer, page
from positions.pages.asking import Dates, ask
from positions.pages.known import asked


@page
def methodology(request: HttpRequest) -> Answer:
    question = asked(ask(Dates, request))
    book = codebook()
    columns = headed(
        {
            "slug": _("Slug"),
            "name": _("Topic"),
            "proposition": _("Proposition"),
            "belongs_here": _("Belongs here"),
            "not_here": _("Not here"),
        }
    )
    rows = [{c.key: getattr(t, c.key) for c in columns} for t in book.topics]
    return Answer(
        "methodology.html",
        {
            "asked": question,
            "book": book,
            "rule": constants(),
            "accuracy": accuracy.latest(),
            "measured": measured.stored(),
        },
        tables=[Table("topics", _("Topics"), columns, rows, {"codebook": book.version})],
        title=_("Methodology"),
    )


def constants() -> dict[str, Any]:
    """Return the numbers and names that the line rule is run with."""
    spell = lambda roles: ", ".join(role.replace("_", " ") for role in roles)
    return {
        "tier_1": spell(tiers.TIER_1_ROLES),
        "tier_2": spell(tiers.TIER_2_ROLES),
        "line_tiers": " and ".join(map(str, tiers.LINE_TIERS)),
        "stale_days": history.STALE_DAYS,
        "contested_days": contested.CONTESTED_DAYS,
        "contested_gap": contested.CONTESTED_GAP,
        "utterance_days": history.UTTERANCE_DAYS,
        "threshold": settings.CONFIDENCE_THRESHOLD,
        "gate": settings.PUBLICATION_GATE,
    }
