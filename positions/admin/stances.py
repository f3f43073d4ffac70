"""Readings and decisions. Neither is edited here: decisions are appended in the queue or in bulk."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from positions.admin import queue
from positions.admin.batch import DecidesInBulk
from positions.admin.common import ReadOnlyAdmin, ReadOnlyInline, position_mark
from positions.models import CurrentStance, Stance, StanceReview


class ReviewInline(ReadOnlyInline):
    model = StanceReview
    fields = ("decision", "by", "recorded_at", "position", "reason", "note")
    ordering = ("recorded_at", "pk")
    verbose_name_plural = "decisions (only ever appended)"

    def get_queryset(self, request: HttpRequest) -> QuerySet[StanceReview]:
        return super().get_queryset(request).select_related("by")


class ReviewedFilter(admin.SimpleListFilter):
    title = "decision"
    parameter_name = "decision"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*CurrentStance.Decision.choices, ("superseded", "superseded")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Stance]) -> QuerySet[Stance]:
        if self.value() == "superseded":
            return queryset.filter(superseded_at__isnull=False)
        return queryset.filter(current__decision=self.value()) if self.value() else queryset


@admin.register(Stance)
class StanceAdmin(DecidesInBulk, ReadOnlyAdmin):
    list_display = (
        "holder",
        "topic",
        "reading",
        "counts",
        "stated_on",
        "mode",
        "sure",
        "article",
        "in_queue",
    )
    list_filter = (ReviewedFilter, "topic", "mode", "kind", "position", "extractor_version", "backfilled")
    list_select_related = ("holder", "topic", "article", "current")
    search_fields = ("evidence", "holder__name", "article__title")
    search_help_text = "Words of the evidence, the holder or the article’s title"
    date_hierarchy = "stated_on"
    ordering = ("-stated_on", "-pk")
    inlines = (ReviewInline,)
    actions = ("confirm_selected", "reject_selected", "correct_selected")
    fieldsets = (
        (None, {"fields": ("holder", "topic", "reading", "condition", "evidence", "article", "in_queue")}),
        ("How it was said", {"fields": ("source_actor", "mode", "kind", "stated_on", "precision")}),
        (
            "Machine reading",
            {
                "classes": ("collapse",),
                "fields": (
                    "confidence", "extractor", "extractor_version", "reasons", "version", "start", "end",
                    "fingerprint", "recorded_at", "superseded_at", "evidence_altered_at", "backfilled",
                ),
            },
        ),
    )  # fmt: skip

    class Media:
        css = {"all": ("positions/workbench.css",)}

    @admin.display(description="read as", ordering="position")
    def reading(self, stance: Stance) -> str:
        return position_mark(stance.position)

    @admin.display(description="counts as", ordering="current__decision")
    def counts(self, stance: Stance) -> str:
        current = getattr(stance, "current", None)
        if current is None:
            return "superseded"
        changed = current.position != stance.position
        mark = position_mark(current.position) if changed else ""
        return format_html("{} {}", current.get_decision_display(), mark)

    @admin.display(description="confidence", ordering="confidence")
    def sure(self, stance: Stance) -> str:
        return f"{stance.confidence:.2f}"

    @admin.display(description="decide")
    def in_queue(self, stance: Stance) -> str:
        address = f"{reverse('admin:positions_stance_queue')}?item={stance.pk}"
        return format_html('<a href="{}">decide</a>', address)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        # Nine columns and the filters need the sidebar's room.
        context = {**(extra_context or {}), "is_nav_sidebar_enabled": False}
        return super().changelist_view(request, context)

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                "undo-batch/", self.admin_site.admin_view(self.undo_batch), name="positions_stance_undo_batch"
            ),
        ]
        return [*queue.urls(self.admin_site), *own, *super().get_urls()]


@admin.register(StanceReview)
class StanceReviewAdmin(ReadOnlyAdmin):
    """The log of decisions."""

    list_display = ("stance", "decision", "by", "recorded_at", "reason", "batch", "note")
    list_filter = ("decision", "by", "reason", ("batch", admin.EmptyFieldListFilter))
    list_select_related = ("stance__holder", "stance__topic", "by")
    search_fields = ("stance__evidence", "note", "stance__holder__name")
    date_hierarchy = "recorded_at"
    ordering = ("-recorded_at", "-pk")
