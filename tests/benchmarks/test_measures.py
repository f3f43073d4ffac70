"""What is written as a measure can be asked for."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import benchmarks
from benchmarks.__main__ import measures


def test_every_measure_is_offered() -> None:
    modules = [
        import_module(f"benchmarks.{found.name}") for found in pkgutil.iter_modules(benchmarks.__path__)
    ]
    written = [name for module in modules for name in getattr(module, "MEASURES", ())]
    assert len(written) > 10
    assert sorted(written) == sorted(measures())
