"""Topics, events, and the read models, as far as an editor looks at them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from actors.admin import Form
from actors.labelled import TabularInline
from positions import merging
from positions.admin.common import KeptAdmin, ReadOnlyAdmin, ReadOnlyInline, position_mark, user_of
from positions.models import CurrentStance, Event, EventMention, LinePoint, Topic


@admin.register(Topic)
class TopicAdmin(ReadOnlyAdmin):
    """Rows mirror the codebook's file; nobody types them."""

    list_display = ("name", "slug", "proposition", "order")
    search_fields = ("name", "slug", "proposition")


class EventMentionInline(ReadOnlyInline):
    model = EventMention
    fields = ("evidence", "version", "recorded_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[EventMention]:
        return super().get_queryset(request).select_related("version")


class ParticipantInline(TabularInline):
    """Whoever may change an event may say who took part in it."""

    model = Event.actors.through
    verbose_name, verbose_name_plural = "participant", "participants"
    classes = ("unnamed-rows",)
    autocomplete_fields = ("actor",)
    extra = 1

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("positions.change_event")

    has_view_permission = has_add_permission = has_delete_permission = has_change_permission


class EventForm(Form):
    """Days in their order, the reason beside the field."""

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        start, end = said.get("start_on"), said.get("end_on")
        if start and end and end < start:
            self.add_error("end_on", "It cannot end before it begins.")
        return said


@admin.register(Event)
class EventAdmin(KeptAdmin):
    form = EventForm
    list_display = ("title", "kind", "start_on", "end_on", "place", "by_hand", "merged_into")
    list_filter = ("kind", "by_hand", ("merged_into", admin.EmptyFieldListFilter))
    list_select_related = ("merged_into",)
    search_fields = ("title", "place")
    date_hierarchy = "start_on"
    # One row each, not a field of many, whose widget writes styles into the page: our policy forbids that.
    exclude = ("actors",)
    readonly_fields = ("merged_into", "key", "recorded_at", "by_hand")
    inlines = (ParticipantInline, EventMentionInline)
    actions = ("merge_selected",)

    def save_model(self, request: HttpRequest, obj: Event, form: Any, change: bool) -> None:
        obj.by_hand = True
        if not change:
            _by_hand(obj)
        super().save_model(request, obj, form, change)

    def has_merge_permission(self, request: HttpRequest) -> bool:
        return user_of(request).has_perm(merging.PERMISSION)

    @admin.action(description="Merge selected: they are one event (with a preview)", permissions=["merge"])
    def merge_selected(self, request: HttpRequest, events: QuerySet[Event]) -> HttpResponseBase | None:
        rows = list(events.filter(merged_into__isnull=True).prefetch_related("actors", "mentions"))
        if "sure" not in request.POST and len(rows) > 1:
            context = {
                **self.admin_site.each_context(request),
                "title": f"Are these {len(rows)} one event?",
                "opts": self.opts,
                "events": rows,
                "kept": merging.kept_of(rows),
            }
            return TemplateResponse(request, "admin/positions/event/merge.html", context)
        try:
            kept = merging.merge_events(rows, by=user_of(request))
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
        else:
            address = reverse("admin:positions_event_change", args=[kept.pk])
            said = format_html('They are now one: {}. <a href="{}">Part them there</a>', kept, address)
            self.message_user(request, said, messages.SUCCESS)
        return None

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.part)
        return [path("<int:pk>/part/", view, name="positions_event_part"), *super().get_urls()]

    def part(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Take a merge back."""
        event = get_object_or_404(Event, pk=pk)
        if request.method != "POST" or not self.has_merge_permission(request):
            raise PermissionDenied("Parting events is for senior editors.")
        try:
            kept = merging.part_event(event, by=user_of(request))
            self.message_user(request, f"“{event}” and “{kept}” are two events again.", messages.SUCCESS)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
        return redirect("admin:positions_event_change", pk)


def _by_hand(event: Event) -> None:
    # An event of a person's own is the same as no other.
    event.key, event.recorded_at = f"hand-{uuid4().hex}", timezone.now()


@admin.register(CurrentStance)
class CurrentStanceAdmin(ReadOnlyAdmin):
    """What counts now, one row a statement."""

    list_display = (
        "stance_id",
        "holder",
        "on_behalf_of",
        "topic",
        "mark",
        "decision",
        "stated_on",
        "tier",
        "on_record",
    )
    list_filter = ("decision", "topic", "tier", "on_record")
    list_select_related = ("holder", "on_behalf_of", "topic")
    search_fields = ("holder__name", "on_behalf_of__name", "evidence")
    date_hierarchy = "stated_on"
    ordering = ("-stated_on", "-pk")

    class Media:
        css = {"all": ("positions/workbench.css",)}

    @admin.display(description="position", ordering="position")
    def mark(self, row: CurrentStance) -> str:
        return position_mark(row.position)


@admin.register(LinePoint)
class LinePointAdmin(ReadOnlyAdmin):
    """The steps of every line."""

    list_display = (
        "actor",
        "topic",
        "track",
        "stated_on",
        "until",
        "mark",
        "shift",
        "contested",
        "holder",
        "reviewed",
    )
    list_filter = ("track", "topic", "contested", "reviewed")
    list_select_related = ("actor", "topic", "holder")
    search_fields = ("actor__name", "holder__name")
    date_hierarchy = "stated_on"
    ordering = ("-stated_on", "-pk")

    class Media:
        css = {"all": ("positions/workbench.css",)}

    @admin.display(description="position", ordering="position")
    def mark(self, point: LinePoint) -> str:
        return position_mark(point.position)
