"""Actors and their offices where saving one redraws lines; merging and parting actors."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.messages.storage import default_storage
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from actors import admin as registry
from actors.models import Actor, Mandate
from positions import merging, names, offices, read_models
from positions.admin.common import number, user_of
from positions.admin.queue_forms import actor_field


class MergeForm(forms.Form):
    into = actor_field(label="Is the same as")


def bodies_of(people: Iterable[Actor]) -> set[int]:
    """Return whose lines may move with these people's offices: theirs and those they ever spoke for."""
    ids = {person.pk for person in people}
    return ids | set(Mandate.objects.filter(person__in=ids).values_list("of_id", flat=True))


class RedrawsLines:
    """Saves are followed by what depends on them; `_preview` shows that instead of saving."""

    change_form_template = "admin/actors/change_form_with_preview.html"

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponseBase:
        view = super().changeform_view  # type: ignore[misc]
        if request.method != "POST":
            return view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            if pk := number(object_id):
                # Before the row itself is written, and in one order with whoever else redraws lines.
                read_models.lock(self.redrawn_by(pk), [])
            response = view(request, object_id, form_url, extra_context)
            if "_preview" not in request.POST or response.status_code != 302:
                return response
            moves, overlaps = request.lines_moved, request.overlaps  # type: ignore[attr-defined]
            transaction.set_rollback(True)
        request._messages = default_storage(request)  # type: ignore[attr-defined]  # they said that it was saved
        return self._preview(request, moves, overlaps)

    def redrawn_by(self, pk: int) -> set[int]:
        """Return the actors whose lines saving the row may redraw."""
        return bodies_of(Actor.objects.filter(pk=pk))

    def _preview(
        self, request: HttpRequest, moves: list[offices.Move], overlaps: list[str]
    ) -> HttpResponseBase:
        posted = [(k, v) for k, values in request.POST.lists() for v in values if k != "_preview"]
        context = {
            **admin.site.each_context(request),
            "title": "What would move",
            "moves": moves,
            "overlaps": overlaps,
            "posted": [(k, v) for k, v in posted if k != "csrfmiddlewaretoken"],
            "opts": self.opts,  # type: ignore[attr-defined]
        }
        return TemplateResponse(request, "admin/actors/moves.html", context)

    def follow(
        self, request: HttpRequest, people: Collection[Actor], before: set[int], old: dict[Any, offices.Steps]
    ) -> None:
        """Redraw after the offices of these people were saved and say what moved."""
        for person in people:
            offices.redraw(person)
        moved = offices.moves(old, offices.lines(before | bodies_of(people)))
        request.lines_moved = moved  # type: ignore[attr-defined]
        for move in moved:
            messages.info(request, f"The line of {move.actor} on {move.topic} was redrawn.")
        held = Mandate.objects.filter(person__in=people).select_related("person", "of")
        overlaps = [f"{one} overlaps with {other}." for one in held for other in offices.overlaps(one)]
        request.overlaps = overlaps  # type: ignore[attr-defined]
        for line in overlaps:
            messages.warning(request, line)


@admin.register(Actor)
class ActorAdmin(RedrawsLines, registry.ActorAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/merge/", view(self.merge), name="actors_actor_merge"),
            path("<int:pk>/part/", view(self.part), name="actors_actor_part"),
            *super().get_urls(),
        ]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        actor = form.instance
        rows = [row.instance for formset in formsets for row in formset.forms]
        entered = {row.of_id for row in rows if isinstance(row, Mandate) and row.of_id}
        before = bodies_of([actor]) | entered
        old = offices.lines(before)
        super().save_related(request, form, formsets, change)
        self.follow(request, [actor], before, old)

    def merge(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Show what a merge would take along; do it when asked."""
        user, actor = user_of(request), get_object_or_404(Actor, pk=pk)
        if not user.has_perm(merging.PERMISSION):
            raise PermissionDenied("Merging actors is for senior editors.")
        form = MergeForm(request.POST or None, initial={"into": number(request.GET.get("into"))})
        if request.method == "POST" and form.is_valid():
            into = form.cleaned_data["into"]
            try:
                count = merging.merge(actor, into, by=user)
            except ValidationError as error:
                form.add_error("into", error.message_dict["into"])
            else:
                messages.success(request, f"{actor} is now {into}; {count} findings count for it.")
                return redirect("admin:actors_actor_change", into.pk)
        context = {
            **admin.site.each_context(request),
            "title": f"Merge {actor}",
            "opts": self.opts,
            "actor": actor,
            "form": form,
            "media": form.media,
            "findings": len(merging.stance_ids(actor)),
            "suggestions": suggestions(actor),
        }
        return TemplateResponse(request, "admin/actors/merge.html", context)

    def part(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Take a merge back."""
        user, actor = user_of(request), get_object_or_404(Actor, pk=pk)
        if request.method != "POST" or not user.has_perm(merging.PERMISSION):
            raise PermissionDenied("Parting actors is for senior editors.")
        try:
            count = merging.part(actor, by=user)
            messages.success(
                request, f"{actor} is an actor of its own again, with its share of {count} findings."
            )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect("admin:actors_actor_change", actor.pk)


def suggestions(actor: Actor) -> list[Actor]:
    """Return actors of the same kind whose names are the most alike."""
    found = [one.actor for one in names.alike(actor.name, limit=8)]
    return [other for other in found if other != actor and other.kind == actor.kind][:4]


@admin.register(Mandate)
class MandateAdmin(RedrawsLines, registry.MandateAdmin):
    def redrawn_by(self, pk: int) -> set[int]:
        return bodies_of(Actor.objects.filter(mandates=pk))

    def save_model(self, request: HttpRequest, obj: Mandate, form: Any, change: bool) -> None:
        # A new row has no holder yet: asking for that of none would find everybody without an office.
        people = {obj.person, *(Actor.objects.filter(mandates=obj.pk) if obj.pk else ())}
        before = bodies_of(people) | {obj.of_id}
        old = offices.lines(before)
        super().save_model(request, obj, form, change)
        self.follow(request, people, before, old)

    def delete_model(self, request: HttpRequest, obj: Mandate) -> None:
        with transaction.atomic():
            person = obj.person
            super().delete_model(request, obj)
            offices.redraw(person)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        with transaction.atomic():
            people = list(Actor.objects.filter(mandates__in=queryset).distinct())
            super().delete_queryset(request, queryset)
            for person in people:
                offices.redraw(person)
