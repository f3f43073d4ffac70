"""Every list and screen of the admin asks the same number of queries for one row, three and fifty."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from positions.models import (
    ExhaustiveCoding,
    Follow,
    Host,
    IngestRun,
    Report,
    SecondReading,
    ShadowReading,
    ShadowRun,
    WorkerHeartbeat,
)
from tests.support import make

pytestmark = pytest.mark.django_db
NOON = make.instant(make.DAY)


def decided(number):
    stance = make.stance(stated_on=make.DAY + timedelta(number % 5))
    return stance, make.review(stance, by=make.editor())


def stance(number):
    return decided(number)[0]


def second_reading(number):
    one, first = decided(number)
    return SecondReading.objects.create(stance=one, first=first, by=make.editor(), no_stance=True)


def report(number):
    one, answer = decided(number)
    return Report.objects.create(stance=one, reason="date", ip_hash="0", review=answer)


def mandate(number):
    return make.mandate(make.person(), make.state())


def event(number):
    return make.event(actors=(make.state(), make.state()))


ROWS = {
    "actors.actor": lambda n: make.state(merged_into=make.state()),
    "actors.alias": lambda n: make.alias(make.state(), f"Ruritanian {n}"),
    "actors.mandate": mandate,
    "actors.blocmembership": lambda n: make.membership(make.state(), make.organisation()),
    "positions.article": lambda n: make.article(),
    "positions.articleversion": lambda n: make.article(),
    "positions.currentstance": stance,
    "positions.event": event,
    "positions.exhaustivecoding": lambda n: ExhaustiveCoding.objects.create(
        version=make.article().version, by=make.editor(), withdrawn_by=make.editor(), recorded_at=NOON
    ),
    "positions.follow": lambda n: Follow.objects.create(email=f"{n}@example.org", actor=make.state()),
    "positions.host": lambda n: Host.objects.create(name=f"{n}.example.org"),
    "positions.ingestrun": lambda n: IngestRun.objects.create(label=str(n)),
    "positions.linepoint": stance,
    "positions.report": report,
    "positions.secondreading": second_reading,
    "positions.shadowrun": lambda n: ShadowRun.objects.create(extractor="x", decided_by=make.editor()),
    "positions.shadowreading": lambda n: ShadowReading.objects.create(
        run=ShadowRun.objects.create(extractor="x"), version=make.article().version, reading={}
    ),
    "positions.source": lambda n: make.source(),
    "positions.stance": stance,
    "positions.stancereview": decided,
    "positions.topic": lambda n: None,
    "positions.unresolvedmention": lambda n: make.unresolved(),
    "positions.user": lambda n: make.editor(),
    "positions.workerheartbeat": lambda n: WorkerHeartbeat.objects.create(name=str(n), seen_at=NOON),
}  # fmt: skip
OURS = [model for model in admin.site._registry if model._meta.app_label in {"actors", "positions"}]


def test_every_model_of_ours_is_in_the_table():
    assert {model._meta.label_lower for model in OURS} - set(ROWS) == set()


def queries(client, address):
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address)
    assert response.status_code == 200
    return len(asked)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label_lower)
def test_list_asks_the_same_for_any_number_of_rows(model, admin_client):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    counts, made = {}, 0
    # The filter "by user" lists users, so the rows' users are what would show: the warm-up fills caches.
    for wanted in (1, 3, 50):
        for number in range(made, wanted):
            ROWS[model._meta.label_lower](number)
        made = wanted
        queries(admin_client, reverse(name))
        counts[wanted] = queries(admin_client, reverse(name))
    assert counts[1] == counts[3] == counts[50] <= 12


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label_lower)
def test_search_works(model, admin_client):
    if not admin.site._registry[model].search_fields:
        pytest.skip("has no search")
    ROWS[model._meta.label_lower](0)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    assert admin_client.get(reverse(name), {"q": "Ruritania"}).status_code == 200


@pytest.mark.parametrize("page", ["positions_stance_mine", "positions_unresolvedmention_names"])
def test_own_lists_ask_the_same_for_any_number_of_rows(page, admin_client, admin_user):
    counts, made = {}, 0
    for wanted in (1, 3, 50):
        for number in range(made, wanted):
            make.review(make.stance(), by=admin_user)
            make.unresolved(f"Count number {number}", on=date(2024, 1, 1))
        made = wanted
        counts[wanted] = queries(admin_client, reverse(f"admin:{page}"))
    assert counts[1] == counts[3] == counts[50] <= 6
