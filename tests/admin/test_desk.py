"""An analyst's desk: what moved since they looked, and notes that nobody else reads."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError

from positions import desk
from positions.models import Note, User, Watch
from tests.support import make

pytestmark = pytest.mark.django_db
DESK = "/account/"


def analyst(name="vera"):
    user = make.user(name, is_staff=True)
    user.groups.add(Group.objects.get(name="Analyst"))
    return User.objects.get(pk=user.pk)


@pytest.fixture
def vera(client):
    user = analyst()
    client.force_login(user)
    return user


def shift(holder, day, position):
    return make.stance(holder=holder, position=position, stated_on=make.DAY.replace(day=day))


# -- Following -----------------------------------------------------------------------------------------------


def test_what_is_known_when_one_begins_to_follow_is_not_news(vera):
    ruritania = make.state("Ruritania")
    shift(ruritania, 4, 1)
    shift(ruritania, 9, -2)
    desk.watch(vera, actor=ruritania, topic=None)
    (seen,) = desk.news(vera)
    assert (seen.shifts, seen.undone) == ((), 0)


def test_what_moved_since_and_clearing_it(client, vera):
    ruritania = make.state("Ruritania")
    shift(ruritania, 4, 1)
    client.post("/account/follows/", {"actor": "ruritania", "topic": ""})
    shift(ruritania, 9, -2)
    page = client.get(DESK).content.decode()
    assert "1 new" in page
    assert page.count('<li class="shift">') == 1
    client.post("/account/seen/")
    assert "Nothing you follow has moved" in client.get(DESK).content.decode()


def test_what_was_taken_back_is_said(client, vera):
    ruritania = make.state("Ruritania")
    shift(ruritania, 4, 1)
    late = shift(ruritania, 9, -2)
    desk.watch(vera, actor=ruritania, topic=make.topic())
    make.review(late, "rejected")
    assert "1 change that you had seen was taken back." in client.get(DESK).content.decode()


def test_a_topic_is_followed_for_bodies_and_not_for_people(vera):
    desk.watch(vera, actor=None, topic=make.topic())
    private = make.person("Rupert of Hentzau")
    for holder in (private, make.state("Ruritania")):
        shift(holder, 4, 1)
        shift(holder, 9, -2)
    (seen,) = desk.news(vera)
    assert [point.actor.name for point in seen.shifts] == ["Ruritania"]


def test_another_topic_is_no_news(vera):
    ruritania = make.state("Ruritania")
    desk.watch(vera, actor=ruritania, topic=make.topic("sanctions"))
    shift(ruritania, 4, 1)
    shift(ruritania, 9, -2)
    assert desk.news(vera)[0].shifts == ()


def test_following_twice_is_following_once_and_ends_with_one_click(client, vera):
    make.stance(holder=make.state("Ruritania"))
    for _ in range(2):
        client.post("/account/follows/", {"actor": "ruritania"})
    one = Watch.objects.get()
    client.post(f"/account/follows/{one.pk}/end/")
    assert not Watch.objects.exists()


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ({}, "Choose an actor, a topic, or both."),
        ({"actor": "nowhere"}, "Select a valid choice"),
        ({"topic": "weather"}, "Select a valid choice"),
    ],
)
def test_following_nothing_is_refused(client, vera, posted, words):
    answer = client.post("/account/follows/", posted)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)


def test_there_is_an_end_to_following(vera, monkeypatch):
    monkeypatch.setattr(desk, "MAX_WATCHES", 1)
    desk.watch(vera, actor=make.state(), topic=None)
    with pytest.raises(ValidationError):
        desk.watch(vera, actor=make.state(), topic=None)


def test_nobody_ends_what_somebody_else_follows(client, vera):
    other = desk.watch(analyst("otto"), actor=make.state(), topic=None)
    client.post(f"/account/follows/{other.pk}/end/")
    assert Watch.objects.get() == other


# -- Notes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["statement", "article", "actor", "topic"])
def test_a_note_on_what_the_page_shows(client, vera, kind):
    stance = make.stance()
    row = {"statement": stance, "article": stance.article, "actor": stance.holder, "topic": stance.topic}[
        kind
    ]
    path = row.get_absolute_url()
    page = client.get(DESK, {"about": path}).content.decode()
    assert f'name="about" value="{path}"' in page
    client.post("/account/notes/", {"text": "Ask the embassy.", "about": path})
    note = Note.objects.get()
    assert (note.about, note.text, note.user) == (row, "Ask the embassy.", vera)
    assert f'href="{path}"' in client.get(DESK).content.decode()


@pytest.mark.parametrize(
    "path", ["/statements/999/", "/actors/nobody/", "/shifts/", "https://example.org/", "/x", "\x00"]
)
def test_a_note_on_nothing_of_ours(client, vera, path):
    assert client.get(DESK, {"about": path}).status_code == 200
    answer = client.post("/account/notes/", {"text": "Hm.", "about": path})
    assert (answer.status_code, Note.objects.count()) == (422, 0)


def test_notes_are_nobody_elses(client, vera):
    theirs = desk.write(analyst("otto"), "The count is lying.")
    page = client.get(DESK).content.decode()
    assert "The count is lying" not in page
    for method in (client.get, client.post):
        assert method(f"/account/notes/{theirs.pk}/", {"text": "x", "delete": "1"}).status_code == 404
    client.force_login(make.editor())
    assert client.get(f"/account/notes/{theirs.pk}/").status_code == 404
    assert Note.objects.get().text == "The count is lying."


def test_changing_and_deleting(client, vera):
    note = desk.write(vera, "Ask.")
    address = f"/account/notes/{note.pk}/"
    assert client.post(address, {"text": ""}).status_code == 422
    client.post(address, {"text": "Ask twice."})
    assert Note.objects.get().text == "Ask twice."
    client.post(address, {"delete": "1"})
    assert not Note.objects.exists()


def test_an_empty_or_endless_note_is_refused(client, vera):
    for text in ("", "   ", "x" * 10_001):
        assert client.post("/account/notes/", {"text": text}).status_code == 422
    assert not Note.objects.exists()


def test_markup_in_a_note_is_text(client, vera):
    desk.write(vera, "<script>alert(1)</script>")
    page = client.get(DESK).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


# -- Who may -------------------------------------------------------------------------------------------------


def test_without_the_role_there_is_no_desk(client):
    nobody = make.user()
    client.force_login(nobody)
    assert client.get(DESK).status_code == 403
    with pytest.raises(PermissionDenied):
        desk.write(nobody, "x")
    with pytest.raises(PermissionDenied):
        desk.watch(nobody, actor=make.state(), topic=None)


def test_without_login_one_is_asked_to(client):
    answer = client.get(DESK, {"about": "/topics/"})
    assert answer["Location"].startswith("/admin/login/?next=/account/")


def test_a_desk_is_kept_by_nobody(client, vera):
    assert "no-store" in client.get(DESK)["Cache-Control"]


def test_queries_do_not_grow(client, vera, django_assert_max_num_queries):
    def fill(count):
        for _ in range(count):
            state = make.state()
            shift(state, 4, 1)
            desk.watch(vera, actor=state, topic=None)
            late = shift(state, 9, -2)
            desk.write(vera, "x", kind="statement", pk=late.pk)

    fill(1)
    client.get(DESK)
    counts = []
    for more in (0, 2, 20):
        fill(more)
        with django_assert_max_num_queries(20) as asked:
            page = client.get(DESK).content.decode()
        counts.append(len(asked))
    assert len(re.findall('<li class="shift">', page)) == 23
    assert counts[0] == counts[1] == counts[2]
