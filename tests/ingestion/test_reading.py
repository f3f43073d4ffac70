from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured

from actors.models import Actor, Origin
from positions import read_models
from positions.ingestion import clock, queue, store
from positions.ingestion.reading import extractor, read_article
from positions.invariants import violations
from positions.models import Article, CurrentStance, Event, EventMention, LinePoint, Source, Stance
from tests.ingestion.scripted import Rule, Scripted
from tests.support import make

pytestmark = pytest.mark.django_db
WANTS = Rule("Ruritania wants Ukraine in NATO")


@pytest.fixture
def ruritania() -> Actor:
    return make.state("Ruritania")


@pytest.fixture
def stored(document, ruritania: Actor) -> int:
    return store(document(), make.source()).article_id


def test_a_reading_becomes_a_stance_with_its_sentence(scripted: Scripted, stored: int, ruritania: Actor):
    scripted.rules = [WANTS]
    outcome = read_article(stored)
    stance = Stance.objects.get()
    assert outcome.result == "read"
    assert (stance.holder, stance.position, stance.topic.slug) == (ruritania, 1, "nato-membership")
    assert stance.version.text[stance.start : stance.end] == stance.evidence == WANTS.phrase
    assert (stance.extractor, stance.extractor_version) == ("scripted", "1")
    article = Article.objects.get()
    assert (article.state, article.lease_until, article.error) == ("done", None, "")
    assert article.read_at is not None
    assert list(violations()) == []


def test_the_line_follows_in_the_same_transaction(scripted: Scripted, stored: int, ruritania: Actor):
    scripted.rules = [WANTS]
    read_article(stored)
    assert CurrentStance.public.get().holder == ruritania
    assert LinePoint.objects.get(track="line").position == 1
    assert read_models.differences() == []


def test_reading_twice_reads_once(scripted: Scripted, stored: int):
    calls: list[str] = []
    scripted.before = lambda article: calls.append(article.id)
    assert [read_article(stored).result for _ in range(3)] == ["read", "not_due", "not_due"]
    assert calls == ["a-1"]


def test_an_archives_first_reading_counts_as_recorded_with_it(scripted: Scripted, document, ruritania):
    scripted.rules = [WANTS]
    read_article(store(document(), make.source(kind=Source.Kind.FILE)).article_id)
    stance = Stance.objects.get()
    assert (stance.recorded_at, stance.backfilled) == (datetime(2024, 3, 4, tzinfo=UTC), True)


def test_a_sentence_with_two_stances_of_one_holder_keeps_both(scripted: Scripted, document, ruritania):
    text = "Ruritania wants Ukraine in NATO but Ruritania wants no haste with NATO.\n"
    scripted.rules = [WANTS, Rule("Ruritania wants no haste", position=-1)]
    pk = store(document(text), make.source()).article_id
    read_article(pk)
    queue.retry([pk])
    read_article(pk)
    assert sorted(Stance.objects.values_list("position", flat=True)) == [-1, 1]


def test_actors_that_the_codebook_lets_the_reader_make_are_made(scripted: Scripted, stored: int):
    scripted.rules = [Rule(WANTS.phrase, "unnamed-ruritanian-officials", resolved="made", kind="unnamed")]
    read_article(stored)
    made = Actor.objects.get(slug="unnamed-ruritanian-officials")
    assert (made.kind, made.origin, made.stances.count()) == ("unnamed", Origin.READER, 1)


@pytest.mark.scenario(29)
def test_a_finding_of_a_merged_actor_is_the_other_ones(scripted: Scripted, stored: int, ruritania: Actor):
    scripted.rules = [WANTS]
    kingdom = make.state("Kingdom of Ruritania")
    Actor.objects.filter(pk=ruritania.pk).update(merged_into=kingdom)
    read_article(stored)
    assert Stance.objects.get().holder == kingdom


def test_a_registry_that_was_not_loaded_is_said(scripted: Scripted, stored: int):
    scripted.rules = [Rule(WANTS.phrase, "nobody")]
    outcome = read_article(stored)
    assert outcome.result == "failed"
    assert "no actor 'nobody' in the database: run manage.py load_registry" in outcome.reason
    assert not Stance.objects.exists()


def test_a_failing_reader_leaves_the_reason_on_the_row(scripted: Scripted, stored: int):
    def fail(article: object) -> None:
        raise ZeroDivisionError("nothing to divide by")

    scripted.before = fail
    outcome = read_article(stored)
    article = Article.objects.get()
    assert outcome.result == "failed"
    assert article.state == "queued" and article.next_attempt_at > clock.now()
    assert article.error.startswith("ZeroDivisionError: nothing to divide by (ingestion/test_reading.py:")


