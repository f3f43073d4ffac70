"""How good each reader was when measured: kept as data, by extractor and version, and shown by pages."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "positions" / "data" / "measured"
HOW = ("blind", "in-sample")  # whether anything of the reader was trained on what it was measured on


@dataclass(frozen=True, slots=True)
class Measured:
    """One measurement; `figures` is what `Evaluation.as_dict` returns."""

    extractor: str
    version: str
    how: str
    day: str
    figures: dict[str, Any]


def store(measured: Measured, folder: Path = FOLDER) -> Path:
    """Write a measurement in the place of an earlier one of the same reader, version and kind."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{measured.extractor}-{measured.version}-{measured.how}.json"
    path.write_text(json.dumps(asdict(measured), indent=1) + "\n", encoding="utf-8")
    return path


def stored(folder: Path = FOLDER) -> list[Measured]:
    """Return every measurement, by extractor, the newest version first, blind before in sample."""
    found = [Measured(**json.loads(path.read_text(encoding="utf-8"))) for path in folder.glob("*.json")]
    found.sort(key=lambda m: m.how)
    found.sort(
        key=lambda m: [int(part) if part.isdigit() else 0 for part in m.version.split(".")], reverse=True
    )
    return sorted(found, key=lambda m: m.extractor)
