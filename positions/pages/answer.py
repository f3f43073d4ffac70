"""How a page answers: HTML or a fragment of it, CSV, JSON, Atom or SVG, from one view and one address."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial, wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext as _

from positions import exports
from positions.charts import Mark
from positions.exports import Table
from positions.pages import record
from positions.pages.asking import BadInput
from positions.pages.feeds import Entry, atom
from positions.pages.record import Subject

# The order of parameters in links we build: equal questions have equal addresses.
ORDER = (
    "q", "tab", "topic", "actors", "actor", "on", "then", "known", "by", "from", "to", "kind", "position",
    "mode", "tier", "bloc", "year", "source", "state", "reviewed", "who", "sort", "after", "table", "format",
)  # fmt: skip
DATES = ("on", "known", "by", "reviewed", "format", "after", "table")
# Days before which a reader may want to look back, and forward from; what began on the day after.
EVES = (
    (date(2022, 2, 23), gettext_noop("eve of invasion"), gettext_noop("invasion")),
    (date(2023, 7, 10), gettext_noop("eve of Vilnius"), gettext_noop("Vilnius")),
    (date(2024, 7, 8), gettext_noop("eve of Washington"), gettext_noop("Washington")),
    (date(2025, 6, 23), gettext_noop("eve of The Hague"), gettext_noop("The Hague")),
)
FORMATS = ("csv", "json", "atom", "svg")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a view found.

    `fragments` maps the ids that htmx may replace alone to `partialdef`s of the template. The first of
    `tables` is what `.csv` and `.json` give, another is asked for by `table=`. `charts` likewise for SVG.
    Either may be what makes them, which a page that shows nothing of them need not ask.
    """

    template: str
    context: Mapping[str, Any]
    fragments: Mapping[str, str] = field(default_factory=dict)
    tables: Sequence[Table] | Callable[[], Sequence[Table]] = ()
    feed: Callable[[], Sequence[Entry]] | None = None
    charts: Mapping[str, str] | Callable[[], Mapping[str, str]] = field(default_factory=dict)
    title: str = ""
    status: int = 200


View = Callable[..., Answer]


def page(
    view: View | None = None,
    *,
    about: Callable[..., Subject] | None = None,
    also: Callable[..., object] | None = None,
) -> Any:
    """Turn a function from a request to an Answer into a Django view.

    Adds conditional GET, the formats, the fragments and the readable 400. `about` is given what the view is
    given and returns its subject, where nothing is shown but that and the names of others: such a page is
    kept until the subject changes, any other until the record does. `also` likewise returns what the page
    shows beside the record: where it differs, the page is another.
    """
    if view is None:
        return partial(page, about=about, also=also)

    @wraps(view)
    def respond(request: HttpRequest, *args: Any, suffix: str = "", **kwargs: Any) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        record.version_for(request, about(request, *args, **kwargs) if about is not None else None)
        beside = str(also(request, *args, **kwargs)) if also is not None else ""
        tag = record.etag(request, beside)
        if request.headers.get("If-None-Match") == tag:
            return stamped(HttpResponse(status=304), tag)
        key = record.kept_under(request, beside)
        kept = cache.get(key)
        if kept is not None:
            return stamped(_restored(kept), tag)
        form = suffix or request.GET.get("format") or "html"
        setattr(request, "_form", form)  # noqa: B010  a request has no such field to a type checker
        try:
            response = _respond(request, view(request, *args, **kwargs), form)
        except BadInput as error:
            return bad_input(request, error)
        if isinstance(response, HttpResponse) and response.status_code == 200:
            cache.set(key, _kept(response), record.KEPT_SECONDS)
        return stamped(response, tag)

    return respond


def live(also: Callable[..., object]) -> Callable[[View], Callable[..., HttpResponseBase]]:
    """Decorate a view whose page also shows the state of the work; see `page`."""
    return partial(page, also=also)


def wanted(request: HttpRequest) -> str:
    """Return the form that is asked for, so that a view can leave out what it would not show."""
    return str(getattr(request, "_form", "html"))


def stamped(response: HttpResponseBase, tag: str) -> HttpResponseBase:
    response["ETag"] = tag
    response["Cache-Control"] = "no-cache"
    response["Vary"] = "HX-Request, HX-Target"
    return response


def _kept(response: HttpResponse) -> tuple[list[bytes], dict[str, str]]:
    """Return what a rendered page is kept as: without its foot, which speaks of the whole record."""
    return response.content.split(record.foot().encode()), dict(response.items())


def _restored(kept: tuple[list[bytes], dict[str, str]]) -> HttpResponse:
    parts, headers = kept
    content = record.foot().encode().join(parts) if len(parts) > 1 else parts[0]
    return HttpResponse(content, headers={k: v for k, v in headers.items() if k != "Content-Length"})


