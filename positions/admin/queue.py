"""The review queue: one item a screen, one POST a decision, the next item as the answer."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET, require_POST

from positions import review, review_queue
from positions.admin.common import by_htmx, number, user_of
from positions.admin.guide import guide
from positions.admin.queue_forms import FilterForm, ReadingForm, RejectForm
from positions.admin.queue_item import item_context
from positions.models import CurrentStance, Stance, StanceReview, User

PERMISSION = "positions.add_stancereview"
SKIPPED = "queue_skipped"
MAX_SKIPPED = 500


def urls(site: admin.AdminSite) -> list[URLPattern]:
    """Return the queue's addresses, to stand before the changelist's own."""
    return [
        path("queue/", site.admin_view(queue), name="positions_stance_queue"),
        path("queue/<int:pk>/decide/", site.admin_view(decide), name="positions_stance_decide"),
        path("queue/undo/", site.admin_view(undo), name="positions_stance_undo"),
        path("queue/skipped/", site.admin_view(bring_back), name="positions_stance_bring_back"),
        path("guide/", site.admin_view(guide), name="positions_stance_guide"),
        path("queue/mine/", site.admin_view(mine), name="positions_stance_mine"),
    ]


def _allowed(request: HttpRequest) -> User:
    user = user_of(request)
    if not user.has_perm(PERMISSION):
        raise PermissionDenied("Deciding on statements needs the role of an editor.")
    return user


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Show the item asked for, else the first that nobody else has open."""
    user, filters = _allowed(request), FilterForm(request.GET)
    if asked := number(request.GET.get("item")):
        row = review_queue.loaded(asked)
        if row is None:
            messages.warning(request, f"There is no current statement {asked}: its article was read again.")
    else:
        row = _next(request, user, filters, after=number(request.GET.get("after")))
    return _answer(request, user, filters, row)


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Save one decision and show the next item; on a conflict or a fault show this one with the reason."""
    user, filters = _allowed(request), FilterForm(_filters_of(request))
    stance = get_object_or_404(Stance.objects.select_related("version__article"), pk=pk)
    action = request.POST.get("action", "")
    if action == "skip":
        _skip(request, pk)
        return _forward(request, user, filters)
    form, refusal = ReadingForm(request.POST), RejectForm(request.POST)
    try:
        said = _decide(action, stance, user, request, form, refusal)
    except review.Conflict as conflict:
        messages.error(request, str(conflict))
        return _answer(request, user, filters, review_queue.loaded(pk), status=409)
    except ValidationError as error:
        if action in {"correct", "add"}:
            form.refuse(error)
        else:
            messages.error(request, " ".join(error.messages))
        return _answer(request, user, filters, review_queue.loaded(pk), status=422, form=form)
    if action == "add":
        messages.success(request, said)
        return _answer(request, user, filters, review_queue.loaded(pk))
    review_queue.release(pk)
    return _forward(request, user, filters)


def _decide(
    action: str, stance: Stance, user: User, request: HttpRequest, form: ReadingForm, refusal: RejectForm
) -> str:
    """Do what the button says and return it in words. Raises ValidationError and Conflict."""
    expected, note = number(request.POST.get("expected")), request.POST.get("note", "").strip()
    if action == "confirm":
        row = review.confirm(stance, by=user, expected=expected, note=note)
    elif action == "reject":
        row = review.reject(
            stance, by=user, reason=request.POST.get("reason", ""), expected=expected, note=note
        )
    elif action in {"correct", "add"}:
        if not form.is_valid():
            raise ValidationError({})
        values, sure = form.values(), form.cleaned_data["acknowledged"]
        if action == "add":
            row = review.add(stance.version, by=user, values=values, note=note, acknowledged=sure)
        else:
            row = review.correct(
                stance, by=user, values=values, expected=expected, note=note, acknowledged=sure
            )
    else:
        raise ValidationError(f"No such decision: {action!r}.")
    return f"{row.get_decision_display().capitalize()}: {row.stance}."


@require_POST
def undo(request: HttpRequest) -> HttpResponseBase:
    """Take back the user's last decision, or the one named, and show its item again."""
    user, filters = _allowed(request), FilterForm(_filters_of(request))
    named = number(request.POST.get("review"))
    last = StanceReview.objects.filter(pk=named).first() if named else review_queue.last_decision(user)
    if last is None:
        messages.warning(request, "There is nothing of yours to undo.")
        return _forward(request, user, filters)
    try:
        review.undo(last, by=user)
    except review.Conflict as conflict:
        messages.error(request, str(conflict))
        return _answer(request, user, filters, review_queue.loaded(last.stance_id), status=409)
    messages.success(request, f"Taken back: {last.get_decision_display()}, {last.stance}.")
    if by_htmx(request):
        return _answer(request, user, filters, review_queue.loaded(last.stance_id))
    return redirect(_url({**filters.query, "item": str(last.stance_id)}))


