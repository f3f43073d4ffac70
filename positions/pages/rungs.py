"""The rungs of the scale on two days: which allies stood on each, who came and who left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from positions.pages import places, words
from positions.pages.answer import EVES
from positions.pages.camps import Member
from positions.pages.lines import is_stale
from positions.pages.markup import joined, tile

RUNGS = (2, 1, 0, -1, -2, None)
YEAR = timedelta(days=365)


def base(on: date) -> date:
    """Return the day to compare with unless another is asked for: the last eve a year back, else a year."""
    return max((eve for eve, *_names in EVES if eve <= on - YEAR), default=on - YEAR)


def rungs(
    now: Mapping[int, Any], before: Mapping[int, int], members: Sequence[Member], on: date, slug: str
) -> list[dict[str, Any]]:
    """Return each rung with its allies then and now; today's allies on both days, empty rungs left out."""
    allies = [m for m in members if m.on(on)]
    values = {pk: point.position for pk, point in now.items()}
    found = []
    for value in RUNGS:
        then_here = [m for m in allies if before.get(m.pk) == value]
        now_here = [m for m in allies if values.get(m.pk) == value]
        if then_here or now_here:
            found.append(
                {
                    **_rung(value, slug, on),
                    "then": joined(_tile(m, values, slug, value, " then") for m in then_here),
                    "now": joined(_tile(m, before, slug, value, stale=_stale(now, m, on)) for m in now_here),
                    "counts": f"{len(then_here)} → {len(now_here)}",
                }
            )
    return found


def _stale(now: Mapping[int, Any], member: Member, on: date) -> bool:
    return member.pk in now and is_stale(now[member.pk], on)


def _rung(value: int | None, slug: str, on: date) -> dict[str, Any]:
    if value is None:
        return {"word": _("no record"), "glyph": "·", "css": "none", "url": ""}
    link = reverse("search") + f"?topic={slug}&on={on}&position={value}"
    return {"word": words.name(value), "glyph": words.glyph(value), "css": words.css(value), "url": link}


def _tile(
    member: Member,
    other: Mapping[int, int],
    slug: str,
    value: int | None,
    day: str = "",
    *,
    stale: bool = False,
) -> str:
    """Return a tile, ringed where the `other` day's rung differs, silence on either day being no move."""
    elsewhere = other.get(member.pk)
    css = "none" if value is None else words.css(value)
    return tile(
        css + day, member.slug, member.name, places.actor(member.slug, slug), stale=stale,
        moved=None not in (value, elsewhere) and elsewhere != value,
    )  # fmt: skip
