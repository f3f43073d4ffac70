"""Second readings: the blind screen, and the list where differences are settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from actors.models import Actor
from positions import review, review_queue, second_reading
from positions.admin.common import ReadOnlyAdmin, number, position_mark, user_of
from positions.admin.queue_forms import BlindForm
from positions.admin.segments import Span, as_html
from positions.effective import Effective
from positions.models import SecondReading, Stance, StanceReview, Topic
from positions.second_reading import Blind


@admin.register(SecondReading)
class SecondReadingAdmin(ReadOnlyAdmin):
    list_display = ("stance", "by", "recorded_at", "reads", "settled")
    list_select_related = ("stance__holder", "stance__topic", "by", "adjudicated")
    list_filter = ("by", "no_stance")

    class Media:
        css = {"all": ("positions/workbench.css",)}

    @admin.display(description="reads it as")
    def reads(self, reading: SecondReading) -> str:
        return "no stance" if reading.no_stance else position_mark(reading.position)

    @admin.display(description="settled", boolean=True)
    def settled(self, reading: SecondReading) -> bool:
        return reading.adjudicated is not None

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("blind/", view(self.blind), name="positions_secondreading_blind"),
            path("differences/", view(self.differences), name="positions_secondreading_differences"),
            *super().get_urls(),
        ]

    def blind(self, request: HttpRequest) -> HttpResponseBase:
        """Show one decided statement of the sample without its values; keep what is read in it."""
        user = user_of(request)
        if not user.has_perm("positions.add_secondreading"):
            raise PermissionDenied("Reading a second time needs the role of an editor.")
        if request.method != "POST":
            return self._blind_page(request, review_queue.next_for_second_reading(user))
        stance = get_object_or_404(Stance, pk=number(request.POST.get("stance")) or 0)
        no_stance, form = request.POST.get("action") == "none", BlindForm(request.POST)
        try:
            if no_stance or form.is_valid():
                values = None if no_stance else Blind(**form.cleaned_data)
                second_reading.save(stance, by=user, values=values)
                return redirect("admin:positions_secondreading_blind")
        except ValidationError as error:
            if not hasattr(error, "error_dict"):  # not about a value: somebody else must read it
                messages.error(request, " ".join(error.messages))
                return redirect("admin:positions_secondreading_blind")
            form.refuse(error)
        return self._blind_page(request, stance.pk, form)

    def _blind_page(
        self, request: HttpRequest, pk: int | None, form: BlindForm | None = None
    ) -> HttpResponseBase:
        row = review_queue.loaded(pk) if pk else None
        form = form or BlindForm(initial={"stated_on": row.article.published_on if row else None})
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": "Second reading",
            "is_nav_sidebar_enabled": False,
            "opts": self.opts,
            "form": form,
            "actor_media": form.media,
            "row": row,
            "left": review_queue.for_second_reading(user_of(request)).count(),
            "text": as_html(row.stance.version.text, Span(row.start, row.end, row.pk), []) if row else "",
        }
        template, status = "admin/positions/secondreading/blind.html", 422 if form.is_bound else 200
        return TemplateResponse(request, template, context, status=status)

    def differences(self, request: HttpRequest) -> HttpResponseBase:
        """List where two readers differ; a senior editor says who is right."""
        user = user_of(request)
        if not user.has_perm("positions.adjudicate"):
            raise PermissionDenied("Settling differences is for senior editors.")
        if request.method == "POST":
            self._settle(request)
            return redirect("admin:positions_secondreading_differences")
        context = {
            **self.admin_site.each_context(request),
            "title": "Differences between two readers",
            "opts": self.opts,
            "pairs": side_by_side(second_reading.unsettled()),
        }
        return TemplateResponse(request, "admin/positions/secondreading/differences.html", context)

    def _settle(self, request: HttpRequest) -> None:
        pk = number(request.POST.get("reading")) or 0
        reading = get_object_or_404(SecondReading, pk=pk, adjudicated__isnull=True)
        right = request.POST.get("right", "")
        try:
            if right not in {"first", "second"}:
                raise ValidationError("Say which of the two is right.")
            row = second_reading.settle(
                reading, by=user_of(request), second_is_right=right == "second",
                expected=number(request.POST.get("expected")),
            )  # fmt: skip
        except (review.Conflict, ValidationError) as error:
            text = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            messages.error(request, text)
        else:
            messages.success(request, f"Settled: {row.get_decision_display()}, {row.stance}.")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two readings of one statement: `rows` has name, both values, and whether they differ.

    `newest` is the decision that guards the settling; `since` whether it came after the second reading.
    """

    reading: SecondReading
    rejected: bool
    rows: list[tuple[str, Any, Any, bool]]
    newest: StanceReview
    since: bool


def side_by_side(readings: list[SecondReading]) -> list[Pair]:
    """Return the readings with both readers' values in words; the same number of queries for any."""
    firsts = [second_reading.first_values(reading) for reading in readings]
    ids = {pk for first in firsts for pk in (first.holder_id, first.source_actor_id) if pk}
    actors, topics = Actor.objects.in_bulk(ids), Topic.objects.in_bulk()
    return [_pair(reading, first, actors, topics) for reading, first in zip(readings, firsts, strict=True)]


def day(value: date) -> str:
    return f"{value:%-d %B %Y}"


def _pair(
    reading: SecondReading, first: Effective, actors: dict[int, Actor], topics: dict[int, Topic]
) -> Pair:
    differing = second_reading.differences(reading)
    rows = [
        ("holder", actors[first.holder_id], reading.holder),
        ("topic", topics[first.topic_id], reading.topic),
        ("position", position_mark(first.position), position_mark(reading.position)),
        ("mode", first.mode, reading.mode),
        ("kind", first.kind, reading.kind),
    ]
    if reading.stated_on is not None:
        rows += [
            (
                "source",
                actors.get(first.source_actor_id or 0, "the holder"),
                reading.source_actor or "the holder",
            ),
            ("condition", first.condition or "none", reading.condition or "none"),
            ("date", day(first.stated_on), day(reading.stated_on)),
        ]
    newest = list(reading.stance.reviews.all())[-1]
    return Pair(
        reading=reading,
        rejected=first.decision == second_reading.REJECTED,
        rows=[(name, one, other, name in differing) for name, one, other in rows],
        newest=newest,
        since=newest.pk != reading.first_id,
    )
