"""Addresses of what pages link by the hundred: as `reverse` says, asked once for each kind of page."""

from __future__ import annotations

from functools import lru_cache

from django.urls import get_script_prefix, reverse

_MARK = "0"


def statement(pk: int) -> str:
    return _place("statement", str(pk))


def article(pk: int) -> str:
    return _place("article", str(pk))


def event(pk: int) -> str:
    return _place("event", str(pk))


def actor(slug: str, topic: str = "") -> str:
    place = _place("actor", slug)
    return f"{place}?topic={topic}" if topic else place


def _place(name: str, part: str) -> str:
    before, after = _around(name, get_script_prefix())
    return f"{before}{part}{after}"


@lru_cache(maxsize=64)
def _around(name: str, _prefix: str) -> tuple[str, str]:
    before, _, after = reverse(name, args=[_MARK]).rpartition(_MARK)
    return before, after
