"""Events: two rows that are one, parted again, and days that cannot be."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.urls import reverse

from positions import merging
from positions.models import Event
from tests.support import make

pytestmark = pytest.mark.django_db


def test_events_become_one_with_all_mentions_and_participants():
    ruritania, graustark = make.state(), make.state()
    kept, other = make.event(actors=(ruritania,)), make.event(actors=(graustark,))
    for _ in range(2):
        make.event_mention(kept, make.article().version)
    make.event_mention(other, make.article().version)
    assert merging.merge_events([other, kept], by=make.editor()) == kept
    other.refresh_from_db()
    assert (other.merged_into, kept.mentions.count()) == (kept, 3)
    assert set(kept.actors.all()) == {ruritania, graustark}


def merged_events():
    """Return (kept, other, the actor that only the other had, and one that both had)."""
    both, own = make.state(), make.state()
    kept, other = make.event("Ball", actors=(both,)), make.event("A ball", actors=(both, own))
    for _ in range(2):
        make.event_mention(kept, make.article().version)
    make.event_mention(other, make.article().version)
    merging.merge_events([other, kept], by=make.editor())
    other.refresh_from_db()
    return kept, other, own, both


def test_parting_gives_an_event_its_mentions_and_participants_back():
    kept, other, own, both = merged_events()
    assert merging.part_event(other, by=make.editor()) == kept
    other.refresh_from_db()
    assert (other.merged_into, other.mentions.count(), kept.mentions.count()) == (None, 1, 2)
    assert (set(other.actors.all()), set(kept.actors.all())) == ({both, own}, {both})


def test_a_participant_that_another_merged_event_has_stays():
    kept, other, own, both = merged_events()
    merging.merge_events([make.event(actors=(own,)), kept], by=make.editor())
    merging.part_event(other, by=make.editor())
    assert set(kept.actors.all()) == {both, own}


def test_parting_one_that_had_taken_others_in_gives_them_back():
    first, kept, between = make.event(), make.event(by_hand=True), make.event()
    for event, mentions in ((kept, 3), (between, 2), (first, 1)):
        for _ in range(mentions):
            make.event_mention(event, make.article().version)
    merging.merge_events([first, between], by=make.editor())
    merging.merge_events([between, kept], by=make.editor())
    between.refresh_from_db()
    merging.part_event(between, by=make.editor())
    first.refresh_from_db()
    assert (first.merged_into, between.mentions.count(), kept.mentions.count()) == (between, 3, 3)
    merging.part_event(first, by=make.editor())
    assert (first.mentions.count(), between.mentions.count()) == (1, 2)


def test_an_event_that_stands_alone_cannot_be_parted():
    with pytest.raises(ValidationError, match="not merged"):
        merging.part_event(make.event(), by=make.editor())


@pytest.mark.parametrize(("role", "parted"), [("Editor", False), ("Senior editor", True)])
def test_events_are_parted_on_their_page_by_senior_editors(client, role, parted):
    kept, other, *_ = merged_events()
    user = make.user(is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    address = reverse("admin:positions_event_part", args=[other.pk])
    page = client.get(reverse("admin:positions_event_change", args=[kept.pk])).content.decode()
    assert (address in page) is parted
    client.post(address)
    other.refresh_from_db()
    assert (other.merged_into is None) is parted


def test_events_are_merged_after_a_preview(client):
    client.force_login(make.editor())
    one, other = make.event("Ball at Strelsau", by_hand=True), make.event("A ball in Strelsau")
    chosen = {"action": "merge_selected", "_selected_action": [one.pk, other.pk]}
    page = client.post("/admin/positions/event/", chosen).content.decode()
    other.refresh_from_db()
    assert ("Ball at Strelsau (stays)" in page, other.merged_into) == (True, None)
    client.post("/admin/positions/event/", {**chosen, "sure": "They are one"})
    other.refresh_from_db()
    assert other.merged_into == one


@pytest.mark.parametrize(("role", "merged"), [("Editor", False), ("Senior editor", True)])
def test_events_are_merged_by_senior_editors(client, role, merged):
    user = make.user(is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    one, other = make.event(by_hand=True), make.event()
    chosen = {"action": "merge_selected", "_selected_action": [one.pk, other.pk], "sure": "1"}
    client.post("/admin/positions/event/", chosen)
    other.refresh_from_db()
    assert (other.merged_into == one) is merged


POSTED = {
    "title": "Ball", "kind": "meeting", "start_on": "2024-03-04",
    "mentions-TOTAL_FORMS": 0, "mentions-INITIAL_FORMS": 0,
    "Event_actors-TOTAL_FORMS": 0, "Event_actors-INITIAL_FORMS": 0,
}  # fmt: skip


@pytest.mark.parametrize("role", ["Editor", "Senior editor"])
def test_editors_say_who_took_part(client, role):
    user = make.user(is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    host, guest = make.state(), make.person()
    event = make.event("Ball at Strelsau", actors=(host,))
    row = Event.actors.through.objects.get()
    rows = {
        "Event_actors-TOTAL_FORMS": 2, "Event_actors-INITIAL_FORMS": 1,
        "Event_actors-0-id": row.pk, "Event_actors-0-event": event.pk, "Event_actors-0-actor": host.pk,
        "Event_actors-0-DELETE": "on", "Event_actors-1-event": event.pk, "Event_actors-1-actor": guest.pk,
    }  # fmt: skip
    address = f"/admin/positions/event/{event.pk}/change/"
    assert str(host) in client.get(address).content.decode()
    assert client.post(address, {**POSTED, **rows}).status_code == 302
    event.refresh_from_db()
    assert (list(event.actors.all()), event.by_hand) == ([guest], True)


def test_somebody_who_took_part_twice_is_refused(client):
    client.force_login(make.editor())
    guest = make.person()
    event = make.event(actors=(guest,))
    twice = {
        "Event_actors-TOTAL_FORMS": 1,
        "Event_actors-0-event": event.pk,
        "Event_actors-0-actor": guest.pk,
    }
    page = client.post(f"/admin/positions/event/{event.pk}/change/", {**POSTED, **twice}).content.decode()
    assert page.count('<ul class="errorlist') == 1
    assert list(event.actors.all()) == [guest]


@pytest.mark.parametrize(
    ("changes", "field"), [({"end_on": "2024-01-01"}, "end_on"), ({"start_on": "soon"}, "start_on")]
)
def test_days_of_an_event_that_cannot_be_are_refused_beside_the_field(client, changes, field):
    client.force_login(make.editor())
    event = make.event("Ball at Strelsau")
    page = client.post(f"/admin/positions/event/{event.pk}/change/", {**POSTED, **changes}).content.decode()
    event.refresh_from_db()
    assert event.title == "Ball at Strelsau"
    assert re.search(rf'field-{field}".*?<ul class="errorlist', page, re.S)
    assert page.count('<ul class="errorlist') == 1
