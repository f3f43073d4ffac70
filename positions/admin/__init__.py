"""The editors' workbench: Django's own admin, one module a subject."""

from django.contrib import admin

from positions.admin import (
    actors,
    articles,
    follows,
    names,
    people,
    records,
    reports,
    second,
    shadow,
    sources,
    stances,
    whole,
)

admin.site.site_header = "Open Door workbench"
admin.site.site_title = "Open Door"
admin.site.index_title = "Workbench"

__all__ = [
    "actors",
    "articles",
    "follows",
    "names",
    "people",
    "records",
    "reports",
    "second",
    "shadow",
    "sources",
    "stances",
    "whole",
]
