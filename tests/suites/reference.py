"""Where other projects' suites lie: OPENDOOR_SUITES, or `suites` in OPENDOOR_SHARED or its default."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def suite(name: str) -> Path:
    """Return the folder of a suite, or skip: the suites are tools and not part of the project."""
    shared = Path(os.environ.get("OPENDOOR_SHARED", ROOT.parent / "shared"))
    found = Path(os.environ.get("OPENDOOR_SUITES", shared / "suites")) / name
    if not found.is_dir():
        pytest.skip(f"no reference data: {name} (OPENDOOR_SUITES)")
    return found


def say(capsys: pytest.CaptureFixture[str], line: str) -> None:
    """Print a count that `make suites` is run for, past pytest's capturing."""
    with capsys.disabled():
        sys.stdout.write(f"\n{line}\n")
