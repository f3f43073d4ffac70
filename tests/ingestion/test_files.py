from __future__ import annotations

import json
import threading
import time
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from positions.ingestion import BadDocument, Document, files
from positions.ingestion.files import documents, file_documents, front_matter, uploaded_documents

MARKDOWN = """---
id: strelsau-1
title: "Strelsau: the door stays open"
published: 2024-03-04
sources:
  - https://example.org/a
  - https://example.org/b
---

Ruritania wants Ukraine in NATO.

Nothing else.

"""
PAGE = """<!doctype html><html lang="en"><head><title>Ruritania wants Ukraine in NATO</title>
<meta property="article:published_time" content="2024-03-04T08:00:00Z">
<link rel="canonical" href="https://example.org/news/1"><meta name="author" content="Anna Rassendyll"></head>
<body><nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<article><h1>Ruritania wants Ukraine in NATO</h1>
<p>STRELSAU. Ruritania wants Ukraine in NATO, the foreign ministry of the kingdom said on Monday.</p>
<p>Nothing else was said of it on that day, though the minister spoke for an hour in parliament.</p>
</article><footer>Subscribe to our newsletter</footer></body></html>"""


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def one(path: Path) -> Document | BadDocument:
    (found,) = documents(path)
    return found


def good(path: Path) -> Document:
    found = one(path)
    assert isinstance(found, Document), found
    return found


def reason(path: Path) -> str:
    found = one(path)
    assert isinstance(found, BadDocument)
    assert found.where == str(path)
    return found.reason


def test_markdown_with_front_matter(tmp_path: Path):
    document = good(write(tmp_path, "a.md", MARKDOWN))
    assert document.guid == "strelsau-1"
    assert document.title == "Strelsau: the door stays open"
    assert document.published_on == date(2024, 3, 4)
    assert document.text == "Ruritania wants Ukraine in NATO.\n\nNothing else.\n"
    assert document.links == ("https://example.org/a", "https://example.org/b")
    assert document.raw == MARKDOWN.encode()


def test_front_matter_that_is_no_front_matter():
    assert front_matter("No fence.") == ({}, "No fence.\n")
    with pytest.raises(files.Unusable, match="not closed"):
        front_matter("---\nid: x\n")
    with pytest.raises(files.Unusable, match="'nonsense' is not 'name: value'"):
        front_matter("---\nnonsense\n---\nBody")


def test_text_takes_its_date_from_the_name(tmp_path: Path):
    document = good(write(tmp_path, "2024-03-04-report.txt", "Ruritania spoke.\r\nTwice.\r\n"))
    assert (document.published_on, document.date_note) == (date(2024, 3, 4), "from the file's name")
    assert (document.title, document.text) == ("Ruritania spoke.", "Ruritania spoke.\nTwice.\n")


def test_a_file_without_id_is_known_again_by_its_place(tmp_path: Path):
    (tmp_path / "b").mkdir()
    first = good(write(tmp_path, "2024-03-04.txt", "One."))
    again = good(write(tmp_path, "2024-03-04.txt", "Another text."))
    elsewhere = good(write(tmp_path / "b", "2024-03-04.txt", "One."))
    assert first.guid == again.guid == first.origin
    assert elsewhere.guid != first.guid
    assert str(tmp_path) not in first.guid


def test_html_gives_text_title_date_author_and_address(tmp_path: Path):
    document = good(write(tmp_path, "page.html", PAGE))
    assert document.title == "Ruritania wants Ukraine in NATO"
    assert document.published_on == date(2024, 3, 4)
    assert document.author == "Anna Rassendyll"
    assert document.canonical_url == "https://example.org/news/1"
    assert document.language == "en"
    assert "foreign ministry of the kingdom" in document.text
    assert "newsletter" not in document.text and "Sport" not in document.text


def test_json_lines_go_on_after_bad_lines(tmp_path: Path):
    lines = [
        json.dumps(
            {
                "id": "1",
                "title": "A",
                "published": "2024-03-04",
                "url": "https://example.org/1",
                "text": "Hi.",
            }
        ),
        json.dumps({"id": "2", "text": "No date."}),
        "",
        "{not json",
        "[1]",
        json.dumps({"title": "B", "published": "2024-03-05", "text": "a\x00b\ud800c"}),
        '{"id": "cut',
    ]
    path = write(tmp_path, "a.jsonl", "\n".join(lines))
    found = list(documents(path))
    assert [type(item) for item in found] == [
        Document,
        BadDocument,
        BadDocument,
        BadDocument,
        Document,
        BadDocument,
    ]
    bad = [item for item in found if isinstance(item, BadDocument)]
    assert [item.where for item in bad] == [f"{path}:{n}" for n in (2, 4, 5, 7)]
    assert [item.guid for item in bad] == ["2", "", "", ""]
    assert found[0] == Document(
        guid="1", title="A", text="Hi.\n", published_on=date(2024, 3, 4), url="https://example.org/1",
        canonical_url="https://example.org/1", raw=lines[0].encode(), content_type="application/json",
        where=f"{path}:1",
    )  # fmt: skip
    assert found[4].text == "abc\n"


