"""Snapshots: whole or not at all, one state of the record, never changed again."""

import gzip
import hashlib
import json
from datetime import date

import pytest

from positions import tasks
from positions.downloads import files, snapshots
from positions.models import PeriodicTurn
from tests.support import make

DAY = date(2026, 11, 29)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.SNAPSHOT_DIR = tmp_path / "snapshots"
    return settings.SNAPSHOT_DIR


@pytest.fixture
def stance(db):
    return make.stance(holder=make.state("Ruritania"), evidence="Ruritania wants it, says Zürich.")


def rows(folder, name, file):
    with gzip.open(folder / name / file, "rt", encoding="utf-8") as packed:
        return [json.loads(line) for line in packed]


def test_snapshot_holds_every_table_with_true_sums_and_a_description(stance, folder):
    taken = snapshots.take(DAY)
    path = snapshots.find(taken.name)
    about = json.loads((path / "datapackage.json").read_text(encoding="utf-8"))
    tables = {r["path"]: r for r in about["resources"]}
    assert about["version"] == taken.name == "2026-11-29"
    assert {name.split(".")[0] for name in tables} == set(snapshots.DATASETS)
    listed = {file.name: file.digest for file in snapshots.contents(path)}
    assert set(listed) == {*tables, "datapackage.json"}
    for name, digest in listed.items():
        assert hashlib.sha256((path / name).read_bytes()).hexdigest() == digest
    assert tables["statements.csv.gz"]["rows"] == 1
    assert [row["evidence"] for row in rows(folder, taken.name, "statements.jsonl.gz")] == [
        "Ruritania wants it, says Zürich."
    ]


def test_unchanged_record_gives_no_second_snapshot_and_a_changed_one_does(stance):
    assert snapshots.take(DAY).name == "2026-11-29"
    assert snapshots.take(DAY) is None
    make.stance(holder=stance.holder, topic="sanctions")
    assert snapshots.take(DAY).name == "2026-11-29.2"
    assert [kept.name for kept in snapshots.snapshots()] == ["2026-11-29.2", "2026-11-29"]


def test_later_changes_leave_a_snapshot_as_it_was(stance, folder):
    name = snapshots.take(DAY).name
    make.review(stance, "rejected")
    snapshots.take(date(2026, 11, 30))
    assert len(rows(folder, name, "statements.jsonl.gz")) == 1
    assert rows(folder, "2026-11-30", "statements.jsonl.gz") == []


def test_failure_halfway_leaves_nothing(stance, folder, monkeypatch):
    def fails(dataset, form):
        raise OSError("the disk is full")

    monkeypatch.setattr(files, "lines", fails)
    with pytest.raises(OSError, match="disk is full"):
        snapshots.take(DAY)
    assert list(folder.iterdir()) == [] and snapshots.snapshots() == []


@pytest.mark.django_db(transaction=True)
def test_tables_of_a_snapshot_show_one_state_though_somebody_writes(folder):
    """What is written between two tables is in neither: all of it comes with the next snapshot."""
    import threading

    from django.db import connection

    first = make.stance(holder=make.state("Ruritania"))
    written = []

    def write():
        try:
            written.append(make.stance(holder=first.holder, topic="sanctions"))
        finally:
            connection.close()

    with snapshots.one_state():
        before = sum(1 for _ in files.lines(snapshots.DATASETS["statements"], "jsonl"))
        writer = threading.Thread(target=write)
        writer.start()
        writer.join()
        after = sum(1 for _ in files.lines(snapshots.DATASETS["statements"], "jsonl"))
    assert (before, after, len(written)) == (1, 1, 1)
    assert sum(1 for _ in files.lines(snapshots.DATASETS["statements"], "jsonl")) == 2


def test_no_name_leads_out_of_the_folder(folder, tmp_path):
    (tmp_path / "2026-01-01").mkdir()
    for name in ("..", "../2026-01-01", "", "2026-11-29/..", ".half-x"):
        assert snapshots.find(name) is None


def test_scheduled_snapshot_is_taken_once_a_day_for_any_number_of_schedulers(stance):
    assert tasks.snapshot() is True
    assert tasks.snapshot() is False
    assert len(snapshots.snapshots()) == 1
    assert PeriodicTurn.objects.filter(name="snapshot").exists()


def test_command_says_what_it_did(stance, capsys):
    from django.core.management import call_command

    call_command("snapshot")
    call_command("snapshot")
    said = capsys.readouterr().out
    assert "1 rows" not in said and "Nothing has changed" in said and "Snapshot 20" in said
