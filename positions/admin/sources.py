"""Sources: what they are, how they do, and the switches: poll now, pause, resume, OPML in and out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from actors.admin import HistoryAdmin
from positions.admin.common import KeptAdmin
from positions.admin.uploads import upload
from positions.ingestion import catalogue
from positions.ingestion.addresses import Refused, check_url
from positions.ingestion.health import health
from positions.ingestion.polling import pause, resume
from positions.ingestion.sweeping import NO_WORKER, working
from positions.models import Host, Source

MACHINE = (
    "state", "why", "last_attempt_at", "last_success_at", "last_new_item_at", "next_poll_at", "last_items",
    "failures", "error", "moved_to", "moved_seen",
)  # fmt: skip


class SourceForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only to the type checker
    def clean_url(self) -> str:
        """Refuse an address that would never be fetched, with the reason."""
        url: str = self.cleaned_data["url"]
        try:
            if url:
                check_url(url)
        except Refused as error:
            raise ValidationError(f"This address is not fetched: {error}.") from None
        return url


class OpmlForm(forms.Form):
    file = forms.FileField(label="OPML file")


@admin.register(Source)
class SourceAdmin(HistoryAdmin, KeptAdmin):
    form = SourceForm
    list_display = ("name", "kind", "state", "why", "articles_held", "last_new_item_at", "next_poll_at")
    list_filter = ("is_active", "kind", "last_result", "reliability", "country")
    search_fields = ("name", "slug", "url")
    prepopulated_fields = {"slug": ("name",)}
    readonly_fields = MACHINE
    fieldsets = (
        (None, {"fields": ("name", "slug", "kind", "url", "homepage", "is_active", "paused_reason")}),
        ("About it", {"fields": ("country", "language", "reliability", "licence", "excerpt_length")}),
        ("Polling", {"fields": ("interval", "fetch_pages")}),
        ("How it does", {"fields": MACHINE}),
    )
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    actions = ("poll_now", "pause_sources", "resume_sources", "export_opml")
    change_list_template = "admin/positions/source/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        return super().get_queryset(request).annotate(n=Count("articles"))

    @admin.display(description="articles", ordering="n")
    def articles_held(self, source: Source) -> int:
        return source.n  # type: ignore[attr-defined]

    @admin.display(description="state")
    def state(self, source: Source) -> str:
        return health(source, timezone.now()).state

    @admin.display(description="reason")
    def why(self, source: Source) -> str:
        return health(source, timezone.now()).reason

    @admin.action(description="Poll now", permissions=["change"])
    def poll_now(self, request: HttpRequest, sources: QuerySet[Source]) -> None:
        from positions.tasks import ask, poll  # connects to the broker: only where messages are sent

        polled = [s.pk for s in sources if s.kind in Source.POLLED and s.url]
        # In the row, too: without a broker the next sweep of a worker finds those that are switched on.
        sources.filter(pk__in=polled).update(next_poll_at=timezone.now())
        sent = sum(ask(poll, pk, force=True) for pk in polled)
        self.message_user(request, f"{len(polled)} sources are asked for as soon as a worker is free.")
        if sent < len(polled):
            said = "No message could be sent: those that are switched on are polled when workers are back."
            self.message_user(request, said, messages.WARNING)
        elif polled and not working():
            self.message_user(request, NO_WORKER, messages.WARNING)

    @admin.action(description="Pause", permissions=["change"])
    def pause_sources(self, request: HttpRequest, sources: QuerySet[Source]) -> None:
        for source in sources:
            pause(source, "Paused by an editor.")  # readers see it; who it was stands in the history
        self.message_user(request, f"{len(sources)} sources paused.", messages.SUCCESS)

    @admin.action(description="Resume", permissions=["change"])
    def resume_sources(self, request: HttpRequest, sources: QuerySet[Source]) -> None:
        polled = [source for source in sources if source.kind in Source.POLLED]
        for source in polled:
            resume(source)
        self.message_user(request, f"{len(polled)} sources are polled again.", messages.SUCCESS)

    @admin.action(description="Export as OPML", permissions=["view"])
    def export_opml(self, request: HttpRequest, sources: QuerySet[Source]) -> HttpResponse:
        answer = HttpResponse(catalogue.to_opml(sources), content_type="text/x-opml")
        answer["Content-Disposition"] = 'attachment; filename="open-door-sources.opml"'
        return answer

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.import_opml)
        uploading = self.admin_site.admin_view(lambda request: upload(request, self.admin_site))
        return [
            path("opml/", view, name="positions_source_opml"),
            path("upload/", uploading, name="positions_source_upload"),
            *super().get_urls(),
        ]

    def import_opml(self, request: HttpRequest) -> HttpResponse:
        """Add the feeds of an uploaded OPML file, switched off."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = OpmlForm(request.POST or None, request.FILES or None)
        if form.is_valid():
            try:
                listed = catalogue.add(
                    catalogue.from_opml(form.cleaned_data["file"].read(catalogue.MAX_OPML + 1))
                )
            except catalogue.BadList as error:
                form.add_error("file", str(error))
            else:
                self._say(request, listed)
                return redirect(reverse("admin:positions_source_changelist"))
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "form": form,
            "title": "Import OPML",
        }
        return render(request, "admin/positions/source/opml.html", context)

    def _say(self, request: HttpRequest, listed: catalogue.Listed) -> None:
        said = f"{len(listed.added)} sources added, switched off; {len(listed.known)} were there already."
        self.message_user(request, said, messages.SUCCESS)
        for line in listed.refused[:20]:
            self.message_user(request, f"Not added: {line}.", messages.WARNING)


@admin.register(Host)
class HostAdmin(KeptAdmin):
    list_display = ("name", "next_at", "robots_at", "crawl_delay")
    search_fields = ("name",)
    readonly_fields = ("name", "next_at", "robots", "robots_at", "crawl_delay")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
