"""What the admin's classes share: nothing here is deleted, and machines' fields are not typed over."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import format_html

from actors.labelled import ModelAdmin, TabularInline
from positions.codebook import codebook


class KeptAdmin(ModelAdmin):
    """Rows that are never deleted from the admin."""

    list_per_page = 50
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyAdmin(KeptAdmin):
    """Rows that only code writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyInline(TabularInline):
    """Rows shown below their parent and never written there."""

    extra = 0
    can_delete = False
    show_change_link = True

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return self.fields

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def position_mark(value: int | None) -> str:
    """Return a position as glyph and word, coloured by class."""
    if value is None:
        return "–"
    entry = codebook().position(value)
    return format_html(
        '<span class="position {}"><b aria-hidden="true">{}</b> {}</span>', entry.css, entry.glyph, entry.name
    )


def user_of(request: HttpRequest) -> Any:
    """Return the logged-in user of an admin view, which the admin site has checked to be one."""
    return request.user


def by_htmx(request: HttpRequest) -> bool:
    """Whether htmx asks for a fragment."""
    return bool(getattr(request, "htmx", False))


def number(text: str | None) -> int | None:
    """Return a key or count as a form sends it; None for anything that no row could have."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
