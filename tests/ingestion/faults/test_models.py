"""A reader that cannot be loaded: articles wait and say why, instead of failing one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.ingestion.faults.bench import Bench
from tests.ingestion.faults.test_workers import SAYS

pytestmark = [pytest.mark.slow, pytest.mark.broker, pytest.mark.postgres]


@pytest.mark.scenario(35)
def test_a_model_that_is_not_installed(bench: Bench, record_property: Callable[[str, object], None]):
    right = dict(bench.env)
    bench.env |= {"EXTRACTOR": "rules", "SPACY_MODEL": "en_ruritanian_model"}
    bench.articles([SAYS] * 4)
    bench.worker()
    why = "SELECT count(*) FROM positions_article WHERE state = 'queued' AND error LIKE %s AND attempts = 0"
    bench.until(lambda: bench.sql(why, "%'en_ruritanian_model' is not installed%") == [(4,)])
    time.sleep(3)
    assert bench.states() == {"queued": 4}
    bench.stop()
    bench.env.clear()
    bench.env.update(right)
    bench.worker()
    bench.until(lambda: bench.settled(4))
    bench.check(4)
    version = "SELECT count(*) FROM positions_stance WHERE extractor = 'fault' AND extractor_version = '1'"
    assert bench.sql(version) == [(4,)]
    record_property("observed", "4 articles waited with the reason and no try spent; read when it was there")
