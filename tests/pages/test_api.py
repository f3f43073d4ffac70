"""`/api/v1/`: the same answers as the pages, for programs."""

from datetime import date

import pytest

from positions.codebook import codebook
from tests.pages.conftest import grow
from tests.support import make

GETS = [
    "/api/v1/topics",
    "/api/v1/actors",
    "/api/v1/actors/ruritania",
    "/api/v1/positions",
    "/api/v1/lines/ruritania/nato-membership",
    "/api/v1/shifts",
    "/api/v1/statements",
    "/api/v1/events",
    "/api/v1/openapi.json",
]


@pytest.mark.parametrize("path", GETS)
def test_route_answers_any_origin(client, record, path):
    response = client.get(path)
    assert response.status_code == 200 and response.json()
    assert "whisperer" not in response.content.decode() and "rejected line" not in response.content.decode()
    if "openapi" not in path:
        assert response["Access-Control-Allow-Origin"] == "*"


def test_positions_are_those_of_the_matrix(client, record):
    (found,) = client.get("/api/v1/positions?topic=nato-membership&actor=ruritania").json()
    assert (found["position"], found["since"], found["condition"]) == (
        1,
        "2024-03-04",
        "once the war is over",
    )


def test_cursor_walks_everything_once(client, record):
    grow(record, 2)
    seen, cursor = [], ""
    while True:
        page = client.get(f"/api/v1/statements?limit=3&cursor={cursor}").json()
        seen += [row["id"] for row in page["results"]]
        cursor = page["next"]
        if not cursor:
            break
    every = client.get("/api/v1/statements?limit=500").json()["results"]
    assert seen == sorted(set(seen)) == [row["id"] for row in every]


def test_unchanged_answer_costs_one_query(client, record, django_assert_num_queries):
    tag = client.get("/api/v1/positions")["ETag"]
    with django_assert_num_queries(1):
        assert client.get("/api/v1/positions", headers={"If-None-Match": tag}).status_code == 304
    make.review(record.wants, "confirmed")
    assert client.get("/api/v1/positions", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/positions?on=never",
        "/api/v1/positions?topic=weather",
        "/api/v1/actors?limit=0",
        "/api/v1/actors?kind=planet",
        "/api/v1/statements?cursor=x",
        "/api/v1/shifts?limit=9999",
    ],
)
def test_impossible_question_names_the_parameter(client, record, path):
    response = client.get(path)
    assert response.status_code == 400
    assert path.split("?")[1].split("=")[0] in response.json()["errors"]


def test_unknown_things_are_404(client, record):
    for path in (
        "actors/nobody",
        f"statements/{record.rejected.pk}",
        f"statements/{record.faint.pk}",
        "lines/nobody/territory",
    ):
        assert client.get(f"/api/v1/{path}").status_code == 404


def test_description_covers_every_field(client, record):
    schemas = client.get("/api/v1/openapi.json").json()["components"]["schemas"]
    (row, *_rest) = client.get("/api/v1/statements").json()["results"]
    assert set(row) == set(schemas["StatementOut"]["properties"])


@pytest.mark.parametrize("on", ["", "?on=2024-05-01"])
def test_positions_come_by_name_and_topic(client, record, on):
    graustark = make.state("Graustark")
    for holder in (record.zenda, graustark, record.ruritania):
        for topic in ("territory", "nato-membership", "sanctions"):
            make.stance(holder=holder, topic=topic, stated_on=date(2024, 4, 1))
    rows = client.get(f"/api/v1/positions{on}").json()
    bodies = [(row["actor"], row["topic"]) for row in rows if row["actor"] != "rudolf-rassendyll"]
    topics = [topic.slug for topic in codebook().topics]
    expected = sorted(bodies, key=lambda line: (line[0], topics.index(line[1])))
    assert (len(bodies), bodies) == (9, expected)
