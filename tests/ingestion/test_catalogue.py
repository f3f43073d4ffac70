from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from positions.ingestion.catalogue import BadList, add, from_opml, load, to_opml
from positions.models import Source
from tests.ingestion.web import Web, reply
from tests.support import make

pytestmark = pytest.mark.django_db
OPML = b"""<?xml version="1.0"?><opml version="2.0"><head><title>x</title></head><body>
<outline text="Folder"><outline text="Gazette" type="rss" xmlUrl="https://example.org/feed" htmlUrl="https://example.org/"/>
<outline text="Gazette" xmlUrl="https://example.net/feed"/></outline>
<outline text="Mine" xmlUrl="http://127.0.0.1/feed"/><outline text="A note"/></body></opml>"""


def test_the_starter_list_is_added_switched_off_and_once():
    first = load()
    assert len(first.added) > 25
    assert first.refused == ()
    assert not Source.objects.filter(is_active=True).exists()
    Source.objects.filter(slug="bbc-europe").update(name="as the editor likes it")
    again = load()
    assert (again.added, len(again.known)) == ((), len(first.added))
    assert Source.objects.get(slug="bbc-europe").name == "as the editor likes it"


def test_opml_comes_in_and_goes_out():
    listed = add(from_opml(OPML))
    assert listed.added == ("gazette", "gazette-2", "mine")
    assert add(from_opml(to_opml(Source.objects.order_by("pk")))).known == (
        "https://example.org/feed", "https://example.net/feed", "http://127.0.0.1/feed",
    )  # fmt: skip
    source = Source.objects.get(slug="gazette")
    assert (source.name, source.homepage, source.is_active) == ("Gazette", "https://example.org/", False)


@pytest.mark.parametrize("raw", [b"", b"<html/>", b"no", b"<opml"])
def test_what_is_no_opml_is_refused(raw: bytes):
    if raw == b"<opml":
        assert from_opml(raw) == []
        return
    with pytest.raises(BadList):
        from_opml(raw)


def test_an_address_that_is_never_fetched_is_not_added():
    listed = add([{"name": "x", "url": "file:///etc/passwd"}, {"name": "y", "url": "http://x.org:22/"}])
    assert (listed.added, len(listed.refused)) == ((), 2)


def test_the_command_lists_exchanges_and_polls(web: Web, tmp_path: Path):
    (tmp_path / "a.opml").write_bytes(OPML)
    out = StringIO()
    call_command("sources", "import", tmp_path / "a.opml", stdout=out)
    call_command("sources", "list", stdout=out)
    call_command("sources", "export", stdout=out)
    printed = out.getvalue()
    assert printed.startswith("3 added (switched off), 0 known.\n")
    assert "gazette-2                    paused          Not switched on." in printed
    assert '<outline text="Gazette"' in printed
    web["/feed"] = reply("<rss version='2.0'><channel/></rss>")
    make.source("Web", kind="rss", url=web.url("/feed"))
    out = StringIO()
    call_command("sources", "poll", "web", stdout=out)
    assert out.getvalue() == "web: empty, 0 to read.\n"
    with pytest.raises(CommandError, match="no source 'nobody'"):
        call_command("sources", "poll", "nobody")


# -- The admin ---------------------------------------------------------------------------------------------


@pytest.fixture
def admin(client):
    client.force_login(make.editor())
    return client


def test_the_list_says_how_each_source_does(admin):
    make.source(
        "Gazette",
        kind="rss",
        url="https://example.org/feed",
        is_active=True,
        failures=2,
        error="was not found",
    )
    page = admin.get(reverse("admin:positions_source_changelist")).content.decode()
    assert "failing" in page and "Failed 2 times in a row: was not found." in page


def test_pause_and_resume(admin):
    source = make.source("Gazette", kind="rss", url="https://example.org/feed", is_active=True)
    url = reverse("admin:positions_source_changelist")
    admin.post(url, {"action": "pause_sources", "_selected_action": source.pk})
    source.refresh_from_db()
    assert (source.is_active, source.paused_reason[:10]) == (False, "Paused by ")
    Source.objects.update(failures=5)
    admin.post(url, {"action": "resume_sources", "_selected_action": source.pk})
    source.refresh_from_db()
    assert (source.is_active, source.paused_reason, source.failures) == (True, "", 0)


def test_opml_through_the_admin(admin, tmp_path: Path):
    path = tmp_path / "a.opml"
    path.write_bytes(OPML)
    with path.open("rb") as file:
        answer = admin.post(reverse("admin:positions_source_opml"), {"file": file}, follow=True)
    assert "3 sources added, switched off; 0 were there already." in answer.content.decode()
    pks = list(Source.objects.values_list("pk", flat=True))
    url = reverse("admin:positions_source_changelist")
    exported = admin.post(url, {"action": "export_opml", "_selected_action": pks})
    assert len(from_opml(exported.content)) == 3


def test_an_address_that_is_never_fetched_is_refused_in_the_form(admin):
    source = make.source("Gazette", kind="rss", url="https://example.org/feed")
    url = reverse("admin:positions_source_change", args=[source.pk])
    form = admin.get(url).context["adminform"].form
    data = {name: value or "" for name, value in form.initial.items()} | {
        "url": "http://example.org:8080/feed"
    }
    page = admin.post(url, data).content.decode()
    assert "This address is not fetched: only ports 80 and 443 are fetched, not 8080." in page


def test_only_those_who_may_add_sources_import(client):
    client.force_login(make.user(is_staff=True))
    assert client.get(reverse("admin:positions_source_opml")).status_code == 403
