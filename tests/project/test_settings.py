"""Settings come from the environment and fail loudly; production is closed by default."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "PRODUCTION": "1",
    "SECRET_KEY": "a-key-for-this-test-only-0123456789-abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": "opendoor.example.org",
    "SITE_URL": "https://opendoor.example.org",
}


def manage(*arguments: str, var: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py with these variables and no others."""
    clean = {"PATH": os.environ["PATH"], "OPENDOOR_VAR": str(var), **variables}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=clean, capture_output=True, text=True
    )


def test_production_passes_the_deployment_check(tmp_path: Path) -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING", var=tmp_path, **PRODUCTION)
    assert done.returncode == 0, done.stderr


def test_development_needs_no_variable(tmp_path: Path) -> None:
    assert manage("check", "--fail-level", "WARNING", var=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY must be set"),
        ({"SECRET_KEY": "short"}, "at least 50"),
        ({"SECRET_KEY": "a" * 60}, "random characters"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS must name"),
        ({"DEBUG": "1"}, "DEBUG must be off"),
        ({"DEBUG": "perhaps"}, "DEBUG must be 1 or 0"),
        ({"CONFIDENCE_THRESHOLD": "1.5"}, "CONFIDENCE_THRESHOLD must lie between"),
        ({"CONFIDENCE_THRESHOLD": "high"}, "CONFIDENCE_THRESHOLD must be a number"),
        ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES must lie between"),
    ],
)
def test_a_wrong_value_stops_the_start_and_is_named(
    tmp_path: Path, change: dict[str, str], words: str
) -> None:
    done = manage("check", var=tmp_path, **{**PRODUCTION, **change})
    assert done.returncode != 0
    assert words in done.stderr


def test_flags_read_what_people_write(monkeypatch: pytest.MonkeyPatch) -> None:
    for written, meant in [
        ("1", True),
        ("Yes", True),
        ("on", True),
        ("0", False),
        ("FALSE", False),
        ("", True),
    ]:
        monkeypatch.setenv("SOME_FLAG", written)
        assert env.flag("SOME_FLAG", default=True) is meant


def test_a_flag_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_FLAG", "maybe")
    with pytest.raises(ImproperlyConfigured, match="SOME_FLAG"):
        env.flag("SOME_FLAG")


def test_words_are_trimmed_and_empty_ones_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_WORDS", " a, b ,,c")
    assert env.words("SOME_WORDS") == ["a", "b", "c"]


def test_every_variable_is_documented() -> None:
    code = (ROOT / "config" / "settings.py").read_text()
    read = set(re.findall(r'env\.(?:text|flag|number|words|secret)\(\s*"([A-Z_]+)"', code))
    documented = set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs" / "operating.md").read_text()))
    assert read - documented == set()
