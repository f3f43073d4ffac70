"""A second reading against what is stored and what people decided: the five rules of `writing`."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actors.models import Actor
from positions import review
from positions.ingestion import queue, store
from positions.ingestion.findings import topic_pks
from positions.ingestion.reading import read_article
from positions.invariants import violations
from positions.models import Article, CurrentStance, Source, Stance, StanceReview
from positions.review import Correction
from tests.ingestion.scripted import Rule, Scripted
from tests.support import make

pytestmark = pytest.mark.django_db
FIRST = "Ruritania wants Ukraine in NATO soon."
CHANGED = "Ruritania wants Ukraine in NATO later."
TEXT = f"STRELSAU. {FIRST} Nothing else was said of it on that day.\n"


@pytest.fixture
def ruritania() -> Actor:
    return make.state("Ruritania")


@pytest.fixture
def source() -> Source:
    return make.source()


@pytest.fixture
def read(scripted: Scripted, ruritania: Actor, source: Source, document):
    """Store a text for the one article, and read it with the given rules."""

    def read(text: str, *rules: Rule) -> None:
        scripted.rules = list(rules)
        pk = store(document(text), source).article_id
        queue.retry([pk])
        outcome = read_article(pk)
        assert outcome.result == "read", outcome
        assert list(violations()) == []

    return read


def current() -> list[tuple[int, str]]:
    return list(CurrentStance.objects.order_by("pk").values_list("position", "evidence"))


def test_the_same_reading_twice_changes_nothing(read):
    read(TEXT, Rule(FIRST))
    before = list(Stance.objects.values())
    read(TEXT, Rule(FIRST, confidence=0.92))
    assert list(Stance.objects.values()) == before


def test_an_undecided_stance_read_otherwise_is_superseded(read):
    read(TEXT, Rule(FIRST, position=1))
    read(TEXT, Rule(FIRST, position=2))
    assert current() == [(2, FIRST)]
    old = Stance.objects.get(position=1)
    assert old.superseded_at == Stance.objects.get(position=2).recorded_at


def test_an_undecided_stance_no_longer_found_is_superseded(read):
    read(TEXT, Rule(FIRST))
    read(TEXT)
    assert current() == []
    assert Stance.objects.count() == 1


def test_a_clearly_different_confidence_is_a_new_reading(read):
    read(TEXT, Rule(FIRST, confidence=0.9))
    read(TEXT, Rule(FIRST, confidence=0.4))
    assert Stance.objects.count() == 2


@pytest.mark.parametrize("decide", ["confirm", "reject"])
@pytest.mark.scenario(26)
def test_a_decided_stance_outlives_another_reading(read, decide: str):
    read(TEXT, Rule(FIRST, position=1))
    stance, editor = Stance.objects.get(), make.editor()
    if decide == "confirm":
        review.confirm(stance, by=editor)
    else:
        review.reject(stance, by=editor, reason="no-stance")
    for _ in range(2):
        read(TEXT, Rule(FIRST, position=-2))
    row = CurrentStance.objects.get()
    assert (row.stance_id, row.position, row.decision) == (stance.pk, 1, f"{decide}ed")
    beside = Stance.objects.exclude(pk=stance.pk).get()
    assert (beside.position, beside.reasons) == (-2, {"beside_decision_on": stance.pk})
    assert beside.superseded_at == beside.recorded_at


def test_a_decided_stance_stays_when_it_is_no_longer_found(read):
    read(TEXT, Rule(FIRST))
    review.confirm(Stance.objects.get(), by=make.editor())
    read(TEXT)
    assert current() == [(1, FIRST)]


def test_a_corrected_holder_is_not_read_in_again(read):
    other = make.state("Grünewald", slug="gruenewald")
    read(TEXT, Rule(FIRST))
    stance = Stance.objects.get()
    values = Correction.of(stance)
    from dataclasses import replace

    review.correct(stance, by=make.editor(), values=replace(values, holder=other))
    read(TEXT, Rule(FIRST, holder="gruenewald"))
    assert CurrentStance.objects.get().holder == other


def test_a_stance_added_by_hand_is_not_found_a_second_time(read, source):
    read(TEXT)
    version = Article.objects.get().version
    start = version.text.index(FIRST)
    review.add(
        version,
        by=make.editor(),
        values=Correction(
            holder=Actor.objects.get(), topic=make.topic(), position=2, mode="indirect", kind="demand",
            stated_on=make.DAY, start=start, end=start + len(FIRST),
        ),
    )  # fmt: skip
    read(TEXT, Rule(FIRST, position=1))
    assert [row.decision for row in CurrentStance.objects.all()] == ["added"]


@pytest.mark.scenario(23)
def test_a_stance_whose_sentence_still_stands_is_kept_in_the_new_text(read):
    read(TEXT, Rule(FIRST))
    stance = Stance.objects.get()
    read("A new lead. " + TEXT.replace("Nothing else", "Little else"), Rule(FIRST))
    kept = Stance.objects.get()
    assert (kept.pk, kept.superseded_at, kept.evidence_altered_at) == (stance.pk, None, None)
    assert kept.version.number == 1


@pytest.mark.scenario(23)
def test_a_stance_whose_sentence_went_is_kept_and_marked(read):
    read(TEXT, Rule(FIRST))
    read("STRELSAU. Nothing whatever about the NATO affair was said of it on that day.\n")
    stance = Stance.objects.get()
    assert stance.evidence_altered_at is not None
    assert current() == [(1, FIRST)]


def test_an_undecided_stance_gives_way_to_the_changed_sentence(read):
    read(TEXT, Rule(FIRST, position=1))
    read(TEXT.replace(FIRST, CHANGED), Rule(CHANGED, position=-1))
    assert current() == [(-1, CHANGED)]
    assert Stance.objects.get(position=1).superseded_at is not None


def test_a_decision_stands_where_the_changed_sentence_reads_the_same(read):
    read(TEXT, Rule(FIRST, position=1))
    review.confirm(Stance.objects.get(), by=make.editor())
    read(TEXT.replace(FIRST, CHANGED), Rule(CHANGED, position=1))
    stance = Stance.objects.get()
    assert stance.evidence_altered_at is not None
    assert [r.decision for r in stance.reviews.all()] == ["confirmed"]


def test_a_decision_is_reopened_only_where_text_and_reading_both_changed(read):
    read(TEXT, Rule(FIRST, position=1))
    decided = Stance.objects.get()
    review.confirm(decided, by=make.editor())
    read(TEXT.replace(FIRST, CHANGED), Rule(CHANGED, position=-1))
    newest = StanceReview.objects.latest("recorded_at")
    assert (newest.stance, newest.decision, newest.by) == (decided, "reopened", None)
    assert current() == [(-1, CHANGED)]
    assert Stance.objects.get(position=-1).reasons == {"reopens": decided.pk}


def test_a_sentence_put_back_loses_its_mark(read):
    read(TEXT, Rule(FIRST))
    read("STRELSAU. Nothing whatever about the NATO affair was said.\n")
    read("STRELSAU. " + FIRST + " That is all there is to say of the NATO affair.\n", Rule(FIRST))
    assert Stance.objects.get().evidence_altered_at is None


def asked(n: int, scripted: Scripted, source: Source, document) -> list[int]:
    """Return how many queries a first reading of n of everything takes, the same again, and another."""
    names = [f"Land{number:02}" for number in range(n)]
    slugs = [make.state(f"{name} of {n}").slug for name in names]
    phrases = {name: f"{name} wants Ukraine in NATO soon." for name in names}
    rest = " ".join(f"more{n}x{word}" for word in range(60))  # long enough to be compared with others
    pk = store(document(" ".join([*phrases.values(), rest]), guid=f"of-{n}"), source).article_id
    counts = []
    for position in (1, 1, -1):
        scripted.rules = [
            Rule(phrase, slug, position) for phrase, slug in zip(phrases.values(), slugs, strict=True)
        ]
        scripted.rules += [Rule(name, f"{name}-whoever", position, resolved="unknown") for name in names]
        scripted.events = [(name, "meeting") for name in names] if position > 0 else []
        queue.retry([pk])
        with CaptureQueriesContext(connection) as queries:
            assert read_article(pk).result == "read"
        counts.append(len(queries))
        assert list(violations()) == []
    assert Stance.objects.filter(article=pk).count() == 2 * n
    return counts


def test_queries_do_not_grow_with_what_is_found(scripted: Scripted, source: Source, document):
    topic_pks()  # made on first use
    few = asked(3, scripted, source, document)
    assert asked(30, scripted, source, document) == few
    assert max(few) <= 70
