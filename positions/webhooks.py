"""Posting to a reader's own server, with the same care as fetching: public addresses, bounded in time."""

from __future__ import annotations

import requests
from django.conf import settings
from requests_hardened.ip_filter import InvalidIPAddress

from positions.ingestion.addresses import Refused, check_url
from positions.ingestion.fetch import user_agent
from positions.ingestion.transport import cut_after, session

SECONDS = 10.0


class Refusal(Exception):
    """The receiver did not take the message; the text says what it answered."""


def post(url: str, body: bytes, headers: dict[str, str]) -> None:
    """Post `body`; any answer but 2xx raises Refusal. Redirects are not followed."""
    try:
        status = _status(url, body, {"User-Agent": user_agent(), **headers})
    except (requests.RequestException, InvalidIPAddress, Refused, OSError) as error:
        raise Refusal(f"could not be reached: {type(error).__name__}: {error}") from None
    if not requests.codes.ok <= status < requests.codes.multiple_choices:
        raise Refusal(f"the receiver answered {status}")


def _status(url: str, body: bytes, headers: dict[str, str]) -> int:
    loopback = bool(getattr(settings, "FETCH_ALLOW_LOOPBACK", False))
    check_url(url, loopback=loopback)
    with (
        cut_after(SECONDS),
        session(loopback=loopback) as web,
        web.post(
            url, data=body, headers=headers, timeout=SECONDS, allow_redirects=False, stream=True
        ) as answer,
    ):
        return int(answer.status_code)
