"""What the screens ask of the database is the same for one row, three, fifty and five thousand."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from positions import accuracy, review_queue
from positions.models import CurrentStance, SecondReading, UnresolvedMention
from tests.support import bulk, make

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SIZES = (1, 3, 50, 5000)
QUEUE = "admin:positions_stance_queue"


def queries(do):
    with CaptureQueriesContext(connection) as asked:
        response = do()
    assert getattr(response, "status_code", 200) == 200
    return len(asked)


def at_every_size(grow, do):
    """Return how many queries `do` asks at each size; `grow(first, number)` adds rows."""
    counts, held = {}, 0
    for size in SIZES:
        grow(held, size - held)
        held = size
        do()  # fills what is kept for long
        cache.clear()
        counts[size] = queries(do)
    return counts


def waits(first, number):
    bulk.stances(number, first=first)


def test_the_queue_and_its_item(client, anna):
    counts = at_every_size(waits, lambda: client.get(reverse(QUEUE)))
    assert len(set(counts.values())) == 1, counts
    assert counts[1] <= 30


def test_a_decision_and_the_next_item(client, anna):
    def confirm():
        pk = CurrentStance.objects.filter(decision="machine").latest("pk").pk
        address = reverse("admin:positions_stance_decide", args=[pk])
        return client.post(address, {"action": "confirm", "expected": ""}, headers={"HX-Request": "true"})

    bulk.stances(8)  # what the decisions of the smaller sizes use up
    counts = at_every_size(waits, confirm)
    # One more where the decision brings sayings of several outlets together in one utterance.
    assert max(counts.values()) - min(counts.values()) <= 1, counts


def test_the_item_behind_another(client, anna):
    bulk.stances(2)
    first = CurrentStance.objects.earliest("pk").pk
    counts = at_every_size(waits, lambda: client.get(reverse(QUEUE), {"after": first}))
    assert len(set(counts.values())) == 1, counts


def test_only_as_many_ids_are_fetched_as_it_takes(anna):
    bulk.stances(200)
    with CaptureQueriesContext(connection) as asked:
        row = review_queue.next_item(review_queue.waiting(), user=anna, skipped=[])
    assert (row is not None, len(asked)) == (True, 2)


def test_names(client, anna):
    version = make.article("The count spoke.").version

    def meet(first, number):
        UnresolvedMention.objects.bulk_create(
            UnresolvedMention(
                version=version, text=f"Count {n}", slug=f"count-{n}", start=n, end=n + 1, why="unknown",
                on=date(2024, 1, 1), recorded_at=make.instant(make.DAY),
            )
            for n in range(first, first + number)
        )  # fmt: skip

    counts = at_every_size(meet, lambda: client.get(reverse("admin:positions_unresolvedmention_names")))
    assert len(set(counts.values())) == 1, counts
    page = client.get(reverse("admin:positions_unresolvedmention_names")).content.decode()
    assert ("5000 names" in page, page.count("names/count-")) == (True, 100)
    settle = reverse("admin:positions_unresolvedmention_settle", args=["count-7"])
    with CaptureQueriesContext(connection) as asked:
        client.post(settle, {"action": "nobody", "kind": "person"})
    assert len(asked) <= 14


def test_a_batch_does_not_look_at_what_is_not_in_it(client, anna):
    chosen = [row.pk for row in bulk.stances(3)]
    posted = {"action": "confirm_selected", "_selected_action": chosen}
    address = reverse("admin:positions_stance_changelist")
    counts = at_every_size(waits, lambda: client.post(address, posted))
    assert len(set(counts.values())) == 1, counts


def test_accuracy_and_agreement(anna):
    def decide(first, number):
        rows = bulk.stances(number, first=first)
        decisions = bulk.confirmed(rows, anna)
        SecondReading.objects.bulk_create(
            SecondReading(stance=one, first=decision, by=anna, no_stance=True)
            for one, decision in zip(rows[:250], decisions[:250], strict=True)
        )

    counts = at_every_size(decide, accuracy.report)
    assert counts[1] == counts[3] == counts[50] <= 12
    # Decisions are read in portions, so that memory does not grow with them.
    assert counts[5000] - counts[50] <= 5000 / accuracy.BATCH


def test_differences(client, anna):
    def read_again(first, number):
        rows = bulk.stances(number, first=first)[:250]
        decisions = bulk.confirmed(rows, anna)
        SecondReading.objects.bulk_create(
            SecondReading(
                stance=one, first=decision, by=anna, holder=one.holder, topic=one.topic, position=2,
                mode="direct", kind="pledge", stated_on=make.DAY,
            )
            for one, decision in zip(rows, decisions, strict=True)
        )  # fmt: skip

    screen = "admin:positions_secondreading_differences"
    counts = at_every_size(read_again, lambda: client.get(reverse(screen)))
    assert len(set(counts.values())) == 1, counts
    assert counts[1] <= 12
