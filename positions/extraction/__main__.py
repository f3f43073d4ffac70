"""Read files from the command line, without a database: python -m positions.extraction FILES --out DIR."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path

from positions.extraction import RulesExtractor, gold_form
from positions.extraction.types import ArticleText, Resolver


def main() -> None:
    """Write <id>.json for each Markdown file with front matter (id, published, title)."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    resolver, extractor = default_resolver(), RulesExtractor()
    for path in args.files:
        article = read_article(path)
        form = gold_form(extractor.read(article, resolver), article.id)
        target = args.out / f"{article.id}.json"
        target.write_text(json.dumps(form, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def default_resolver() -> Resolver:
    """The shipped registry. The command is a door beside the library: only here are actors imported."""
    from actors.registry import load_registry  # noqa: TID251
    from actors.resolution import RegistryResolver  # noqa: TID251

    return RegistryResolver(load_registry())


def read_article(path: Path) -> ArticleText:
    """Read one Markdown file: lines of `key: value`, where a title may hold a colon, then the text."""
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    meta = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line and line[:1].isalpha())
    published = date.fromisoformat(meta["published"].strip()[:10])
    return ArticleText(meta["id"].strip(), body.strip() + "\n", published, meta.get("title", "").strip())


if __name__ == "__main__":
    main()
