"""What holds for every page: it answers, it never shows what it must not, its forms agree, it asks little."""

import csv
import io
import json
from html.parser import HTMLParser

import pytest
from django.core.cache import cache

from positions import search, urls
from tests.pages.conftest import grow
from tests.support import make

PAGES = {
    "home": "/",
    "home, all bodies by change": "/?who=all&sort=change",
    "actors": "/actors/",
    "actor": "/actors/ruritania/",
    "actor, other topic": "/actors/ruritania/?topic=territory",
    "person": "/actors/rudolf-rassendyll/",
    "topics": "/topics/",
    "topic": "/topics/nato-membership/",
    "timeline": "/timeline/",
    "compare": "/compare/?actors=ruritania~zenda",
    "compare two dates": "/compare/?actors=ruritania&then=2024-02-01",
    "shifts": "/shifts/",
    "statement": "/statements/{once.pk}/",
    "articles": "/articles/",
    "article": "/articles/{article.pk}/",
    "event": "/events/{event.pk}/",
    "search": "/search/?q=war",
    "methodology": "/methodology/",
    "coverage": "/coverage/?on=2024-06-01",
    "sources": "/sources/",
    "source": "/sources/strelsau-gazette/",
    "data": "/data/",
}
# Fragment by page: the id that htmx replaces.
FRAGMENTS = {
    "home": "board",
    "actors": "rows",
    "actor": "panel",
    "topics": "list",
    "topic": "panel",
    "timeline": "timeline",
    "compare": "compare",
    "shifts": "shifts",
    "search": "results",
}
# These quote the article's own text, unmarked; what must not be there is the finding.
QUOTING = {"article", "statement"}


def address(page, record):
    return PAGES[page].format(**vars(record))


def body(response):
    return b"".join(response.streaming_content).decode() if response.streaming else response.content.decode()


@pytest.fixture(params=list(PAGES))
def page(request):
    return request.param


class Checker(HTMLParser):
    """Collects ids, controls without a label, headings, and what a strict policy would block."""

    def __init__(self, markup):
        super().__init__()
        self.ids, self.h1, self.blocked, self.unlabelled = [], 0, [], []
        self._labels, self._inside = set(), 0
        self._controls = []
        self.feed(markup)
        self.unlabelled = [c for c in self._controls if c not in self._labels and c is not True]

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "h1":
            self.h1 += 1
        if "style" in values or any(name.startswith("on") and name != "on" for name in values):
            self.blocked.append((tag, attrs))
        if tag == "script" and "src" not in values and values.get("type") != "application/ld+json":
            self.blocked.append((tag, attrs))
        if tag == "label":
            self._inside += 1
            self._labels.add(values.get("for"))
        if tag in ("input", "select", "textarea") and values.get("type") not in ("hidden", "submit"):
            self._controls.append(True if self._inside else values.get("id"))

    def handle_endtag(self, tag):
        if tag == "label":
            self._inside -= 1


def test_page_answers(client, record, page):
    response = client.get(address(page, record))
    assert response.status_code == 200
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_page_is_valid_where_machines_can_tell(client, record, page):
    found = Checker(body(client.get(address(page, record))))
    assert found.h1 == 1
    assert sorted(set(found.ids)) == sorted(found.ids)
    assert found.blocked == []
    assert found.unlabelled == []


@pytest.mark.parametrize("query", ["", "on=2024-03-20", "known=2024-04-01", "reviewed=1"])
def test_low_confidence_is_never_shown(client, record, page, query):
    joint = "&" if "?" in address(page, record) else "?"
    shown = body(client.get(f"{address(page, record)}{joint}{query}"))
    assert f"/statements/{record.faint.pk}/" not in shown
    assert f's{record.faint.pk}"' not in shown
    if page not in QUOTING:
        assert "whisperer claimed" not in shown


def test_rejected_is_never_shown(client, record, page):
    shown = body(client.get(address(page, record)))
    assert f"/statements/{record.rejected.pk}/" not in shown
    assert f's{record.rejected.pk}"' not in shown
    if page not in QUOTING:
        assert "rejected line" not in shown


@pytest.mark.parametrize("path", ["/data/statements.csv", "/data/statements.jsonl", "/data/lines.csv"])
def test_downloads_leave_out_what_pages_do(client, record, path):
    shown = body(client.get(path))
    assert "whisperer" not in shown and "rejected line" not in shown
    assert "settled" in shown or "lines" in path


