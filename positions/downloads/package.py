"""The files' description as a Data Package (version 2): https://datapackage.org/"""

from __future__ import annotations

from typing import Any

from django.conf import settings

from positions.downloads.datasets import DATASETS
from positions.downloads.schema import Dataset, Field

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}


def package(version: str) -> dict[str, Any]:
    """Return the description of the record's files as they stand now."""
    resources = [{**resource(d), "path": f"{settings.SITE_URL}/data/{d.name}.csv"} for d in DATASETS.values()]
    return described(version, resources)


def described(version: str, resources: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "$schema": PROFILE,
        "name": "open-door",
        "title": "Open Door: who stands where on Ukraine and NATO",
        "homepage": settings.SITE_URL,
        "version": version,
        "licenses": [LICENCE],
        "resources": resources,
    }


def resource(dataset: Dataset) -> dict[str, Any]:
    """Return a table's description but for its path."""
    return {
        "name": dataset.name,
        "description": dataset.about,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": [_field(field) for field in dataset.fields]},
    }


def _field(field: Field) -> dict[str, Any]:
    described = {"name": field.name, "type": field.type}
    if field.about:
        described["description"] = field.about
    if field.type == "boolean":
        return {**described, "trueValues": ["yes"], "falseValues": ["no"]}
    return described
