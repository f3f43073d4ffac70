"""`/data/`: the whole record to take away. The files themselves come from `positions.downloads`."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from positions import downloads
from positions.exports import Column, Table
from positions.pages import citing
from positions.pages.answer import Answer, page
from positions.pages.asking import Dates, ask
from positions.pages.lines import asked


@page
def data(request: HttpRequest) -> Answer:
    question = asked(ask(Dates, request))
    rows = downloads.catalogue()
    columns = [Column("name", _("Table")), Column("description", _("What")), Column("rows", _("Rows"), number=True),
               Column("csv", "CSV"), Column("jsonl", "JSON Lines"), Column("parquet", "Parquet")]  # fmt: skip
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
