"""The editors' guide in the admin: docs/editing.md, so that there is one text."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET
from markdown_it import MarkdownIt

from positions import desk
from positions.admin.common import user_of
from positions.models import Stance

FILE = settings.BASE_DIR / "docs" / "editing.md"


@require_GET
def guide(request: HttpRequest) -> HttpResponse:
    """Show the guide to whoever has a role."""
    if not desk.may_use(user_of(request)):
        raise PermissionDenied("The guide is for those who have a role.")
    # The text is ours and comes with the code; raw HTML in it stays text all the same.
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(FILE.read_text(encoding="utf-8"))
    context = {
        **admin.site.each_context(request),
        "title": "Guide",
        "opts": Stance._meta,
        "guide": mark_safe(html),
    }
    return TemplateResponse(request, "admin/positions/stance/guide.html", context)