@pytest.mark.parametrize("page", FRAGMENTS)
def test_fragment_is_part_of_the_full_page(client, record, page):
    target = FRAGMENTS[page]
    full = body(client.get(address(page, record)))
    response = client.get(address(page, record), headers={"HX-Request": "true", "HX-Target": target})
    fragment = body(response).strip()
    assert fragment.startswith("<div") and f'id="{target}"' in fragment[:200]
    assert fragment in full
    assert "HX-Request" in response["Vary"]


def test_history_restore_gets_the_full_page(client, record):
    headers = {"HX-Request": "true", "HX-Target": "board", "HX-History-Restore-Request": "true"}
    assert "<html" in body(client.get("/", headers=headers))


def test_csv_is_the_table_and_json_the_same(client, record, page):
    path, _mark, query = address(page, record).partition("?")
    name = "/positions" if path == "/" else path.rstrip("/")
    text = body(client.get(f"{name}.csv?{query}"))
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    found = json.loads(body(client.get(f"{name}.json?{query}")))
    assert found["rows"], "an empty table proves nothing"
    as_text = lambda v: "" if v is None else ("yes" if v else "no") if isinstance(v, bool) else str(v)
    assert [[as_text(v) for v in row.values()] for row in found["rows"]] == [
        [v[1:] if v.startswith("'") else v for v in row.values()] for row in rows
    ]


@pytest.mark.parametrize(
    ("path", "table"),
    [("/actors/ruritania/", "line"), ("/", "camps"), ("/topics/nato-membership/", "ladder")],
)
def test_table_beside_a_chart_holds_what_its_csv_holds(client, record, path, table):
    class Cells(HTMLParser):
        def __init__(self, markup):
            super().__init__()
            self.rows, self.on, self.cell = [], False, None
            self.feed(markup)

        def handle_starttag(self, tag, attrs):
            if tag == "table":
                self.on = dict(attrs).get("data-table") == table
            if self.on and tag == "tr":
                self.rows.append([])
            if self.on and tag == "td":
                self.rows[-1].append("")
                self.cell = True

        def handle_endtag(self, tag):
            self.cell = self.cell if tag != "td" else None

        def handle_data(self, data):
            if self.on and self.cell:
                self.rows[-1][-1] += data

    shown = [row for row in Cells(body(client.get(path))).rows if row]
    text = body(client.get(f"{path}?format=csv&table={table}"))
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))[1:]
    assert shown == [[v[1:] if v.startswith("'") else v for v in row] for row in rows]
    assert shown


def queries(client, django_assert_max_num_queries, path, most):
    while search.follow():  # the index takes in what is new once, not with every request
        pass
    cache.clear()
    client.get("/methodology/")  # what the foot of every page shows is kept a minute
    with django_assert_max_num_queries(most) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_queries_do_not_grow_with_the_record(client, record, page, django_assert_max_num_queries):
    path = address(page, record)
    grow(record, 1)
    one = queries(client, django_assert_max_num_queries, path, 6)
    grow(record, 3)
    assert queries(client, django_assert_max_num_queries, path, 6) == one


def test_unchanged_page_is_not_sent_again_and_a_decision_changes_it(client, record, page):
    path = address(page, record)
    tag = client.get(path)["ETag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    make.review(record.wants, "confirmed")
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_every_pattern_is_walked_here_or_named_as_an_exception():
    """A new page must be added to PAGES, or here with its reason."""
    elsewhere = {
        "report",  # tests/review
        "account",
        "account-follow",
        "account-unfollow",
        "account-seen",
        "account-notes",
        "account-note",  # tests/admin/test_desk.py
        "follow",
        "follow-manage",
        "follow-end",  # tests of alerts
        "api",  # tests/pages/test_api.py
        "datapackage",
        "checksums",
        "file",
        "snapshot",
        "snapshot-file",  # tests/pages/test_data.py
        "healthz",
        "readyz",  # tests/pages/test_health.py
        "embed-actor",  # tests/pages/test_embeds.py
    }
    names = {p.name for p in urls.urlpatterns if getattr(p, "name", None) and not p.name.endswith("-data")}
    covered = {
        "home",
        "actors",
        "actor",
        "topics",
        "topic",
        "timeline",
        "compare",
        "shifts",
        "statement",
        "articles",
        "article",
        "event",
        "search",
        "methodology",
        "coverage",
        "sources",
        "source",
        "data",
    }
    assert names == covered | elsewhere
