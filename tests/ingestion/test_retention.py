from __future__ import annotations

from datetime import timedelta

import pytest

from positions.ingestion import clock
from positions.ingestion.retention import prune_raw
from positions.models import ArticleVersion
from tests.support import make

pytestmark = pytest.mark.django_db


def test_raw_bytes_go_after_their_time_and_texts_stay(settings):
    old, new = make.article("Old.").version, make.article("New.").version
    ArticleVersion.objects.update(raw=b"x")
    ArticleVersion.objects.filter(pk=old.pk).update(fetched_at=clock.now() - timedelta(days=40))
    settings.RAW_RETENTION_DAYS = 0
    assert prune_raw() == 0
    settings.RAW_RETENTION_DAYS = 30
    assert prune_raw() == 1
    kept = dict(ArticleVersion.objects.values_list("pk", "raw"))
    assert (kept[old.pk], bytes(kept[new.pk])) == (None, b"x")
    old.refresh_from_db()
    assert old.text == "Old."
