"""`/data/`: the whole record to take away. The files themselves come from `positions.downloads`."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from positions import downloads
from positions.exports import Table, headed
from positions.pages import citing
from positions.pages.answer import Answer, page
from positions.pages.asking import Dates, ask
from positions.pages.known import asked


@page
def data(request: HttpRequest) -> Answer:
    question = asked(ask(Dates, request))
    rows = downloads.catalogue()
    columns = headed(
        {
            "name": _("Table"),
            "description": _("What"),
            "rows": _("Rows"),
            "csv": "CSV",
            "jsonl": "JSON Lines",
            "parquet": "Parquet",
        },
        numbers=("rows",),
    )
    title = _("Data and API")
    return Answer(
        "data.html",
        {
            "asked": question,
            "rows": rows,
            "parquet": downloads.parquet_available(),
            "cite": citing.citation(request, _("The whole record"), question),
            "dataset": citing.dataset(rows),
        },
        tables=[Table("tables", title, columns, rows, {"licence": citing.LICENCE})],
        title=title,
    )
