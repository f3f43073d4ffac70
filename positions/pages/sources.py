"""`/sources/`, `/sources/<slug>/` and `/coverage/`: what is read, and where the record is silent."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.db.models.functions import TruncMonth
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from positions.exports import Column, Table, headed
from positions.ingestion.health import moment
from positions.ingestion.status import Work, work
from positions.models import Article, IngestRun, Source
from positions.pages import words
from positions.pages.answer import Answer, live
from positions.pages.asking import Dates, ask
from positions.pages.known import Asked, asked
from positions.pages.source_health import of_source, overdue, polled

MONTHS = 24
DONE = Article.State.DONE


@live(polled)
def sources(request: HttpRequest) -> Answer:
    question = asked(ask(Dates, request))
    rows = _rows(question)
    columns = headed(
        {
            "name": _("Source"),
            "kind": _("Kind"),
            "country": _("Country"),
            "language": _("Language"),
            "reliability": _("Type"),
            "articles": _("Articles"),
            "read": _("Read"),
            "first": _("From"),
            "last": _("Last heard"),
            "health": _("State"),
            "reason": _("Why"),
            "licence": _("Licence"),
            "slug": _("Slug"),
        },
        numbers=("articles", "read"),
    )
    title = _("Sources")
    return Answer(
        "sources.html", {"asked": question, "rows": rows}, title=title,
        tables=[Table("sources", title, columns, rows, {"on": question.on})],
    )  # fmt: skip


def _rows(ask: Asked) -> list[dict[str, Any]]:
    until = Q(articles__published_on__lte=ask.on)
    found: Any = Source.objects.annotate(
        n=Count("articles", filter=until),
        done=Count("articles", filter=until & Q(articles__state=DONE)),
        first=Min("articles__published_on", filter=until),
        last=Max("articles__published_on", filter=until),
    ).order_by("name")
    return [
        {
            "slug": s.slug, "name": s.name, "url": reverse("source", args=[s.slug]),
            "kind": s.get_kind_display(),
            "country": s.country, "language": s.language, "reliability": s.get_reliability_display(),
            "articles": s.n, "read": s.done, "first": s.first, "last": s.last, "licence": s.licence,
            "age": words.age(s.last, ask.on) if s.last else _("never"),
            "health": state["word"], "ok": state["ok"], "reason": state["reason"],
        }
        for s in found
        for state in [of_source(s)]
    ]  # fmt: skip


@live(polled)
def source(request: HttpRequest, slug: str) -> Answer:
    question = asked(ask(Dates, request))
    found = Source.objects.filter(slug=slug).first()
    if found is None:
        raise Http404(_("We know no source “%(slug)s”.") % {"slug": slug})
    rows = Article.objects.filter(source=found, published_on__lte=question.on).order_by(
        "-published_on", "-pk"
    )
    listed = [
        {
            **row,
            "day": words.day(row["published_on"]),
            "url": reverse("article", args=[row["pk"]]),
            "stands": words.article_state(row["state"]),
        }
        for row in rows.values("pk", "title", "published_on", "state", "language")[:100]
    ]
    columns = headed(
        {"published_on": _("Published"), "title": _("Title"), "state": _("State"), "url": _("Address")}
    )
    return Answer(
        "source.html",
        {
            "asked": question, "source": found, "rows": listed, "health": of_source(found),
            "overdue": overdue(slug),
        },
        title=found.name,
        tables=[Table("articles", found.name, columns, listed, {"on": question.on})],
    )  # fmt: skip


def _work(request: HttpRequest) -> Work:
    """Return where the work stands, asked for once a request."""
    if not hasattr(request, "_work"):
        setattr(request, "_work", work())  # noqa: B010  a request has no such field to a type checker
    found: Work = getattr(request, "_work")  # noqa: B009
    return found


def _shown(request: HttpRequest) -> tuple[object, ...]:
    """Return what the page tells of the work: other numbers make another page."""
    now = _work(request)
    runs = [(run.pk, run.done, run.new, run.failed, run.finished_at) for run in now.runs]
    return (now.waiting, now.reading, now.failed, now.quarantined, now.working, runs)


@live(_shown)
def coverage(request: HttpRequest) -> Answer:
    question = asked(ask(Dates, request))
    months = _months(question.on)
    counts = _counts(months[0], question)
    heaviest = max((n for row in counts.values() for n in row.values()), default=0)
    table = [
        {
            "source": name,
            "url": reverse("source", args=[slug]),
            "cells": [
                {"n": counts[slug, name].get(m, 0), "level": _level(counts[slug, name].get(m, 0), heaviest)}
                for m in months
            ],
            "total": sum(counts[slug, name].values()),
            **{m.strftime("%Y-%m"): counts[slug, name].get(m, 0) for m in months},
        }
        for slug, name in sorted(counts, key=lambda key: key[1])
    ]
    columns = [
        Column("source", _("Source")),
        *(Column(m.strftime("%Y-%m"), m.strftime("%Y-%m"), number=True) for m in months),
    ]
    columns.append(Column("total", _("Total"), number=True))
    empty = [m for m in months if not any(row.get(m) for row in counts.values())]
    title = _("Coverage")
    return Answer(
        "coverage.html",
        {"asked": question, "months": months, "rows": table, "silent": [words.month(m) for m in empty],
         "total": sum(row["total"] for row in table), "work": _work(request),
         "runs": [_run(run) for run in _work(request).runs]},
        tables=[Table("coverage", title, columns, table, {"on": question.on})],
        title=title,
    )  # fmt: skip


def _run(run: IngestRun) -> dict[str, Any]:
    """Return a run over files in words: how far it is, or how it ended."""
    if run.finished_at is None:
        ended = _("under way, or stopped without a word")
    else:
        ended = run.error or _("finished %(time)s") % {"time": moment(run.finished_at)}
    return {"run": run, "began": moment(run.started_at), "ended": ended}


def _months(on: date) -> list[date]:
    """Return the first days of the last MONTHS months, oldest first."""
    last = on.year * 12 + on.month - 1
    return [date(m // 12, m % 12 + 1, 1) for m in range(last - MONTHS + 1, last + 1)]


def _counts(first: date, ask: Asked) -> dict[tuple[str, str], dict[date, int]]:
    rows = Article.objects.filter(published_on__gte=first, published_on__lte=ask.on, state=DONE)
    if ask.moment:
        rows = rows.filter(recorded_at__lte=ask.moment)
    found: dict[tuple[str, str], dict[date, int]] = defaultdict(dict)
    grouped = rows.annotate(month=TruncMonth("published_on")).values_list(
        "source__slug", "source__name", "month"
    )
    for slug, name, month, n in grouped.annotate(n=Count("pk")).order_by():
        found[slug, name][month] = n
    return found


def _level(n: int, most: int) -> int:
    """Return 0 (none) to 4 (the most)."""
    return 0 if not n else 1 + min(int(n / max(most, 1) * 4), 3)