def _respond(request: HttpRequest, answer: Answer, form: str) -> HttpResponseBase:
    if form == "html":
        return _html(request, answer)
    if form == "atom" and answer.feed is not None:
        return HttpResponse(
            atom(answer.title, request.build_absolute_uri(), answer.feed()),
            "application/atom+xml; charset=utf-8",
        )
    if form == "svg" and answer.charts:
        return _svg(_chosen(request, answer.charts() if callable(answer.charts) else answer.charts))
    if form in ("csv", "json") and answer.tables:
        tables = answer.tables() if callable(answer.tables) else answer.tables
        table = _chosen(request, {table.name: table for table in tables})
        return _csv(table) if form == "csv" else _json(request, table)
    raise BadInput({"format": [_("This page has no %(form)s form.") % {"form": form}]})


def _chosen(request: HttpRequest, offered: Mapping[str, Any]) -> Any:
    """Return what `table=` names, the first without it."""
    name = request.GET.get("table") or next(iter(offered))
    if name not in offered:
        raise BadInput({"table": [_("Offered here: %(names)s.") % {"names": ", ".join(offered)}]})
    return offered[name]


def _html(request: HttpRequest, answer: Answer) -> HttpResponse:
    template = answer.template
    htmx = getattr(request, "htmx", None)
    if htmx and not htmx.history_restore_request and htmx.target in answer.fragments:
        template = f"{template}#{answer.fragments[htmx.target]}"
    context = {
        "title": answer.title,
        "furniture": record.furniture(),
        "foot": record.foot(),
        "links": links(request, answer),
        "site_url": settings.SITE_URL,
        "here": request.path,
        "today": timezone.localdate(),
        "jumps": jumps(request, answer.context["asked"].on) if "asked" in answer.context else (),
        "kept": {name: value for name, value in request.GET.items() if name in ORDER and name not in DATES},
        **answer.context,
    }
    return render(request, template, context, status=answer.status)


def choices(request: HttpRequest, name: str, chosen: str, offered: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return links that set one parameter; the default is the empty word, left out of the address."""
    return [
        {"url": address(request, **{name: word}), "label": label, "current": word == (chosen or "")}
        for word, label in offered.items()
    ]


def jumps(request: HttpRequest, on: date) -> list[dict[str, Any]]:
    """Return links to days worth asking about: a month either way, the record's end, some eves."""
    today = timezone.localdate()
    before, after = on - timedelta(days=30), on + timedelta(days=30)
    days = [(before, _("‹ month")), (after, _("month ›")), (today, _("today"))]
    if (through := record.through()) and through < today:
        days.append((through, _("end of data")))
    days += [(day, gettext(label)) for day, label, _name in EVES]
    return [
        {
            "url": address(request, on="" if day == today else day, after=""),
            "label": label,
            "current": day == on,
        }
        for day, label in days
        if day <= today
    ]


def landmarks() -> list[Mark]:
    """Return the days after the eves, for charts that name them."""
    return [Mark(eve + timedelta(days=1), gettext(name)) for eve, _label, name in EVES]


def links(request: HttpRequest, answer: Answer) -> dict[str, str]:
    """Return the addresses of this very view in its other forms, and its canonical one."""
    forms: dict[str, str] = {}
    if answer.tables:
        forms |= {form: address(request, format=form) for form in ("csv", "json")}
    if answer.feed is not None:
        forms["atom"] = address(request, format="atom")
    if answer.charts:
        forms["svg"] = address(request, format="svg")
    canonical = settings.SITE_URL + address(request, after="", format="", table="")
    return {**forms, "canonical": canonical}


def address(request: HttpRequest, **changes: object) -> str:
    """Return the current address with some parameters changed (empty ones left out), in fixed order."""
    values = {key: request.GET[key] for key in ORDER if request.GET.get(key)}
    values |= {key: str(value) for key, value in changes.items()}
    kept = [(key, values[key]) for key in ORDER if values.get(key)]
    return request.path + ("?" + urlencode(kept, safe="~") if kept else "")


def _csv(table: Table) -> StreamingHttpResponse:
    response = StreamingHttpResponse(exports.csv_lines(table), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="open-door-{table.name}.csv"'
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _json(request: HttpRequest, table: Table) -> HttpResponse:
    address = request.build_absolute_uri()
    table = Table(table.name, table.caption, table.columns, table.rows, {"url": address, **table.about})
    response = HttpResponse(exports.json_text(table), content_type="application/json; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _svg(drawn: str) -> HttpResponse:
    """A chart to download: the page's colours are baked in, since it leaves the page's style sheet behind."""
    style = (settings.BASE_DIR / "static" / "css" / "chart.css").read_text(encoding="utf-8")
    head, tail = drawn.split(">", 1)
    return HttpResponse(f"{head}><style>{style}</style>{tail}", content_type="image/svg+xml; charset=utf-8")


def bad_input(request: HttpRequest, error: BadInput) -> HttpResponse:
    """Say which parameter cannot be and link the same page without it."""
    problems = [
        {
            "name": name,
            "messages": messages,
            "without": address(request, **{name: ""}) if name in ORDER else request.path,
        }
        for name, messages in error.errors.items()
    ]
    context = {"title": _("This address asks for something that cannot be"), "problems": problems,
               "foot": record.foot(), "links": {}, "here": request.path}  # fmt: skip
    return render(request, "400.html", context, status=400)
