"""Workers against each other and against editors, with real threads and transactions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from positions import merging, read_models
from positions.ingestion import queue, store
from positions.ingestion.reading import read_article
from positions.invariants import violations
from positions.models import Article, CurrentStance, Stance
from tests.ingestion.scripted import Rule, Scripted
from tests.review.test_races import at_once
from tests.support import make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROUNDS = 100
Record = Callable[[str, object], None]


@pytest.mark.scenario(10)
def test_of_two_workers_one_gets_the_article(document, record_property: Record):
    pk = store(document(), make.source()).article_id
    for n in range(ROUNDS):
        Article.objects.update(state=Article.State.QUEUED, attempts=0, lease_until=None)
        claims = at_once(lambda: queue.claim(pk), lambda: queue.claim(pk))
        assert [claim is None for claim in claims].count(True) == 1, (n, claims)
        assert Article.objects.get().attempts == 1
    record_property("observed", f"{ROUNDS} rounds from one barrier: one claim each")


@pytest.mark.scenario(29)
def test_actors_merged_while_articles_about_them_are_read(
    document, scripted: Scripted, record_property: Record
):
    editor, source = make.editor(), make.source()
    rounds = 4
    for n in range(rounds):
        kingdom, ruritania = make.state(f"Kingdom {n}"), make.state(f"Ruritania {n}")
        scripted.rules = [Rule("Ruritania wants Ukraine in NATO.", ruritania.slug)]
        pk = store(document(guid=f"a-{n}"), source, beside=True).article_id
        results = at_once(
            lambda pk=pk: read_article(pk),
            lambda one=ruritania, other=kingdom: merging.merge(one, other, by=editor),
        )
        assert not [r for r in results if isinstance(r, Exception)], results
        assert Stance.objects.filter(article=pk).count() == 1
        assert CurrentStance.objects.get(article=pk).holder == kingdom
    assert list(violations()) == read_models.differences() == []
    record_property("observed", f"{rounds} rounds: each stance there once, with the actor that remained")
