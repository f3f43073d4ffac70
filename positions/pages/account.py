"""`/account/`: an analyst's desk. What they follow, what moved since they looked, and their private notes."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from actors.models import Actor
from positions import desk
from positions.models import LinePoint, Topic, User
from positions.pages import flat, record, shifts

PER_PAGE = 30
SHOWN = 50  # shifts
View = Callable[..., HttpResponseBase]


class WatchForm(forms.Form):
    actor = forms.ModelChoiceField(
        Actor.objects.existing().filter(line_points__isnull=False).distinct().order_by("name"),
        to_field_name="slug", required=False, label=gettext_lazy("Actor"),
        empty_label=gettext_lazy("any state or body"),
    )  # fmt: skip
    topic = forms.ModelChoiceField(
        Topic.objects.all(), to_field_name="slug", required=False, label=gettext_lazy("Topic"),
        empty_label=gettext_lazy("any topic"),
    )  # fmt: skip


class NoteForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Note"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 5})
    )
    about = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)


def user_of(request: HttpRequest) -> User:
    """Return who is logged in; only views behind `at_the_desk` ask."""
    assert isinstance(request.user, User)
    return request.user


def at_the_desk(view: View) -> View:
    """Let only those in who have a desk: others log in first, or are told that they have none."""

    @never_cache
    @login_required(login_url="admin:login")
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not desk.may_use(user_of(request)):
            raise PermissionDenied("A desk needs the role of an analyst.")
        return view(request, *args, **kwargs)

    return checked


@at_the_desk
@require_http_methods(["GET", "HEAD"])
def account(request: HttpRequest) -> HttpResponse:
    """Show the desk; `about`, an address of ours, prepares a note or a follow."""
    kind, row = about(request.GET.get("about", ""))
    note = NoteForm(initial={"about": request.GET.get("about", "") if row else ""})
    chosen = {kind: getattr(row, "slug", "")} if kind in ("actor", "topic") else {}
    return _desk(request, WatchForm(initial=chosen), note)


@at_the_desk
@require_POST
def follow(request: HttpRequest) -> HttpResponseBase:
    form = WatchForm(request.POST)
    if form.is_valid():
        try:
            desk.watch(user_of(request), **form.cleaned_data)
            return redirect("account")
        except ValidationError as error:
            form.add_error(None, error)
    return _desk(request, form, NoteForm(), status=422)


@at_the_desk
@require_POST
def unfollow(request: HttpRequest, pk: int) -> HttpResponseBase:
    desk.unwatch(user_of(request), pk)
    return redirect("account")


@at_the_desk
@require_POST
def seen(request: HttpRequest) -> HttpResponseBase:
    desk.clear(user_of(request))
    return redirect("account")


@at_the_desk
@require_POST
def add_note(request: HttpRequest) -> HttpResponseBase:
    form = NoteForm(request.POST)
    if form.is_valid():
        kind, row = about(form.cleaned_data["about"])
        if row is not None or not form.cleaned_data["about"]:
            pk = row.pk if row is not None else None
            desk.write(user_of(request), form.cleaned_data["text"], kind=kind, pk=pk)
            return redirect(f"{reverse('account')}#notes")
        form.add_error(None, _("What the note is about is not in the record."))
    return _desk(request, WatchForm(), form, status=422)


@at_the_desk
@require_http_methods(["GET", "HEAD", "POST"])
def note(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show one note of one's own to change or delete it; somebody else's is not there."""
    one = get_object_or_404(desk.notes(user_of(request)), pk=pk)
    form = NoteForm(request.POST or None, initial={"text": one.text})
    if request.method == "POST":
        if "delete" in request.POST:
            one.delete()
            return redirect(f"{reverse('account')}#notes")
        if form.is_valid():
            one.text = form.cleaned_data["text"]
            one.save(update_fields=["text", "changed_at"])
            return redirect(f"{reverse('account')}#notes")
    status = 422 if request.method == "POST" else 200
    return _page(request, "note.html", _("Note"), status=status, note=one, form=form)


def about(path: str) -> tuple[str, Any]:
    """Return kind and row of what one of our addresses shows; ("", None) where it is none."""
    try:
        match = resolve(path.split("?")[0])
    except Resolver404:
        return "", None
    model = desk.ABOUT.get(match.url_name or "")
    if model is None:
        return "", None
    row = model._default_manager.filter(**match.kwargs).first()
    return (match.url_name or "", row) if row is not None else ("", None)


def _desk(request: HttpRequest, watching: WatchForm, writing: NoteForm, *, status: int = 200) -> HttpResponse:
    user = user_of(request)
    news = desk.news(user)
    fresh = {point.pk for one in news for point in one.shifts}
    points = flat.of(flat.Point, LinePoint.objects.filter(pk__in=fresh).order_by("-stated_on", "-pk")[:SHOWN])
    undone = sum(one.undone for one in news)
    notes = Paginator(desk.notes(user), PER_PAGE).get_page(request.GET.get("page"))
    subject = writing["about"].value() or ""
    context = {
        "news": news,
        "shifts": [shifts.row(point) for point in points],
        "more": max(0, len(fresh) - SHOWN),
        "undone": undone,
        "fresh": bool(fresh or undone),
        "notes": notes,
        "watching": watching,
        "writing": writing,
        "subject": about(subject)[1] if subject else None,
    }
    return _page(request, "account.html", _("Your desk"), status=status, **context)


def _page(
    request: HttpRequest, template: str, title: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    common = {"title": title, "furniture": record.furniture(), "links": {}, "here": request.path}
    return render(request, template, {**common, **context}, status=status)
