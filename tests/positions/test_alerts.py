"""Followers hear of changed positions, once, and of nothing else."""

from __future__ import annotations

import hmac
import json
import re
from datetime import timedelta
from hashlib import sha256

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from positions import alerts, webhooks
from positions.models import Follow, StanceReview
from tests.support import make, smtp

pytestmark = pytest.mark.django_db
DAY = make.DAY


@pytest.fixture
def varland():
    return make.state("Varland")


@pytest.fixture
def reader(varland):
    """A confirmed follower of Varland on membership, after Varland's first word on it."""
    make.stance(holder=varland, position=1, evidence="Varland backs an invitation.")
    one = Follow.objects.create(email="reader@example.org", actor=varland, topic=make.topic())
    alerts.confirm(one)
    return one


def later(days=1.0):
    return timezone.now() + timedelta(days=days)


def shift(varland, position=-1, days=90, **fields):
    return make.stance(holder=varland, position=position, stated_on=DAY + timedelta(days=days), **fields)


def test_changed_position_is_told_once_with_both_sentences(varland, reader):
    shift(varland, evidence="Varland will not hear of it.")
    assert alerts.send_due(later()) == 1
    (letter,) = mail.outbox
    assert letter.subject == "1 position changed"
    assert letter.to == ["reader@example.org"]
    for part in ("Varland backs an invitation.", "Varland will not hear of it.", "supports -> reluctant"):
        assert part in letter.body
    assert alerts.send_due(later(2)) == 0
    assert len(mail.outbox) == 1


def test_repetition_voices_and_other_topics_are_no_news(varland, reader):
    shift(varland, position=1)
    make.stance(holder=varland, topic="sanctions", position=2)
    make.stance(holder=varland, position=-2, mode="second-hand", source_actor=make.unnamed())
    make.stance(holder=varland, position=-2, confidence=0.1)
    assert alerts.send_due(later()) == 0
    assert mail.outbox == []


def test_what_is_known_on_confirming_is_no_news(varland):
    make.stance(holder=varland, position=1)
    shift(varland)
    one = Follow.objects.create(email="new@example.org", actor=varland, topic=make.topic())
    alerts.confirm(one)
    assert alerts.send_due(later()) == 0


def test_unconfirmed_and_ended_hear_nothing(varland, reader):
    Follow.objects.create(email="never@example.org", actor=varland, topic=make.topic())
    alerts.end(reader)
    shift(varland)
    assert alerts.send_due(later()) == 0


def test_change_that_was_taken_back_is_told_too(varland, reader):
    wrong = shift(varland)
    alerts.send_due(later())
    make.review(wrong, StanceReview.Decision.REJECTED)
    alerts.send_due(later(2))
    assert "1 change we told you of was taken back" in mail.outbox[-1].body
    assert alerts.send_due(later(3)) == 0


def test_rhythm_holds_news_back_until_its_time(varland, reader):
    Follow.objects.update(rhythm=Follow.Rhythm.WEEKLY)
    shift(varland)
    assert alerts.send_due(later(6)) == 0
    assert alerts.send_due(later(7)) == 1


def test_one_letter_for_all_that_one_reader_follows(varland, reader):
    tressia = make.state("Tressia")
    make.stance(holder=tressia, position=2)
    alerts.confirm(Follow.objects.create(email=reader.email, actor=tressia))
    shift(varland)
    shift(tressia, position=0)
    assert alerts.send_due(later()) == 1
    assert mail.outbox[0].subject == "2 positions changed"


