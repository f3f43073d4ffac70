"""Lists of sources in and out: the starter list (YAML) and OPML, as feed readers exchange it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import yaml
from django.conf import settings
from django.utils.text import slugify
from lxml import etree

from positions.ingestion.addresses import Refused, check_url
from positions.ingestion.identity import canonical
from positions.models import Source

STARTER = Path(settings.BASE_DIR) / "positions" / "data" / "sources.yaml"
FIELDS = ("name", "kind", "url", "homepage", "country", "language", "reliability", "licence")
MAX_OPML = 5_000_000  # bytes


class BadList(ValueError):
    """A list of sources that cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What became of a list: slugs added, addresses there already, and addresses refused, with why."""

    added: tuple[str, ...]
    known: tuple[str, ...]
    refused: tuple[str, ...]


def load(path: Path = STARTER) -> Listed:
    """Add the sources of a YAML list, switched off. Sources that are there are left as they are."""
    return add(yaml.safe_load(path.read_text(encoding="utf-8")))


def add(rows: Iterable[dict[str, Any]]) -> Listed:
    """Add sources, switched off until an editor switches them on; known by slug or address."""
    existing = {canonical(url): slug for slug, url in Source.objects.values_list("slug", "url")}
    slugs = set(existing.values())
    added, known, refused = [], [], []
    for row in rows:
        url, slug = str(row.get("url") or ""), str(row.get("slug") or "")
        try:
            check_url(url)
        except Refused as error:
            refused.append(f"{url}: {error}")
            continue
        if slug in slugs or canonical(url) in existing:
            known.append(url)
            continue
        slug = slug or _free(slugify(str(row.get("name") or ""))[:100] or "source", slugs)
        values = {name: row[name] for name in FIELDS if row.get(name)}
        Source.objects.create(
            **{"name": slug, "kind": Source.Kind.RSS, "language": "en", **values, "slug": slug}
        )
        existing[canonical(url)] = slug
        slugs.add(slug)
        added.append(slug)
    return Listed(tuple(added), tuple(known), tuple(refused))


def _free(wanted: str, taken: set[str]) -> str:
    numbers = iter(range(2, len(taken) + 3))
    slug = wanted
    while slug in taken:
        slug = f"{wanted}-{next(numbers)}"
    return slug


def from_opml(raw: bytes) -> list[dict[str, Any]]:
    """Return the feeds of an OPML file, folders flattened. Raises BadList."""
    if len(raw) > MAX_OPML:
        raise BadList(f"larger than {MAX_OPML // 1_000_000} MB")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None or root.tag != "opml":
        raise BadList("not an OPML file")
    return [_outline(node.attrib) for node in root.iter("outline") if node.get("xmlUrl")]


def _outline(found: Any) -> dict[str, Any]:
    kind = {"jsonfeed": "jsonfeed", "sitemap": "sitemap"}.get(found.get("type", "").lower(), "rss")
    return {
        "name": (found.get("title") or found.get("text") or found["xmlUrl"]).strip()[:200],
        "url": found["xmlUrl"].strip(),
        "homepage": found.get("htmlUrl", "").strip(),
        "language": found.get("language", "")[:10],
        "kind": kind,
    }


def to_opml(sources: Iterable[Source]) -> bytes:
    """Return the polled sources as OPML 2.0."""
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = "Open Door: sources"
    body = ElementTree.SubElement(root, "body")
    for source in _polled(sources):
        kind = {"jsonfeed": "jsonfeed", "sitemap": "sitemap"}.get(source.kind, "rss")
        given = {"text": source.name, "title": source.name, "type": kind, "xmlUrl": source.url}
        more = {"htmlUrl": source.homepage, "language": source.language}
        ElementTree.SubElement(body, "outline", {**given, **{k: v for k, v in more.items() if v}})
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _polled(sources: Iterable[Source]) -> Iterator[Source]:
    return (source for source in sources if source.url and source.kind != Source.Kind.PAGE)
