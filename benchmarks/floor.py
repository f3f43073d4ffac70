"""The floor: the least that a view with the project's own middleware costs. Addresses under /floor/."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import Engine
from django.template.context import Context
from django.urls import include, path

from positions.models import CurrentStance

ROWS = 50


@cache
def _template() -> Any:
    return Engine(dirs=[Path(__file__).parent / "templates"]).get_template("floor_rows.html")


@cache
def _rows() -> list[dict[str, Any]]:
    """Return fifty stances as dictionaries, from memory after the first call."""
    newest = CurrentStance.objects.select_related("holder", "topic")[:ROWS]
    return [
        {
            "stated_on": row.stated_on,
            "holder": row.holder.name,
            "topic": row.topic.name,
            "position": row.position,
            "confidence": row.confidence,
            "evidence": row.evidence,
        }
        for row in newest
    ]


def ok(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def one(request: HttpRequest) -> HttpResponse:
    """The same after one question to the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok")


def rows(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_template().render(Context({"title": "Floor", "rows": _rows()})))


def text(request: HttpRequest, size: int) -> HttpResponse:
    """A page of so many ready-made characters beside the fifty rows."""
    return HttpResponse(_template().render(Context({"title": "x" * size, "rows": _rows()})))


urlpatterns = [
    path("floor/ok", ok),
    path("floor/one", one),
    path("floor/rows", rows),
    path("floor/text/<int:size>", text),
    path("", include("config.urls")),
]
