"""Whole articles: read one that chance drew, add what was overlooked, say that nothing is left."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from positions import exhaustive, review
from positions.admin.common import ReadOnlyAdmin, number, user_of
from positions.admin.queue_forms import ReadingForm
from positions.admin.segments import Span, as_html
from positions.models import Article, ArticleVersion, CurrentStance, ExhaustiveCoding, User

NAME = "positions_exhaustivecoding_whole"


@admin.register(ExhaustiveCoding)
class ExhaustiveCodingAdmin(ReadOnlyAdmin):
    list_display = ("version", "by", "drawn", "recorded_at", "withdrawn_at", "withdrawn_by")
    list_filter = ("drawn", "by", ("withdrawn_at", admin.EmptyFieldListFilter))
    list_select_related = ("version", "by", "withdrawn_by")
    search_fields = ("version__title",)

    def get_urls(self) -> list[URLPattern]:
        return [path("whole/", self.admin_site.admin_view(whole), name=NAME), *super().get_urls()]


def whole(request: HttpRequest) -> HttpResponseBase:
    """Show the article asked for, else the one that is drawn; do what the button says."""
    user = user_of(request)
    if not user.has_perm(exhaustive.ADD):
        raise PermissionDenied("Coding an article throughout needs the role of an editor.")
    if request.method == "POST":
        return _posted(request, user)
    drawn = "article" not in request.GET
    article = None if drawn else _asked(number(request.GET.get("article")))
    if article is None:
        article = exhaustive.draw(request.GET.get("after", ""))
    return _page(request, article, drawn=drawn)


def _asked(pk: int | None) -> Article | None:
    return Article.objects.select_related("source").filter(pk=pk).first() if pk else None


def _posted(request: HttpRequest, user: User) -> HttpResponseBase:
    version = get_object_or_404(
        ArticleVersion.objects.select_related("article"), pk=number(request.POST.get("version")) or 0
    )
    drawn, action = "drawn" in request.POST, request.POST.get("action", "")
    form = ReadingForm(request.POST) if action == "add" else None
    try:
        messages.success(request, _do(action, version, user, form, request.POST, drawn=drawn))
    except ValidationError as error:
        if form is not None:
            form.refuse(error)
        else:
            messages.error(request, " ".join(error.messages))
        return _page(request, version.article, drawn=drawn, form=form, status=422)
    if action == "complete" and drawn:
        return redirect(f"admin:{NAME}")
    kept = {"article": version.article_id, **({"drawn": 1} if drawn else {})}
    return redirect(f"{reverse(f'admin:{NAME}')}?{urlencode(kept)}")


def _do(
    action: str, version: ArticleVersion, user: User, form: ReadingForm | None, posted: Any, *, drawn: bool
) -> str:
    """Do what the button says and return it in words. Raises ValidationError."""
    if form is not None:
        if not form.is_valid():
            raise ValidationError({})
        note, sure = posted.get("note", "").strip(), form.cleaned_data["acknowledged"]
        row = review.add(version, by=user, values=form.values(), note=note, acknowledged=sure)
        return f"Added: {row.stance}."
    if action == "complete":
        exhaustive.complete(version, by=user, drawn=drawn)
        return f"“{version.article}” is coded throughout."
    if action == "withdraw" and (coding := exhaustive.standing(version.article)):
        exhaustive.withdraw(coding, by=user)
        return f"“{version.article}” counts as coded in part again."
    raise ValidationError(f"No such action: {action!r}.")


def _page(
    request: HttpRequest,
    article: Article | None,
    *,
    drawn: bool,
    form: ReadingForm | None = None,
    status: int = 200,
) -> HttpResponse:
    form = form or ReadingForm(initial={"stated_on": article.published_on if article else None})
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Whole articles",
        "is_nav_sidebar_enabled": False,
        "opts": ExhaustiveCoding._meta,
        "form": form,
        "actor_media": form.media,
        "coded": exhaustive.coded().count(),
        "to_draw": exhaustive.to_draw().count(),
        "drawn": drawn or "drawn" in request.GET,
    }
    if article is not None:
        context |= _of(article)
    return TemplateResponse(request, "admin/positions/exhaustivecoding/whole.html", context, status=status)


def _of(article: Article) -> dict[str, Any]:
    """Return the article's newest text with everything that was found in it, in the order of the text."""
    version = article.version
    current = CurrentStance.objects.filter(article=article).select_related("holder", "topic", "stance")
    rows = list(current.order_by("start", "pk"))
    here = [
        Span(row.start, row.end, row.pk, f"{row.holder} on {row.topic}: {row.get_position_display()}")
        for row in rows
        if version and row.stance.version_id == version.pk and row.decision != row.Decision.REJECTED
    ]
    return {
        "article": article,
        "version": version,
        "rows": rows,
        "waiting": exhaustive.waiting(article),
        "coding": exhaustive.standing(article),
        "text": as_html(version.text, None, here) if version else "",
    }
