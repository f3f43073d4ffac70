"""The numbers behind an actor's chart, as a table."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from positions.exports import Made, Table, headed
from positions.pages import places, words
from positions.pages.known import Asked
from positions.pages.lines import Tracks


def points_table(tracks: Tracks, ask: Asked) -> Table:
    """Return the numbers behind the chart: a row for each point of both tracks, newest first."""
    columns = headed(
        {
            "date": _("From"),
            "until": _("Until"),
            "track": _("Track"),
            "position": _("Position"),
            "word": _("Word"),
            "since": _("Value since"),
            "shift": _("Shift"),
            "speaker": _("Speaker"),
            "office": _("Office"),
            "condition": _("Condition"),
            "contested": _("Contested"),
            "reviewed": _("Reviewed"),
            "n": _("Sayings so far"),
            "evidence": _("Evidence"),
            "url": _("Address"),
        },
        numbers=("position", "n"),
    )
    say = words.tongue()
    points = sorted([*tracks.line, *tracks.accounts], key=lambda p: (p.stated_on, p.track), reverse=True)

    def row(p: Any) -> dict[str, Any]:
        return {
            "date": p.stated_on,
            "until": p.until if p.until and p.until <= ask.on else None,
            "track": p.track,
            "position": p.position,
            "word": say.name(p.position),
            "since": p.since,
            "shift": p.shift,
            "speaker": p.holder_name,
            "office": p.office,
            "condition": p.condition,
            "contested": p.contested,
            "reviewed": p.reviewed,
            "n": p.utterances,
            "evidence": p.words,
            "url": places.statement(p.stance_id),
        }

    rows = Made(points, row)
    return Table("line", _("The line, point by point"), columns, rows, {"on": ask.on, "known": ask.known})
