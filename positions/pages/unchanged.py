"""Pages that are as the reader has them: answered before sessions, policies and addresses are looked at."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import get_language_from_request, override

from config.outage import start
from positions.pages import record
from positions.pages.answer import stamped


class Middleware:
    """Answers 304 where the reader's ETag is that of the address by the record of now.

    An ETag holds all that a page depends on, its own address among them: who has the one that this request
    would be given has the page. Everything else goes on, and so does what also shows the state of the work.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return _unchanged(request) or self.get_response(request)


def _unchanged(request: HttpRequest) -> HttpResponse | None:
    had = request.META.get("HTTP_IF_NONE_MATCH", "")
    if not had.startswith(record.TAG) or request.method not in ("GET", "HEAD"):
        return None
    if request.path_info.startswith("/api/") or start.waits_for():  # they say more than that nothing changed
        return None
    try:
        whole = record.version().whole
    except (DatabaseError, InterfaceError):
        return None
    with override(get_language_from_request(request)):
        if had != record.tag_of(request, whole):
            return None
    response = HttpResponse(status=304)
    del response["Content-Type"]
    stamped(response, had)
    response["Vary"] += ", Accept-Language"
    return response
