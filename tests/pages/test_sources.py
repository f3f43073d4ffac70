"""How sources and the work do, in words, and never older than the rows that say so."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from positions.ingestion import sweeping
from positions.models import Article, IngestRun, Source
from tests.support import make

pytestmark = pytest.mark.django_db
AT = datetime(2024, 3, 5, 10, 15, tzinfo=UTC)


@pytest.fixture
def source():
    return make.source(
        "Gazette", kind="rss", url="https://gazette.example/feed", is_active=True, last_attempt_at=AT,
        last_success_at=AT, last_new_item_at=AT, next_poll_at=AT + timedelta(hours=1), last_result="new",
    )  # fmt: skip


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_a_source_says_how_it_does_and_when_it_was_and_will_be_asked(client, source):
    Source.objects.update(last_new_item_at=timezone.now(), last_items=30)
    page = words(client.get("/sources/gazette/"))
    assert "State healthy : New items came with the last poll." in page
    assert "Last attempt 5 March 2024, 10:15 UTC" in page
    assert "Next try 5 March 2024, 11:15 UTC" in page
    assert "Items in its newest answer 30" in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"failures": 3, "error": "wants a login (HTTP 401)"},
         "failing : Failed 3 times in a row: wants a login (HTTP 401). Next try 5 March 2024, 11:15 UTC."),
        ({"is_active": False, "paused_reason": "Gone for good."}, "paused : Gone for good."),
        ({"last_result": "empty", "last_success_at": AT + timedelta(hours=1)},
         "empty : The feed was read and holds no items."),
        ({"last_attempt_at": None}, "not polled yet : Waits for its first poll."),
        ({}, "quiet too long : Nothing new since 5 March 2024, though it answers."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/sources/", "/sources/gazette/"])
def test_what_is_wrong_is_said_also_to_who_has_seen_the_page_before(client, source, path, fields, said):
    before = make.source("Files")  # another source changes nothing for this one
    tag = client.get(path)["ETag"]
    Source.objects.exclude(pk=before.pk).update(**{"next_poll_at": AT + timedelta(hours=1), **fields})
    shown = words(client.get(path, headers={"If-None-Match": tag} if fields else {}))
    assert (said if path.endswith("gazette/") else said.split(" : ")[0]) in shown


def test_the_reason_of_a_pause_names_no_editor(client, source):
    client.force_login(make.editor("rassendyll"))
    client.post(
        reverse("admin:positions_source_changelist"),
        {"action": "pause_sources", "_selected_action": source.pk},
    )
    client.logout()
    page = words(client.get("/sources/gazette/"))
    assert "paused : Paused by an editor." in page
    assert "rassendyll" not in page
    assert source.history.latest().history_user.username == "rassendyll"


def test_a_source_whose_poll_is_overdue_says_that_no_worker_is_up(client, source):
    said = "Its poll is due, but no worker is up: it waits for one."
    Source.objects.update(next_poll_at=timezone.now() - timedelta(minutes=6))
    first = client.get("/sources/gazette/")
    assert said in words(first)
    sweeping.heartbeat()
    assert said not in words(client.get("/sources/gazette/", headers={"If-None-Match": first["ETag"]}))


def test_a_source_just_switched_on_is_asked_as_soon_as_can_be(client, source):
    Source.objects.update(next_poll_at=None)
    assert "Next try as soon as a worker is free" in words(client.get("/sources/gazette/"))
    Source.objects.update(is_active=False)
    assert "Next try never" in words(client.get("/sources/gazette/"))


def test_a_source_that_is_not_due_or_paused_waits_for_no_worker(client, source):
    Source.objects.update(next_poll_at=timezone.now() + timedelta(minutes=6))
    assert "no worker is up" not in words(client.get("/sources/gazette/"))
    Source.objects.update(next_poll_at=None, is_active=False)
    assert "no worker is up" not in words(client.get("/sources/gazette/"))


def test_coverage_says_that_articles_wait_for_nobody(client):
    make.article(state=Article.State.QUEUED)
    page = words(client.get("/coverage/"))
    assert "Queued, but no worker is up: they wait until one is started." in page
    assert "1 wait to be read" in page
    sweeping.heartbeat()
    page = words(client.get("/coverage/"))
    assert "no worker is up" not in page
    assert "Worker at work" in page


def test_coverage_shows_how_far_a_run_is(client):
    run = IngestRun.objects.create(label="digests", total=86, done=40, new=38, failed=2)
    first = client.get("/coverage/")
    assert "40 of 86 articles, 38 new, 2 failed" in words(first)
    run.done, run.finished_at = 86, AT
    run.save()
    page = words(client.get("/coverage/", headers={"If-None-Match": first["ETag"]}))
    assert "86 of 86 articles, 38 new, 2 failed · finished 5 March 2024, 10:15 UTC" in page
