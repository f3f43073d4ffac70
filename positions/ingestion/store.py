"""A document becomes an article or a new version of one. Running it again changes nothing."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max, Q

from positions.ingestion import clock
from positions.ingestion.documents import BadDocument, Document, one_line
from positions.ingestion.gate import language_of, why_set_aside
from positions.ingestion.identity import canonical, fingerprint, resemblance, sha256, short_guid, tells
from positions.models import Article, ArticleVersion, Source

Change = Literal["new", "known", "changed"]
# With one guid and two addresses, texts that share less than this are two articles.
SAME_ARTICLE = 0.3
# An article with so many versions gets one a day at most: some pages change whenever they are asked.
MANY_VERSIONS = 10
PACE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StoreResult:
    """What a document turned out to be. `state` is the article's afterwards."""

    article_id: int
    change: Change
    state: str

    @property
    def waits(self) -> bool:
        """Whether the article now waits to be read."""
        return self.state == Article.State.QUEUED


def store(document: Document, source: Source, *, beside: bool = False) -> StoreResult:
    """Store a document and say whether it is new, known or changed.

    A known article's text, guid and date are never overwritten; a text that differs in its words is
    a new version and the article waits to be read again; so is an earlier text that has come back, unless
    it stands `beside` the newest. Two writers with the same document at once make one article.
    """
    try:
        return _store(document, source, beside)
    except IntegrityError:  # another writer was first: now it is known
        return _store(document, source, beside)


@transaction.atomic
def _store(document: Document, source: Source, beside: bool) -> StoreResult:
    article = find(document, source)
    if article is None:
        article = _new_article(document, source)
        change: Change = "new"
    elif not article.fingerprint:
        _take_over(article, document)
        change = "new"
    elif _has_text(article, document, beside) or _changes_too_often(article):
        return StoreResult(article.pk, "known", article.state)
    else:
        change = "changed"
    _new_version(article, document)
    _enqueue(article, document)
    return StoreResult(article.pk, change, article.state)


def find(document: Document, source: Source) -> Article | None:
    """Return the article a document belongs to: by guid, canonical address, then text; else None."""
    articles = Article.objects.select_for_update()
    own = articles.filter(source=source)
    guids = [guid for guid in (document.guid, document.origin) if guid]
    for article in sorted(own.filter(guid__in=guids), key=lambda a: guids.index(a.guid)):
        if _same(article, document):
            return article
    if document.canonical_url:
        found = articles.filter(canonical_url=document.canonical_url).order_by("pk").first()
        if found is not None:
            return found
    if tells(document.text):
        return own.filter(fingerprint=fingerprint(document.text)).order_by("pk").first()
    return None


def _same(article: Article, document: Document) -> bool:
    """Some feeds give every item one guid: then address and text must not contradict it."""
    if article.guid == document.origin != document.guid:
        return not article.fingerprint  # a row that only said that this file was bad
    addresses = {article.canonical_url, document.canonical_url} - {""}
    version = article.version
    if len(addresses) < 2 or version is None:
        return True
    return resemblance(version.text, document.text) >= SAME_ARTICLE


def _has_text(article: Article, document: Document, beside: bool) -> bool:
    """Whether the article's newest text is this one, up to layout, or an earlier one that did not come back.

    What was fetched came back; a file's text only where this very file was the newest: files with one id
    and two texts are no news each time that their folder is read.
    """
    if article.fingerprint == fingerprint(document.text):
        return True
    newest = article.version
    same_place = newest is not None and newest.origin == document.origin
    fetched = article.source.kind != Source.Kind.FILE
    if same_place and not beside and (document.origin or fetched):
        return False
    return article.versions.filter(sha256=sha256(document.text)).exists()


def _changes_too_often(article: Article) -> bool:
    times = article.versions.order_by("-number").values_list("fetched_at", flat=True)[:MANY_VERSIONS]
    return len(times) == MANY_VERSIONS and clock.now() - times[0] < PACE


