"""Editors against each other and against a re-reading, with real threads and transactions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.utils import timezone

from positions import merging, read_models, review
from positions.models import Article, CurrentStance, Event, Stance
from tests.support import make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROUNDS = 8


def at_once(*jobs):
    """Run the jobs at the same moment, each on its own connection; return results or exceptions."""
    barrier = Barrier(len(jobs))

    def run(job):
        try:
            barrier.wait(10)
            return job()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


@pytest.mark.scenario(27)
def test_two_editors_one_decides_and_the_other_is_told():
    anna, bob = make.editor("anna"), make.editor("bob")
    for _ in range(ROUNDS):
        stance = make.stance()
        results = at_once(
            lambda s=stance: review.confirm(s, by=anna),
            lambda s=stance: review.reject(s, by=bob, reason="repeated"),
        )
        refused = [r for r in results if isinstance(r, review.Conflict)]
        assert (len(refused), stance.reviews.count()) == (1, 1), results
        assert refused[0].newest == stance.reviews.get()


@pytest.mark.scenario(28)
def test_double_click_is_one_decision():
    anna = make.editor()
    for _ in range(ROUNDS):
        stance = make.stance()
        first, second = at_once(*[lambda s=stance: review.confirm(s, by=anna)] * 2)
        assert first == second == stance.reviews.get()


def test_two_editors_on_one_actor_both_count():
    ruritania, anna, bob = make.state("Ruritania"), make.editor("anna"), make.editor("bob")
    one, two = make.stance(holder=ruritania), make.stance(holder=ruritania, position=-1)
    results = at_once(lambda: review.confirm(one, by=anna), lambda: review.confirm(two, by=bob))
    assert [r.by for r in results] == [anna, bob]
    assert read_models.differences() == []


@transaction.atomic
def read_again(stance):
    """A re-reading of the article as ingestion does it: article first, then what is undecided."""
    Article.objects.select_for_update().get(pk=stance.article_id)
    open_ = Stance.objects.select_for_update(of=("self",)).filter(
        article=stance.article_id, superseded_at__isnull=True, reviews__isnull=True
    )
    if stance.pk not in open_.values_list("pk", flat=True):
        return None
    Stance.objects.filter(pk=stance.pk).update(superseded_at=timezone.now())
    heir = make.stance(
        holder=stance.holder, topic=stance.topic, article=stance.article, evidence=stance.evidence,
        fingerprint=stance.fingerprint, position=-2, refresh=False,
    )  # fmt: skip
    read_models.refresh([stance.pk, heir.pk])
    return heir


@pytest.mark.scenario(26)
def test_editor_against_re_reading_the_editor_wins():
    anna = make.editor()
    for _ in range(ROUNDS):
        stance = make.stance(position=2)
        decided, heir = at_once(lambda s=stance: review.confirm(s, by=anna), lambda s=stance: read_again(s))
        assert not isinstance(decided, Exception), decided
        assert not isinstance(heir, Exception), heir
        rows = CurrentStance.objects.filter(article=stance.article)
        assert [(row.position, row.is_reviewed) for row in rows] == [(2, True)]
    assert read_models.differences() == []


def test_undo_by_two_is_one_undo():
    anna, bob = make.editor("anna"), make.editor("bob")
    for _ in range(ROUNDS):
        stance = make.stance()
        row = review.confirm(stance, by=anna)
        at_once(lambda r=row: review.undo(r, by=anna), lambda r=row: review.undo(r, by=bob))
        assert stance.reviews.count() == 2
        assert CurrentStance.objects.get(pk=stance.pk).decision == "machine"


@pytest.mark.scenario(29)
def test_merging_actors_while_what_they_said_is_decided():
    anna, bob = make.editor("anna"), make.editor("bob")
    for _ in range(ROUNDS):
        body = make.state()
        one, other = make.person(of=body), make.person(of=body)
        stances = [make.stance(holder=one, position=2), make.stance(holder=other, position=-1)]
        results = at_once(
            lambda a=one, b=other: merging.merge(a, b, by=anna),
            lambda s=stances[0]: review.confirm(s, by=bob),
            lambda s=stances[1]: review.confirm(s, by=bob),
        )
        assert not [r for r in results if isinstance(r, Exception)], results
        rows = CurrentStance.objects.filter(pk__in=[s.pk for s in stances])
        assert {(row.holder_id, row.decision) for row in rows} == {(other.pk, "confirmed")}
    assert read_models.differences() == []


def test_two_editors_merge_two_actors_into_each_other():
    anna, bob = make.editor("anna"), make.editor("bob")
    for _ in range(ROUNDS):
        one, other = make.person(), make.person()
        results = at_once(
            lambda a=one, b=other: merging.merge(a, b, by=anna),
            lambda a=other, b=one: merging.merge(a, b, by=bob),
        )
        assert sorted(type(r).__name__ for r in results) == ["ValidationError", "int"], results


def test_two_editors_part_one_event():
    anna, bob = make.editor("anna"), make.editor("bob")
    for _ in range(ROUNDS):
        kept, other = make.event(), make.event()
        mention = make.event_mention(other, make.article().version)
        make.event_mention(kept, make.article().version)
        merging.merge_events([kept, other], by=anna)
        gone = next(row for row in Event.objects.filter(pk__in=[kept.pk, other.pk]) if row.merged_into)
        results = at_once(
            lambda e=gone: merging.part_event(e, by=anna), lambda e=gone: merging.part_event(e, by=bob)
        )
        assert sorted(type(r).__name__ for r in results) == ["Event", "ValidationError"], results
        mention.refresh_from_db()
        assert (mention.event, Event.objects.filter(merged_into__isnull=False).count()) == (other, 0)
