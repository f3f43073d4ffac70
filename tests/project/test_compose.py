"""The production shape is valid and is what the settings expect; no container engine is needed to know."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
# Of the Compose Specification, as shipped with docker-compose 1.29.2 (Docker Inc., Apache-2.0).
SCHEMA = ROOT / "tests" / "support" / "compose_spec.json"
FILE = ROOT / "docker-compose.yml"
EXAMPLE = ROOT / ".env.example"
APP = ("setup", "web", "worker", "beat")
# By name: the file writes its own as http:, which jsonschema no longer knows.
VALIDATOR = jsonschema.Draft201909Validator(json.loads(SCHEMA.read_text()))


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(FILE.read_text())
    return loaded


def test_the_file_follows_the_specification(compose: dict[str, Any]) -> None:
    # `name` came into the specification after the schema we ship.
    known = {key: value for key, value in compose.items() if key != "name"}
    VALIDATOR.validate(known)


def test_the_schema_would_notice(compose: dict[str, Any]) -> None:
    broken = {"services": {"web": {"image": "x", "port": ["80"]}}}
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(broken)


def test_everything_long_lived_has_a_health_check(compose: dict[str, Any]) -> None:
    without = [
        name for name, service in compose["services"].items() if "test" not in service.get("healthcheck", {})
    ]
    assert without == ["setup"]


def test_nothing_starts_before_the_tables_are_there(compose: dict[str, Any]) -> None:
    for name in ("web", "worker", "beat"):
        assert compose["services"][name]["depends_on"]["setup"] == {
            "condition": "service_completed_successfully"
        }


def test_redis_refuses_rather_than_evicts_and_keeps_its_messages(compose: dict[str, Any]) -> None:
    command = " ".join(compose["services"]["redis"]["command"])
    assert "--appendonly yes --appendfsync everysec --maxmemory-policy noeviction" in command


def test_no_secret_is_written_down(compose: dict[str, Any]) -> None:
    values = compose["services"]["web"]["environment"]
    assert values["SECRET_KEY"].startswith("${SECRET_KEY:?")
    assert "${POSTGRES_PASSWORD:?" in values["DATABASE_URL"]


@pytest.mark.parametrize("name", APP)
def test_every_variable_is_one_that_the_code_reads(compose: dict[str, Any], name: str) -> None:
    read = " ".join(path.read_text() for path in (ROOT / "config").glob("*.py"))
    unknown = [key for key in compose["services"][name]["environment"] if f'"{key}"' not in read]
    assert unknown == []


def test_every_variable_asked_for_is_in_the_example(compose: dict[str, Any]) -> None:
    asked = set(re.findall(r"\$\{(\w+)", FILE.read_text()))
    offered = set(re.findall(r"^#? ?(\w+)=", EXAMPLE.read_text(), re.MULTILINE))
    assert asked - offered == set()


def test_the_image_does_not_run_as_root() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    user = max(n for n, line in enumerate(lines) if line.startswith("USER "))
    assert lines[user] == "USER opendoor"
    assert user > max(n for n, line in enumerate(lines) if line.startswith(("FROM ", "COPY ", "RUN ")))
