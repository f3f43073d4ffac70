"""Addresses of the pages. Pages have siblings `.csv`, `.json`, `.atom`, `.svg` for what they offer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, URLResolver, path, re_path, register_converter
from django.urls.converters import IntConverter, StringConverter
from django.views.generic import RedirectView

from positions.api import api
from positions.pages import (
    account,
    actor,
    actor_list,
    articles,
    compare,
    data,
    embeds,
    events,
    files,
    follow,
    health,
    home,
    methodology,
    report,
    search,
    shifts,
    sources,
    statements,
    timeline,
    topics,
)


class KeyConverter(IntConverter):
    """A primary key: no longer than any database can hold."""

    regex = "[0-9]{1,18}"


class SnapshotConverter(StringConverter):
    """The day of a snapshot, with a number where it is not the day's first."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:\.[0-9]{1,4})?"


register_converter(KeyConverter, "key")
register_converter(SnapshotConverter, "snapshot")
SNAPSHOT = r"\d{4}-\d\d-\d\d(?:\.\d{1,4})?"
SUFFIX = r"\.(?P<suffix>csv|json|atom|svg)$"
SLUG = r"(?P<slug>[-\w]+)"
PK = r"(?P<pk>\d{1,18})"


def addresses(route: str, view: Callable[..., Any], name: str, *, data: str = "") -> list[URLPattern]:
    """Return the page and its data sibling (`/shifts/` and `/shifts.csv`), named `shifts` and `shifts-data`.

    `data` is the sibling's address without the suffix, as a regular expression, where it is not the same.
    """
    sibling = data or route.rstrip("/")
    return [path(route, view, name=name), re_path(f"^{sibling}{SUFFIX}", view, name=f"{name}-data")]


urlpatterns: list[URLPattern | URLResolver] = [
    *addresses("", home.home, "home", data="positions"),
    *addresses("actors/", actor_list.actors, "actors"),
    *addresses("actors/<slug:slug>/", actor.actor, "actor", data=f"actors/{SLUG}"),
    *addresses("topics/", topics.topics, "topics"),
    *addresses("topics/<slug:slug>/", topics.topic, "topic", data=f"topics/{SLUG}"),
    *addresses("timeline/", timeline.timeline, "timeline"),
    *addresses("compare/", compare.compare, "compare"),
    *addresses("shifts/", shifts.shifts, "shifts"),
    *addresses("statements/<key:pk>/", statements.statement, "statement", data=f"statements/{PK}"),
    path("statements/<key:pk>/report/", report.report, name="report"),
    *addresses("articles/", articles.articles, "articles"),
    *addresses("articles/<key:pk>/", articles.article, "article", data=f"articles/{PK}"),
    *addresses("events/<key:pk>/", events.event, "event", data=f"events/{PK}"),
    *addresses("search/", search.search, "search"),
    *addresses("methodology/", methodology.methodology, "methodology"),
    *addresses("coverage/", sources.coverage, "coverage"),
    *addresses("sources/", sources.sources, "sources"),
    *addresses("sources/<slug:slug>/", sources.source, "source", data=f"sources/{SLUG}"),
    *addresses("data/", data.data, "data", data="data"),
    *addresses(
        "data/<snapshot:name>/",
        data.snapshot,
        "snapshot",
        data=r"data/(?P<name>\d{4}-\d\d-\d\d(?:\.\d{1,4})?)",
    ),
    path("data/<snapshot:snapshot>/<str:name>", files.snapshot_file, name="snapshot-file"),
    path("data/datapackage.json", files.package, name="datapackage"),
    path("data/SHA256SUMS", files.checksums, name="checksums"),
    re_path(r"^data/(?P<name>\w+)\.(?P<form>csv|jsonl|parquet)$", files.file, name="file"),
    path("embed/actors/<slug:slug>/", embeds.actor, name="embed-actor"),
    path("follow/", follow.follow, name="follow"),
    path("follow/<slug:token>/", follow.manage, name="follow-manage"),
    path("follow/<slug:token>/end/", follow.end, name="follow-end"),
    path("account/", account.account, name="account"),
    path("account/follows/", account.follow, name="account-follow"),
    path("account/follows/<key:pk>/end/", account.unfollow, name="account-unfollow"),
    path("account/seen/", account.seen, name="account-seen"),
    path("account/notes/", account.add_note, name="account-notes"),
    path("account/notes/<key:pk>/", account.note, name="account-note"),
    path("api/v1/", api.urls),
    path("api/", RedirectView.as_view(url="/api/v1/docs"), name="api"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
