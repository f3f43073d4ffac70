"""Reading one article: claim it, let the extractor read it, write what it found in one transaction."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, transaction

from actors import snapshot
from positions import schema
from positions.extraction.types import ArticleText, Extractor, Reading
from positions.ingestion import clock
from positions.ingestion.documents import Document, Unusable
from positions.ingestion.duplicates import cluster
from positions.ingestion.events import write_events
from positions.ingestion.fetch import FetchError
from positions.ingestion.gate import language_of
from positions.ingestion.hosts import Later
from positions.ingestion.pagefetch import fetch_text
from positions.ingestion.queue import FETCH_ATTEMPTS, Claim, claim, fail, finish, held, postpone
from positions.ingestion.store import too_long
from positions.ingestion.writing import Changes, write
from positions.models import Article, ArticleVersion, StoredParse

SCHEMA_PAUSE = timedelta(minutes=1)

log = logging.getLogger(__name__)

Result = Literal["read", "set_aside", "failed", "not_due", "lost"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt. `not_due`: nothing to do; `lost`: another worker took over meanwhile."""

    result: Result
    reason: str = ""
    changes: Changes | None = None


class Unreadable(ValueError):
    """The article cannot be read however often it is tried; the message says why, for a person."""


def _rules() -> Extractor:
    from positions.extraction.reader import RulesExtractor  # loads the parser: only where articles are read

    return RulesExtractor(model=settings.SPACY_MODEL)


def _hybrid() -> Extractor:
    from positions.extraction.hybrid import HybridExtractor  # imports the parser and the learned reader

    return HybridExtractor(model=settings.SPACY_MODEL)


def _language_model() -> Extractor:
    from positions.language_model import Endpoint, LanguageModelExtractor  # only where it is asked for

    endpoint: dict[str, Any] = settings.EXTRACTOR_LLM
    if not (endpoint["url"] and endpoint["model"]):
        raise ImproperlyConfigured("EXTRACTOR=llm needs EXTRACTOR_LLM_URL and EXTRACTOR_LLM_MODEL")
    return LanguageModelExtractor(Endpoint(**endpoint), cap=settings.EXTRACTOR_LLM_CONFIDENCE)


EXTRACTORS: dict[str, Callable[[], Extractor]] = {"rules": _rules, "hybrid": _hybrid, "llm": _language_model}


@cache
def extractor(name: str = "") -> Extractor:
    """Return the extractor by name, by default the configured one; loaded once per process.

    Other packages add theirs as an entry point of the group `opendoor.extractors`.
    """
    name = name or settings.EXTRACTOR
    if name in EXTRACTORS:
        return EXTRACTORS[name]()
    for entry in entry_points(group="opendoor.extractors", name=name):
        return entry.load()()
    raise ImproperlyConfigured(f"EXTRACTOR must be one of {', '.join(EXTRACTORS)} or a plug-in, not {name!r}")


class NotReady(RuntimeError):
    """No article can be read by this installation; the message says what it lacks."""


def ready_extractor() -> Extractor:
    """Return the configured extractor. Raises NotReady where it, or the model it names, cannot be loaded."""
    try:
        found = extractor()
    except (ImproperlyConfigured, ImportError, OSError) as error:
        raise NotReady(f"The reader {settings.EXTRACTOR!r} cannot be loaded: {error}") from None
    model = getattr(found, "model", "")
    if model and not _installed(model):
        raise NotReady(
            f"The model {model!r} is not installed: install it, or set SPACY_MODEL to one that is."
        )
    return found


def _installed(model: str) -> bool:
    if model not in _seen and (Path(model).exists() or find_spec(model) is not None):
        _seen.add(model)
    return model in _seen


_seen: set[str] = set()  # looking takes as long as claiming an article


