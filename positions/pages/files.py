"""The files behind `/data/`: tables, their description and checksums; never served half-built."""

from __future__ import annotations

from pathlib import Path

from django.core.cache import cache
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from positions import downloads
from positions.downloads import snapshots
from positions.pages import record

TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson; charset=utf-8",
         "parquet": "application/vnd.apache.parquet"}  # fmt: skip


@require_safe
def file(request: HttpRequest, name: str, form: str) -> HttpResponseBase:
    dataset = downloads.DATASETS.get(name)
    if dataset is None or (form == "parquet" and not downloads.parquet_available()):
        raise Http404(_("There is no such file; /data/ lists them all."))
    tag = record.etag(request)
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304)
    if form == "parquet":
        response: HttpResponseBase = HttpResponse(downloads.parquet(dataset), content_type=TYPES[form])
    else:
        response = StreamingHttpResponse(downloads.lines(dataset, form), content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="open-door-{name}.{form}"'
    response["Access-Control-Allow-Origin"] = "*"
    response["ETag"] = tag
    return response


@require_safe
def snapshot_file(request: HttpRequest, snapshot: str, name: str) -> HttpResponseBase:
    """Send a file of a snapshot, which never changes: whoever has it need not ask again."""
    path = snapshots.find(snapshot)
    kept = {file.name: file for file in snapshots.contents(path)} if path else {}
    if path is None or (name not in kept and name != snapshots.SUMS):
        raise Http404(_("There is no such file; /data/ lists all snapshots."))
    tag = f'"{kept[name].digest if name in kept else snapshot}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304)
    response = FileResponse((path / name).open("rb"), content_type=_type(name))
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["ETag"] = tag
    return response


def _type(name: str) -> str:
    """Return what a file is; a packed one is sent as packed, not unpacked on the way."""
    types = {".gz": "application/gzip", ".parquet": TYPES["parquet"], ".json": "application/json"}
    return types.get(Path(name).suffix, "text/plain; charset=utf-8")


@require_safe
def package(request: HttpRequest) -> JsonResponse:
    response = JsonResponse(
        downloads.package(record.version_for(request).whole), json_dumps_params={"indent": 1}
    )
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def checksums(request: HttpRequest) -> HttpResponse:
    """Return the sums in the form that `sha256sum --check` reads; computed once a version of the record."""
    key = f"checksums:{record.version_for(request).whole}"
    sums = cache.get(key)
    if sums is None:
        sums = dict(downloads.checksums())
        cache.set(key, sums, 3600)
    text = "".join(f"{digest}  {name}\n" for name, digest in sums.items())
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