def no_mail_server(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1


def test_broken_mail_server_loses_no_news(varland, reader, settings):
    shift(varland)
    no_mail_server(settings)
    assert alerts.send_due(later()) == 0
    reader.refresh_from_db()
    assert reader.failures == 1
    assert "refused" in reader.error
    with smtp.catcher() as server:
        settings.EMAIL_PORT = server.port
        assert alerts.send_due(later()) == 1
    (letter,) = server.letters
    assert letter["To"] == "reader@example.org"
    assert letter["List-Unsubscribe"].endswith(f"/follow/{reader.token}/end/>")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_ten_failures_in_a_row_end_it(varland, reader, settings):
    no_mail_server(settings)
    shift(varland)
    for _ in range(alerts.GIVE_UP_AFTER):
        alerts.send_due(later())
    reader.refresh_from_db()
    assert reader.ended_at is not None


class TestWebhook:
    @pytest.fixture
    def hook(self, varland, httpserver, settings):
        settings.FETCH_ALLOW_LOOPBACK = True
        make.stance(holder=varland, position=1)
        one = Follow.objects.create(
            channel="webhook", url=httpserver.url_for("/hook"), secret="s" * 40, actor=varland
        )
        alerts.confirm(one)
        return one

    def test_post_is_signed_and_says_what_changed(self, varland, hook, httpserver):
        httpserver.expect_request("/hook", method="POST").respond_with_data("ok")
        shift(varland)
        assert alerts.send_due(later()) == 1
        request = httpserver.log[0][0]
        stamp, body = request.headers["X-OpenDoor-Timestamp"], request.get_data()
        expected = hmac.new(b"s" * 40, stamp.encode() + b"." + body, sha256).hexdigest()
        assert request.headers["X-OpenDoor-Signature"] == f"sha256={expected}"
        (told,) = json.loads(body)["shifts"]
        assert (told["actor"], told["from"], told["to"], told["kinds"]) == ("varland", 1, -1, ["reversal"])

    @pytest.mark.parametrize("status", [302, 404, 500])
    def test_refused_post_is_tried_again(self, varland, hook, httpserver, status):
        answer = {"Location": "http://192.0.2.7/"} if status == 302 else {}
        httpserver.expect_ordered_request("/hook").respond_with_data("no", status=status, headers=answer)
        httpserver.expect_ordered_request("/hook").respond_with_data("ok")
        shift(varland)
        assert alerts.send_due(later()) == 0
        hook.refresh_from_db()
        assert str(status) in hook.error
        assert alerts.send_due(later()) == 1

    @pytest.mark.parametrize("url", ["http://127.0.0.1/x", "http://169.254.169.254/", "file:///etc/passwd"])
    def test_private_addresses_are_refused(self, settings, url):
        settings.FETCH_ALLOW_LOOPBACK = False
        with pytest.raises(webhooks.Refusal, match="could not be reached"):
            webhooks.post(url, b"{}", {})


class TestPages:
    def form(self, varland, **fields):
        return {
            "actor": "varland",
            "topic": "nato-membership",
            "rhythm": "daily",
            "email": "me@example.org",
            **fields,
        }

    @pytest.fixture(autouse=True)
    def drawn(self, varland):
        make.stance(holder=varland, position=1)

    def test_letter_link_confirms_only_by_the_button(
        self, client, varland, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post("/follow/", self.form(varland)).status_code == 302
        url = re.search(r"/follow/\w+/", mail.outbox[0].body)[0]
        assert client.get(url).status_code == 200
        assert Follow.objects.get().confirmed_at is None
        client.post(url, {"confirm": "1"})
        assert Follow.objects.get().confirmed_at is not None

    def test_one_click_of_the_mail_program_ends_it(self, varland):
        from django.test import Client

        one = Follow.objects.create(email="me@example.org", actor=varland)
        url = reverse("follow-end", args=[one.token])
        strict = Client(enforce_csrf_checks=True)
        assert strict.get(url).status_code == 405
        assert strict.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200
        one.refresh_from_db()
        assert one.ended_at is not None

    def test_asking_twice_changes_the_rhythm(self, client, varland):
        client.post("/follow/", self.form(varland))
        client.post("/follow/", self.form(varland, rhythm="weekly", email="ME@example.org"))
        assert Follow.objects.get().rhythm == "weekly"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"email": "nobody"},
            {"actor": "atlantis"},
            {"topic": "weather"},
            {"rhythm": "hourly"},
            {"actor": "", "topic": ""},
        ],
        ids=["email", "actor", "topic", "rhythm", "nothing"],
    )
    def test_bad_input_is_said_and_nothing_kept(self, client, varland, wrong):
        response = client.post("/follow/", self.form(varland, **wrong))
        assert response.status_code == 422
        assert b"errorlist" in response.content
        assert not Follow.objects.exists()

    def test_programs_that_fill_in_everything_get_nowhere(self, client, varland):
        client.post("/follow/", self.form(varland, website="http://example.org"))
        assert not Follow.objects.exists()

    def test_one_address_is_not_flooded(self, client, varland):
        for entry in make.codebook().topics[: alerts.UNCONFIRMED_PER_DAY]:
            make.topic(entry.slug)
            client.post("/follow/", self.form(varland, topic=entry.slug))
        make.topic("sanctions")
        assert client.post("/follow/", self.form(varland, topic="sanctions")).status_code == 429

    def test_unknown_token_is_404(self, client):
        assert client.get("/follow/nothing/").status_code == 404