def test_a_line_past_the_cap_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "MAX_FILE_BYTES", 100)
    small = json.dumps({"id": "2", "published": "2024-03-05", "text": "Fine."})
    path = write(tmp_path, "a.jsonl", json.dumps({"id": "1", "text": "x" * 1000}) + "\n" + small + "\n")
    first, second = documents(path)
    assert isinstance(first, BadDocument) and "line longer than" in first.reason
    assert isinstance(second, Document) and second.guid == "2"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.md", "", "empty body: the file is empty"),
        ("a.md", "---\nid: x\npublished: 2024-01-01\n---\n \n", "empty body"),
        (
            "a.md",
            "---\nid: x\n---\nBody",
            "no publication date: give 'published: YYYY-MM-DD' or start the file's",
        ),
        ("a.txt", "Undated.", "no publication date"),
        ("a.txt", "Orbán".encode("latin-1") + b" said", "not UTF-8: byte 3"),
        ("a.md", "---\nid: x\npublished: soon\n---\nBody", "'soon' is not a day of the form YYYY-MM-DD"),
        ("a.html", "<html><body></body></html>", "empty body: no main text"),
        ("a.pdf", "%PDF", "unknown kind of file '.pdf'"),
    ],
)
@pytest.mark.scenario(33)
def test_a_bad_file_says_why(tmp_path: Path, name: str, content: str | bytes, why: str):
    assert why in reason(write(tmp_path, name, content))


@pytest.mark.scenario(33)
def test_a_file_that_is_being_written_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "SETTLE", 2.0)
    path, parts = tmp_path / "a.md", [MARKDOWN[n : n + 20] for n in range(0, len(MARKDOWN), 20)]

    def write_slowly() -> None:
        with path.open("w") as file:
            for part in parts:
                file.write(part)
                file.flush()
                written.append(part)
                time.sleep(0.02)

    written: list[str] = []
    writer = threading.Thread(target=write_slowly)
    writer.start()
    while not written:
        time.sleep(0.01)
    (item,) = file_documents(path)
    writer.join()
    assert isinstance(item, Document), item
    assert item.raw == MARKDOWN.encode()


@pytest.mark.scenario(33)
def test_a_file_that_is_always_being_written_is_refused_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(files, "SETTLE", 60.0)
    monkeypatch.setattr(files, "PATIENCE", 0.0)
    monkeypatch.setattr(files.time, "sleep", lambda seconds: None)
    assert reason(write(tmp_path, "a.md", MARKDOWN)) == (
        "it is still being written; ingest it again when it is complete"
    )


@pytest.mark.scenario(33)
def test_an_archive_or_a_program_is_refused_whatever_it_holds(tmp_path: Path):
    for name in ("a.zip", "a.sh", "a.py", "a.md.exe"):
        assert reason(write(tmp_path, name, MARKDOWN)).startswith("unknown kind of file")
    assert "not UTF-8" in reason(write(tmp_path, "a.md", b"PK\x03\x04\xff\xfe\xfa"))


@pytest.mark.scenario(33)
def test_a_file_past_the_cap_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "MAX_FILE_BYTES", 1_000_000)
    assert reason(write(tmp_path, "a.md", MARKDOWN + "x" * 1_000_000)) == "larger than 1 MB"


def test_an_uploaded_file_is_known_by_its_name_and_never_leaves_its_folder():
    first, second = (
        next(uploaded_documents(BytesIO(f"Text {n}.".encode()), name, date(2024, 3, 4)))
        for n, name in enumerate(["2024-03-04 note.txt", "../../etc/2024-03-04 note.txt"])
    )
    assert isinstance(first, Document) and isinstance(second, Document)
    assert first.guid == second.guid


def test_a_file_that_cannot_be_opened_says_why(tmp_path: Path):
    path = tmp_path / "gone.md"
    assert reason(path) == "cannot be read: No such file or directory"


def test_a_folder_is_read_in_order_and_other_files_passed_over(tmp_path: Path):
    (tmp_path / "sub").mkdir()
    for name in ("b.md", "a.md", "README.md", ".hidden.md", "photo.png", "source.yaml"):
        write(tmp_path, name, MARKDOWN.replace("strelsau-1", name))
    write(tmp_path / "sub", "c.md", MARKDOWN.replace("strelsau-1", "c.md"))
    assert [item.guid for item in documents(tmp_path)] == ["a.md", "b.md", "c.md"]


def test_documents_are_read_one_at_a_time(tmp_path: Path):
    write(tmp_path, "a.md", MARKDOWN)
    second = write(tmp_path, "b.md", MARKDOWN)
    found = documents(tmp_path)
    next(found)
    second.write_text(MARKDOWN.replace("strelsau-1", "changed-meanwhile"))
    assert next(found).guid == "changed-meanwhile"
