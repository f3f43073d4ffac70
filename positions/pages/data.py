"""`/data/`: the whole record to take away. The files themselves come from `positions.downloads`."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from positions import downloads
from positions.downloads import snapshots
from positions.exports import Column, Table, headed
from positions.pages import citing, words
from positions.pages.answer import Answer, live, page
from positions.pages.asking import Dates, ask
from positions.pages.known import asked

MOST_SNAPSHOTS = 30


@live(lambda request: snapshots.changed_at())
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
    kept = _snapshots()
    title = _("Data and API")
    return Answer(
        "data.html",
        {
            "asked": question,
            "rows": rows,
            "snapshots": kept[:MOST_SNAPSHOTS],
            "more_snapshots": len(kept) > MOST_SNAPSHOTS,
            "cite": citing.citation(request, _("The whole record"), question),
            "dataset": citing.dataset(rows),
        },
        tables=[
            Table("tables", title, columns, rows, {"licence": citing.LICENCE}),
            Table("snapshots", _("Snapshots"), _snapshot_columns(), kept),
        ],
        title=title,
    )


def _snapshots() -> list[dict[str, Any]]:
    return [
        {
            "name": kept.name,
            "day": words.day(kept.day),
            "rows": kept.rows,
            "bytes": kept.bytes,
            "size": filesizeformat(kept.bytes),
            "url": reverse("snapshot", args=[kept.name]),
        }
        for kept in snapshots.snapshots()
    ]


def _snapshot_columns() -> list[Column]:
    headings = {"name": _("Snapshot"), "rows": _("Rows"), "bytes": _("Bytes"), "url": _("Address")}
    return headed(headings, numbers=("rows", "bytes"))


@page
def snapshot(request: HttpRequest, name: str) -> Answer:
    """One snapshot: its files, their sizes and sums, and how to cite it."""
    question = asked(ask(Dates, request))
    path = snapshots.find(name)
    if path is None:
        raise Http404(_("There is no snapshot “%(name)s”; /data/ lists them all.") % {"name": name})
    rows = [
        {
            "name": file.name,
            "bytes": file.bytes,
            "size": filesizeformat(file.bytes),
            "sha256": file.digest,
            "url": reverse("snapshot-file", args=[name, file.name]),
        }
        for file in snapshots.contents(path)
    ]
    columns = headed(
        {"name": _("File"), "bytes": _("Bytes"), "sha256": "SHA-256", "url": _("Address")}, numbers=("bytes",)
    )
    title = _("Snapshot of %(name)s") % {"name": name}
    return Answer(
        "snapshot.html",
        {
            "asked": question,
            "name": name,
            "rows": rows,
            "sums": reverse("snapshot-file", args=[name, snapshots.SUMS]),
            "cite": citing.snapshot(name),
        },
        tables=[Table("files", title, columns, rows, {"snapshot": name})],
        title=title,
    )
