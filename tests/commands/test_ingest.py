from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from positions.ingestion import clock
from positions.models import Article, IngestRun, Source, Stance, WorkerHeartbeat
from tests.ingestion.scripted import Rule, Scripted
from tests.support import make

pytestmark = pytest.mark.django_db
BODY = "STRELSAU. Ruritania wants Ukraine in NATO. Nothing else was said.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a", "b"):
        text = f"---\nid: {name}\ntitle: T\npublished: 2024-03-04\n---\nReport {name}. {BODY}"
        (tmp_path / f"{name}.md").write_text(text)
    return tmp_path


@pytest.fixture(autouse=True)
def ruritania(db: None) -> None:
    make.state("Ruritania")


def ingest(*args: Any, **options: Any) -> str:
    out = StringIO()
    call_command("ingest", *map(str, args), stdout=out, stderr=out, **options)
    return out.getvalue()


def test_a_folder_is_stored_and_read(scripted: Scripted, folder: Path):
    scripted.rules = [Rule("Ruritania wants Ukraine in NATO")]
    out = ingest(folder)
    assert out == "2 articles: 2 new, 0 changed, 0 known, 2 read, 0 set aside, 0 failed.\n"
    assert Stance.objects.count() == 2
    assert Source.objects.get().slug == "files"
    run = IngestRun.objects.get()
    assert (run.total, run.done, run.new, run.failed, run.error) == (2, 2, 2, 0, "")
    assert run.finished_at is not None


def test_running_it_again_ingests_nothing_twice(scripted: Scripted, folder: Path):
    ingest(folder)
    assert ingest(folder) == "2 articles: 0 new, 0 changed, 2 known, 0 read, 0 set aside, 0 failed.\n"
    assert Article.objects.count() == 2


def test_a_run_that_was_stopped_is_finished_by_the_next(scripted: Scripted, folder: Path):
    ingest(folder, queue=True)
    out = ingest(folder)
    assert out == "2 articles: 0 new, 0 changed, 2 known, 2 read, 0 set aside, 0 failed.\n"


def test_bad_files_are_named_and_the_rest_goes_on(scripted: Scripted, folder: Path):
    (folder / "aa.md").write_text("Undated.")
    out = StringIO()
    with pytest.raises(CommandError, match=r"^1 of 3 articles failed\.$"):
        call_command("ingest", str(folder), stdout=out, stderr=out)
    assert f"{folder / 'aa.md'}: no publication date" in out.getvalue()
    states = Article.objects.order_by("guid").values_list("state", flat=True)
    assert sorted(states) == ["done", "done", "failed"]


def test_an_article_that_the_reader_fails_on_fails_the_run(scripted: Scripted, folder: Path):
    def fail(article: Any) -> None:
        if article.id == "a":
            raise RuntimeError("stumbled")

    scripted.before = fail
    with pytest.raises(CommandError, match="1 of 2"):
        ingest(folder)
    assert sorted(Article.objects.values_list("guid", "state")) == [("a", "queued"), ("b", "done")]


def test_a_folder_says_what_source_it_is(scripted: Scripted, folder: Path):
    (folder / "source.yaml").write_text(
        "slug: gazette\nname: Strelsau Gazette\nlicence: CC BY 4.0\nexcerpt_length: 0\n"
    )
    ingest(folder)
    source = Source.objects.get()
    assert (source.slug, source.name, source.licence, source.excerpt_length) == (
        "gazette", "Strelsau Gazette", "CC BY 4.0", 0,
    )  # fmt: skip
    Source.objects.update(licence="as the editor found")
    ingest(folder)
    assert Source.objects.get().licence == "as the editor found"


def test_limit_and_a_date_for_all(scripted: Scripted, tmp_path: Path):
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text(f"Report {name}. {BODY}")
    ingest(tmp_path, limit=2, published=date(2024, 5, 6), source="archive")
    assert {str(a.published_on) for a in Article.objects.all()} == {"2024-05-06"}
    assert (Article.objects.count(), Source.objects.get().slug) == (2, "archive")


def test_queueing_without_a_worker_says_so(scripted: Scripted, folder: Path):
    assert "Queued, but no worker is up" in ingest(folder, queue=True)
    assert {a.state for a in Article.objects.all()} == {"queued"}
    WorkerHeartbeat.objects.create(name="w", seen_at=clock.now())
    assert "no worker" not in ingest(folder, queue=True)


def test_a_path_that_is_not_there(tmp_path: Path):
    with pytest.raises(CommandError, match="no such file or folder"):
        ingest(tmp_path / "gone")


def test_without_a_registry_it_says_what_to_do(folder: Path):
    from actors.models import Actor

    Actor.objects.all().delete()
    with pytest.raises(CommandError, match=r"run manage\.py load_registry first"):
        ingest(folder)
