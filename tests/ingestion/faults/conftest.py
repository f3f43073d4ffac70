from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.ingestion.faults.bench import Bench


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first test leaves an empty, migrated database for the others."""
    return tmp_path_factory.mktemp("template") / "empty.sqlite3"


@pytest.fixture(params=["embedded", "production"])
def bench(
    request: Any, tmp_path: Path, template: Path, record_property: Callable[[str, object], None]
) -> Iterator[Bench]:
    """Both ways to run: SQLite with messages in files, PostgreSQL with Redis."""
    servers = (None, None)
    if request.param == "production":
        servers = (request.getfixturevalue("postgres_server"), request.getfixturevalue("redis_server"))
        redis_client(servers[1]).flushall()
    made = Bench(tmp_path, *servers)
    made.observe = partial(record_property, "observed")
    made.prepare(template if request.param == "embedded" else None)
    yield made
    made.stop()


def redis_client(server: Any) -> Any:
    import redis

    return redis.Redis.from_url(server.url)
