"""The registry's data classes, its files and their errors."""

from datetime import date
from pathlib import Path

import pytest

from actors.registry import RegistryError, load_registry
from tests.support.invented import registry, tenure

STATE = (
    "- {slug: va, name: Varland, adjectives: [Varlandic], capital: {name: Osmark}, leader: head_of_state}\n"
)
OFFICIAL = """
- slug: ilse-korvat
  name: Ilse Korvat
  gender: female
  aliases: []
  surnames: [Korvat]
  tenures:
    - {office: President, role: head_of_state, of: va, from: 2024-06-01, to: null, speaks_for: true}
"""


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / f"{name}.yaml").write_text(content, encoding="utf-8")
    return folder


def test_held_on_the_last_day_belongs_to_the_successor() -> None:
    term = tenure("head_of_state", "va", "2020-06-01", "2024-06-01")
    assert [term.held_on(date(2024, 5, 31)), term.held_on(date(2024, 6, 1))] == [True, False]


def test_holders_leader_means_the_role_the_state_names() -> None:
    known = registry()
    assert [a.slug for a in known.holders("leader", "va", date(2024, 5, 1))] == ["otto-brandt"]
    assert [a.slug for a in known.holders("leader", "mo", date(2024, 5, 1))] == ["goran-ilves"]


def test_members_go_by_date() -> None:
    known = registry()
    assert known.members("nato", date(2022, 1, 1)) == ["va", "mo"]
    assert known.members("nato", date(2024, 1, 1)) == ["va"]


def test_load_registry_reads_names_and_tenures(tmp_path: Path) -> None:
    known = load_registry(write(tmp_path / "data", states=STATE, officials=OFFICIAL))
    assert [(n.text, n.kind) for n in known.actors["va"].names] == [
        ("Varland", "name"), ("Varlandic", "adjective"), ("Osmark", "capital"),
    ]  # fmt: skip
    assert known.speaks_for("ilse-korvat", date(2025, 1, 1)) == "va"


def test_load_registry_second_directory_adds_to_the_first(tmp_path: Path) -> None:
    first = write(tmp_path / "a", states=STATE, officials=OFFICIAL)
    more = OFFICIAL.replace("aliases: []", "aliases: [I. Korvat]").replace("2024-06-01", "2030-01-01")
    known = load_registry(first, write(tmp_path / "b", officials=more))
    assert "I. Korvat" in [n.text for n in known.actors["ilse-korvat"].names]
    assert len(known.actors["ilse-korvat"].tenures) == 2


@pytest.mark.parametrize(
    ("officials", "words"),
    [
        (OFFICIAL.replace("of: va", "of: xx"), ["ilse-korvat", "xx"]),
        (OFFICIAL.replace("  name: Ilse Korvat\n", ""), ["officials.yaml", "ilse-korvat", "name"]),
        (OFFICIAL.replace("slug: ilse-korvat", "slug: no"), ["officials.yaml", "quote it"]),
        ("just words", ["officials.yaml", "list of entries"]),
        ("- [", ["officials.yaml", "not YAML"]),
    ],
)
def test_load_registry_error_names_file_or_entry(tmp_path: Path, officials: str, words: list[str]) -> None:
    with pytest.raises(RegistryError) as failure:
        load_registry(write(tmp_path / "data", states=STATE, officials=officials))
    assert all(word in str(failure.value) for word in words)


def test_load_registry_missing_directory_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="no such directory"):
        load_registry(tmp_path / "nowhere")


def test_shipped_registry_loads_and_knows_its_offices() -> None:
    known = load_registry()
    assert len(known.actors) > 1200
    assert [a.slug for a in known.holders("secretary_general", "nato", date(2024, 9, 1))] == [
        "jens-stoltenberg"
    ]
