"""What every way in produces: a `Document`, or a `BadDocument` that says what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

_SURROGATES = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DAY = re.compile(r"^\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Document:
    """One article as it came in, its text clean and final: offsets count its characters.

    `guid` is the sender's own name for it ("" if none: the canonical URL or the text identify it).
    `published_on` is the day on the source's page; `published_at` the moment in UTC where known;
    `date_note` says why the date is not the source's own. `raw` are the bytes as received.
    `origin` names the file it came from, so that a row which said that the file was bad can become its row;
    `where` says for a person where it lies.
    """

    title: str
    text: str
    published_on: date
    guid: str = ""
    url: str = ""
    canonical_url: str = ""
    author: str = ""
    language: str = ""
    published_at: datetime | None = None
    date_note: str = ""
    links: tuple[str, ...] = ()
    raw: bytes | None = field(default=None, repr=False)
    content_type: str = ""
    origin: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class BadDocument:
    """What could not become a document: where it stands (file, or file:line) and why, for a person.

    `guid` is "" where not even a name could be read; then no row is made and it is only reported.
    """

    where: str
    reason: str
    guid: str = ""
    title: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"


class Unusable(ValueError):
    """The input cannot become a document; the message is the reason, in words for a person."""


def clean(text: str) -> str:
    """Return the text as it is stored: LF line ends, no NUL or lone surrogates, one final newline.

    NUL and surrogates are the characters that PostgreSQL refuses and SQLite takes; without them both hold
    the same text. Everything else, right-to-left marks too, stays as it was.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    text = _SURROGATES.sub("", text).strip()
    return f"{text}\n" if text else ""


def one_line(text: str, limit: int) -> str:
    """Return the text on one line, cut with an ellipsis so that it has at most `limit` characters."""
    text = _SPACES.sub(" ", clean(text)).strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def decode(raw: bytes) -> str:
    """Return bytes as text: UTF-8 or, marked by its byte order mark, UTF-16. Raises Unusable otherwise.

    Nothing is guessed: a text in a wrong encoding has wrong letters in every name, for ever.
    """
    encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), "utf-8")
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unusable(
            f"not {encoding.removesuffix('-sig').upper()}: byte {error.start} cannot be decoded; "
            "save it as UTF-8"
        ) from None


def day(value: object) -> date:
    """Return a date from a date, a datetime or text starting YYYY-MM-DD. Raises Unusable."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value or "").strip()
    if not text:
        raise Unusable("no publication date")
    try:
        return date.fromisoformat(text[:10]) if _DAY.match(text) else _not_a_day(text)
    except ValueError:
        return _not_a_day(text)


def _not_a_day(text: str) -> date:
    raise Unusable(f"publication date {text[:40]!r} is not a day of the form YYYY-MM-DD")


def strings(values: object) -> tuple[str, ...]:
    """Return a list of addresses as strings, whatever a front matter held in its place."""
    if isinstance(values, str):
        return (values,)
    if isinstance(values, Iterable):
        return tuple(one_line(str(value), 2000) for value in values if value)
    return ()
