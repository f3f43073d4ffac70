"""Unresolved names: what waits, and one screen that settles a name wherever it was met."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from actors.models import Actor
from positions import names
from positions.admin.common import ReadOnlyAdmin, user_of
from positions.admin.queue_forms import actor_field
from positions.admin.segments import Span, as_html
from positions.models import UnresolvedMention

# Characters of the article shown on each side of a name.
AROUND = 120
SHOWN = 6
LISTED = 100


class SettleForm(forms.Form):
    """Whom a name means: a suggestion, any actor, a new one, or nobody."""

    suggested = forms.ModelChoiceField(Actor.objects.existing(), required=False)
    actor = actor_field(required=False, label="Another actor")
    name = forms.CharField(required=False, max_length=200, label="Name")
    kind = forms.ChoiceField(choices=Actor.Kind.choices, initial=Actor.Kind.PERSON)
    remember = forms.BooleanField(required=False, label="Read this spelling so from now on")

    def actor_meant(self) -> Actor:
        """Return the actor chosen in either way; a choice from the long list goes before a suggestion."""
        chosen = self.cleaned_data["actor"] or self.cleaned_data["suggested"]
        if chosen is None:
            raise ValidationError({"actor": "Choose an actor."})
        return chosen


@admin.register(UnresolvedMention)
class UnresolvedMentionAdmin(ReadOnlyAdmin):
    list_display = ("text", "why", "on", "state", "actor", "article", "settle_link")
    list_filter = ("state", "why")
    list_select_related = ("version__article", "actor")
    search_fields = ("text", "slug")
    date_hierarchy = "on"

    @admin.display(description="article")
    def article(self, mention: UnresolvedMention) -> str:
        return mention.version.article.title

    @admin.display(description="settle")
    def settle_link(self, mention: UnresolvedMention) -> str:
        if mention.state != names.OPEN:
            return "settled"
        address = reverse("admin:positions_unresolvedmention_settle", args=[mention.slug])
        return format_html('<a href="{}">settle</a>', address)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("names/", view(self.names), name="positions_unresolvedmention_names"),
            path("names/<path:slug>/", view(self.settle), name="positions_unresolvedmention_settle"),
            *super().get_urls(),
        ]

    def names(self, request: HttpRequest) -> HttpResponseBase:
        """List the open names, the most frequent first."""
        self._allowed(request)
        context = {
            **self.admin_site.each_context(request),
            "title": "Names that mean nobody yet",
            "opts": self.opts,
            "groups": names.groups(LISTED),
            "waiting": names.waiting(),
        }
        return TemplateResponse(request, "admin/positions/unresolvedmention/names.html", context)

    def settle(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """Show one name with its sentences; settle it everywhere, then go on to the next."""
        user = self._allowed(request)
        mentions = names.open_mentions(slug)
        if not mentions:
            messages.info(request, f"“{slug}” does not wait for anybody (any more).")
            return redirect("admin:positions_unresolvedmention_names")
        form = SettleForm(request.POST or None, initial={"name": mentions[0].text, "remember": True})
        if request.method == "POST" and form.is_valid():
            try:
                messages.success(request, _settle(request.POST.get("action", ""), slug, form, user))
            except ValidationError as error:
                for field, reasons in error.message_dict.items():
                    form.add_error(field, reasons)
            else:
                return redirect(_next())
        context = {
            **self.admin_site.each_context(request),
            "title": f"Who is “{mentions[0].text}”?",
            "opts": self.opts,
            "form": form,
            "media": form.media,
            "mentions": [(row, context_of(row)) for row in mentions[:SHOWN]],
            "count": len(mentions),
            "suggestions": (suggested := names.suggestions(mentions)),
            "clear": names.is_clear(suggested),
            "is_nav_sidebar_enabled": False,
            "next": next(iter(names.groups(1, behind=slug)), None),
        }
        return TemplateResponse(request, "admin/positions/unresolvedmention/settle.html", context)

    def _allowed(self, request: HttpRequest) -> Any:
        user = user_of(request)
        if not user.has_perm(names.PERMISSION):
            raise PermissionDenied("Settling names needs the role of an editor.")
        return user


def _settle(action: str, slug: str, form: SettleForm, user: Any) -> str:
    """Do what the button says and return it in words."""
    if action == "nobody":
        return f"{names.dismiss(slug, by=user)} times nobody."
    if action == "new":
        values = form.cleaned_data
        actor, settled = names.settle_as_new(slug, name=values["name"], kind=values["kind"], by=user)
    else:
        actor = form.actor_meant()
        settled = names.settle(slug, actor, by=user, remember=form.cleaned_data["remember"])
    return f"{settled.mentions} times {actor}; that brought in {settled.statements} statements."


def _next() -> str:
    if waiting := names.groups(1):
        return reverse("admin:positions_unresolvedmention_settle", args=[waiting[0].slug])
    return reverse("admin:positions_unresolvedmention_names")


def context_of(mention: UnresolvedMention) -> str:
    """Return the words around a name, the name marked."""
    text = mention.version.text
    start, end = max(0, mention.start - AROUND), min(len(text), mention.end + AROUND)
    here = Span(mention.start - start, mention.end - start, mention.pk)
    return as_html(text[start:end], here, [])
