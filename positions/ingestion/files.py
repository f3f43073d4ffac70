"""Files and folders to documents, one at a time: Markdown with front matter, text, HTML, JSON Lines.

A bad file, or a bad line, becomes a `BadDocument`; the rest goes on. Nothing is held in memory but the
document at hand. A folder is read in the order of its names; `README*`, dotfiles and other kinds of file are
passed over.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from positions.ingestion.documents import (
    BadDocument,
    Document,
    Unusable,
    clean,
    day,
    decode,
    one_line,
    strings,
)  # fmt: skip
from positions.ingestion.identity import canonical, short_guid
from positions.ingestion.pages import page_document

MAX_FILE_BYTES = 20_000_000  # of one article; JSON Lines: of one line
SUFFIXES = {
    ".md": "text/markdown", ".markdown": "text/markdown", ".txt": "text/plain", ".html": "text/html",
    ".htm": "text/html", ".jsonl": "application/jsonl", ".ndjson": "application/jsonl",
}  # fmt: skip
SETTLE = 1.0  # seconds without a write after which a file is complete
PATIENCE = 30.0
UPLOADS = Path("/uploaded")  # no folder of ours: where uploaded files are said to come from
_NAME_DATE = re.compile(r"^(\d{4}-\d\d-\d\d)(?!\d)")
_KEY = re.compile(r"^([A-Za-z][\w-]*)\s*:\s*(.*)$")


def paths(path: Path) -> Iterator[Path]:
    """Yield the files to read: the path itself, or everything readable below it, by name."""
    if not path.is_dir():
        yield path
        return
    for child in sorted(path.iterdir()):
        if child.name.startswith(".") or child.stem.upper() == "README":
            continue
        if child.is_dir():
            yield from paths(child)
        elif child.suffix.lower() in SUFFIXES:
            yield child


def documents(path: str | Path, published: date | None = None) -> Iterator[Document | BadDocument]:
    """Yield a document, or what is wrong with it, for every article of a file or folder.

    `published` is the date of whatever states none itself.
    """
    for file in paths(Path(path)):
        yield from file_documents(file, published)


def file_documents(file: Path, published: date | None = None) -> Iterator[Document | BadDocument]:
    """Yield what one file holds: one document, or one a line for JSON Lines. A file that somebody is still
    writing is waited for."""
    try:
        if _kind(file):
            _settle(file)
        with file.open("rb") as stream:
            yield from stream_documents(stream, file, published)
    except Unusable as error:
        yield BadDocument(str(file), str(error), file_guid(file), file.name)
    except OSError as error:
        yield BadDocument(str(file), f"cannot be read: {error.strerror or error}", file_guid(file), file.name)


def uploaded_documents(
    stream: BinaryIO, name: str, published: date | None = None
) -> Iterator[Document | BadDocument]:
    """Yield what an uploaded file holds; a file of the same name uploaded later is the same article."""
    return stream_documents(stream, UPLOADS / (Path(name).name or "unnamed"), published)


def stream_documents(
    stream: BinaryIO, file: Path, published: date | None = None
) -> Iterator[Document | BadDocument]:
    """Yield what an open file holds. `file` gives it its name and kind."""
    kind = _kind(file)
    try:
        if not kind:
            raise Unusable(f"unknown kind of file {file.suffix or file.name!r}; known: {', '.join(SUFFIXES)}")
        if kind == "application/jsonl":
            yield from _lines(stream, file, published)
        else:
            yield read_bytes(_read(stream), file, kind, published)
    except Unusable as error:
        yield BadDocument(str(file), str(error), file_guid(file), file.name)


def _kind(file: Path) -> str:
    return SUFFIXES.get(file.suffix.lower(), "")


def _settle(file: Path) -> None:
    """Return when nobody has written the file for a moment; every write sets its time anew."""
    ends = time.monotonic() + PATIENCE
    while 0 <= time.time() - file.stat().st_mtime < SETTLE:  # a time that lies ahead is another machine's
        if time.monotonic() > ends:
            raise Unusable("it is still being written; ingest it again when it is complete")
        time.sleep(SETTLE / 5)


def file_guid(file: Path) -> str:
    """Return a name for the article of a file that carries no id: same place, same article.

    The folder goes in as a hash: it tells files of one name apart without publishing where they lie.
    """
    folder = hashlib.sha256(str(file.absolute().parent).encode(errors="replace")).hexdigest()[:12]
    return short_guid(f"file:{folder}/{clean(file.name).strip()}")


def _read(stream: BinaryIO) -> bytes:
    raw = stream.read(MAX_FILE_BYTES + 1)
    if len(raw) > MAX_FILE_BYTES:
        raise Unusable(f"larger than {MAX_FILE_BYTES // 1_000_000} MB")
    if not raw.strip():
        raise Unusable("empty body: the file is empty")
    return raw


def read_bytes(raw: bytes, file: Path, kind: str, published: date | None) -> Document:
    """Return the document in the bytes of a file that holds one article. Raises Unusable."""
    origin = file_guid(file)
    if kind == "text/html":
        page = page_document(raw, guid=origin, published_on=_named_date(file) or published)
        return replace(page, origin=origin, where=str(file))
    meta, body = front_matter(decode(raw))
    document = _document(meta, body, _published(meta, file, published))
    guid = document.guid or origin
    return replace(document, guid=guid, raw=raw, content_type=kind, origin=origin, where=str(file))


def front_matter(text: str) -> tuple[dict[str, str | list[str]], str]:
    """Return (fields, body). Without front matter the fields are empty and the body is the whole text.

    Values are plain text up to the line's end (a title may hold a colon), or a list of "- " lines.
    """
    text = clean(text)
    if not text.startswith("---\n"):
        return {}, text
    head, found, body = text[4:].partition("\n---\n")
    if not found:
        raise Unusable("the front matter is not closed by a line ---")
    meta: dict[str, str | list[str]] = {}
    items: list[str] = []
    for line in head.split("\n"):
        if line.lstrip().startswith("- "):
            items.append(line.lstrip()[2:].strip())
        elif match := _KEY.match(line):
            items = []
            meta[match[1].lower()] = _unquoted(match[2]) or items
        elif line.strip():
            raise Unusable(f"front matter line {line.strip()[:60]!r} is not 'name: value'")
    return meta, clean(body)


def _unquoted(value: str) -> str:
    value = value.strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _document(meta: dict[str, Any], body: str, when: tuple[date, str]) -> Document:
    if not body:
        raise Unusable("empty body")
    url = _text(meta, "url")
    return Document(
        guid=short_guid(_text(meta, "id")),
        title=one_line(_text(meta, "title") or body.split("\n", 1)[0].lstrip("# "), 500),
        text=body,
        published_on=when[0],
        date_note=when[1],
        url=url[:2000],
        canonical_url=canonical(url),
        author=one_line(_text(meta, "author"), 300),
        language=_text(meta, "language")[:10],
        links=strings(meta.get("sources")),
    )


def _text(meta: dict[str, Any], name: str) -> str:
    value = meta.get(name)
    return clean(str(value)).strip() if value and not isinstance(value, list) else ""


def _published(meta: dict[str, Any], file: Path | None, published: date | None) -> tuple[date, str]:
    """Return (day, note). A file's name can state the day of the one article in it, not of many."""
    stated = meta.get("published") or meta.get("date")
    if stated:
        return day(stated), ""
    named = _named_date(file) if file else None
    if named:
        return named, "from the file's name"
    if published:
        return published, "given when it was imported"
    raise Unusable("no publication date: give 'published: YYYY-MM-DD' or start the file's name with it")


