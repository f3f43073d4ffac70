from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command


@pytest.mark.slow
def test_it_writes_a_line_of_predictions_for_each_text(tmp_path: Path):
    texts = ['"We will not go," Anna Rassendyll said on Monday.', "Nothing was said."]
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("".join(json.dumps({"id": str(n), "text": t}) + "\n" for n, t in enumerate(texts)))
    call_command("attributions", source, out=out)
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["id"] for row in rows] == ["0", "1"]


def test_a_file_that_is_not_there(tmp_path: Path):
    with pytest.raises(CommandError, match="there is no such file"):
        call_command("attributions", tmp_path / "gone.jsonl", out=tmp_path / "out.jsonl")