def _new_article(document: Document, source: Source) -> Article:
    recorded_at, backfilled = _recorded(document, source)
    guid = document.guid or short_guid(document.canonical_url) or f"text:{fingerprint(document.text)}"
    if Article.objects.filter(source=source, guid=guid).exists():  # one guid for several articles
        guid = short_guid(f"{guid}#{sha256(document.canonical_url or document.text)[:16]}")
    return Article.objects.create(
        source=source,
        guid=guid,
        published_on=document.published_on,
        published_at=document.published_at,
        date_note=document.date_note,
        title=document.title,
        recorded_at=recorded_at,
        backfilled=backfilled,
    )


def _take_over(article: Article, document: Document) -> None:
    """Turn the row that said that a file was bad into the row of its article."""
    article.guid = document.guid or article.guid
    article.published_on, article.published_at = document.published_on, document.published_at
    article.date_note = document.date_note
    if article.source.kind == Source.Kind.FILE:
        article.recorded_at, article.backfilled = _recorded(document, article.source)


def _recorded(document: Document, source: Source) -> tuple[datetime, bool]:
    """An archive counts as recorded when it was published; what comes as news, when it came."""
    now = clock.now()
    published = document.published_at or datetime.combine(document.published_on, time(), UTC)
    if source.kind == Source.Kind.FILE and published.date() < now.date():
        return published, True
    return now, False


def _new_version(article: Article, document: Document) -> None:
    newest = article.versions.aggregate(number=Max("number"))["number"] or 0
    ArticleVersion.objects.create(
        article=article,
        number=newest + 1,
        title=document.title,
        text=document.text,
        sha256=sha256(document.text),
        raw=zlib.compress(document.raw) if document.raw is not None else None,
        content_type=document.content_type[:100],
        origin=document.origin,
    )


def _enqueue(article: Article, document: Document) -> None:
    """Take over what the newest document says and decide whether it waits to be read."""
    _describe(article, document)
    article.attempts, article.next_attempt_at, article.lease_until = 0, None, None
    article.error, article.set_aside = "", ""
    reason = why_set_aside(document.title, document.text, article.language)
    if len(document.text) > settings.MAX_ARTICLE_CHARS:
        article.state = Article.State.FAILED
        article.error = too_long(document.text)
    elif reason:
        article.state, article.set_aside = Article.State.SET_ASIDE, reason
    else:
        article.state = Article.State.QUEUED
    article.save()


def _describe(article: Article, document: Document) -> None:
    article.title = document.title
    article.url = document.url or article.url
    article.canonical_url = document.canonical_url or canonical(article.url)
    article.author = document.author or article.author
    article.language = language_of(document.text, document.language)
    article.links = list(document.links) or article.links
    article.fingerprint = fingerprint(document.text)


def too_long(text: str) -> str:
    return (
        f"The text has {len(text):,} characters, more than MAX_ARTICLE_CHARS = "
        f"{settings.MAX_ARTICLE_CHARS:,}. Split it, or raise the setting and retry."
    )


def store_bad(bad: BadDocument, source: Source) -> int | None:
    """Keep what could not become a document as a failed row, found again by its guid; return its id.

    An article that has a text keeps it and its state: a file that went bad takes nothing away.
    Without a guid there is nothing to find it by, and no row is made.
    """
    if not bad.guid:
        return None
    now = clock.now()
    article, made = Article.objects.get_or_create(
        source=source,
        guid=bad.guid,
        defaults={
            "title": one_line(bad.title or bad.guid, 500),
            "published_on": now.date(),
            "date_note": "the day it was imported: nothing else is known yet",
            "recorded_at": now,
            "state": Article.State.FAILED,
            "error": str(bad),
        },
    )
    if not made:
        Article.objects.filter(Q(fingerprint=""), pk=article.pk).update(error=str(bad))
    return article.pk
