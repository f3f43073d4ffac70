"""Celery: messages carry ids and are hints; the database is the queue (see docs/adr)."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import task_postrun, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

FORGET_SECONDS = 600
AWAY_SECONDS = 5.0
# Seconds. Every entry is named as its task and only nudges: what is due is decided by rows (next_attempt_at,
# next_poll_at), and whether it is the task's turn, too: two schedulers do no harm.
BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep": {"task": "positions.sweep", "schedule": 30.0},
    "index": {"task": "positions.index", "schedule": 30.0},
    "send_alerts": {"task": "positions.send_alerts", "schedule": 1800.0},
    "snapshot": {"task": "positions.snapshot", "schedule": 86_400.0},
    "prune": {"task": "positions.prune", "schedule": 3600.0},
    "heartbeat": {"task": "positions.heartbeat", "schedule": 15.0},
}


def embedded_broker(folder: Path) -> dict[str, Any]:
    """Return the settings of Celery without a server: messages are files in `folder`."""
    for name in ("queue", "processed"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return {
        "broker_url": "filesystem://localhost",  # the host means nothing, but kombu asks for one
        "broker_transport": "config.messages:Transport",
        "broker_transport_options": {
            "data_folder_in": str(folder / "queue"),
            "data_folder_out": str(folder / "queue"),
            "control_folder": str(folder / "control"),
            # Else every message travels through the system's temporary folder.
            "store_processed": True,
            "processed_folder": str(folder / "processed"),
            "polling_interval": 0.1,
        },
    }


def forget_processed(folder: Path, now: float, older_than: float = 60) -> None:
    """Remove messages that the embedded broker has handed out; it keeps them and nobody reads them again."""
    for path in folder.iterdir():
        try:
            if now - path.stat().st_mtime > older_than:
                path.unlink()
        except FileNotFoundError:  # another worker was first
            continue


_forgot_at = 0.0


def tidy(**_: object) -> None:
    """After a task, at most every ten minutes and not on Redis: forget what was processed."""
    global _forgot_at  # one number a process
    folder = app.conf.broker_transport_options.get("processed_folder")
    if folder and time.time() - _forgot_at > FORGET_SECONDS:
        _forgot_at = time.time()
        forget_processed(Path(folder), _forgot_at)


def redis_broker(url: str) -> dict[str, Any]:
    return {
        "broker_url": url,
        # A killed worker's messages come back after 10 minutes, looked for every 5 seconds.
        "broker_transport_options": {
            "visibility_timeout": 600,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            # A connection that went dead without a word is given up, also by who only sends.
            "socket_connect_timeout": 5,
            "socket_timeout": 5,
            "socket_keepalive": True,
            "health_check_interval": 10,
        },
    }


def configure(celery: Celery) -> None:
    from django.conf import settings  # Celery is imported before Django is set up

    celery.conf.update(
        **(
            redis_broker(settings.REDIS_URL)
            if settings.REDIS_URL
            else embedded_broker(settings.VAR_DIR / "celery")
        ),
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        task_ignore_result=True,
        # Rows say what is due: nobody waits long for a broker that is away.
        task_publish_retry_policy={"max_retries": 1, "interval_start": 0, "interval_max": 0.2},
        task_soft_time_limit=120,
        task_time_limit=150,
        task_serializer="json",
        accept_content=["json"],
        broker_connection_retry_on_startup=True,
        worker_hijack_root_logger=False,
        beat_schedule=BEAT_SCHEDULE,
        beat_scheduler="config.schedule:Scheduler",
        beat_schedule_filename=str(settings.VAR_DIR / "celerybeat-schedule"),
        timezone="UTC",
    )


def meet_database(**_: object) -> None:
    """Before a worker takes anything: wait for a database that is away, refuse one of another release."""
    from django.db import DatabaseError, InterfaceError, connections  # Django is set up by now

    from positions import schema

    while True:
        try:
            found = schema.problem()
            break
        except (DatabaseError, InterfaceError) as error:
            said = " ".join(str(error).split())
            sys.stderr.write(f"The database does not answer; the worker waits for it. ({said})\n")
            time.sleep(AWAY_SECONDS)
        finally:
            connections.close_all()  # a forked process must not share ours
    if found:
        sys.exit(f"The worker does not start. {found}")


app = Celery("opendoor")
worker_init.connect(meet_database, weak=False)
app.on_configure.connect(lambda **_: configure(app), weak=False)
task_postrun.connect(tidy, weak=False)
app.autodiscover_tasks(["positions"])
