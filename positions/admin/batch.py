"""Deciding on many statements at once: what to do, what that would change, a count typed, an undo."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from positions import batches
from positions.admin.common import number, user_of
from positions.admin.queue_forms import actor_field, position_choices
from positions.batches import Plan
from positions.models import CurrentStance, Stance, Topic
from positions.models.stances import Kind, Mode
from positions.review import RejectReason

SHOWN = 10  # lines of what was left out, after the deed
VERBS = {"confirm": "Confirm", "reject": "Reject", "correct": "Correct"}
PAST = {"confirm": "confirmed", "reject": "rejected", "correct": "corrected"}


class ConfirmForm(forms.Form):
    """Nothing needs to be said to confirm."""

    def plan(self) -> Plan:
        return Plan("confirm")


class RejectAllForm(forms.Form):
    """Why none of them is a statement."""

    reason = forms.ChoiceField(choices=[("", "why?"), *RejectReason.choices])
    note = forms.CharField(required=False, max_length=500)

    def plan(self) -> Plan:
        return Plan("reject", reason=self.cleaned_data["reason"], note=self.cleaned_data["note"])


class CorrectAllForm(forms.Form):
    """What is true of all of them; what is left empty stays as it counts for each."""

    position = forms.TypedChoiceField(
        choices=lambda: [("", "as it is"), *position_choices()], coerce=int, empty_value=None, required=False
    )
    holder = actor_field("holder", required=False)
    topic = forms.ModelChoiceField(Topic.objects.all(), required=False, empty_label="as it is")
    mode = forms.ChoiceField(choices=[("", "as it is"), *Mode.choices], required=False)
    kind = forms.ChoiceField(choices=[("", "as it is"), *Kind.choices], required=False)
    stated_on = forms.DateField(
        required=False, label="Said on", widget=forms.DateInput(attrs={"type": "date"})
    )
    note = forms.CharField(required=False, max_length=500)

    def plan(self) -> Plan:
        said = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        note = said.pop("note", "")
        return Plan("correct", changes=said, note=note)


Planned = ConfirmForm | RejectAllForm | CorrectAllForm
FORMS: dict[str, type[Planned]] = {
    "confirm": ConfirmForm,
    "reject": RejectAllForm,
    "correct": CorrectAllForm,
}


class DecidesInBulk:
    """The changelist's three actions, for those who may decide on batches."""

    admin_site: admin.AdminSite
    opts: Any
    message_user: Any

    def has_decide_batch_permission(self, request: HttpRequest) -> bool:
        return user_of(request).has_perm(batches.PERMISSION)

    @admin.action(description="Confirm selected (with a preview)", permissions=["decide_batch"])
    def confirm_selected(self, request: HttpRequest, stances: QuerySet[Stance]) -> HttpResponseBase | None:
        return self._in_bulk(request, stances, "confirm")

    @admin.action(description="Reject selected (with a preview)", permissions=["decide_batch"])
    def reject_selected(self, request: HttpRequest, stances: QuerySet[Stance]) -> HttpResponseBase | None:
        return self._in_bulk(request, stances, "reject")

    @admin.action(description="Correct selected (with a preview)", permissions=["decide_batch"])
    def correct_selected(self, request: HttpRequest, stances: QuerySet[Stance]) -> HttpResponseBase | None:
        return self._in_bulk(request, stances, "correct")

    def _in_bulk(
        self, request: HttpRequest, stances: QuerySet[Stance], action: str
    ) -> HttpResponseBase | None:
        """Ask what to do, show what that would change, and do it when the number is typed."""
        open_ = stances.filter(current__decision=CurrentStance.Decision.MACHINE)
        chosen = list(open_.select_related("holder", "topic", "version__article")[: batches.MAX + 1])
        if not chosen or len(chosen) > batches.MAX:
            text = "All of them are decided already." if not chosen else f"At most {batches.MAX} at once."
            self.message_user(request, text, messages.WARNING)
            return None
        asked = "planned" in request.POST or action == "confirm"
        form = FORMS[action](request.POST if asked else None)
        foreseen = None
        if asked and form.is_valid():
            try:
                if (done := self._carried_out(request, form.plan(), chosen)) is not None:
                    self._done(request, action, done)
                    return None
                foreseen = batches.preview(chosen, form.plan(), by=user_of(request))
            except ValidationError as error:
                form.add_error(None, error)
        return self._ask(request, action, form, chosen, stances.count() - len(chosen), foreseen)

    def _carried_out(self, request: HttpRequest, plan: Plan, chosen: list[Stance]) -> batches.Batch | None:
        """Decide if the number is typed and right; None if nothing was done."""
        count = number(request.POST.get("count", "").strip())
        if count is None:
            return None
        try:
            return batches.carry_out(chosen, plan, by=user_of(request), count=count)
        except batches.WrongCount:
            return None

    def _ask(
        self, request: HttpRequest, action: str, form: Planned, chosen: list[Stance], decided: int,
        foreseen: batches.Batch | None,
    ) -> HttpResponseBase:  # fmt: skip
        context = {
            **self.admin_site.each_context(request),
            "title": f"{VERBS[action]} {len(chosen)} statement{'s' if len(chosen) != 1 else ''}?",
            "opts": self.opts,
            "action": f"{action}_selected",
            "verb": VERBS[action],
            "past": PAST[action],
            "form": form,
            "media": form.media,
            "stances": chosen,
            "decided": decided,
            "foreseen": foreseen,
            "is_nav_sidebar_enabled": False,
            "wrong_count": "count" in request.POST,
        }
        return TemplateResponse(request, "admin/positions/stance/batch.html", context)

    def _done(self, request: HttpRequest, action: str, batch: batches.Batch) -> None:
        undo = format_html(
            '{} {}. <a href="{}?batch={}">Undo the batch</a>',
            batch.done, PAST[action], reverse("admin:positions_stance_undo_batch"), batch.key,
        )  # fmt: skip
        self.message_user(request, undo, messages.SUCCESS)
        for line in batch.left_out[:SHOWN]:
            self.message_user(request, line, messages.WARNING)

    def undo_batch(self, request: HttpRequest) -> HttpResponseBase:
        """Ask, then take a batch back."""
        if not self.has_decide_batch_permission(request):
            raise PermissionDenied("Deciding on many statements at once is for senior editors.")
        key = request.POST.get("batch") or request.GET.get("batch", "")
        rows = batches.of(key)
        if request.method == "POST":
            undone = batches.undo(key, by=user_of(request))
            self.message_user(request, f"{undone.done} taken back.", messages.SUCCESS)
            for line in undone.left_out[:SHOWN]:
                self.message_user(request, line, messages.WARNING)
            return redirect("admin:positions_stance_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": f"Take back {rows.count()} decisions?",
            "opts": self.opts,
            "batch": key,
            "first": rows.select_related("by").first(),
        }
        return TemplateResponse(request, "admin/positions/stance/undo_batch.html", context)
