"""Articles coded throughout: who says so, when it cannot be true, and what it tells about the reader."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from positions import exhaustive, recall, review
from positions.agreement import Share
from positions.models import Article, ExhaustiveCoding
from tests.support import make

pytestmark = pytest.mark.django_db
TEXT = "They want it. They demand it. They need it."


@pytest.fixture
def anna():
    return make.editor("anna")


def add(version, like, words, **changes):
    start = version.text.index(words)
    values = replace(review.decided_values(like), start=start, end=start + len(words), **changes)
    return review.add(version, by=like.reviews.last().by, values=values)


def test_what_waits_stands_in_the_way(anna):
    article = make.article(TEXT)
    make.stance(article=article, evidence="They want it.")
    make.stance(article=article, evidence="They demand it.")
    with pytest.raises(ValidationError, match="2 of its findings still wait"):
        exhaustive.complete(article.version, by=anna)
    assert not ExhaustiveCoding.objects.exists()


def test_an_older_text_cannot_be_coded(anna):
    article = make.article(TEXT)
    old = article.version
    make.version(article, "They want nothing.")
    with pytest.raises(ValidationError, match="newer text"):
        exhaustive.complete(old, by=anna)


def test_an_article_that_is_being_read_cannot_be_coded(anna):
    article = make.article(TEXT, state=Article.State.READING)
    with pytest.raises(ValidationError, match="being read"):
        exhaustive.complete(article.version, by=anna)


def test_only_those_who_may(anna):
    with pytest.raises(PermissionDenied):
        exhaustive.complete(make.article().version, by=make.user())
    coding = exhaustive.complete(make.article().version, by=anna)
    with pytest.raises(PermissionDenied):
        exhaustive.withdraw(coding, by=make.user())


def test_saying_it_twice_is_saying_it_once(anna):
    version = make.article().version
    assert exhaustive.complete(version, by=anna) == exhaustive.complete(version, by=make.editor())


def test_withdrawn_it_may_be_drawn_again_and_nothing_is_lost(anna):
    article = make.article()
    coding = exhaustive.complete(article.version, by=anna, drawn=True)
    assert exhaustive.draw() is None
    exhaustive.withdraw(coding, by=anna)
    assert exhaustive.draw() == article
    exhaustive.complete(article.version, by=anna)
    assert ExhaustiveCoding.objects.count() == 2


def test_a_new_text_is_to_be_coded_anew(anna):
    article = make.article(TEXT)
    exhaustive.complete(article.version, by=anna)
    make.version(article, TEXT + " They said so.")
    assert (exhaustive.standing(article), exhaustive.coded().count()) == (None, 0)


def test_chance_draws_by_fingerprint_and_leaves_out_copies(anna):
    last, first = make.article(fingerprint="f1"), make.article(fingerprint="01")
    make.article(fingerprint="00", duplicate_of=first)
    make.article(fingerprint="00", state=Article.State.QUEUED)
    assert [exhaustive.draw(), exhaustive.draw("01"), exhaustive.draw("f1")] == [first, last, first]


def test_an_article_set_aside_may_be_drawn():
    article = make.article(state=Article.State.SET_ASIDE)
    assert exhaustive.draw() == article


# -- Recall --------------------------------------------------------------------------------------------------


def test_recall_counts_found_and_right(anna):
    article = make.article(TEXT)
    right = make.stance(article=article, evidence="They want it.", position=1)
    wrong = make.stance(article=article, evidence="They demand it.", position=-1, topic="sanctions")
    review.confirm(right, by=anna)
    review.correct(wrong, by=anna, values=replace(review.decided_values(wrong), position=1))
    add(article.version, right, "They need it.")
    exhaustive.complete(article.version, by=anna, drawn=True)
    measured = recall.recall()
    assert (measured.coded, measured.drawn) == (1, 1)
    assert measured.overall == recall.RecallRow("all", Share(2, 3), Share(1, 3))
    assert [(row.name, row.found, row.right) for row in measured.topics] == [
        ("NATO membership", Share(1, 2), Share(1, 2)),
        ("Sanctions", Share(1, 1), Share(0, 1)),
    ]


def test_what_was_rejected_is_no_statement(anna):
    article = make.article(TEXT)
    review.reject(make.stance(article=article, evidence="They want it."), by=anna, reason="no-stance")
    exhaustive.complete(article.version, by=anna, drawn=True)
    assert recall.recall().overall.found == Share(0, 0)


def test_only_what_chance_drew_is_the_sample(anna):
    review.confirm(make.stance(), by=anna)
    exhaustive.complete(Article.objects.get().version, by=anna)
    measured = recall.recall()
    assert (measured.coded, measured.drawn, measured.overall.found) == (1, 0, Share(0, 0))


def test_queries_do_not_grow_with_the_sample(anna, django_assert_max_num_queries):
    for _ in range(20):
        stance = make.stance()
        review.confirm(stance, by=anna)
        exhaustive.complete(stance.version, by=anna, drawn=True)
    with django_assert_max_num_queries(6):
        assert recall.recall().overall.found == Share(20, 20)
