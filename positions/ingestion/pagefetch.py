"""An article's page over the network: first for its text, then after an hour, a day and a week for edits."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from positions.ingestion import clock
from positions.ingestion.documents import Document, Unusable
from positions.ingestion.fetch import Fetched, FetchError, fetch
from positions.ingestion.hosts import Forbidden, Later, check_robots, leave_alone, turn
from positions.ingestion.pages import page_document
from positions.ingestion.store import StoreResult, store
from positions.models import Article, Source

LOOK_AGAIN = (timedelta(hours=1), timedelta(days=1), timedelta(days=7))
RETRY = timedelta(hours=1)
GIVEN_UP = 2 * LOOK_AGAIN[-1]  # an article so old is not looked at again for a look that failed
GONE = (404, 410)
TEXTS = ("text/html", "application/xhtml+xml", "text/plain", "")


def fetch_text(article: Article) -> StoreResult:
    """Fetch the page of an article and store its text.

    Raises Unusable (nothing to be had there, however often), FetchError (try again) or Later.
    """
    answer = _get(article.url)
    if answer.status in GONE:
        raise Unusable(f"the page is gone (HTTP {answer.status})")
    _check(article.url, answer)
    document = _document(article, answer)
    _schedule(article)
    twin = _same_page(article, document)
    if twin is not None:
        return StoreResult(twin.pk, "known", twin.state)
    return store(document, article.source)


def _same_page(article: Article, document: Document) -> Article | None:
    """Return the article that has this page already, under another address that led here."""
    others = Article.objects.filter(canonical_url=document.canonical_url).exclude(pk=article.pk)
    return others.exclude(fingerprint="").order_by("pk").first() if document.canonical_url else None


def look_again(article_id: int) -> str:
    """Look for edits of an article whose time has come; return in a word what was found.

    A changed text becomes a new version that waits to be read. A page that is gone marks the article
    as withdrawn and takes nothing away. A look that fails, or whose turn has not come, is taken later.
    """
    due = Article.objects.filter(pk=article_id, next_fetch_at__lte=clock.now())
    article = due.select_related("source").first()
    if article is None or not _schedule(article):
        return "not due"
    try:
        answer = _get(article.url)
        if answer.status in GONE:
            Article.objects.filter(pk=article_id, withdrawn_at__isnull=True).update(withdrawn_at=clock.now())
            return "withdrawn"
        _check(article.url, answer)
        change = store(_document(article, answer), article.source).change
    except Later as error:
        _put_off(article, error.at)
        return str(error)
    except FetchError as error:
        now = clock.now()
        if article.recorded_at > now - GIVEN_UP:
            _put_off(article, now + (error.wait or RETRY))
        return str(error)
    except Unusable as error:
        return str(error)
    Article.objects.filter(pk=article_id).update(withdrawn_at=None)
    return change


def _put_off(article: Article, until: datetime) -> None:
    """Take back that this look was taken; unless another was scheduled meanwhile."""
    mine = Article.objects.filter(pk=article.pk, fetches=article.fetches + 1)
    mine.update(fetches=article.fetches, next_fetch_at=until)


def due_ids(limit: int = 200) -> list[int]:
    """Return the ids of articles whose pages are to be looked at again."""
    due = Article.objects.filter(next_fetch_at__lte=clock.now()).order_by("next_fetch_at")
    return list(due.values_list("pk", flat=True)[:limit])


def _get(url: str) -> Fetched:
    with turn(url):
        try:
            check_robots(url)
        except Forbidden as error:
            raise Unusable(str(error)) from None
        return fetch(url)


def _check(asked: str, answer: Fetched) -> None:
    """Raise FetchError for what may be better another time, Unusable for what will not."""
    if answer.status in (429, 503):
        wait = answer.retry_after(clock.now()) or timedelta(minutes=5)
        for url in {asked, answer.url}:  # where a redirect led to another host, both
            leave_alone(url, wait)
        raise FetchError("status", f"the site asks to be left alone (HTTP {answer.status})", wait)
    if answer.status >= 500:
        raise FetchError("status", f"the site fails (HTTP {answer.status})")
    if answer.status >= 400:
        raise Unusable(f"the site refuses us the page (HTTP {answer.status})")
    if answer.content_type not in TEXTS:
        raise Unusable(f"not a page but {answer.content_type}")


def _document(article: Article, answer: Fetched) -> Document:
    page = page_document(
        answer.body, guid=article.guid, url=answer.url, published_on=article.published_on,
        content_type=answer.content_type,
    )  # fmt: skip
    return replace(
        page,
        # The feed's date and title are the publisher's own; a page's are often those of its template.
        title=article.title if article.title and article.title != article.url else page.title,
        published_on=article.published_on,
        published_at=article.published_at,
        date_note=article.date_note,
        where=answer.url,
    )


def _schedule(article: Article) -> bool:
    """Set the next look; False if another worker did so first."""
    done = article.fetches
    wait = LOOK_AGAIN[done] if done < len(LOOK_AGAIN) else None
    same = Article.objects.filter(pk=article.pk, fetches=done)
    return bool(same.update(fetches=done + 1, next_fetch_at=clock.now() + wait if wait else None))


def single_page(source: Source, answer: Fetched) -> StoreResult:
    """Store what a source that is one page says now; every edit becomes a version."""
    _check(source.url, answer)
    now = clock.now()
    page = page_document(answer.body, guid=source.url, url=answer.url, published_on=now.date())
    return store(replace(page, where=answer.url), source)
