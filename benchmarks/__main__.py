"""Measure the project beside its floor: `make bench ARGS="P1 P2 --sizes 10000 100000"`.

Every figure is a ratio of two things measured in turns in one run, printed as one JSON line. Absolute
times differ from machine to machine; ratios are what the goals are set in.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import platform
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import django

from benchmarks.report import Figure, Plan

# Above this share of busy cores before the run, the figures say so.
BUSY = 0.25


def options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "ids",
        nargs="*",
        metavar="ID",
        help="P1 … P8, P18, P20, P21, KNOWN (pages), P9 … P11, P16, P24 (reader), P13 … P15, STORED (intake);"
        " all where none is named",
    )
    parser.add_argument(
        "--sizes", nargs="+", type=int, default=[10_000, 100_000, 1_000_000], metavar="N", help="stances"
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--calls", type=int, default=40, help="requests a round and side")
    parser.add_argument("--articles", type=int, default=500, help="read for P24")
    parser.add_argument("--quiet", action="store_true", help="refuse to measure on a busy machine")
    parser.add_argument("--strict", action="store_true", help="exit 1 if a goal is missed")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    chosen = options(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings

    settings.ROOT_URLCONF = "benchmarks.floor"
    logging.getLogger("django.request").setLevel(logging.CRITICAL)  # a page that fails is reported as a line
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    if chosen.quiet and busy():
        print(f"The machine is busy (load {os.getloadavg()[0]:.1f}): no figure taken now is worth anything.")
        return 2
    missed = 0
    for line in report(chosen):
        print(json.dumps(line, ensure_ascii=False), flush=True)
        missed += not line.get("met", False)
    return 1 if missed and chosen.strict else 0


def measures() -> dict[str, Callable[[Plan], Iterator[Figure]]]:
    """Return every measure by its id."""
    from benchmarks import ingesting, pages, reading, transfer

    return {**pages.MEASURES, **reading.MEASURES, **ingesting.MEASURES, **transfer.MEASURES}


def report(chosen: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Yield a line for each figure; a measure that cannot be taken yields its reason."""
    offered = measures()
    plan = Plan(tuple(sorted(chosen.sizes)), chosen.rounds, chosen.calls, chosen.articles)
    for name in chosen.ids or offered:
        try:
            for found in offered[name](plan):
                values = {key: getattr(found, key) for key in found.__slots__}
                yield {**values, "met": found.ratio <= found.goal, "stances": plan.large, **surroundings()}
        except Exception as error:  # one page that fails must not cost the other figures
            yield {"id": name, "error": f"{type(error).__name__}: {error}", "met": False, **surroundings()}


def busy(own: float = 0.0) -> bool:
    """Whether others keep the machine busy: then ratios of things measured in turns are a hint at best.

    `own` is what of the load average may be ours.
    """
    return (os.getloadavg()[0] - own) / (os.cpu_count() or 1) > BUSY


def surroundings() -> dict[str, Any]:
    """Return what must be the same for two runs to be compared, and whether the figure is void."""
    from django.db import connection

    return {
        "engine": connection.vendor,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "load": round(os.getloadavg()[0], 2),
        "cores": os.cpu_count() or 1,
        "void": busy(own=1.0),
        "versions": {
            "python": platform.python_version(),
            connection.vendor: ".".join(map(str, connection.get_database_version())),
            **{n: version(n) for n in ("Django", "modelsearch")},
        },
    }


if __name__ == "__main__":
    sys.exit(main())
