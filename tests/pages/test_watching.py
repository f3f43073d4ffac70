"""Changes of names, offices, memberships and events, however they are written, show on the next request."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from actors.models import Actor, Alias, BlocMembership, Mandate
from positions import merging, watching
from positions.models import Article, Change, Event, Source
from positions.pages import record as version
from tests.pages.test_every_page import body
from tests.support import make

ACTOR, HOME, TIMELINE = "/actors/ruritania/", "/", "/timeline/"


def rename(record):
    Actor.objects.filter(pk=record.minister.pk).update(name="Rupert of Hentzau")


def drop_alias(record):
    Alias.objects.filter(text="Kingdom of Ruritania").delete()


def reword_alias(record):
    Alias.objects.filter(text="Kingdom of Ruritania").update(text="Elphberg lands")


def leave(record):
    BlocMembership.objects.filter(member=record.ruritania).update(end=date(2020, 1, 1))


def join_later(record):
    BlocMembership.objects.filter(member=record.ruritania).update(start=date(2001, 1, 1))


def never_joined(record):
    BlocMembership.objects.filter(member=record.ruritania).delete()


def resign(record):
    Mandate.objects.filter(person=record.minister).update(end=date(2024, 6, 1))


def reword_event(record):
    Event.objects.filter(pk=record.event.pk).update(title="Zenda summit")


def stay_away(record):
    record.event.actors.remove(record.ruritania)


def retitle(record):
    Article.objects.filter(pk=record.article.pk).update(title="Ruritania whispers")


def unmention(record):
    record.event.mentions.all().delete()


def rename_outlet(record):
    Source.objects.filter(pk=record.outlet.pk).update(name="Zenda Gazette")


@pytest.mark.parametrize(
    ("path", "change"),
    [
        (ACTOR, rename), (ACTOR, drop_alias), (ACTOR, reword_alias), (ACTOR, leave), (ACTOR, join_later),
        (ACTOR, resign), (ACTOR, reword_event), (ACTOR, stay_away), (ACTOR, retitle), (ACTOR, rename_outlet),
        (HOME, leave), (HOME, never_joined), (TIMELINE, unmention),
    ],
)  # fmt: skip
def test_what_changed_shows_on_the_next_request(client, record, path, change):
    before = client.get(path)
    change(record)
    after = client.get(path, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert body(after) != body(before)


def test_merged_events_show_as_one_on_the_next_request(client, record, django_user_model):
    double = make.event("Second Strelsau summit", start_on=date(2024, 3, 2), actors=(record.ruritania,))
    assert "Second Strelsau summit" in body(client.get(ACTOR))
    editor = django_user_model.objects.create_superuser("editor")
    merging.merge_events([record.event, double], by=editor)
    assert "Second Strelsau summit" not in body(client.get(ACTOR))


def test_a_membership_counts_from_the_day_it_begins(client, record, time_machine):
    tomorrow = timezone.localdate() + timedelta(days=1)
    make.membership(make.state("Strelsau"), record.nato, start=tomorrow)
    today = body(client.get(HOME))
    assert "Of 2 allies" in today
    time_machine.move_to(f"{tomorrow}T08:00:00Z")
    assert "Of 3 allies" in body(client.get(HOME))


def test_a_line_grows_stale_as_days_pass(client, record, time_machine):
    make.stance(holder=record.zenda, stated_on=date(2024, 6, 1))
    time_machine.move_to("2024-11-28T23:59:00Z")
    said, tile = "Nothing for more than 180 days", 'title="Zenda (last known)"'
    assert said not in body(client.get("/actors/zenda/"))
    assert tile not in body(client.get(HOME))
    time_machine.move_to("2024-11-29T00:01:00Z")
    assert said in body(client.get("/actors/zenda/"))
    assert tile in body(client.get(HOME))


def test_the_state_of_the_work_leaves_what_is_kept_alone(record):
    before = version.version(version.Subject("actor", "ruritania"))
    Source.objects.update(failures=3, error="HTTP 500", next_poll_at=timezone.now())
    Article.objects.update(attempts=2, state="reading", lease_until=timezone.now())
    Event.objects.none().update(title="")
    assert version.version(version.Subject("actor", "ruritania")) == before


def test_pruning_leaves_the_newest_and_makes_pages_anew_once(record):
    for number in range(5):
        Change.objects.create(number=number)
    before = version.version()
    assert Change.objects.prune(keep=2) > 0
    assert Change.objects.count() <= 2
    assert version.version() != before
    assert version.version() == version.version()


def test_an_empty_record_has_nothing_to_prune(db):
    Change.objects.all().delete()
    assert Change.objects.prune() == 0


@pytest.mark.django_db(transaction=True)
def test_triggers_go_with_the_migration_and_come_back_with_it():
    names = lambda: set(watching._found("default"))
    assert names() == set(watching.triggers(connection.vendor))
    call_command("migrate", "positions", "0025", verbosity=0)
    try:
        assert names() == set()
        Actor.objects.create(slug="written", name="Written", kind=Actor.Kind.STATE)
    finally:
        call_command("migrate", verbosity=0)
    assert names() == set(watching.triggers(connection.vendor))


@pytest.mark.django_db(transaction=True)
def test_a_trigger_that_is_not_wanted_any_more_is_taken_down(monkeypatch):
    monkeypatch.setitem(watching.WATCHED, "positions_source", ("name",))
    watching.watch("default")
    try:
        assert set(watching._found("default")) == set(watching.triggers(connection.vendor))
    finally:
        monkeypatch.undo()
        watching.watch("default")
    assert set(watching._found("default")) == set(watching.triggers(connection.vendor))