@require_POST
def bring_back(request: HttpRequest) -> HttpResponseBase:
    """Offer what was skipped again."""
    user = _allowed(request)
    request.session.pop(SKIPPED, None)
    return _forward(request, user, FilterForm(_filters_of(request)))


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """List the user's newest decisions, each with undo."""
    user = _allowed(request)
    rows = review_queue.mine(user).select_related("stance__holder", "stance__topic", "stance__article")[:200]
    context = {
        **admin.site.each_context(request),
        "title": "My decisions",
        "opts": Stance._meta,
        "reviews": rows,
        "today": review_queue.decided_today(user),
    }
    return TemplateResponse(request, "admin/positions/stance/mine.html", context)


# -- Answers -------------------------------------------------------------------------------------------------


def _next(
    request: HttpRequest, user: User, filters: FilterForm, after: int | None = None
) -> CurrentStance | None:
    skipped = request.session.get(SKIPPED, [])
    return review_queue.next_item(
        filters.apply(review_queue.waiting()), user=user, skipped=skipped, after=after
    )


def _forward(request: HttpRequest, user: User, filters: FilterForm) -> HttpResponseBase:
    """Show the next item: in place for htmx, by a redirect without JavaScript."""
    if by_htmx(request):
        return _answer(request, user, filters, _next(request, user, filters))
    return redirect(_url(filters.query))


def _answer(
    request: HttpRequest,
    user: User,
    filters: FilterForm,
    row: CurrentStance | None,
    *,
    status: int = 200,
    form: ReadingForm | None = None,
) -> HttpResponse:
    rows = filters.apply(review_queue.waiting())
    context: dict[str, Any] = {
        "filters": filters,
        "query": urlencode(filters.query),
        "left": rows.count(),
        "today": review_queue.decided_today(user),
        "skipped": len(request.session.get(SKIPPED, [])),
        "last": review_queue.last_decision(user),
        "opts": Stance._meta,
        "title": "Review queue",
        "actor_media": ReadingForm().media,
        "back": _back(filters),
    }
    if row is not None:
        context |= item_context(row, user, form)
    template = "admin/positions/stance/queue.html"
    if by_htmx(request):
        template += "#item"
    else:
        # Article and reading side by side need the sidebar's room.
        context |= {**admin.site.each_context(request), "is_nav_sidebar_enabled": False}
    response = TemplateResponse(request, template, context, status=status)
    response["Vary"] = "HX-Request"
    return response


def _url(query: dict[str, str]) -> str:
    return f"{reverse('admin:positions_stance_queue')}{'?' if query else ''}{urlencode(query)}"


def _back(filters: FilterForm) -> str:
    """Return the address of the whole article that the queue is narrowed to."""
    kept = {name: value for name, value in filters.query.items() if name in {"article", "drawn"}}
    return f"{reverse('admin:positions_exhaustivecoding_whole')}?{urlencode(kept)}"


def _filters_of(request: HttpRequest) -> QueryDict:
    """Return the filters under which the item was shown; a POST carries them as one field."""
    return QueryDict(request.POST.get("query", ""))


def _skip(request: HttpRequest, pk: int) -> None:
    request.session[SKIPPED] = [*request.session.get(SKIPPED, []), pk][-MAX_SKIPPED:]
    review_queue.release(pk)
