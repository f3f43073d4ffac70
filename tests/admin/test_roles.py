"""What the roles may do, asked from the outside. Every address: test_every_permission."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.urls import reverse

from positions import review, second_reading
from positions.models import Report, SecondReading, StanceReview, UnresolvedMention, User
from tests.support import make

pytestmark = pytest.mark.django_db

ROLES = ("Analyst", "Editor", "Senior editor", "Administrator")
EDITOR, SENIOR = 2, 3


def log_in(client, role):
    user = make.user(is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(User.objects.get(pk=user.pk))
    return user


@pytest.mark.parametrize("role", ROLES)
def test_the_first_page_says_what_waits_for_the_role(role, client):
    make.stance()
    make.unresolved()
    log_in(client, role)
    page = client.get(reverse("admin:index")).content.decode()
    work = ["review queue", "names", "to read a second time", "differences", "shadow runs"]
    shown = [one for one in work if re.search(rf"<b>\d+</b> [^<]*{one}", page)]
    assert shown == work[: {"Analyst": 0, "Editor": 3}.get(role, 5)]
    assert ("<b>1</b> in the review queue" in page) is (role != "Analyst")


@pytest.mark.parametrize(
    ("action", "extra"),
    [("confirm", {}), ("reject", {"reason": "repeated"}), ("skip", {}), ("correct", {}), ("add", {})],
)
@pytest.mark.parametrize("role", ["Analyst", None])
def test_deciding_is_refused_below_editor(role, action, extra, client):
    stance = make.stance()
    if role:
        log_in(client, role)
    address = reverse("admin:positions_stance_decide", args=[stance.pk])
    assert client.post(address, {"action": action, **extra}).status_code == (403 if role else 302)
    assert not StanceReview.objects.exists()


def test_deciding_is_not_done_by_reading(client):
    stance = make.stance()
    log_in(client, "Editor")
    address = reverse("admin:positions_stance_decide", args=[stance.pk])
    assert client.get(address, {"action": "confirm"}).status_code == 405
    assert not StanceReview.objects.exists()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("action", "extra"),
    [
        ("confirm", {}),
        ("reject", {"planned": 1, "reason": "repeated"}),
        ("correct", {"planned": 1, "position": 2}),
    ],
)
def test_bulk_is_for_senior_editors(role, action, extra, client):
    stance = make.stance()
    log_in(client, role)
    chosen = {"action": f"{action}_selected", "_selected_action": [stance.pk], "count": "1", **extra}
    client.post(reverse("admin:positions_stance_changelist"), chosen)
    assert StanceReview.objects.count() == (ROLES.index(role) + 1 >= SENIOR)


@pytest.mark.parametrize("role", ROLES)
def test_merging_is_for_senior_editors(role, client):
    one, other = make.state(), make.state()
    log_in(client, role)
    response = client.post(reverse("admin:actors_actor_merge", args=[one.pk]), {"into": other.pk})
    one.refresh_from_db()
    allowed = ROLES.index(role) + 1 >= SENIOR
    assert (response.status_code, one.merged_into) == ((302, other) if allowed else (403, None))


@pytest.mark.parametrize("role", ROLES)
def test_settling_names_is_for_editors(role, client):
    mention = make.unresolved()
    log_in(client, role)
    address = reverse("admin:positions_unresolvedmention_settle", args=[mention.slug])
    client.post(address, {"action": "nobody", "kind": "person"})
    settled = UnresolvedMention.objects.get().state == "not_an_actor"
    assert settled == (ROLES.index(role) + 1 >= EDITOR)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("model", ["stance", "stancereview", "currentstance", "linepoint", "report", "user"])
def test_nobody_deletes_or_rewrites_the_record(role, model, client):
    stance = make.stance()
    rows = {
        "stance": stance,
        "currentstance": stance.current,
        "stancereview": make.review(stance, by=make.editor()),
        "linepoint": stance.holder.line_points.get(),
        "report": Report.objects.create(stance=stance, reason="date", ip_hash="0"),
        "user": make.editor(),
    }
    log_in(client, role)
    address = f"admin:positions_{model}_delete"
    assert client.post(reverse(address, args=[rows[model].pk]), {"post": "yes"}).status_code == 403
    if model != "user":
        change = client.post(
            reverse(f"admin:positions_{model}_change", args=[rows[model].pk]), {"position": 2}
        )
        assert change.status_code == 403


def test_administrator_cannot_make_superusers(client):
    me = log_in(client, "Administrator")
    address = reverse("admin:positions_user_change", args=[me.pk])
    permission = Permission.objects.first().pk
    client.post(address, {
        "username": me.username, "is_active": "on", "is_staff": "on", "is_superuser": "on",
        "user_permissions": [permission], "date_joined_0": "2024-01-01", "date_joined_1": "00:00:00",
    })  # fmt: skip
    me = User.objects.get(pk=me.pk)
    assert (me.is_superuser, me.user_permissions.count()) == (False, 0)


def test_administrator_cannot_touch_superusers(client):
    chief = make.editor()
    log_in(client, "Administrator")
    address = reverse("admin:auth_user_password_change", args=[chief.pk])
    assert client.post(address, {"password1": "another one", "password2": "another one"}).status_code == 403


def test_nobody_reads_a_second_time_what_they_decided():
    stance, anna = make.stance(), make.editor()
    review.confirm(stance, by=anna)
    with pytest.raises(ValidationError):
        second_reading.save(stance, by=anna, values=None)
    assert not SecondReading.objects.exists()
