"""What the reader has already is said with one query, and only where the reader has it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.pages.test_kept import say

PAGES = ["/", "/actors/ruritania/", "/topics/nato-membership/", "/timeline/", "/actors/ruritania.csv"]


def tag_of(client, path, **headers):
    return client.get(path, headers=headers)["ETag"]


@pytest.mark.parametrize("path", PAGES)
def test_an_unchanged_page_takes_one_query(client, record, path):
    tag = tag_of(client, path)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.content, answer["ETag"], len(queries)) == (304, b"", tag, 1)
    assert answer["Vary"] == "HX-Request, HX-Target, Accept-Language"


@pytest.mark.parametrize(
    "headers",
    [{"Accept-Language": "uk"}, {"Host": "other.example"}, {"HX-Request": "true", "HX-Target": "panel"}],
)
def test_the_tag_of_one_answer_is_not_that_of_another(client, record, headers):
    tag = tag_of(client, "/actors/ruritania/")
    assert client.get("/actors/ruritania/", headers={"If-None-Match": tag, **headers}).status_code == 200


def test_the_tag_of_one_page_is_not_that_of_another(client, record):
    tag = tag_of(client, "/actors/ruritania/")
    assert client.get("/actors/zenda/", headers={"If-None-Match": tag}).status_code == 200
    assert client.get("/actors/nobody/", headers={"If-None-Match": tag}).status_code == 404


def test_what_was_said_since_shows(client, record):
    tag = tag_of(client, "/")
    say(record)
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 200


def test_a_page_that_shows_the_work_changes_with_it(client, record):
    path = f"/articles/{record.article.pk}/"
    tag = tag_of(client, path)
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    record.article.state = "failed"
    record.article.save()
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_the_api_says_whom_it_answers(client, record):
    path = "/api/v1/positions"
    answer = client.get(path, headers={"If-None-Match": tag_of(client, path)})
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (304, "*")
