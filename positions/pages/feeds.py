"""Atom, for everything that appears over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `ident` never changes for the same thing; `link` is a path of this site."""

    ident: str
    title: str
    link: str
    text: str
    updated: datetime | date
    author: str = ""


def atom(title: str, address: str, entries: Sequence[Entry]) -> str:
    feed = Atom1Feed(
        title=f"{title} · Open Door",
        link=address,
        description="",
        feed_url=address,
        feed_guid=address,
        language="en",
    )
    for entry in entries:
        when = entry.updated
        if not isinstance(when, datetime):
            when = datetime.combine(when, time(), tzinfo=UTC)
        feed.add_item(
            title=entry.title, link=settings.SITE_URL + entry.link, description=entry.text,
            unique_id=f"tag:open-door,2026:{entry.ident}", updateddate=when, pubdate=when,
            author_name=entry.author or "Open Door",
        )  # fmt: skip
    return feed.writeString("utf-8")
