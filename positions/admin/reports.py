"""What readers report. The next decision on the statement is the answer."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from positions.admin.common import ReadOnlyAdmin
from positions.models import Report


class AnsweredFilter(admin.SimpleListFilter):
    title = "answered"
    parameter_name = "answered"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "no"), ("yes", "yes")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Report]) -> QuerySet[Report]:
        if self.value() is None:
            return queryset
        return queryset.filter(review__isnull=self.value() == "no")


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ("recorded_at", "stance", "reason", "message", "answer", "decide")
    list_filter = (AnsweredFilter, "reason")
    list_select_related = ("stance__holder", "stance__topic", "review__by")
    search_fields = ("message", "stance__holder__name")
    exclude = ("ip_hash",)

    @admin.display(description="answered by")
    def answer(self, report: Report) -> str:
        return str(report.review) if report.review else ""

    @admin.display(description="decide")
    def decide(self, report: Report) -> str:
        address = f"{reverse('admin:positions_stance_queue')}?item={report.stance_id}"
        return format_html('<a href="{}">decide</a>', address)
