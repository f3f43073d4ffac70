"""Downloads, their description and sums, embeds, health."""

import hashlib
import json
from datetime import date

import pytest

from positions import downloads
from positions.downloads import snapshots
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


@pytest.fixture
def kept(record, settings, tmp_path):
    settings.SNAPSHOT_DIR = tmp_path / "snapshots"
    return snapshots.take(date(2026, 11, 29))


def test_data_page_lists_snapshots_and_each_its_files_with_sums(client, kept):
    assert 'href="/data/2026-11-29/"' in body(client.get("/data/"))
    shown = body(client.get("/data/2026-11-29/"))
    for file in snapshots.contents(snapshots.find(kept.name)):
        assert f'href="/data/2026-11-29/{file.name}"' in shown and file.digest in shown
    assert "snapshot 2026-11-29, as recorded on 29 November 2026" in shown


def test_file_of_a_snapshot_is_what_its_sum_says_and_may_be_kept_for_ever(client, kept):
    response = client.get("/data/2026-11-29/statements.csv.gz")
    content = b"".join(response.streaming_content)
    assert response["ETag"] == f'"{hashlib.sha256(content).hexdigest()}"'
    assert "immutable" in response["Cache-Control"] and response["Content-Type"] == "application/gzip"
    assert not response.has_header("Content-Encoding")
    again = client.get("/data/2026-11-29/statements.csv.gz", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_new_snapshot_shows_on_the_next_request(client, record, settings, tmp_path):
    settings.SNAPSHOT_DIR = tmp_path / "snapshots"
    settings.SNAPSHOT_DIR.mkdir()
    tag = client.get("/data/")["ETag"]
    snapshots.take(date(2026, 11, 29))
    assert client.get("/data/", headers={"If-None-Match": tag}).status_code == 200


def test_snapshots_are_listed_as_json(client, kept):
    rows = json.loads(body(client.get("/data.json?table=snapshots")))["rows"]
    assert [row["url"] for row in rows] == ["/data/2026-11-29/"]


@pytest.mark.parametrize(
    "path",
    [
        "/data/2026-11-28/",
        "/data/2026-11-29/secrets.csv",
        "/data/2026-11-29/..%2F..%2Fsettings.py",
        "/data/2026-99-99/",
    ],
)
def test_what_is_in_no_snapshot_is_a_404(client, kept, path):
    assert client.get(path).status_code == 404


def test_health_answers_without_a_database_and_readiness_tells(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").content == b"ok\n"
    found = client.get("/readyz").json()
    assert (found["ready"], found["worker"]) == (True, False)


def test_chart_downloads_with_its_colours(client, record):
    response = client.get("/actors/ruritania.svg")
    assert response["Content-Type"].startswith("image/svg+xml")
    assert "--p2" in body(response) and "<style>" in body(response)
