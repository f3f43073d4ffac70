"""A web page's bytes to a `Document`: main text, title, author, date and canonical address. No network."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

from positions.ingestion.documents import Document, Unusable, clean, day, one_line
from positions.ingestion.identity import canonical

_LANG = re.compile(rb"<html[^>]*\blang\s*=\s*[\"']?([A-Za-z]{2})", re.IGNORECASE)


@cache
def _extractor() -> Callable[..., Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own downloader, which we never use
        import trafilatura  # half a second of parsers: only where pages are read

    # They log each page that they find nothing in; the reason stands on the row already.
    for name in ("trafilatura", "htmldate"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return trafilatura.bare_extraction


def page_document(
    raw: bytes,
    *,
    guid: str = "",
    url: str = "",
    published_on: date | None = None,
    content_type: str = "text/html",
) -> Document:
    """Return the article on a page. `published_on` is used where the page gives no date of its own.

    Raises Unusable where the page has no main text or no date.
    """
    found = _extract(raw, url, extensive=False)
    text = clean(found.text or "") if found else ""
    if found is None or not text:
        raise Unusable("empty body: no main text found on the page")
    on, note = _date(raw, url, found.date, published_on)
    language = _LANG.search(raw[:20_000])
    return Document(
        title=one_line(found.title or _first_line(text), 500),
        text=text,
        published_on=on,
        date_note=note,
        guid=guid,
        url=url,
        canonical_url=canonical(_own_address(found.url, url)),
        author=one_line(found.author or "", 300),
        language=language.group(1).decode().lower() if language else "",
        raw=raw,
        content_type=content_type,
    )


def _extract(raw: bytes, url: str, *, extensive: bool) -> Any:
    try:
        return _extractor()(
            raw,
            url=url or None,
            favor_precision=True,
            include_comments=False,
            include_tables=False,
            with_metadata=True,
            date_extraction_params={"original_date": True, "extensive_search": extensive},
        )
    except (ValueError, LookupError, RecursionError) as error:
        raise Unusable(f"the page cannot be parsed: {error}") from None


def _date(raw: bytes, url: str, stated: str | None, fallback: date | None) -> tuple[date, str]:
    if stated:
        return day(stated), ""
    if fallback is not None:
        return fallback, "the page states no date"
    guessed = _extract(raw, url, extensive=True)
    if guessed is not None and guessed.date:
        return day(guessed.date), "guessed from the page: no stated date"
    raise Unusable("no publication date on the page")


def _own_address(stated: str | None, fetched: str) -> str:
    """Return the canonical link where it points into the same site, else the fetched address.

    A page cannot claim to be another site's article: that would hide it behind the other's row.
    """
    if stated and (not fetched or _host(stated) == _host(fetched)):
        return stated
    return fetched


def _host(url: str) -> str:
    return canonical(url).removeprefix("https://").split("/")[0]


def _first_line(text: str) -> str:
    return text.split("\n", 1)[0]
