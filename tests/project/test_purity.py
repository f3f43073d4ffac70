"""What must run without Django does: checked in a process of its own, so that nothing else has loaded it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PURE = [
    "positions.extraction",
    "positions.codebook",
    "positions.contested",
    "positions.history",
    "actors.registry",
    "actors.resolution",
]
PROBE = """
import importlib, pkgutil, sys
package = importlib.import_module({name!r})
for found in pkgutil.walk_packages(getattr(package, "__path__", []), {name!r} + "."):
    importlib.import_module(found.name)
print(sorted(set(sys.modules) & {{"django", "celery", "psycopg2"}}))
"""


@pytest.mark.parametrize("name", PURE)
def test_loads_without_django(name: str) -> None:
    # -I would hide the project; an emptied environment hides DJANGO_SETTINGS_MODULE.
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(name=name)], cwd=ROOT, env={}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
