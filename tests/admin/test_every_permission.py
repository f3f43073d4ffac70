"""Every address of the workbench and the desk × every role × every method, asked from the outside.

The tables say who may. The addresses come from the URL configuration: a new one fails here until it is in
a table. Forms are sent filled in, so that a refusal is one and an allowed request does something.
"""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from positions import desk
from positions.models import User
from tests.support import make, workbench

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ROLES = (None, "", "Analyst", "Editor", "Senior editor", "Administrator")  # None: no login, "": no role
EVERYBODY, ANALYST, EDITOR, SENIOR, ADMINISTRATOR, NOBODY = 0, 2, 3, 4, 5, 9
SEEN, UNSEEN = (ANALYST, NOBODY, NOBODY, NOBODY), (NOBODY,) * 4

# The lowest role that may see, add, change and delete.
MODELS = {
    "actors_actor": (ANALYST, EDITOR, EDITOR, NOBODY),
    "actors_alias": (ANALYST, EDITOR, EDITOR, EDITOR),
    "actors_mandate": (ANALYST, EDITOR, EDITOR, SENIOR),
    "actors_blocmembership": (ANALYST, SENIOR, SENIOR, SENIOR),
    "auth_group": (ADMINISTRATOR, NOBODY, NOBODY, NOBODY),
    "axes_accessattempt": UNSEEN,
    "axes_accessfailurelog": UNSEEN,
    "axes_accesslog": UNSEEN,
    "positions_article": SEEN,
    "positions_articleversion": SEEN,
    "positions_currentstance": SEEN,
    "positions_event": (ANALYST, EDITOR, EDITOR, NOBODY),
    "positions_exhaustivecoding": SEEN,
    "positions_follow": UNSEEN,
    "positions_host": UNSEEN,
    "positions_ingestrun": (ADMINISTRATOR, NOBODY, NOBODY, NOBODY),
    "positions_linepoint": SEEN,
    "positions_report": SEEN,
    "positions_secondreading": SEEN,
    "positions_shadowreading": (SENIOR, NOBODY, NOBODY, NOBODY),
    "positions_shadowrun": (SENIOR, NOBODY, NOBODY, NOBODY),
    "positions_source": (ANALYST, ADMINISTRATOR, ADMINISTRATOR, NOBODY),
    "positions_stance": SEEN,
    "positions_stancereview": SEEN,
    "positions_topic": SEEN,
    "positions_unresolvedmention": SEEN,
    "positions_user": (ADMINISTRATOR, ADMINISTRATOR, ADMINISTRATOR, NOBODY),
    "positions_workerheartbeat": (ADMINISTRATOR, NOBODY, NOBODY, NOBODY),
}
# The lowest role that may GET and POST.
SCREENS = {
    "admin:actors_actor_merge": (SENIOR, SENIOR),
    "admin:actors_actor_part": (NOBODY, SENIOR),
    "admin:app_list": (ANALYST, ANALYST),
    "admin:auth_user_password_change": (ADMINISTRATOR, ADMINISTRATOR),
    "admin:autocomplete": (ANALYST, NOBODY),
    "admin:index": (ANALYST, ANALYST),
    "admin:jsi18n": (ANALYST, NOBODY),
    "admin:login": (EVERYBODY, EVERYBODY),
    "admin:password_change": (ANALYST, ANALYST),
    "admin:password_change_done": (ANALYST, NOBODY),
    "admin:positions_event_part": (NOBODY, SENIOR),
    "admin:positions_exhaustivecoding_whole": (EDITOR, EDITOR),
    "admin:positions_secondreading_blind": (EDITOR, EDITOR),
    "admin:positions_secondreading_differences": (SENIOR, SENIOR),
    "admin:positions_shadowrun_compare": (SENIOR, SENIOR),
    "admin:positions_source_opml": (ADMINISTRATOR, ADMINISTRATOR),
    "admin:positions_source_upload": (ADMINISTRATOR, ADMINISTRATOR),
    "admin:positions_stance_bring_back": (NOBODY, EDITOR),
    "admin:positions_stance_decide": (NOBODY, EDITOR),
    "admin:positions_stance_guide": (ANALYST, NOBODY),
    "admin:positions_stance_mine": (EDITOR, NOBODY),
    "admin:positions_stance_queue": (EDITOR, NOBODY),
    "admin:positions_stance_undo": (NOBODY, EDITOR),
    "admin:positions_stance_undo_batch": (SENIOR, SENIOR),
    "admin:positions_unresolvedmention_names": (EDITOR, EDITOR),
    "admin:positions_unresolvedmention_settle": (EDITOR, EDITOR),
    "admin:view_on_site": (ANALYST, ANALYST),
    "account": (ANALYST, NOBODY),
    "account-follow": (NOBODY, ANALYST),
    "account-unfollow": (NOBODY, ANALYST),
    "account-seen": (NOBODY, ANALYST),
    "account-notes": (NOBODY, ANALYST),
    "account-note": (ANALYST, ANALYST),
}
# Nothing of the record is written by what may be sent here.
WRITE_NOTHING = {
    "admin:app_list", "admin:index", "admin:login",
    "admin:positions_stance_bring_back", "admin:positions_unresolvedmention_names", "admin:view_on_site",
}  # fmt: skip
NAMES = workbench.names() - {"admin:logout"}  # Django's own: leads home whoever is not logged in
# A session is the browser's, not the record's.
WRITES = re.compile(r'^(?:INSERT INTO|UPDATE|DELETE FROM) "(?!django_session)')
ASKS = {"admin:autocomplete": {"app_label": "positions", "model_name": "stance", "field_name": "holder"}}


