"""The pages for what is not there and for what broke."""

from __future__ import annotations

from difflib import get_close_matches

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from actors.models import Actor
from positions.pages import record

MOST_SLUGS = 5_000


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say what was looked for, offer a search for it and the actors whose names come near."""
    guess = request.path.strip("/").split("/")[-1].replace("-", " ")[:80]
    said = str(exception) if isinstance(exception, Http404) and exception.args else ""
    context = {
        "title": _("There is nothing at this address"),
        "said": "" if "tried" in said or said.startswith("{") else said,
        "guess": guess,
        "near": _near(guess) if "/actors/" in request.path else [],
        "furniture": record.furniture(),
        "links": {},
        "here": request.path,
    }
    return render(request, "404.html", context, status=404)


def _near(guess: str) -> list[Actor]:
    slugs = list(Actor.objects.existing().values_list("slug", flat=True)[:MOST_SLUGS])
    close = get_close_matches(guess.replace(" ", "-"), slugs, n=3, cutoff=0.6)
    return list(Actor.objects.filter(slug__in=close))
