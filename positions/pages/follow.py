"""`/follow/`: hear when a position changes. No login: an address counts once it answered a letter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from actors.models import Actor
from positions import alerts
from positions.models import Follow, Topic
from positions.pages import record

RHYTHMS = [
    (Follow.Rhythm.DAILY, gettext_lazy("at most daily")),
    (Follow.Rhythm.WEEKLY, gettext_lazy("at most weekly")),
]


class FollowForm(forms.Form):
    actor = forms.ModelChoiceField(
        Actor.objects.none(), to_field_name="slug", required=False, label=gettext_lazy("Actor"),
        empty_label=gettext_lazy("any state or body"),
    )  # fmt: skip
    topic = forms.ModelChoiceField(
        Topic.objects.all(), to_field_name="slug", required=False, label=gettext_lazy("Topic"),
        empty_label=gettext_lazy("any topic"),
    )  # fmt: skip
    rhythm = forms.ChoiceField(label=gettext_lazy("How often"), choices=RHYTHMS)
    email = forms.EmailField(label=gettext_lazy("Your e-mail address"), max_length=254)
    # People do not see it; programs fill it in.
    website = forms.CharField(required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        drawn = Actor.objects.existing().filter(line_points__isnull=False).distinct()
        self.fields["actor"].queryset = drawn.order_by("name")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and not said.get("actor") and not said.get("topic"):
            raise forms.ValidationError(_("Choose an actor, a topic, or both."))
        return said


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponseBase:
    """Show the form, filled in from the address, and take it."""
    if request.method != "POST":
        form = FollowForm(initial={name: request.GET.get(name, "") for name in ("actor", "topic")})
        return _page(request, "follow.html", _("Follow a position"), form=form, asked="asked" in request.GET)
    form = FollowForm(request.POST)
    if not form.is_valid():
        return _page(request, "follow.html", _("Follow a position"), form=form, status=422)
    if not form.cleaned_data.pop("website"):
        try:
            alerts.follow(**form.cleaned_data)
        except alerts.TooMany:
            form.add_error("email", _("This address has been asked to confirm often enough for today."))
            return _page(request, "follow.html", _("Follow a position"), form=form, status=429)
    return redirect(f"{reverse('follow')}?asked=1")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def manage(request: HttpRequest, token: str) -> HttpResponseBase:
    """Confirm or end one follow. Only the button does it: mail programs open links by themselves."""
    one = get_object_or_404(Follow.objects.select_related("actor", "topic"), token=token)
    if request.method == "POST":
        if "confirm" in request.POST and one.ended_at is None:
            alerts.confirm(one)
        elif "end" in request.POST:
            alerts.end(one)
        return redirect("follow-manage", token=token)
    return _page(request, "follow_manage.html", _("What you follow"), follow=one)


@never_cache
@csrf_exempt  # the mail program's one click (RFC 8058) carries no cookie; the token is the permission
@require_POST
def end(request: HttpRequest, token: str) -> HttpResponse:
    alerts.end(get_object_or_404(Follow, token=token))
    return HttpResponse(_("You will hear no more of this."), content_type="text/plain; charset=utf-8")


def _page(
    request: HttpRequest, template: str, title: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    common = {"title": title, "furniture": record.furniture(), "links": {}, "here": request.path}
    return render(request, template, {**common, **context}, status=status)
