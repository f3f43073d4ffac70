"""Shadow runs: what a new extractor would add, lose and flip; accept, discard, roll back."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from positions import shadow
from positions.admin.common import ReadOnlyAdmin, user_of
from positions.models import ShadowReading, ShadowRun

KINDS = ("flipped", "added", "lost", "changed")
SHOWN = 300


@admin.register(ShadowRun)
class ShadowRunAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "state", "compare_link", "started_at", "decided_by", "decided_at")
    list_filter = ("state", "extractor", "extractor_version")
    list_select_related = ("decided_by",)

    @admin.display(description="compare")
    def compare_link(self, run: ShadowRun) -> str:
        return format_html(
            '<a href="{}">compare</a>', reverse("admin:positions_shadowrun_compare", args=[run.pk])
        )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.compare)
        return [path("<int:pk>/compare/", view, name="positions_shadowrun_compare"), *super().get_urls()]

    def compare(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Show the differences and the lines that would move; do what the button says."""
        if not user_of(request).has_perm(shadow.PERMISSION):
            raise PermissionDenied("Deciding on a whole run is for senior editors.")
        run = get_object_or_404(ShadowRun, pk=pk)
        if request.method == "POST":
            try:
                messages.success(request, _decide(run, request.POST.get("action", ""), user_of(request)))
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
            return redirect("admin:positions_shadowrun_compare", run.pk)
        readings = list(run.readings.select_related("version__article").defer("reading", "version__text"))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Shadow run: {run}",
            "opts": self.opts,
            "run": run,
            "articles": len(readings),
            "stale": sum(reading.stale for reading in readings),
            "kinds": _by_kind(readings),
            "moves": [_with_days(move) for move in run.moves],
        }
        return TemplateResponse(request, "admin/positions/shadowrun/compare.html", context)


def _decide(run: ShadowRun, action: str, user: Any) -> str:
    if action == "accept":
        stale = shadow.accept(run, by=user)
        return f"Accepted. {stale} articles have a new text since and were left." if stale else "Accepted."
    if action == "discard":
        shadow.discard(run, by=user)
        return "Discarded: nothing was changed."
    if action == "roll_back":
        kept = shadow.roll_back(run, by=user)
        return (
            f"Rolled back; {kept} statements stay because somebody decided on them."
            if kept
            else "Rolled back."
        )
    raise ValidationError(f"No such action: {action!r}.")


def _by_kind(readings: list[ShadowReading]) -> list[dict[str, Any]]:
    """Return for each kind of difference its count and the first rows, each with its article."""
    rows = [{**one, "day": date.fromisoformat(one["day"]), "article": reading.version.article}
            for reading in readings for one in reading.differences]  # fmt: skip
    counts = Counter(row["what"] for row in rows)
    return [
        {"name": kind, "count": counts[kind], "rows": [r for r in rows if r["what"] == kind][:SHOWN]}
        for kind in KINDS
        if counts[kind]
    ]


def _with_days(move: dict[str, Any]) -> dict[str, Any]:
    days = lambda steps: [(date.fromisoformat(day), position) for day, position in steps]
    return {**move, "before": days(move["before"]), "after": days(move["after"])}


@admin.register(ShadowReading)
class ShadowReadingAdmin(ReadOnlyAdmin):
    list_display = ("run", "version", "stale")
    list_select_related = ("run", "version")
    search_fields = ("version__title",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ShadowReading]:
        return super().get_queryset(request).defer("version__text", "version__raw")
