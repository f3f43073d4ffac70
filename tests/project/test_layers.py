"""Imports run one way. Folders are layers; each may import its own and those above it in the table."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("actors", "positions", "config")
# From the ground up. The longest matching prefix decides; `positions` alone is everything not named.
LAYERS = [
    ("the reader", ["positions.extraction", "positions.codebook", "actors.tiers"]),
    ("who exists", ["actors"]),
    ("the line rule", ["positions.history", "positions.contested"]),
    ("rows", ["positions.models"]),
    ("domain", ["positions"]),
    ("work", ["positions.tasks"]),
    (
        "doors",
        ["positions.pages", "positions.admin", "positions.api", "positions.urls", "positions.management",
            "positions.templatetags",
         "actors.admin", "actors.management", "positions.training", "config"],
    ),
]  # fmt: skip
# Starting up: Django and Celery are told about the doors here.
# The reader's command line puts reader and registry together.
WIRING = {"positions.apps", "actors.apps", "positions.extraction.__main__"}


def modules() -> Iterator[tuple[str, Path]]:
    for package in OURS:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                parts = path.relative_to(ROOT).with_suffix("").parts
                yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports(module: str, path: Path) -> Iterator[str]:
    """Yield the dotted names that a file imports, inline imports too; `from a import b` gives `a.b`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} line {node.lineno}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(prefix + ".")


def layer(module: str) -> int:
    """Return the height of a module of ours."""
    matches = [
        (len(prefix), n)
        for n, (_, prefixes) in enumerate(LAYERS)
        for prefix in prefixes
        if within(module, prefix)
    ]
    return max(matches)[1]


ALL = dict(modules())


def test_every_module_is_found() -> None:
    assert {"positions.extraction.types", "actors.models", "config.settings"} <= set(ALL)


@pytest.mark.parametrize("module", sorted(set(ALL) - WIRING))
def test_imports_run_one_way(module: str) -> None:
    own = layer(module)
    wrong = [
        f"{name} ({LAYERS[layer(name)][0]})"
        for name in imports(module, ALL[module])
        if name.startswith(tuple(f"{package}." for package in OURS)) and layer(name) > own
    ]
    assert wrong == [], f"{module} ({LAYERS[own][0]}) imports from above"


@pytest.mark.parametrize(
    "module", [name for name in ALL if within(name, "positions.extraction") and name not in WIRING]
)
def test_the_reader_imports_nothing_of_ours(module: str) -> None:
    ours = [n for n in imports(module, ALL[module]) if n.startswith(tuple(f"{p}." for p in OURS))]
    assert [name for name in ours if not within(name, "positions.extraction")] == []


@pytest.mark.parametrize("module", [name for name in ALL if within(name, "actors")])
def test_actors_know_nothing_of_positions_but_the_readers_contract(module: str) -> None:
    about = [name for name in imports(module, ALL[module]) if within(name, "positions")]
    assert [name for name in about if not within(name, "positions.extraction")] == []


@pytest.mark.parametrize("module", [name for name in ALL if not within(name, "config")])
def test_nobody_imports_the_settings(module: str) -> None:
    assert [name for name in imports(module, ALL[module]) if within(name, "config.settings")] == []
