"""Articles as rows of the queue, their texts, and what background work says of itself."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db import models
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from positions.admin.common import ReadOnlyAdmin, ReadOnlyInline
from positions.ingestion.queue import retry
from positions.models import Article, ArticleVersion, IngestRun, Stance, WorkerHeartbeat


class VersionInline(ReadOnlyInline):
    model = ArticleVersion
    fields = ("number", "title", "fetched_at", "sha256")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ArticleVersion]:
        return super().get_queryset(request).defer("text", "raw")


class StanceInline(ReadOnlyInline):
    model = Stance
    fields = ("holder", "topic", "position", "mode", "confidence", "evidence")
    verbose_name_plural = "findings"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Stance]:
        rows = super().get_queryset(request).filter(superseded_at__isnull=True)
        return rows.select_related("holder", "topic").order_by("start")


@admin.register(Article)
class ArticleAdmin(ReadOnlyAdmin):
    list_display = ("title", "source", "published_on", "state", "findings", "why", "public")
    list_filter = ("state", "source", "backfilled", "language")
    list_select_related = ("source",)
    search_fields = ("title", "guid", "url")
    date_hierarchy = "published_on"
    ordering = ("-published_on", "-pk")
    inlines = (VersionInline, StanceInline)
    actions = ("read_again",)
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        return super().get_queryset(request).annotate(n=Count("current_stances"))

    @admin.display(description="findings", ordering="n")
    def findings(self, article: Article) -> int:
        return article.n  # type: ignore[attr-defined]

    @admin.display(description="why not read")
    def why(self, article: Article) -> str:
        return (article.error or article.set_aside)[:120]

    @admin.display(description="page")
    def public(self, article: Article) -> str:
        return format_html('<a href="{}">open</a>', reverse("article", args=[article.pk]))

    def has_read_again_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("positions.change_article")

    @admin.action(description="Read again (what people decided stays)", permissions=["read_again"])
    def read_again(self, request: HttpRequest, articles: QuerySet[Article]) -> None:
        count = retry(list(articles.values_list("pk", flat=True)))
        self.message_user(request, f"{count} wait to be read again.", messages.SUCCESS)


@admin.register(ArticleVersion)
class ArticleVersionAdmin(ReadOnlyAdmin):
    list_display = ("article", "number", "title", "fetched_at")
    list_select_related = ("article",)
    search_fields = ("title", "article__title")
    exclude = ("raw",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ArticleVersion]:
        return super().get_queryset(request).defer("raw")


@admin.register(IngestRun)
class IngestRunAdmin(ReadOnlyAdmin):
    list_display = ("label", "total", "done", "new", "failed", "started_at", "finished_at")
    search_fields = ("label",)


@admin.register(WorkerHeartbeat)
class WorkerHeartbeatAdmin(ReadOnlyAdmin):
    list_display = ("name", "seen_at")
