"""`extract` runs without a database: none of these tests asks for one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from positions.management.commands.extract import file_name
from tests.ingestion.scripted import Rule, Scripted

TEXT = "STRELSAU. Ruritania wants Ukraine in NATO. Ruritania wants Ukraine in NATO.\n"


def test_it_writes_one_file_an_article_in_the_golds_form(scripted: Scripted, tmp_path: Path):
    scripted.rules = [Rule("Ruritania wants Ukraine in NATO", condition="if asked")]
    (tmp_path / "a.md").write_text(f"---\nid: strelsau\npublished: 2024-03-04\n---\n{TEXT}")
    call_command("extract", str(tmp_path / "a.md"), out=tmp_path / "out")
    written = json.loads((tmp_path / "out" / "strelsau.json").read_text())
    assert written["article"] == "strelsau"
    assert [(s["holder"], s["position"], s["date"], s["condition"]) for s in written["stances"]] == [
        ("ruritania", 1, "2024-03-04", "if asked")
    ] * 2
    assert [s["start"] for s in written["stances"]] == [10, 43]
    assert written["events"] == []


def test_a_bad_file_is_named_and_the_others_are_read(scripted: Scripted, tmp_path: Path):
    (tmp_path / "a.txt").write_text("Undated.")
    (tmp_path / "b.md").write_text(f"---\nid: b\npublished: 2024-03-04\n---\n{TEXT}")
    with pytest.raises(CommandError, match=r"a\.txt: no publication date"):
        call_command("extract", str(tmp_path), out=tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["b.json"]


@pytest.mark.parametrize(
    ("guid", "name"),
    [
        ("a-1", "a-1"),
        ("../../etc/passwd", "etc-passwd"),
        ("https://x.org/a?b", "https-x.org-a-b"),
        ("…", "article"),
    ],
)
def test_file_name_cannot_leave_the_folder(guid: str, name: str):
    assert file_name(guid) == name
