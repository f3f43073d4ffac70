"""How to cite a page: a line of text, BibTeX, and schema.org data. Always with both dates."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from positions.pages import words
from positions.pages.answer import address
from positions.pages.known import Asked

LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def citation(request: HttpRequest, title: str, ask: Asked) -> dict[str, str]:
    """Return the citation. Its address freezes `on` and `known`, so that it can never say something else."""
    today = timezone.localdate()
    known = ask.known or today
    link = settings.SITE_URL + address(request, on=ask.on, known=known, after="", format="", table="")
    values = {
        "title": title,
        "on": words.day(ask.on),
        "known": words.day(known),
        "link": link,
        "today": words.day(today),
    }
    text = _(
        "Open Door. “%(title)s”. Positions on %(on)s, as recorded on %(known)s. "
        "%(link)s (accessed %(today)s). CC BY 4.0."
    )
    return {
        "text": text % values,
        "bibtex": _bibtex(title, known.year, link, ask, today.isoformat()),
        "link": link,
    }


def _bibtex(title: str, year: int, link: str, ask: Asked, accessed: str) -> str:
    key = "opendoor" + "".join(c for c in title.lower() if c.isalnum() and c.isascii())[:24] + str(year)
    plain = title.replace("{", "").replace("}", "")
    return (
        f"@misc{{{key},\n  title = {{{plain}}},\n  author = {{{{Open Door}}}},\n  year = {{{year}}},\n"
        f"  url = {{{link}}},\n  urldate = {{{accessed}}},\n"
        f"  note = {{Positions on {ask.on}, as recorded on {ask.known or accessed}. CC BY 4.0}}\n}}"
    )


def snapshot(name: str) -> dict[str, str]:
    """Return the citation of a snapshot: its address holds the same files for ever, so one date is enough."""
    day = date.fromisoformat(name[:10])
    link = settings.SITE_URL + reverse("snapshot", args=[name])
    values = {"name": name, "day": words.day(day), "link": link}
    text = _("Open Door. The whole record, snapshot %(name)s, as recorded on %(day)s. %(link)s. CC BY 4.0.")
    bibtex = (
        f"@misc{{opendoor{name.replace('-', '').replace('.', '_')},\n"
        f"  title = {{The whole record, snapshot {name}}},\n  author = {{{{Open Door}}}},\n"
        f"  year = {{{day.year}}},\n  url = {{{link}}},\n  version = {{{name}}},\n  note = {{CC BY 4.0}}\n}}"
    )
    return {"text": text % values, "bibtex": bibtex, "link": link}


def quotation(row: dict[str, Any], site: str) -> SafeString:
    """Return schema.org Quotation as JSON that is safe inside a script element of data."""
    return embedded(
        {
            "@context": "https://schema.org",
            "@type": "Quotation",
            "text": row["evidence"],
            "spokenByCharacter": {
                "@type": "Person" if row["office"] else "Organization",
                "name": row["holder_name"],
            },
            "dateCreated": row["iso"],
            "url": site + row["url"],
            "isPartOf": {"@type": "NewsArticle", "headline": row["title"], "publisher": row["outlet"]},
            "license": LICENCE,
        }
    )


def embedded(data: dict[str, Any]) -> SafeString:
    """Return JSON in which no markup can end the element that holds it."""
    text = json.dumps(data, ensure_ascii=False)
    return mark_safe(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def dataset(rows: list[dict[str, Any]]) -> SafeString:
    """Return schema.org Dataset for the page of downloads."""
    return embedded(
        {
            "@context": "https://schema.org",
            "@type": "Dataset",
            "name": "Open Door: who stands where on Ukraine and NATO",
            "description": "Who takes which position on ten propositions, each with its sentence.",
            "url": f"{settings.SITE_URL}/data/",
            "license": LICENCE,
            "distribution": [
                {
                    "@type": "DataDownload",
                    "encodingFormat": "text/csv",
                    "name": row["name"],
                    "contentUrl": settings.SITE_URL + row["csv"],
                }
                for row in rows
            ],
        }
    )
