"""Readings and decisions. Neither is edited here: decisions are appended in the queue or in bulk."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from positions import review
from positions.admin import queue
from positions.admin.common import ReadOnlyAdmin, ReadOnlyInline, position_mark, user_of
from positions.models import CurrentStance, LinePoint, Stance, StanceReview

MAX_BATCH = 500


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
class StanceAdmin(ReadOnlyAdmin):
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
    actions = ("confirm_selected",)
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

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                "undo-batch/", self.admin_site.admin_view(self.undo_batch), name="positions_stance_undo_batch"
            ),
        ]
        return [*queue.urls(self.admin_site), *own, *super().get_urls()]

    def has_decide_batch_permission(self, request: HttpRequest) -> bool:
        return user_of(request).has_perm("positions.decide_batch")

    @admin.action(description="Confirm selected (with a preview)", permissions=["decide_batch"])
    def confirm_selected(self, request: HttpRequest, stances: QuerySet[Stance]) -> HttpResponseBase | None:
        """Show how many and which; decide when they are counted out loud."""
        open_ = stances.filter(current__decision=CurrentStance.Decision.MACHINE)
        chosen = list(open_.select_related("holder", "topic", "version__article")[: MAX_BATCH + 1])
        if not chosen or len(chosen) > MAX_BATCH:
            text = "All of them are decided already." if not chosen else f"At most {MAX_BATCH} at once."
            self.message_user(request, text, messages.WARNING)
            return None
        if request.POST.get("count") == str(len(chosen)):
            self._confirmed(request, review.confirm_all(chosen, by=user_of(request)))
            return None
        return self._preview(request, chosen, stances.count() - len(chosen))

    def _preview(self, request: HttpRequest, chosen: list[Stance], decided: int) -> HttpResponseBase:
        ids = [stance.pk for stance in chosen]
        context = {
            **self.admin_site.each_context(request),
            "title": f"Confirm {len(chosen)} statements?",
            "opts": self.opts,
            "stances": chosen,
            "decided": decided,
            "shifts": LinePoint.objects.filter(stance__in=ids).shifts().select_related("actor", "topic"),
            "wrong_count": "count" in request.POST,
        }
        return TemplateResponse(request, "admin/positions/stance/confirm_batch.html", context)

    def _confirmed(self, request: HttpRequest, batch: review.Batch) -> None:
        undo = format_html(
            '{} confirmed. <a href="{}?batch={}">Undo the batch</a>',
            batch.done, reverse("admin:positions_stance_undo_batch"), batch.key,
        )  # fmt: skip
        self.message_user(request, undo, messages.SUCCESS)
        for line in batch.left_out[:10]:
            self.message_user(request, line, messages.WARNING)

    def undo_batch(self, request: HttpRequest) -> HttpResponseBase:
        """Ask, then take a batch back."""
        if not self.has_decide_batch_permission(request):
            raise PermissionDenied("Deciding on many statements at once is for senior editors.")
        key = request.POST.get("batch") or request.GET.get("batch", "")
        rows = StanceReview.objects.filter(reason=key, reason__startswith=review.BATCH)
        if request.method == "POST":
            undone = review.undo_batch(key, by=user_of(request))
            self.message_user(request, f"{undone.done} taken back.", messages.SUCCESS)
            for line in undone.left_out[:10]:
                self.message_user(request, line, messages.WARNING)
            return redirect("admin:positions_stance_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": f"Take back {rows.count()} decisions?",
            "opts": self.opts,
            "batch": key,
            "first": rows.select_related("by").first(),
        }
        return TemplateResponse(request, "admin/positions/stance/undo_batch.html", context)


@admin.register(StanceReview)
class StanceReviewAdmin(ReadOnlyAdmin):
    """The log of decisions."""

    list_display = ("stance", "decision", "by", "recorded_at", "reason", "note")
    list_filter = ("decision", "by", "reason")
    list_select_related = ("stance__holder", "stance__topic", "by")
    search_fields = ("stance__evidence", "note", "stance__holder__name")
    date_hierarchy = "recorded_at"
    ordering = ("-recorded_at", "-pk")
