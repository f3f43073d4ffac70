"""What is committed belongs to everyone: no traces of one machine, every dependency explained."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Patterns are put together so that this file does not match itself.
MACHINE = re.compile(r"/(?:home|Users|work|root)/[a-z]|\blocalhost:\d+/(?:simple|pypi)|index-url")
BINARY = {".png", ".jpg", ".woff2", ".onnx", ".gz", ".ico", ".npz", ".zip", ".bin", ".sqlite3"}


def tracked() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name]


def texts() -> list[Path]:
    return [
        path for path in tracked() if path.suffix not in BINARY and path != Path(__file__) and path.is_file()
    ]


def test_no_path_of_one_machine_is_committed() -> None:
    found = []
    for path in texts():
        for number, line in enumerate(
            path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1
        ):
            if MACHINE.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert found == []


def test_no_large_file_is_committed() -> None:
    limit = 30_000_000
    assert [
        str(path.relative_to(ROOT)) for path in tracked() if path.is_file() and path.stat().st_size > limit
    ] == []


def test_every_dependency_says_what_it_is_for() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    wanted = tomllib.loads(text)["project"]["dependencies"]
    silent = [name for name in wanted if not re.search(rf'"{re.escape(name)}",\s+# \S', text)]
    assert silent == []


def test_every_dependency_is_locked_with_hashes() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = [re.split(r"[<>=\[;~! ]", wanted)[0] for wanted in project["dependencies"]]
    missing = [
        n
        for n in names
        if not re.search(rf"(?mi)^{re.escape(n).replace('_', '-')}==[^\n]+\\\n\s+--hash=", lock)
    ]
    assert missing == []


def test_both_locks_name_the_same_versions() -> None:
    def pins(name: str) -> dict[str, str]:
        return dict(re.findall(r"(?m)^([\w.-]+)==(\S+)", (ROOT / name).read_text()))

    development = pins("requirements-dev.lock")
    different = {
        n: (v, development.get(n)) for n, v in pins("requirements.lock").items() if development.get(n) != v
    }
    assert different == {}


@pytest.mark.parametrize("adr", sorted((ROOT / "docs" / "adr").glob("*.md")), ids=lambda path: path.stem)
def test_a_decision_record_is_short_and_complete(adr: Path) -> None:
    text = adr.read_text()
    assert len(text.splitlines()) <= 25
    for heading in ("## Context", "## Decision", "## Consequences"):
        assert heading in text
