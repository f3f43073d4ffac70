"""What goes over the wire: how fast the whole record does, and how heavy a first view is."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Callable, Iterator
from io import StringIO

from django.conf import settings
from django.db import connection
from django.urls import reverse

from benchmarks import databases
from benchmarks.pages import address_of
from benchmarks.report import Figure, Plan, figure
from benchmarks.timing import compare, get


def p20(plan: Plan) -> Iterator[Figure]:
    """All statements as CSV beside a bare cursor and `csv.writer`."""
    databases.use(plan.large)
    address = reverse("file", args=["statements", "csv"])

    def ours() -> None:
        assert get(address).status == 200

    found = compare(ours, bare_csv, rounds=min(plan.rounds, 3), calls=1)
    yield figure("P20", f"CSV of {plan.large:,} statements / cursor and csv.writer", 2.0, found)


def bare_csv() -> None:
    out = csv.writer(StringIO())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.*, a.title, s.name FROM positions_currentstance c JOIN positions_article a"
            " ON a.id = c.article_id JOIN positions_source s ON s.id = a.source_id"
        )
        while rows := cursor.fetchmany(2_000):
            out.writerows(rows)


def p21(plan: Plan) -> Iterator[Figure]:
    """What a first view of the largest page weighs, in kilobytes as they are sent."""
    databases.use(plan.large)
    for name in ("actor", "home", "topic", "timeline", "search"):
        body = get(address_of(name)).body
        assets = re.findall(rb'(?:href|src)="/static/([^"]+[.](?:css|js))"', body)
        sent = {"html": len(gzip.compress(body)) / 1024}
        for path in assets:
            file = settings.BASE_DIR / "static" / path.decode()
            kind = file.suffix[1:]
            sent[kind] = sent.get(kind, 0) + len(gzip.compress(file.read_bytes())) / 1024
        for kind, goal in (("html", 40), ("js", 25), ("css", 10)):
            note = f"{1 + len(assets)} requests"
            yield Figure(
                "P21", f"kilobytes of {kind} of the page {name}", round(sent[kind], 1), goal, note=note
            )


MEASURES: dict[str, Callable[[Plan], Iterator[Figure]]] = {"P20": p20, "P21": p21}
