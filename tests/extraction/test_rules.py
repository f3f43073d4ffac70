"""Golden cases of the rules, each one sentence of invented news."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from positions.extraction.types import Reading

CASES = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:60])
def test_rules_read_the_case(case: dict[str, Any], read: Callable[[str], Reading]) -> None:
    found = read(case["text"]).stances
    assert [[s.holder.slug, s.topic, s.position, s.mode] for s in found] == case["stances"]
    if "sources" in case:
        assert [s.source.slug if s.source else "" for s in found] == case["sources"]
