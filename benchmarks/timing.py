"""Ask pages the way a server does, without the socket, and compare two things in one run."""

from __future__ import annotations

import gc
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from math import ceil
from time import perf_counter
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.http.response import HttpResponseBase
from django.test import RequestFactory

Call = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@cache
def _handler() -> WSGIHandler:
    return WSGIHandler()


def get(address: str, **headers: str) -> Answer:
    """Return the site's answer; keywords are headers, e.g. if_none_match='"…"'."""
    where, _, query = address.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": where,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": BytesIO(),
        **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
    }
    began: dict[str, Any] = {}

    def start_response(status: str, sent: list[tuple[str, str]]) -> None:
        began.update(status=int(status[:3]), headers={name.lower(): value for name, value in sent})

    answer = _handler()(environ, start_response)
    body = b"".join(answer)
    answer.close()
    return Answer(began["status"], began["headers"], body)


def inside(address: str) -> HttpResponseBase:
    """Return the site's answer without the end of a request, which would close an open transaction."""
    request = RequestFactory().get(address)
    return _handler().get_response(request)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A call and what is done, untimed, before each."""

    call: Call
    before: Call

    def __call__(self) -> object:
        return self.call()


@dataclass(frozen=True, slots=True)
class Compared:
    """Milliseconds (95th percentile, median over the rounds) and the median ratio of the rounds."""

    ours: float
    floor: float
    ratio: float


def nothing() -> None:
    pass


def compare(
    ours: Call,
    floor: Call,
    *,
    rounds: int,
    calls: int,
    before_ours: Call = nothing,
    before_floor: Call = nothing,
) -> Compared:
    """Run A B A B …; `before_…` is run before each block, untimed, and each block warms up with one call."""
    pairs = []
    for _ in range(rounds):
        before_ours()
        first = _p95(ours, calls)
        before_floor()
        pairs.append((first, _p95(floor, calls)))
    return Compared(
        ours=statistics.median(a for a, _ in pairs),
        floor=statistics.median(b for _, b in pairs),
        ratio=statistics.median(a / b for a, b in pairs),
    )


def _p95(call: Call, calls: int) -> float:
    call()
    before = call.before if isinstance(call, Prepared) else nothing
    gc.collect()
    gc.disable()
    try:
        return percentile([_seconds(call, before) for _ in range(calls)], 0.95) * 1_000
    finally:
        gc.enable()


def _seconds(call: Call, before: Call) -> float:
    before()
    began = perf_counter()
    call()
    return perf_counter() - began


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]
