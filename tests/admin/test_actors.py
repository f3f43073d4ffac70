"""Merging and parting actors; offices, their overlaps, and what they move."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.urls import reverse

from actors.models import Actor, Mandate
from positions import merging, offices, read_models
from positions.models import CurrentStance, LinePoint
from tests.support import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(client):
    user = make.editor("anna")
    client.force_login(user)
    return user


def line(actor):
    return list(LinePoint.objects.filter(actor=actor, track="line").values_list("position", flat=True))


# -- Merging -------------------------------------------------------------------------------------------------


def test_what_a_merged_actor_said_counts_for_the_other(client, anna):
    one, other = make.person("Rupert"), make.person("Rupert of Hentzau")
    stance = make.stance(holder=one, position=-2)
    client.post(reverse("admin:actors_actor_merge", args=[one.pk]), {"into": other.pk})
    assert CurrentStance.objects.get().holder == other
    assert (line(one), line(other)) == ([], [-2])
    stance.refresh_from_db()
    assert stance.holder == one
    assert read_models.differences() == []


def test_a_merged_actor_speaks_from_the_others_office():
    ruritania, one = make.state("Ruritania"), make.person("Rupert")
    minister = make.person("Rupert of Hentzau", of=ruritania)
    make.stance(holder=one, position=2)
    merging.merge(one, minister, by=make.editor())
    assert line(ruritania) == [2]


def test_the_others_words_count_from_a_merged_actors_office():
    ruritania = make.state("Ruritania")
    minister, one = make.person("Rupert", of=ruritania), make.person("Rupert of Hentzau")
    make.stance(holder=one, position=2)
    merging.merge(minister, one, by=make.editor())
    assert line(ruritania) == [2]


def test_parting_restores_both(client, anna):
    one, other = make.person("Rupert"), make.person("Rupert of Hentzau")
    make.stance(holder=one, position=-2)
    make.stance(holder=other, position=1)
    merging.merge(one, other, by=anna)
    client.post(reverse("admin:actors_actor_part", args=[one.pk]))
    assert (line(one), line(other)) == ([-2], [1])
    assert read_models.differences() == []


def test_merging_leaves_a_trace_of_who_did_it(client, anna):
    one, other = make.person(), make.person("Rupert of Hentzau")
    client.post(reverse("admin:actors_actor_merge", args=[one.pk]), {"into": other.pk})
    newest = one.history.first()
    assert (newest.history_user, newest.history_change_reason) == (anna, "merged into rupert-of-hentzau")


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        (lambda: (make.person(), make.state()), "is a person"),
        (lambda: (one := make.state(), one), "into itself"),
        (lambda: (make.state(merged_into=make.state()), make.state()), "already"),
        (lambda: (make.state(), make.state(merged_into=make.state())), "choose that one"),
        (lambda: (make.state(merged_into=(one := make.state())) and one, make.state()), "part them first"),
    ],
)
def test_what_cannot_be_merged(prepare, reason):
    one, other = prepare()
    with pytest.raises(ValidationError, match=reason):
        merging.merge(one, other, by=make.editor())


def test_parting_what_is_not_merged_is_refused():
    with pytest.raises(ValidationError):
        merging.part(make.state(), by=make.editor())


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


# -- Offices -------------------------------------------------------------------------------------------------


def office(person, body, **changes):
    fields = {
        "person": person.pk, "of": body.pk, "office": "Foreign minister", "role": "foreign_minister",
        "start": "2020-01-01", "end": "", "precision": "day", "speaks_for": "on", "confirmed_to": "",
    }  # fmt: skip
    return {**fields, **changes}


def test_a_new_office_lets_earlier_words_count_for_the_state(client, anna):
    ruritania, person = make.state("Ruritania"), make.person()
    make.stance(holder=person, position=-2)
    client.post(reverse("admin:actors_mandate_add"), office(person, ruritania))
    assert (line(ruritania), Mandate.objects.get().tier) == ([-2], 1)
    assert read_models.differences() == []


def test_a_preview_shows_what_would_move_and_saves_nothing(client, anna):
    ruritania, person = make.state("Ruritania"), make.person()
    make.stance(holder=person, position=-2)
    response = client.post(reverse("admin:actors_mandate_add"), office(person, ruritania, _preview="1"))
    page = response.content.decode()
    assert "Ruritania on NATO membership" in page
    assert ("Nothing is saved yet" in page, "successfully" in page) == (True, False)
    assert (Mandate.objects.count(), line(ruritania), Mandate.history.count()) == (0, [], 0)


def test_a_preview_names_offices_that_overlap(client, anna):
    ruritania = make.state("Ruritania")
    make.person("Rupert", of=ruritania)
    address = reverse("admin:actors_mandate_add")
    page = client.post(address, office(make.person("Rudolf"), ruritania, _preview="1")).content.decode()
    assert len(re.findall(r'class="warning">Rudolf.*? overlaps with Rupert', page)) == 1
    assert Mandate.objects.count() == 1


def test_a_preview_can_be_saved(client, anna):
    ruritania, person = make.state("Ruritania"), make.person()
    make.stance(holder=person, position=-2)
    fields = office(person, ruritania)
    client.post(reverse("admin:actors_mandate_add"), {**fields, "_preview": "1"})
    client.post(reverse("admin:actors_mandate_add"), {**fields, "_save": "Save"})
    assert line(ruritania) == [-2]


def test_ending_an_office_takes_later_words_from_the_line(client, anna):
    ruritania = make.state("Ruritania")
    person = make.person(of=ruritania)
    make.stance(holder=person, position=-2)
    mandate = Mandate.objects.get()
    address = reverse("admin:actors_mandate_change", args=[mandate.pk])
    client.post(address, office(person, ruritania, end="2024-01-01"))
    assert line(ruritania) == []


def test_deleting_an_office_redraws(client, anna):
    ruritania = make.state("Ruritania")
    make.stance(holder=make.person(of=ruritania), position=-2)
    address = reverse("admin:actors_mandate_delete", args=[Mandate.objects.get().pk])
    client.post(address, {"post": "yes"})
    assert line(ruritania) == []


def test_overlap_is_warned_of(client, anna):
    ruritania = make.state("Ruritania")
    make.person("Black Michael", of=ruritania)
    response = client.post(
        reverse("admin:actors_mandate_add"), office(make.person(), ruritania, start="2022-01-01"), follow=True
    )
    assert "overlaps with Black Michael" in response.content.decode()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, 1),
        ({"start": date(2022, 1, 1), "end": date(2023, 1, 1)}, 1),
        ({"start": date(2018, 1, 1), "end": date(2020, 1, 1)}, 0),
        ({"role": "special_envoy", "office": "Envoy"}, 0),
        ({"acting": True}, 0),
    ],
)
def test_overlaps(changes, expected):
    ruritania = make.state()
    make.person(of=ruritania)
    assert len(offices.overlaps(make.mandate(make.person(), ruritania, **changes))) == expected


def test_office_entered_on_the_persons_page_counts(client, anna):
    ruritania, person = make.state("Ruritania"), make.person("Rupert")
    make.stance(holder=person, position=-2)
    fields = {
        "name": "Rupert", "gender": "", "start": "", "end": "", "part_of": "", "resolves_to": "",
        "facts": "{}", "wikidata": "", "aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0,
        "mandates-TOTAL_FORMS": 1, "mandates-INITIAL_FORMS": 0,
    }  # fmt: skip
    inline = {f"mandates-0-{name}": value for name, value in office(person, ruritania).items()}
    client.post(reverse("admin:actors_actor_change", args=[person.pk]), {**fields, **inline})
    assert line(ruritania) == [-2]


def test_merged_actors_are_not_offered(client, anna):
    make.state("Ruritania", merged_into=make.state("Ruthenia"))
    response = client.get(
        reverse("admin:autocomplete"),
        {"app_label": "positions", "model_name": "stance", "field_name": "holder", "term": "Ru"},
    )
    assert [row["text"] for row in response.json()["results"]] == ["Ruthenia"]
    assert Actor.objects.count() == 2


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


@pytest.mark.parametrize(
    ("changes", "field"), [({"end_on": "2024-01-01"}, "end_on"), ({"start_on": "soon"}, "start_on")]
)
def test_days_of_an_event_that_cannot_be_are_refused_beside_the_field(client, changes, field):
    client.force_login(make.editor())
    event = make.event("Ball at Strelsau")
    posted = {"title": "Ball", "kind": "meeting", "start_on": "2024-03-04", "mentions-TOTAL_FORMS": 0,
              "mentions-INITIAL_FORMS": 0, **changes}  # fmt: skip
    page = client.post(f"/admin/positions/event/{event.pk}/change/", posted).content.decode()
    event.refresh_from_db()
    assert event.title == "Ball at Strelsau"
    assert re.search(rf'field-{field}".*?<ul class="errorlist', page, re.S)
    assert page.count('<ul class="errorlist') == 1
