from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from positions.models import Article, IngestRun, Stance
from tests.ingestion.scripted import Rule, Scripted
from tests.support import make

pytestmark = pytest.mark.django_db
PHRASE = "Ruritania wants Ukraine in NATO"


@pytest.fixture
def article(scripted: Scripted) -> Article:
    make.state("Ruritania")
    return make.article(f"STRELSAU. {PHRASE}. That is all.\n")


def test_all_reads_every_article_anew(scripted: Scripted, article: Article):
    scripted.rules = [Rule(PHRASE)]
    call_command("reextract", all=True)
    call_command("reextract", all=True)
    assert Stance.objects.get().article == article
    run = IngestRun.objects.latest("started_at")
    assert (run.label, run.total, run.done, run.failed) == ("articles read again", 1, 1, 0)
    assert run.finished_at is not None


def test_failed_takes_only_what_failed(scripted: Scripted, article: Article):
    failed = make.article("NATO met.\n", state=Article.State.QUARANTINED, error="x", attempts=3)
    read: list[str] = []
    scripted.before = lambda text: read.append(text.id)
    call_command("reextract", failed=True)
    assert read == [failed.guid]
    failed.refresh_from_db()
    assert (failed.state, failed.error) == ("done", "")


def test_a_failure_is_named(scripted: Scripted, article: Article):
    scripted.rules = [Rule(PHRASE, topic="weather")]
    with pytest.raises(CommandError, match=f"article {article.pk}: ValueError: no topic 'weather'"):
        call_command("reextract", article=[article.pk])


def test_an_article_that_is_not_there_is_named(scripted: Scripted):
    with pytest.raises(CommandError, match="no article with a text, free to be read: 99"):
        call_command("reextract", article=[99])