def _named_date(file: Path) -> date | None:
    match = _NAME_DATE.match(file.name)
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def _lines(stream: BinaryIO, file: Path, published: date | None) -> Iterator[Document | BadDocument]:
    """Yield a document for every line; blank lines are passed over. A line is never read past its cap."""
    number = 0
    while raw := stream.readline(MAX_FILE_BYTES + 1):
        number += 1
        if len(raw) > MAX_FILE_BYTES:
            _skip_line(stream)
        if raw.strip():
            yield _line(raw, file, number, published)


def _skip_line(stream: BinaryIO) -> None:
    while (rest := stream.readline(MAX_FILE_BYTES)) and not rest.endswith(b"\n"):
        pass


def _line(raw: bytes, file: Path, number: int, published: date | None) -> Document | BadDocument:
    guid, title = "", f"{file.name}, line {number}"
    try:
        record = _record(raw)
        guid = short_guid(_text(record, "id"))
        title = one_line(_text(record, "title"), 500) or title
        document = _document(
            record, clean(str(record.get("text") or "")), _published(record, None, published)
        )
        where = f"{file}:{number}"
        return replace(document, raw=raw.strip(), content_type="application/json", where=where)
    except Unusable as error:
        return BadDocument(f"{file}:{number}", str(error), guid, title)


def _record(raw: bytes) -> dict[str, Any]:
    if len(raw) > MAX_FILE_BYTES:
        raise Unusable(f"line longer than {MAX_FILE_BYTES // 1_000_000} MB")
    try:
        record = json.loads(decode(raw.strip()))
    except (json.JSONDecodeError, RecursionError) as error:
        raise Unusable(f"not a JSON object: {error}") from None
    if not isinstance(record, dict):
        raise Unusable("not a JSON object")
    return record
