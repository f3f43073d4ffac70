"""While the database is away, or has another release's schema: a plain page that says so and what to do."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, OperationalError, connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from positions import schema

RETRY_SECONDS = 30
LOOK_SECONDS = 1.0  # no more often is the schema looked at while pages wait for it
READ_ONLY = "25006"  # PostgreSQL's code for a write where none is taken
AWAY = gettext_noop("The database does not answer just now.")
WAITS = gettext_noop("The database takes no changes just now; reading goes on.")
HEALTH = {"/healthz", "/readyz"}  # they say themselves how things stand

log = logging.getLogger(__name__)


def trouble(error: BaseException | None) -> str:
    """Say what is wrong with the database where an error comes of it; empty where it is an error of ours."""
    if not isinstance(error, DatabaseError | InterfaceError):
        return ""
    if getattr(error.__cause__, "pgcode", "") == READ_ONLY or "readonly database" in str(error):
        return _(WAITS)
    try:
        if found := schema.problem():
            return found
    except (DatabaseError, InterfaceError):
        return _(AWAY)
    return _(AWAY) if isinstance(error, OperationalError | InterfaceError) else ""


def answer(request: HttpRequest, what: str) -> HttpResponse:
    """Return the page that says what is wrong with the database: 503, and when to try again."""
    headers = {"Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"}
    if request.path.startswith("/api/") or "json" in request.headers.get("Accept", ""):
        return JsonResponse({"detail": what, "retry_after": RETRY_SECONDS}, status=503, headers=headers)
    # Without the request: what every other page shows is asked of the database.
    context = {"what": what, "seconds": RETRY_SECONDS, "here": request.path, "foot": "<p hidden></p>"}
    context["again"] = request.get_full_path()
    page = render_to_string("503.html", context)
    return HttpResponse(page, status=503, headers=headers)


class Middleware:
    """Answers 503 in words for what fails because of the database; everything else stays as it was."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path not in HEALTH and (what := start.waits_for()):
            return answer(request, what)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        what = trouble(error)
        if not what:
            return None
        log.error("503 %s: %s (%s)", request.path, what, " ".join(str(error).split()))
        return answer(request, what)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer for errors of what lies round the views: 503 where the database is at fault, else 500."""
    if what := trouble(sys.exc_info()[1]):
        return answer(request, what)
    return HttpResponse(render_to_string("500.html"), status=500)


class Start:
    """Whether this process may answer yet. Pages wait until the schema has been seen to fit, once."""

    def __init__(self) -> None:
        self._what = ""
        self._looked = 0.0

    def look(self) -> None:
        """Look at the schema, and say on the log what is wrong with it."""
        self._looked = time.monotonic()
        before = self._what
        try:
            self._what = schema.problem()
        except (DatabaseError, InterfaceError) as error:
            self._what = _(AWAY)
            log.error("%s (%s)", self._what, " ".join(str(error).split()))
        else:
            if self._what and self._what != before:
                log.error("%s Until then every page says so.", self._what)
        finally:
            connections.close_all()

    def waits_for(self) -> str:
        if self._what and time.monotonic() - self._looked >= LOOK_SECONDS:
            self.look()
        return self._what


start = Start()
