"""Addresses that ask for what cannot be: a readable 400 or 404, or an honest empty state; never a 500."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.pages.test_every_page import PAGES, address, body

REFUSED = {
    "/?on=never": "is not a date",
    "/?on=2024-02-31": "is not a date",
    "/?known=12.07.2023": "is not a date",
    "/?on=1900-01-01": "begins in 1990",
    "/?who=everybody": "is not one of",
    "/?sort=colour": "is not one of",
    "/?format=xml": "is not one of",
    "/actors/?kind=planet": "is not one of",
    "/actors/ruritania/?topic=weather": "is not one of",
    "/actors/ruritania/?after=yesterday": "continues a list",
    "/actors/ruritania/?after=2024-13-01~5": "continues a list",
    "/actors/ruritania.svg?table=nothing": "Offered here",
    "/actors/ruritania.csv?table=nothing": "Offered here",
    "/methodology/?format=atom": "has no atom form",
    "/actors/ruritania/?from=2999-01-01": "lies in the future",
    "/actors/?after=Ruritania~5": "valid value",
    "/topics/nato-membership/?then=2024-02-30": "is not a date",
    "/shifts/?actor=nobody": "We know no actor",
    "/shifts/?kind=moonwalk": "is not one of",
    "/compare/?actors=nobody": "We know no actor",
    "/compare/?actors=" + "~".join(f"a{n}" for n in range(400)): "too many",
    "/timeline/?from=2024-05-01&to=2024-04-01": "must lie before",
    "/search/?q=" + "x" * 10_000: "at most 200 characters",
    "/search/?position=9": "is not one of",
    "/articles/{article.pk}/?version=9": "versions",
    "/articles/{article.pk}/?version=0": "greater than or equal to 1",
}
MISSING = [
    "/actors/nobody/",
    "/topics/weather/",
    "/statements/987654/",
    "/articles/987654/",
    "/events/987654/",
    "/sources/nobody/",
    "/data/secrets.csv",
    "/embed/actors/nobody/",
    "/nowhere/",
    "/statements/99999999999999999999/",
]


@pytest.mark.parametrize("path", REFUSED)
def test_impossible_question_is_refused_readably(client, record, path):
    response = client.get(path.format(**vars(record)))
    assert response.status_code == 400
    shown = body(response)
    assert REFUSED[path] in shown or "characters" in shown
    assert "The same page without" in shown


@pytest.mark.parametrize("path", MISSING)
def test_what_is_not_there_is_a_404_with_ways_on(client, record, path):
    response = client.get(path)
    assert response.status_code == 404
    assert 'action="/search/"' in body(response)


def test_misspelt_actor_is_offered_the_right_one(client, record):
    assert "/actors/ruritania/" in body(client.get("/actors/ruritannia/"))


def test_future_day_is_refused(client, record, page="home"):
    tomorrow = timezone.localdate() + timedelta(days=1)
    response = client.get(f"/?on={tomorrow}")
    assert response.status_code == 400 and "future" in body(response)


@pytest.mark.parametrize("page", PAGES)
def test_day_before_everything_is_an_honest_empty_state(client, record, page):
    joint = "&" if "?" in address(page, record) else "?"
    path = address(page, record).replace("on=2024-06-01", "x=1")
    response = client.get(f"{path}{joint}on=1995-01-01")
    assert response.status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/actors/",
        "/topics/",
        "/topics/territory/",
        "/timeline/",
        "/compare/",
        "/shifts/",
        "/articles/",
        "/search/",
        "/methodology/",
        "/coverage/",
        "/sources/",
        "/data/",
    ],
)
def test_empty_record_says_what_to_do_next(client, db, path):
    response = client.get(path)
    assert response.status_code == 200
    if path == "/":
        assert "manage.py ingest" in body(response)


def test_page_past_the_end_is_empty_not_an_error(client, record):
    assert client.get("/actors/ruritania/?after=1991-01-01~1").status_code == 200
    assert client.get("/shifts/?after=1991-01-01~1").status_code == 200


def test_unknown_parameters_of_others_are_let_pass(client, record):
    assert client.get("/?utm_source=mail").status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_pages_are_only_read(client, record, method):
    assert getattr(client, method)("/").status_code == 405


def test_markup_in_a_query_stays_text(client, record):
    shown = body(client.get('/search/?q=<script>alert(1)</script>"'))
    assert "<script>alert" not in shown


def test_merged_actor_leads_to_the_one_it_was_merged_into(client, record):
    from tests.support import make

    make.state("Old Ruritania", merged_into=record.ruritania)
    assert "<h1>Ruritania</h1>" in body(client.get("/actors/old-ruritania/"))


def test_default_day_is_today(client, record):
    assert f'value="{date.today().isoformat()}"' in body(client.get("/"))


def test_an_empty_window_of_the_timeline_still_shows_where_something_is(client, record):
    shown = client.get("/timeline/?from=2014-01-01&to=2014-12-31").content.decode()
    assert "Nothing in this window" in shown
    assert "/timeline/?from=2024-01-01&amp;to=2024-" in shown
    assert 'class="chart over"' not in client.get("/timeline/?q=nobody+says+this").content.decode()
