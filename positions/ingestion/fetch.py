"""The one way to the network: `fetch` a public address, within limits of time, bytes and redirects."""

from __future__ import annotations

import email.utils
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import urljoin

import requests
from django.conf import settings
from requests_hardened.ip_filter import InvalidIPAddress
from urllib3.exceptions import HTTPError

from positions.ingestion.addresses import Refused, check_url
from positions.ingestion.transport import cut_after, session

DEADLINE = 30.0  # seconds, for everything: names, redirects, headers, body
CONNECT, READ = 5.0, 10.0
MAX_BYTES = 10_000_000  # on the wire, and again when inflated
MAX_REDIRECTS = 5
CHUNK = 65_536
RETRY_AFTER = timedelta(minutes=1), timedelta(hours=24)
REDIRECTS = {301, 302, 303, 307, 308}
PERMANENT = {301, 308}
ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml, "
    "text/html;q=0.9, */*;q=0.5"
)

Why = Literal["refused", "network", "timeout", "too_big", "redirects", "encoding", "status"]


class FetchError(Exception):
    """Nothing usable came back; the message says why, for a person. `wait`: how long the server asks for."""

    def __init__(self, why: Why, message: str, wait: timedelta | None = None) -> None:
        super().__init__(message)
        self.why = why
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer. `url` is where it came from in the end, `moved_to` the address to ask from now on ("" if
    the same): set only where every redirect on the way there was permanent. `body` is inflated."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    moved_to: str = ""

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    def retry_after(self, now: datetime) -> timedelta | None:
        """Return how long the server asks to be left alone, a minute to a day; None if it does not."""
        return parse_retry_after(self.headers.get("retry-after", ""), now)


def user_agent() -> str:
    """Return an honest name with an address at which a site's operator finds us."""
    return f"OpenDoor/0.1 (+{settings.SITE_URL}/methodology/; news reader for a public record)"


def fetch(url: str, *, etag: str = "", last_modified: str = "", deadline: float = DEADLINE) -> Fetched:
    """Return what a public address answers, whatever its status.

    Every hop is checked, resolved once and connected to at the checked address. Raises FetchError for
    what is refused or fails. With `etag` or `last_modified` an unchanged answer is status 304.
    """
    headers = {"User-Agent": user_agent(), "Accept": ACCEPT, "Accept-Encoding": "gzip"}
    headers |= {"If-None-Match": etag} if etag else {}
    headers |= {"If-Modified-Since": last_modified} if last_modified else {}
    with cut_after(deadline) as cutter:
        try:
            found = _follow(url, headers)
        except (requests.RequestException, HTTPError, OSError, Refused) as error:
            if not cutter.over:
                raise _explained(error) from None
        if cutter.over:  # what was cut off may look like an answer that ended
            raise FetchError("timeout", f"took longer than {deadline:g} seconds")
        return found


def _follow(url: str, headers: dict[str, str]) -> Fetched:
    loopback = settings.FETCH_ALLOW_LOOPBACK
    permanent, asked = True, url
    with session(loopback=loopback) as web:
        for _ in range(MAX_REDIRECTS + 1):
            check_url(url, loopback=loopback)
            with web.get(
                url, headers=headers, stream=True, allow_redirects=False, timeout=(CONNECT, READ)
            ) as answer:
                target = answer.headers.get("location", "")
                if answer.status_code not in REDIRECTS or not target:
                    moved = url if permanent and url != asked else ""
                    return _answer(answer, url, moved)
            permanent = permanent and answer.status_code in PERMANENT
            url = urljoin(url, _as_sent(target))
    raise FetchError("redirects", f"redirected more than {MAX_REDIRECTS} times")


def _as_sent(location: str) -> str:
    """Return a Location header as text: its bytes are Latin-1 to HTTP, but UTF-8 to those who write it."""
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location


def _answer(answer: requests.Response, url: str, moved_to: str) -> Fetched:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Fetched(url, answer.status_code, headers, _body(answer), moved_to)


def _body(answer: requests.Response) -> bytes:
    encoding = answer.headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise FetchError("encoding", f"sent as {encoding!r}, though only gzip was asked for")
    wire = _wire(answer)
    return _inflated(wire) if encoding.endswith("gzip") else b"".join(wire)


def _wire(answer: requests.Response) -> Iterator[bytes]:
    """Yield the bytes as they come, up to the cap."""
    size = 0
    for chunk in answer.raw.stream(CHUNK, decode_content=False):
        size += len(chunk)
        if size > MAX_BYTES:
            raise FetchError("too_big", f"larger than {MAX_BYTES // 1_000_000} MB")
        yield chunk


def _inflated(chunks: Iterator[bytes]) -> bytes:
    """Return gzip's content; never holds more than the cap, whatever it would inflate to."""
    inflater = zlib.decompressobj(16 + zlib.MAX_WBITS)
    found = bytearray()
    for chunk in chunks:
        while chunk:
            try:
                found += inflater.decompress(chunk, MAX_BYTES + 1 - len(found))
            except zlib.error:
                raise FetchError("encoding", "sent as gzip, but it is not") from None
            if len(found) > MAX_BYTES:
                raise FetchError("too_big", f"inflates to more than {MAX_BYTES // 1_000_000} MB")
            chunk = inflater.unconsumed_tail or inflater.unused_data
            if inflater.eof:  # gzip may hold several members
                inflater = zlib.decompressobj(16 + zlib.MAX_WBITS)
    return bytes(found)


def _explained(error: Exception) -> FetchError:
    if isinstance(error, InvalidIPAddress):
        return FetchError("refused", f"the name leads to {error}, which is not a public address")
    if isinstance(error, Refused | requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
        return FetchError("refused", str(error))
    if isinstance(error, TimeoutError) and "resolved" in str(error):
        return FetchError("timeout", str(error))
    if isinstance(error, requests.Timeout | TimeoutError):
        return FetchError("timeout", "did not answer in time")
    if isinstance(error, requests.exceptions.SSLError):
        return FetchError("network", "its certificate is not valid")
    if "resolve" in str(error) or "NameResolution" in repr(error):
        return FetchError("network", "its name cannot be resolved")
    return FetchError("network", "the connection failed or broke off")


def parse_retry_after(value: str, now: datetime) -> timedelta | None:
    """Return the wait that a Retry-After header asks for (seconds or a date), clamped; None if none."""
    value = value.strip()
    if not value:
        return None
    try:
        wait = timedelta(seconds=int(value))
    except OverflowError:
        wait = RETRY_AFTER[1]
    except ValueError:
        try:
            when = email.utils.parsedate_to_datetime(value)
        except ValueError:
            return None
        wait = (when if when.tzinfo else when.replace(tzinfo=UTC)) - now
    return min(max(wait, RETRY_AFTER[0]), RETRY_AFTER[1])
