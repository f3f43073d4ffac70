"""Merging and parting actors; offices, their overlaps, and what they move."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from actors.models import Actor, Mandate
from positions import merging, offices, read_models
from positions.models import CurrentStance, LinePoint
from tests.support import make

pytestmark = pytest.mark.django_db


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
    for _ in range(5):
        make.state()  # those without an office are not concerned
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


def persons_page(person, body):
    """Return what the person's page posts with one new office."""
    fields = {
        "name": person.name, "gender": "", "start": "", "end": "", "part_of": "", "resolves_to": "",
        "facts": "{}", "wikidata": "", "aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0,
        "mandates-TOTAL_FORMS": 1, "mandates-INITIAL_FORMS": 0,
    }  # fmt: skip
    return {**fields, **{f"mandates-0-{name}": value for name, value in office(person, body).items()}}


def test_office_entered_on_the_persons_page_counts(client, anna):
    ruritania, person = make.state("Ruritania"), make.person("Rupert")
    make.stance(holder=person, position=-2)
    address = reverse("admin:actors_actor_change", args=[person.pk])
    client.post(address, persons_page(person, ruritania))
    assert line(ruritania) == [-2]


def test_a_preview_on_the_persons_page_names_only_lines_that_move(client, anna):
    ruritania, person = make.state("Ruritania"), make.person("Rupert")
    make.stance(holder=ruritania, topic="sanctions", position=2)
    make.stance(holder=person, position=-2)
    address = reverse("admin:actors_actor_change", args=[person.pk])
    page = client.post(address, {**persons_page(person, ruritania), "_preview": "1"}).content.decode()
    assert ("Ruritania on NATO membership" in page, "Ruritania on Sanctions" in page) == (True, False)
    assert page.count("Ruritania on ") == 1


def test_merged_actors_are_not_offered(client, anna):
    make.state("Ruritania", merged_into=make.state("Ruthenia"))
    response = client.get(
        reverse("admin:autocomplete"),
        {"app_label": "positions", "model_name": "stance", "field_name": "holder", "term": "Ru"},
    )
    assert [row["text"] for row in response.json()["results"]] == ["Ruthenia"]
    assert Actor.objects.count() == 2
