"""A feed's items to articles: known ones are passed over in two queries, whatever the feed's size."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from positions.ingestion import clock
from positions.ingestion.documents import Document
from positions.ingestion.feeds import Feed, Item
from positions.ingestion.identity import canonical, fingerprint, short_guid
from positions.ingestion.store import store
from positions.models import Article, Source

FULL_TEXT = 1_500  # characters from which an item holds the article and not a teaser of it
AHEAD = timedelta(days=1)  # clocks and time zones; what is dated later is not believed


@dataclass(slots=True)
class Taken:
    """What came in: items seen, and the ids of articles that now wait to be read."""

    items: int = 0
    new: list[int] = field(default_factory=list)


def take_in(feed: Feed, source: Source) -> Taken:
    """Take in a feed's items, the oldest first. Taking the same feed in again does nothing.

    An item that holds the article is stored with its text; of any other a row is made whose page is
    fetched when it is read.
    """
    taken = Taken(items=len(feed.items))
    known = _known(feed, source)
    shown = {fingerprint(item.text) for item in feed.items if item.text}
    for item in reversed(feed.items):
        before = known.get(_guid(item), known.get(canonical(item.url) or "-"))
        if before is not None and not _edited(item, before, source):
            continue
        # Live reports give one article several items: the earlier ones beside the newest did not come back.
        beside = before is not None and before[0] in shown
        article_id = _full(item, source, beside) if _is_full(item, source) else _announce(item, source)
        if article_id is not None and article_id not in taken.new:
            taken.new.append(article_id)
    return taken


def _known(feed: Feed, source: Source) -> dict[str, tuple[str, bool]]:
    """Return guid or canonical address -> (fingerprint, of this source) of what the record has."""
    addresses = {canonical(item.url) for item in feed.items} - {""}
    guids = {_guid(item) for item in feed.items}
    columns = ("guid", "canonical_url", "fingerprint", "source")
    found: dict[str, tuple[str, bool]] = {}
    for guid, _, text, _ in _rows("guid__in", guids, columns, source=source):
        found[guid] = (text, True)
    for _, address, text, of in _rows("canonical_url__in", addresses, columns):
        found[address] = (text, of == source.pk)
    return found


def _rows(
    lookup: str, values: set[str], columns: tuple[str, ...], **more: object
) -> list[tuple[str, str, str, int]]:
    """Ask in slices: databases bound how many values a query takes."""
    ordered = sorted(values)
    slices = (ordered[at : at + 500] for at in range(0, len(ordered), 500))
    return [
        row
        for part in slices
        for row in Article.objects.filter(**{lookup: part}, **more).values_list(*columns)
    ]


def _guid(item: Item) -> str:
    return short_guid(item.guid or canonical(item.url) or f"text:{fingerprint(item.title + item.text)}")


def _is_full(item: Item, source: Source) -> bool:
    return not source.fetch_pages or not canonical(item.url) or len(item.text) >= FULL_TEXT


def _edited(item: Item, before: tuple[str, bool], source: Source) -> bool:
    """Whether the feed holds another text of an article of this source; pages are looked at by schedule."""
    text, ours = before
    return (
        ours and text != "" and _is_full(item, source) and bool(item.text) and fingerprint(item.text) != text
    )


def _full(item: Item, source: Source, beside: bool) -> int | None:
    if not item.text:
        return None  # a title alone says nothing that could be quoted
    on, note = published(item)
    result = store(
        Document(
            guid=_guid(item), title=item.title or item.text.split("\n", 1)[0][:500], text=item.text,
            published_on=on, published_at=item.published if not note else None, date_note=note,
            url=item.url if canonical(item.url) else "", canonical_url=canonical(item.url),
            author=item.author, language=item.language or source.language, content_type="text/plain",
        ),
        source,
        beside=beside,
    )  # fmt: skip
    return result.article_id if result.waits and result.change != "known" else None


def _announce(item: Item, source: Source) -> int | None:
    """Make the row of an article whose page is yet to be fetched; None if another worker was first."""
    on, note = published(item)
    try:
        with transaction.atomic():
            article = Article.objects.create(
                source=source, guid=_guid(item), url=item.url, canonical_url=canonical(item.url),
                title=item.title or item.url[:500], author=item.author, language=item.language,
                published_on=on, published_at=item.published if not note else None, date_note=note,
                recorded_at=clock.now(),
            )  # fmt: skip
    except IntegrityError:
        return None
    return article.pk


def published(item: Item) -> tuple[date, str]:
    """Return (day, note): the item's own day, or today where it gives none or one that lies ahead."""
    now = clock.now()
    stated: datetime | None = item.published or item.updated
    if stated is None:
        return now.date(), "the feed gives no date: the day it was first seen"
    if stated > now + AHEAD:
        return now.date(), f"the feed says {stated:%Y-%m-%d}, which lay ahead: the day it was first seen"
    return stated.date(), ""
