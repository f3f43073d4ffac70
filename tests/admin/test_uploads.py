"""Files uploaded through the admin: stored once, told in counts, refused with the reason."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from positions.admin import uploads
from positions.models import Article, IngestRun
from tests.support import make

pytestmark = pytest.mark.django_db
URL = "admin:positions_source_upload"
TEXT = b"---\nid: strelsau-1\ntitle: Talks\npublished: 2024-03-04\n---\nRuritania wants Ukraine in NATO.\n"


@pytest.fixture
def files():
    return make.source("Archive", kind="file")


@pytest.fixture
def send(client, files):
    client.force_login(make.editor())

    def send(content: bytes, name: str = "talks.md", **fields: object) -> str:
        data = {"file": SimpleUploadedFile(name, content), "source": files.pk, **fields}
        return client.post(reverse(URL), data, follow=True).content.decode()

    return send


def test_an_uploaded_file_waits_to_be_read_and_is_taken_once(send):
    page = send(TEXT)
    assert "1 articles: 1 new, 0 changed, 0 known, 0 failed." in page
    assert "Queued, but no worker is up" in page
    assert "1 articles: 0 new, 0 changed, 1 known, 0 failed." in send(TEXT)
    assert Article.objects.get().state == Article.State.QUEUED
    run = IngestRun.objects.earliest("pk")
    assert (run.label, run.total, run.done, run.new) == ("talks.md", 1, 1, 1)


def test_many_lines_are_many_articles_and_bad_ones_are_named(send):
    lines = b'{"id": "1", "published": "2024-03-04", "text": "Ruritania spoke of NATO."}\n{"id": 2}\n'
    page = send(lines, "many.jsonl")
    assert "2 articles: 1 new, 0 changed, 0 known, 1 failed." in page
    assert "many.jsonl:2: " in page


@pytest.mark.scenario(33)
def test_what_is_no_article_is_refused_with_the_reason(send, monkeypatch):
    assert "unknown kind of file &#x27;.zip&#x27;" in send(b"PK", "a.zip")
    monkeypatch.setattr(uploads, "MAX_UPLOAD", 10)
    assert "Larger than 0 MB." in send(TEXT)
    assert not Article.objects.exclude(state=Article.State.FAILED).exists()


def test_only_those_who_may_add_sources_upload(client):
    client.force_login(make.user(is_staff=True))
    assert client.get(reverse(URL)).status_code == 403
