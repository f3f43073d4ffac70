"""Followers: the admin's view of who is told what; webhooks are set up here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import get_random_string

from actors.labelled import ModelAdmin
from positions import alerts
from positions.models import Follow


@admin.register(Follow)
class FollowAdmin(ModelAdmin):
    """A webhook set up here counts at once; a mail address only by its own answer."""

    list_display = ["__str__", "channel", "rhythm", "confirmed_at", "ended_at", "told_at", "failures"]
    list_filter = ["channel", "rhythm"]
    search_fields = ["email", "url", "actor__name", "topic__name"]
    autocomplete_fields = ["actor", "topic"]
    list_select_related = ["actor", "topic"]
    readonly_fields = ["recorded_at", "confirmed_at", "told_at", "failures", "error"]
    actions = ["stop"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"channel": Follow.Channel.WEBHOOK, "secret": get_random_string(40)}

    def save_model(self, request: HttpRequest, obj: Follow, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change and obj.channel == Follow.Channel.WEBHOOK:
            alerts.confirm(obj)

    @admin.action(description="Stop telling them", permissions=["change"])
    def stop(self, request: HttpRequest, queryset: Any) -> None:
        stopped = queryset.filter(ended_at__isnull=True).update(ended_at=timezone.now())
        self.message_user(request, f"{stopped} stopped.")
