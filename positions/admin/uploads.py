"""Files brought in through the browser: the same as `manage.py ingest --queue`, for one file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from positions.ingestion import batches
from positions.ingestion.files import SUFFIXES, uploaded_documents
from positions.ingestion.sweeping import NO_WORKER, working
from positions.models import Source

MAX_UPLOAD = 10_000_000  # bytes
SHOWN = 20


class UploadForm(forms.Form):
    file = forms.FileField(help_text=f"One article ({', '.join(SUFFIXES)}), or many as JSON Lines.")
    source = forms.ModelChoiceField(
        Source.objects.filter(kind=Source.Kind.FILE), help_text="The source of kind “files” it belongs to."
    )
    published = forms.DateField(required=False, help_text="For what states no date itself.")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_UPLOAD:
            raise forms.ValidationError(f"Larger than {MAX_UPLOAD // 1_000_000} MB.")
        return file


def upload(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Store the articles of an uploaded file and ask for them to be read. Nothing is kept on our disk."""
    if not request.user.has_perm("positions.add_source"):
        raise PermissionDenied
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        _say(request, _take_in(form.cleaned_data))
        return redirect(reverse("admin:positions_article_changelist"))
    context = {**site.each_context(request), "form": form, "title": "Upload a file"}
    return render(request, "admin/positions/source/upload.html", context)


def _take_in(values: dict[str, Any]) -> batches.Tally:
    from positions.tasks import ask, read_article  # connects to the broker: only where messages are sent

    file, tally = values["file"], batches.Tally()
    run = batches.Run(file.name, 0)
    found = uploaded_documents(file, file.name, values["published"])
    for result in batches.store_all(found, values["source"], tally):
        if result is not None and result.waits:
            ask(read_article, result.article_id)
    run.row.total = tally.seen
    run.update(tally, tally.seen, finished=True)
    return tally


def _say(request: HttpRequest, tally: batches.Tally) -> None:
    counts = f"{tally.new} new, {tally.changed} changed, {tally.known} known, {len(tally.failures)} failed"
    messages.success(request, f"{tally.seen} articles: {counts}.")
    for failure in tally.failures[:SHOWN]:
        messages.warning(request, failure)
    if tally.new + tally.changed and not working():
        messages.warning(request, NO_WORKER)