def test_evidence_that_the_text_does_not_have_is_a_fault_of_the_reader(scripted: Scripted, stored: int):
    class Liar(Scripted):
        pass

    from dataclasses import replace

    scripted.rules = [WANTS]
    honest = scripted.read
    scripted.read = lambda a, r: replace(  # type: ignore[method-assign]
        honest(a, r), stances=tuple(replace(s, evidence="Never said") for s in honest(a, r).stances)
    )
    assert "is not what the text says there" in read_article(stored).reason
    assert not Stance.objects.exists()


@pytest.mark.scenario(7)
def test_half_a_reading_is_never_written(scripted: Scripted, document, ruritania: Actor):
    scripted.rules = [WANTS, Rule("Nothing else was said", topic="no-such-topic")]
    scripted.events = [("STRELSAU", "meeting")]
    read_article(store(document(), make.source()).article_id)
    assert (Stance.objects.count(), Event.objects.count(), LinePoint.objects.count()) == (0, 0, 0)


@pytest.mark.scenario(11)
def test_a_worker_that_lost_its_lease_writes_nothing(scripted: Scripted, stored: int, ruritania: Actor):
    scripted.rules = [WANTS]

    def taken_over(article: object) -> None:
        Article.objects.update(lease_until=clock.now() + timedelta(hours=1))

    scripted.before = taken_over
    assert read_article(stored).result == "lost"
    assert not Stance.objects.exists()


def test_a_text_that_changed_while_it_was_read_is_read_again(scripted: Scripted, document, ruritania: Actor):
    source = make.source()
    pk = store(document(), source).article_id
    edited = document("Ruritania wants Ukraine in NATO at once, and said so on that day.\n")
    scripted.rules = [WANTS]
    scripted.before = lambda article: store(edited, source) if "STRELSAU" in article.text else None
    assert [read_article(pk).result, read_article(pk).result] == ["lost", "read"]
    assert Stance.objects.get().version.number == 2


def test_what_the_reader_sets_aside_says_why(scripted: Scripted, stored: int):
    scripted.set_aside = "not about Ukraine"
    assert read_article(stored).result == "set_aside"
    article = Article.objects.get()
    assert (article.state, article.set_aside) == ("set_aside", "not about Ukraine")


def test_an_article_without_text_fails_for_good(scripted: Scripted):
    article = make.article(state=Article.State.QUEUED)
    article.versions.all().delete()
    assert read_article(article.pk).reason == "There is no text: mend the file and ingest it again."
    article.refresh_from_db()
    assert article.state == "failed"


def test_events_are_one_row_however_many_articles_report_them(scripted: Scripted, document):
    scripted.events = [("Ministers met NATO in Strelsau", "meeting")]
    for n in range(2):
        text = f"Report {n}. Ministers met NATO in Strelsau. More of it later.\n"
        read_article(store(document(text, guid=str(n)), make.source()).article_id)
    event = Event.objects.get()
    assert (event.start_on, event.mentions.count()) == (date(2024, 3, 4), 2)
    assert {m.evidence for m in EventMention.objects.all()} == {"Ministers met NATO in Strelsau"}


def test_an_event_no_longer_found_goes_unless_by_hand(scripted: Scripted, stored: int):
    scripted.events = [("STRELSAU", "meeting"), ("Nothing else", "statement")]
    read_article(stored)
    Event.objects.filter(kind="statement").update(by_hand=True)
    scripted.events = []
    queue.retry([stored])
    read_article(stored)
    assert [event.kind for event in Event.objects.all()] == ["statement"]


def test_an_unknown_extractor_is_refused_with_the_choices(settings):
    with pytest.raises(ImproperlyConfigured, match="rules, hybrid, llm or a plug-in, not 'oracle'"):
        extractor("oracle")


@pytest.mark.parametrize("kept", [True, False])
def test_a_parse_is_kept_with_its_text_where_the_setting_says_so(
    scripted: Scripted, stored: int, settings, kept: bool
):
    settings.STORE_PARSES = kept
    scripted.before = lambda text: text.parses and text.parses.save(b"parsed")
    read_article(stored)
    queue.retry([stored])
    found: list[bytes | None] = []
    scripted.before = lambda text: found.append(text.parses and text.parses.load())
    read_article(stored)
    assert found == [b"parsed" if kept else None]
