"""`/healthz` (the process answers) and `/readyz` (it can do its work)."""

from __future__ import annotations

from datetime import timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from positions.models import Article, WorkerHeartbeat

WORKER_SILENT = timedelta(minutes=5)
STUCK = timedelta(hours=1)


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:
    """503 where the database or its schema is not there. A missing worker is told, but pages still serve."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return JsonResponse({"ready": False, "database": type(error).__name__}, status=503)
    if pending:
        return JsonResponse({"ready": False, "migrations": len(pending)}, status=503)
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
