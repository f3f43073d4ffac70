"""Second readings: the blind screen, and the list where differences are settled."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from positions import review, review_queue, second_reading
from positions.admin.common import ReadOnlyAdmin, position_mark, user_of
from positions.admin.queue_forms import BlindForm
from positions.admin.segments import Span, as_html
from positions.models import SecondReading, Stance
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
        form, stance = BlindForm(request.POST or None), None
        if request.method == "POST":
            stance = get_object_or_404(Stance, pk=request.POST.get("stance"))
            no_stance = request.POST.get("action") == "none"
            if no_stance or form.is_valid():
                try:
                    second_reading.save(
                        stance, by=user, values=None if no_stance else Blind(**form.cleaned_data)
                    )
                except ValidationError as error:
                    messages.error(request, " ".join(error.messages))
                return redirect("admin:positions_secondreading_blind")
        rows = review_queue.for_second_reading(user)
        chosen = (
            stance.pk if stance else rows.order_by("stance__fingerprint").values_list("pk", flat=True).first()
        )
        row = review_queue.loaded(chosen) if chosen else None
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": "Second reading",
            "is_nav_sidebar_enabled": False,
            "opts": self.opts,
            "form": form,
            "actor_media": form.media,
            "row": row,
            "left": rows.count(),
            "text": as_html(row.stance.version.text, Span(row.start, row.end, row.pk), []) if row else "",
        }
        return TemplateResponse(request, "admin/positions/secondreading/blind.html", context)

    def differences(self, request: HttpRequest) -> HttpResponseBase:
        """List where two readers differ; a senior editor says who is right."""
        user = user_of(request)
        if not user.has_perm("positions.adjudicate"):
            raise PermissionDenied("Settling differences is for senior editors.")
        if request.method == "POST":
            self._settle(request)
            return redirect("admin:positions_secondreading_differences")
        readings = second_reading.unsettled()
        context = {
            **self.admin_site.each_context(request),
            "title": "Differences between two readers",
            "opts": self.opts,
            "pairs": [
                (reading, _first(reading), second_reading.differences(reading)) for reading in readings
            ],
        }
        return TemplateResponse(request, "admin/positions/secondreading/differences.html", context)

    def _settle(self, request: HttpRequest) -> None:
        reading = get_object_or_404(SecondReading, pk=request.POST.get("reading"), adjudicated__isnull=True)
        expected = request.POST.get("expected", "")
        try:
            row = second_reading.settle(
                reading, by=user_of(request), second_is_right=request.POST.get("right") == "second",
                expected=int(expected) if expected.isdigit() else None,
            )  # fmt: skip
        except (review.Conflict, ValidationError) as error:
            text = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            messages.error(request, text)
        else:
            messages.success(request, f"Settled: {row.get_decision_display()}, {row.stance}.")


def _first(reading: SecondReading) -> dict[str, Any]:
    """Return the first reader's values for the screen, with the id that guards the decision."""
    newest = review.newest_review(reading.stance)
    values = review.decided_values(reading.stance)
    return {
        "values": values,
        "rejected": second_reading.first_values(reading).decision == second_reading.REJECTED,
        "expected": newest.pk if newest else "",
    }