def read_article(article_id: int) -> Outcome:
    """Read an article if it is due. Any number of workers may be asked for the same one: one reads it.

    A failure is recorded on the row and returned, never raised, except where the database itself fails:
    then the lease runs out and the article is read again. Where no article could be read, none is
    tried: they wait, the reason on their rows.
    """
    try:
        ready_extractor()
    except NotReady as error:
        log.error("%s", error)
        waiting = Article.objects.filter(pk=article_id, state=Article.State.QUEUED)
        waiting.exclude(error=str(error)).update(error=str(error))
        return Outcome("failed", str(error))
    mine = claim(article_id)
    if mine is None:
        return Outcome("not_due")
    try:
        return _read(mine)
    except Unreadable as error:
        fail(mine, str(error), final=True)
        return Outcome("failed", str(error))
    except FetchError as error:
        fail(mine, str(error), most=FETCH_ATTEMPTS)
        return Outcome("failed", str(error))
    except DatabaseError:
        _give_back(mine)
        raise
    except Exception as error:  # whatever an extractor does, the next article must be read
        reason = _reason(error)
        state = fail(mine, reason)
        log.warning("article=%s attempt=%s state=%s %s", article_id, mine.attempt, state, reason)
        return Outcome("failed", reason)


def _give_back(mine: Claim) -> None:
    """Where the database has another release's schema, no attempt is spent: articles wait and say why."""
    try:
        if found := schema.problem():
            postpone(mine, clock.now() + SCHEMA_PAUSE, found)
    except DatabaseError:
        log.warning("article=%s the database fails; the lease runs out", mine.article_id)


def _reason(error: Exception) -> str:
    """Return what went wrong and where, in one line that a row can carry."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{'/'.join(Path(frame.filename).parts[-2:])}:{frame.lineno}"
    return f"{type(error).__name__}: {error} ({place})" if str(error) else f"{type(error).__name__} ({place})"


def _read(mine: Claim) -> Outcome:
    article = Article.objects.get(pk=mine.article_id)
    version = article.version
    if version is None:
        return _fetch_and_read(mine, article)
    if len(version.text) > settings.MAX_ARTICLE_CHARS:
        raise Unreadable(too_long(version.text))
    reading = extractor().read(article_text(article, version), snapshot.resolver())
    return _write(mine, reading, version)


def _fetch_and_read(mine: Claim, article: Article) -> Outcome:
    """Get the text that a feed only announced, then read it."""
    if not article.url:
        raise Unreadable("There is no text: mend the file and ingest it again.")
    try:
        stored = fetch_text(article)
    except Later as error:
        postpone(mine, error.at)
        return Outcome("not_due", str(error))
    except Unusable as error:
        raise Unreadable(str(error)) from None
    if stored.article_id != article.pk:
        reason = f"The same page as article {stored.article_id}."
        held(mine).update(duplicate_of=stored.article_id)
        finish(mine, state=Article.State.SET_ASIDE, set_aside=reason)
        return Outcome("set_aside", reason)
    again = claim(article.pk)  # storing a text voids every claim
    if again is None:
        article.refresh_from_db()
        return Outcome("set_aside" if article.set_aside else "not_due", article.set_aside)
    return _read(again)


@dataclass(frozen=True, slots=True)
class KeptParse:
    """The place of one text's parse in the database."""

    version: ArticleVersion

    def load(self) -> bytes | None:
        row = StoredParse.objects.filter(version=self.version).first()
        return bytes(row.data) if row is not None else None

    def save(self, data: bytes) -> None:
        StoredParse.objects.update_or_create(version=self.version, defaults={"data": data})


def article_text(article: Article, version: ArticleVersion) -> ArticleText:
    return ArticleText(
        id=article.guid,
        text=version.text,
        published=article.published_on,
        title=version.title,
        language=article.language or "en",
        parses=KeptParse(version) if settings.STORE_PARSES else None,
    )


def document_text(document: Document) -> ArticleText:
    """Return a document as the reader sees it, for reading without a database."""
    return ArticleText(
        id=document.guid,
        text=document.text,
        published=document.published_on,
        title=document.title,
        language=language_of(document.text, document.language) or "en",
    )


def _newest(article: Article) -> int | None:
    return article.versions.order_by("-number").values_list("pk", flat=True).first()


@transaction.atomic
def _write(mine: Claim, reading: Reading, version: ArticleVersion) -> Outcome:
    article = held(mine).select_for_update(no_key=True).first()
    if article is None or _newest(article) != version.pk:
        return Outcome("lost")
    now = clock.now()
    changes = write(reading, article, version, now=now)
    write_events(reading, version, now)
    cluster(article, version)
    if reading.set_aside and not reading.stances:
        finish(mine, state=Article.State.SET_ASIDE, set_aside=reading.set_aside)
        return Outcome("set_aside", reading.set_aside, changes)
    finish(mine, state=Article.State.DONE)
    return Outcome("read", changes=changes)
