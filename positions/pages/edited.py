"""What became of an article: its versions, what each changed, and which words no longer stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from positions.ingestion.anchor import stands
from positions.ingestion.edits import edits
from positions.ingestion.health import moment
from positions.models import Article, ArticleVersion
from positions.pages import words
from positions.pages.marking import ELLIPSIS

PLACES = 20
LONGEST = 1_200  # characters of a place that changed, where the licence allows the full text


@dataclass(frozen=True, slots=True)
class Placed:
    """A saying in the version shown. `span` is None where that version no longer has its words."""

    row: Any
    span: tuple[int, int] | None


def placed(rows: Iterable[Any], shown: ArticleVersion, numbers: dict[int, int]) -> list[Placed]:
    """Return what the version shown says, in its order, then what only earlier versions said.

    `rows` are sayings with their stance; `numbers` gives a version's number by its key. What a later version
    says for the first time is left out.
    """
    standing, gone = [], []
    for row in rows:
        if row.stance.version_id == shown.pk:
            standing.append(Placed(row, (row.start, row.end)))
        elif (span := stands(row.evidence, shown.text)) is not None:
            standing.append(Placed(row, span))
        elif numbers.get(row.stance.version_id, shown.number) < shown.number:
            gone.append(Placed(row, None))
    standing.sort(key=lambda one: (one.span, one.row.stance_id))
    return standing + sorted(gone, key=lambda one: one.row.stance_id)


def altered(one: Placed, shown: ArticleVersion, numbers: dict[int, int]) -> dict[str, Any]:
    """Say of a saying where its words stood, and since when they do not; empty where they stand."""
    if one.span is not None:
        return {}
    return {
        "altered": since(one.row.stance.evidence_altered_at or shown.fetched_at),
        "stood_in": numbers[one.row.stance.version_id],
    }


def since(moment: datetime) -> str:
    """Say that an article has lost a saying's words, and since when."""
    said = _("Evidence altered: the article no longer has these words since %(day)s.")
    return said % {"day": words.day(moment.date())}


def changes(
    before: ArticleVersion | None, shown: ArticleVersion, *, excerpt: int = 0
) -> list[dict[str, str]]:
    """Return the places in which a version differs from the one before, old and new words.

    With `excerpt`, no more than so many characters of a place are shown.
    """
    if before is None:
        return []
    found: list[dict[str, str]] = []
    last = "same"
    for edit in edits(before.text, shown.text):
        text = _cut(edit.text.strip(), excerpt or LONGEST)
        if edit.kind == "added" and last == "removed":
            found[-1]["new"] = text
        elif edit.kind != "same" and text:
            found.append({"old": text, "new": ""} if edit.kind == "removed" else {"old": "", "new": text})
        last = edit.kind if edit.kind == "same" or text else last
    return found


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest].rstrip()} {ELLIPSIS}"


def versions(found: Sequence[ArticleVersion], shown: ArticleVersion) -> list[dict[str, Any]]:
    """Return the versions of an article, oldest first, with when each was fetched."""
    return [
        {"number": v.number, "fetched": moment(v.fetched_at), "current": v.number == shown.number}
        for v in found
    ]


def difference(places: int, before: ArticleVersion | None) -> str:
    """Say in how many places a version differs from the one before; empty for the first."""
    if before is None:
        return ""
    said = ngettext(
        "Differs from version %(before)s in %(n)s place.", "Differs from version %(before)s in %(n)s places.",
        places,
    )  # fmt: skip
    return said % {"before": before.number, "n": places}


def looked_after(article: Article) -> list[str]:
    """Say how an article was watched for edits: withdrawn, looked at how often, when again."""
    said = []
    if article.withdrawn_at:
        said.append(
            _("Withdrawn: its page was gone on %(day)s.") % {"day": words.day(article.withdrawn_at.date())}
        )
    if article.fetches:
        times = ngettext(
            "Its page was fetched %(n)s time.", "Its page was fetched %(n)s times.", article.fetches
        )
        said.append(times % {"n": article.fetches})
    if article.next_fetch_at:
        said.append(_("It is looked at again for edits: %(time)s.") % {"time": moment(article.next_fetch_at)})
    return said
