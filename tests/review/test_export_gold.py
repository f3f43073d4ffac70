"""What editors decided goes out in the form of the reference annotations."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command

from positions import exhaustive, review
from positions.evaluation import load
from tests.support import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return make.editor()


@pytest.fixture
def decided(anna):
    """An article with a confirmed, a corrected and a rejected finding."""
    article = make.article("They want it. They demand it. They like cake.", guid="report-1", title="A report")
    first = make.stance(
        article=article, evidence="They want it.", holder=make.state("Ruritania"), position=1,
        source_actor=make.unnamed("Unnamed officials"), mode="second-hand",
    )  # fmt: skip
    second = make.stance(article=article, evidence="They demand it.", holder=first.holder, position=1)
    third = make.stance(article=article, evidence="They like cake.", holder=first.holder)
    review.confirm(first, by=anna)
    changed = replace(review.decided_values(second), position=2, kind="demand", condition="once it rains")
    review.correct(second, by=anna, values=changed)
    review.reject(third, by=anna, reason="no-stance")
    exhaustive.complete(article.version, by=anna)
    return article


def export(folder, **options):
    call_command("export_gold", folder, **options)
    return {path.stem: json.loads(path.read_text()) for path in folder.glob("*.json")}


def test_accepted_statements_with_the_values_that_count(decided, tmp_path):
    common = {"holder": "ruritania", "topic": "nato-membership", "date": "2024-03-04"}
    assert export(tmp_path) == {
        "report-1": {
            "article": "report-1",
            "stances": [
                {**common, "position": 1, "mode": "second-hand", "kind": "statement",
                 "evidence": "They want it.", "source": "unnamed-officials"},
                {**common, "position": 2, "mode": "indirect", "kind": "demand",
                 "evidence": "They demand it.", "condition": "once it rains"},
            ],
            "events": [],
        }
    }  # fmt: skip


def test_articles_that_are_not_coded_throughout_are_left_out(decided, anna, tmp_path):
    exhaustive.withdraw(exhaustive.standing(decided), by=anna)
    make.stance()
    assert export(tmp_path / "whole") == {}
    partial = export(tmp_path / "partial", partial=True)
    assert [len(form["stances"]) for form in partial.values()] == [2]


def test_events_of_editors_only(decided, tmp_path):
    version = decided.version
    kept = make.event("Ball at Strelsau", by_hand=True, actors=(make.state("Graustark"),), place="Strelsau")
    make.event_mention(kept, version, evidence="They want it.")
    make.event_mention(make.event(), version, evidence="They demand it.")
    assert export(tmp_path)["report-1"]["events"] == [
        {
            "title": "Ball at Strelsau", "type": "meeting", "date": "2024-03-04", "actors": ["graustark"],
            "evidence": "They want it.", "place": "Strelsau",
        }
    ]  # fmt: skip


def test_the_evaluation_reads_what_was_exported(decided, tmp_path):
    export(tmp_path / "gold", texts=tmp_path / "texts")
    ((document, gold),) = load(tmp_path / "texts", tmp_path / "gold")
    assert (document.guid, document.title, document.text.strip()) == (
        "report-1", "A report", decided.version.text,
    )  # fmt: skip
    assert [stance["evidence"] for stance in gold["stances"]] == ["They want it.", "They demand it."]


def test_a_senders_id_does_not_choose_the_folder(decided, tmp_path):
    type(decided).objects.filter(pk=decided.pk).update(guid="../../etc/passwd")
    export(tmp_path / "out")
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.json")] == [
        "out/etc-passwd.json"
    ]


def test_a_file_in_the_way_is_named(tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(CommandError, match="out"):
        call_command("export_gold", tmp_path / "out")