def who_may(name):
    """Return the lowest roles that may GET and POST an address; None for one that no table knows."""
    page = workbench.page_of_a_model(name)
    if page is None or page[0] not in MODELS:
        return SCREENS.get(name)
    see, add, change, delete = MODELS[page[0]]
    return {
        "changelist": (see, see), "add": (add, add), "change": (see, change), "delete": (delete, delete),
        "history": (see, see), "simple_history": (see, NOBODY),
    }[page[1]]  # fmt: skip


def writes(name):
    page = workbench.page_of_a_model(name)
    return page[1] in ("add", "change", "delete") if page else name not in WRITE_NOTHING


def expected(name, role, method):
    """Return what the tables say comes of a request, and whether it writes."""
    rank, level = ROLES.index(role), who_may(name)[method == "post"]
    if rank >= level:
        return "allowed", method == "post" and writes(name)
    at_the_door = rank < ANALYST if name.startswith("admin:") else role is None
    return "login" if at_the_door else "refused", False


def log_in(client, role):
    """Return the user; without a role, somebody else's."""
    user = make.user(is_staff=bool(role))
    if role:
        user.groups.add(Group.objects.get(name=role))
    if role is not None:
        client.force_login(user)
    return User.objects.get(pk=user.pk)


class Requests:
    """Sends requests as one client and leaves no trace of what they did."""

    def __init__(self, client, world):
        self.client, self.world, self.chief = client, world, Client()
        self.chief.force_login(make.editor())

    def form(self, name):
        page = workbench.page_of_a_model(name)
        if page is None:
            return self.world.sent(name)
        if page[1] not in ("add", "change", "simple_history"):
            return {"post": "yes"}
        shown = workbench.as_it_stands(self.chief.get(self.world.address(name)).content)
        return {**shown, **(self.world.entered(page[0]) if page[1] == "add" else {}), "_save": "Save"}

    def answer(self, name, method):
        """Return what came of a request and whether it wrote."""
        data = self.form(name) if method == "post" else ASKS.get(name)
        wrote, cookies = [], self.client.cookies.copy()

        def noted(execute, sql, *rest):
            wrote.extend(WRITES.findall(sql))
            return execute(sql, *rest)

        with transaction.atomic(), connection.execute_wrapper(noted):
            answer = getattr(self.client, method)(self.world.address(name), data)
            transaction.set_rollback(True)
        self.client.cookies = cookies  # a changed password changed the session, which is there no more
        return said(answer, name), bool(wrote)


def said(answer, name):
    to = answer.headers.get("Location", "")
    if answer.status_code == 302 and "/login/" in to:
        return "login"
    if answer.status_code in (403, 405):
        return "refused"
    lost = to == reverse("admin:index") and name != "admin:login"
    return "allowed" if answer.status_code in (200, 302) and not lost else f"{answer.status_code} {to}"


def test_every_address_is_in_a_table():
    """Without a name are only the admin's own two: old addresses of rows, and what leads nowhere."""
    assert {name for name in NAMES if who_may(name) is None} == set()
    assert workbench.nameless() == {"<path:object_id>/", "(?P<url>.*)$"}


def test_the_tables_hold_no_address_that_is_gone():
    pages = {page[0] for name in NAMES if (page := workbench.page_of_a_model(name))}
    assert (set(MODELS) - pages, set(SCREENS) - NAMES) == (set(), set())


@pytest.mark.parametrize("role", ROLES)
def test_every_address(role, client):
    cache.clear()
    requests = Requests(client, workbench.World(log_in(client, role)))
    wrong = {}
    for name in sorted(NAMES):
        for method in ("get", "post"):
            found = requests.answer(name, method)
            if found != (wanted := expected(name, role, method)):
                wrong[name, method] = (found, wanted)
    assert wrong == {}


@pytest.mark.parametrize("role", ["Analyst", "Administrator"])
def test_no_other_method_writes(role, client):
    """The admin takes an unknown method for GET: nothing is written, and who may not see is refused."""
    requests = Requests(client, workbench.World(log_in(client, role)))
    wrong = {}
    for name in sorted(NAMES):
        for method in ("put", "delete"):
            found, wrote = requests.answer(name, method)
            may = ROLES.index(role) >= min(who_may(name))
            if wrote or (found == "allowed" and not may) or found.startswith("5"):
                wrong[name, method] = (found, wrote)
    assert wrong == {}


@pytest.mark.parametrize("role", ROLES)
def test_notes_of_others_are_not_there(role, client):
    note = desk.write(make.editor(), "The count is lying.")
    log_in(client, role)
    statuses = [
        getattr(client, method)(reverse("account-note", args=[note.pk])).status_code
        for method in ("get", "post")
    ]
    assert statuses == [{None: 302, "": 403}.get(role, 404)] * 2


@pytest.mark.parametrize("role", ["", "Analyst", "Administrator"])
def test_public_pages_are_the_same_for_everybody(role, client):
    stance = make.stance()
    pages = [
        "/", "/actors/", stance.holder.get_absolute_url(), "/topics/", "/timeline/", "/shifts/",
        "/methodology/",
        stance.get_absolute_url(), stance.article.get_absolute_url(), "/data/", "/api/v1/topics",
    ]  # fmt: skip
    before = [(client.get(path).content, client.post(path).status_code) for path in pages]
    log_in(client, role)
    assert [(client.get(path).content, client.post(path).status_code) for path in pages] == before
    assert {status for _, status in before} == {405}
