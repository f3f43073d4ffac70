"""Downloads, their description and sums, embeds, health."""

import hashlib
import json

import pytest

from positions import downloads
from tests.pages.test_every_page import body


@pytest.mark.parametrize("name", downloads.DATASETS)
def test_files_hold_the_rows_that_the_catalogue_counts(client, record, name):
    sizes = {row["name"]: row["rows"] for row in downloads.catalogue()}
    lines = body(client.get(f"/data/{name}.jsonl")).splitlines()
    assert len(lines) == sizes[name]
    names = [field.name for field in downloads.DATASETS[name].fields]
    assert all(list(json.loads(line)) == names for line in lines)


def test_sums_are_those_of_the_files(client, record):
    sums = dict(reversed(line.split("  ")) for line in body(client.get("/data/SHA256SUMS")).splitlines())
    for name in ("statements.csv", "lines.jsonl"):
        assert hashlib.sha256(body(client.get(f"/data/{name}")).encode()).hexdigest() == sums[name]


def test_package_describes_every_column(client, record):
    package = client.get("/data/datapackage.json").json()
    for resource in package["resources"]:
        text = body(client.get("/data/" + resource["path"].rsplit("/", 1)[1]))
        header = text.removeprefix("\ufeff").splitlines()[0].split(",")
        assert [field["name"] for field in resource["schema"]["fields"]] == header


def test_parquet_holds_the_rows_with_types(client, record, tmp_path):
    duckdb = pytest.importorskip("duckdb")
    path = tmp_path / "lines.parquet"
    path.write_bytes(client.get("/data/lines.parquet").content)
    found = duckdb.connect().execute(f"SELECT position, \"from\" FROM '{path}' ORDER BY 2").fetchall()
    assert found and all(isinstance(position, int) and day.year == 2024 for position, day in found)


def test_formula_in_a_cell_is_disarmed(client, record):
    from tests.support import make

    make.stance(holder=record.ruritania, evidence='=HYPERLINK("x")', topic="sanctions")
    assert "'=HYPERLINK" in body(client.get("/data/statements.csv"))


def test_texts_of_articles_stay_with_their_publishers(client, record):
    assert "whisperer" not in body(client.get("/data/articles.jsonl"))


def test_embed_may_be_framed_and_only_it(client, record):
    framed = client.get("/embed/actors/ruritania/?topic=nato-membership")
    assert "frame-ancestors *" in framed["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed
    assert client.get("/actors/ruritania/")["X-Frame-Options"] == "DENY"
    assert "script" not in body(framed)


def test_health_answers_without_a_database_and_readiness_tells(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").content == b"ok\n"
    found = client.get("/readyz").json()
    assert (found["ready"], found["worker"]) == (True, False)


def test_chart_downloads_with_its_colours(client, record):
    response = client.get("/actors/ruritania.svg")
    assert response["Content-Type"].startswith("image/svg+xml")
    assert "--p2" in body(response) and "<style>" in body(response)
