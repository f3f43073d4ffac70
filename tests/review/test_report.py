"""A reader reports a statement without logging in; the editors' queue shows it."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from positions import reports
from positions.models import Report
from tests.support import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_held():
    cache.clear()


def send(client, stance, **fields):
    posted = {"reason": "position", "message": "It was the other minister.", **fields}
    return client.post(f"/statements/{stance.pk}/report/", posted)


def test_a_report_is_kept_and_thanked_for(client):
    stance = make.stance()
    response = send(client, stance, contact="reader@example.org")
    assert (response.status_code, response["Location"]) == (302, f"/statements/{stance.pk}/report/?sent=1")
    assert "Thank you" in client.get(response["Location"]).content.decode()
    row = Report.objects.get()
    assert (row.stance, row.reason, row.message, row.contact) == (
        stance, "position", "It was the other minister.", "reader@example.org",
    )  # fmt: skip


def test_the_address_is_not_kept(client):
    send(client, make.stance())
    assert "127.0.0.1" not in Report.objects.get().ip_hash
    assert len(Report.objects.get().ip_hash) == 64


def test_a_report_comes_first_in_the_queue(client):
    make.stance(reasons={"reopens": 1})
    reported = make.stance()
    send(client, reported)
    client.force_login(make.editor())
    page = client.get("/admin/positions/stance/queue/").content.decode()
    assert f"/queue/{reported.pk}/decide/" in page
    assert "It was the other minister." in page


def test_a_reason_is_needed(client):
    response = send(client, make.stance(), reason="")
    assert (response.status_code, Report.objects.count()) == (422, 0)
    assert "This field is required." in response.content.decode()


def test_what_programs_fill_in_is_thrown_away(client):
    assert send(client, make.stance(), website="https://example.org").status_code == 302
    assert not Report.objects.exists()


def test_too_many_in_an_hour_are_refused(client, time_machine):
    time_machine.move_to("2024-05-01 10:00:00+00:00", tick=False)
    stance = make.stance()
    for _ in range(reports.PER_HOUR):
        assert send(client, stance).status_code == 302
    response = send(client, stance)
    assert (response.status_code, response["Retry-After"]) == (429, "3600")
    time_machine.move_to("2024-05-01 11:00:01+00:00")
    assert send(client, stance).status_code == 302


def test_the_limit_is_each_senders_own(client):
    stance = make.stance()
    for _ in range(reports.PER_HOUR):
        send(client, stance)
    client.defaults["REMOTE_ADDR"] = "192.0.2.7"
    assert send(client, stance).status_code == 302


def test_a_forged_header_does_not_lift_the_limit(client):
    stance = make.stance()
    for number in range(reports.PER_HOUR):
        client.post(
            f"/statements/{stance.pk}/report/",
            {"reason": "date"},
            headers={"X-Forwarded-For": f"192.0.2.{number}"},
        )
    assert send(client, stance).status_code == 429


def test_behind_a_proxy_the_readers_address_counts(client, settings):
    settings.AXES_IPWARE_PROXY_COUNT = 1
    stance = make.stance()
    for number in range(reports.PER_HOUR + 2):
        headers = {"X-Forwarded-For": f"10.0.0.1, 192.0.2.{number}"}
        response = client.post(f"/statements/{stance.pk}/report/", {"reason": "date"}, headers=headers)
        assert response.status_code == 302


@pytest.mark.parametrize("decision", ["rejected", None])
def test_only_public_statements_can_be_reported(client, decision):
    stance = make.stance(confidence=0.1)
    if decision:
        make.review(stance, decision, by=make.editor())
    assert client.get(f"/statements/{stance.pk}/report/").status_code == 404
    assert send(client, stance).status_code == 404


def test_markup_in_a_report_is_text(client):
    send(client, make.stance(), message="<script>alert(1)</script>")
    client.force_login(make.editor())
    assert "<script>alert" not in client.get("/admin/positions/stance/queue/").content.decode()
