"""The embedded broker: a folder of messages that does not grow for ever."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from config import celery
from config.schedule import Scheduler


def test_handed_out_messages_are_forgotten_after_a_minute(tmp_path: Path) -> None:
    old, fresh = tmp_path / "old.msg", tmp_path / "fresh.msg"
    for path in (old, fresh):
        path.touch()
    os.utime(old, (time.time() - 120, time.time() - 120))
    celery.forget_processed(tmp_path, time.time())
    assert [path.name for path in tmp_path.iterdir()] == ["fresh.msg"]


def test_tidying_happens_now_and_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Path] = []
    monkeypatch.setattr(celery, "forget_processed", lambda folder, now: seen.append(folder))
    monkeypatch.setattr(celery, "_forgot_at", 0.0)
    monkeypatch.setitem(celery.app.conf.broker_transport_options, "processed_folder", str(tmp_path))
    celery.tidy()
    celery.tidy()
    assert seen == [tmp_path]


def test_redis_has_no_folder_to_tidy(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Path] = []
    monkeypatch.setattr(celery, "forget_processed", lambda folder, now: seen.append(folder))
    monkeypatch.setattr(celery, "_forgot_at", 0.0)
    monkeypatch.delitem(celery.app.conf.broker_transport_options, "processed_folder")
    celery.tidy()
    assert seen == []


def test_the_scheduler_leaves_a_sign_of_life_and_outlives_a_place_that_takes_none(tmp_path: Path) -> None:
    sign = tmp_path / "celerybeat-schedule"
    Scheduler(celery.app, schedule_filename=str(sign)).sync()
    assert sign.exists()
    lost = Scheduler(celery.app, schedule_filename=str(tmp_path / "gone" / "celerybeat-schedule"))
    lost.sync()
    assert "sweep" in lost.schedule
