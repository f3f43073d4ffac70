"""`/statements/<id>/report/`: a reader says that something is wrong. Editors see it next."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from positions import reports
from positions.models import CurrentStance, Report
from positions.pages import record

REASONS = [
    (Report.Reason.NOT_SAID, gettext_lazy("They did not say that")),
    (Report.Reason.POSITION, gettext_lazy("The position is wrong")),
    (Report.Reason.PERSON, gettext_lazy("It is somebody else’s position")),
    (Report.Reason.DATE, gettext_lazy("The date is wrong")),
    (Report.Reason.SOURCE, gettext_lazy("The article was corrected or withdrawn")),
    (Report.Reason.OTHER, gettext_lazy("Something else")),
]


class ReportForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("What is wrong?"), choices=REASONS, widget=forms.RadioSelect
    )
    message = forms.CharField(
        label=gettext_lazy("What should it say, and how do you know?"),
        required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    contact = forms.EmailField(label=gettext_lazy("E-mail, only if you want an answer"), required=False)
    # People do not see it; programs fill it in.
    website = forms.CharField(required=False)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = get_object_or_404(CurrentStance.public.select_related("stance", "holder", "topic"), pk=pk)
    form = ReportForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        sent = request.method == "GET" and "sent" in request.GET
        return _page(request, row, form, sent=sent, status=200 if request.method != "POST" else 422)
    said = {name: form.cleaned_data[name] for name in ("reason", "message", "contact")}
    if not form.cleaned_data["website"]:
        try:
            reports.submit(row.stance, address=sender(request), **said)
        except reports.TooMany as limit:
            form.add_error(
                None, _("That is a lot for one hour. Please come back later; nothing was lost but this.")
            )
            response = _page(request, row, form, status=429)
            response["Retry-After"] = str(limit.seconds)
            return response
    return redirect(f"{reverse('report', args=[pk])}?sent=1")


def _page(
    request: HttpRequest, row: CurrentStance, form: ReportForm, *, sent: bool = False, status: int
) -> HttpResponse:
    context: dict[str, Any] = {
        "title": _("Something wrong?"),
        "furniture": record.furniture(),
        "links": {},
        "here": request.path,
        "row": row,
        "form": form,
        "sent": sent,
    }
    return render(request, "report.html", context, status=status)


def sender(request: HttpRequest) -> str:
    """Return where the request came from: what our own outermost proxy saw, where there are proxies."""
    proxies = settings.AXES_IPWARE_PROXY_COUNT or 0
    passed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if proxies and len(passed) >= proxies:
        return passed[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))
