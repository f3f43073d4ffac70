"""`/healthz` (the process answers) and `/readyz` (it can do its work)."""

from __future__ import annotations

from datetime import timedelta

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from positions import schema
from positions.models import Article, WorkerHeartbeat

WORKER_SILENT = timedelta(minutes=5)
STUCK = timedelta(hours=1)


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:
    """503 where the database or its schema is not there. A missing worker is told, but pages still serve."""
    try:
        if found := schema.problem():
            return _not_ready(found)
        return _ready()
    except (DatabaseError, InterfaceError) as error:
        return _not_ready(f"The database does not answer: {' '.join(str(error).split()) or error!r}")


def _not_ready(why: str) -> JsonResponse:
    return JsonResponse({"ready": False, "why": why}, status=503, headers={"Retry-After": "30"})


def _ready() -> JsonResponse:
    now = timezone.now()
    beat = WorkerHeartbeat.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()
    newest = Article.objects.order_by("-ingested_at").values_list("ingested_at", flat=True).first()
    stuck = Article.objects.filter(state=Article.State.READING, lease_until__lt=now - STUCK).count()
    return JsonResponse(
        {
            "ready": True,
            "worker": bool(beat and now - beat < WORKER_SILENT),
            "worker_seen": beat,
            "newest_article": newest,
            "stuck_articles": stuck,
        }
    )
