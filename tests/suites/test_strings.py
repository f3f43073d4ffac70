"""Naughty strings through storing and reading, into whichever database the run has, and back: equal."""

from __future__ import annotations

import json

import pytest
from django.db import connection

from actors.models import Actor
from positions.ingestion import Document, store
from positions.ingestion.documents import clean, one_line
from positions.ingestion.reading import read_article
from positions.models import Article, Source, Stance
from tests.ingestion.conftest import scripted
from tests.ingestion.scripted import Rule, Scripted
from tests.suites.reference import say, suite
from tests.support import make

__all__ = ["scripted"]
# Our own few, one of each kind, for where the suite is not at hand.
FEW = [
    "", "undefined", "1/0", "﷽", "‮test‬", "\u200b\u200c", "Ω≈ç√∫", "田中さん", "👩🏽‍🚀", "\ufeff",
    "<script>alert(1)</script>", "' OR 1=1 --", "%s%n", "../../etc/passwd", "\x00nul", "a\ud800b",
    "\r\n", "={1+1}", "Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮", "\x7f\x1b[31m",
]  # fmt: skip


def everything() -> list[str]:
    return json.loads((suite("strings") / "blns.json").read_text(encoding="utf-8"))


def through(strings: list[str]) -> None:
    ruritania = make.state("Ruritania")
    source = Source.objects.create(slug="naughty", name="Naughty", kind="rss")
    for n, text in enumerate(strings):
        phrase = f"Ruritania wants NATO {n}"
        document = Document(
            title=one_line(text, 500) or "untitled", text=clean(f"{text} {phrase}. {text} The end."),
            published_on=make.DAY, guid=f"{n}:{one_line(text, 400)}", author=one_line(text, 300),
        )  # fmt: skip
        stored = store(document, source)
        article = Article.objects.get(pk=stored.article_id)
        assert article.version.text == document.text
        assert (article.title, article.author, article.guid) == (
            document.title,
            document.author,
            document.guid,
        )
        Article.objects.filter(pk=article.pk).update(state="queued", set_aside="")
    assert ruritania == Actor.objects.get()


def check_stances(reader: Scripted) -> None:
    for article in Article.objects.order_by("pk"):
        number = article.guid.split(":")[0]
        reader.rules = [Rule(f"Ruritania wants NATO {number}")]
        assert read_article(article.pk).result == "read"
        stance = Stance.objects.get(article=article)
        assert stance.version.text[stance.start : stance.end] == stance.evidence == reader.rules[0].phrase


@pytest.mark.django_db
@pytest.mark.scenario(32)
def test_a_few_naughty_strings_come_back_as_they_were(scripted: Scripted) -> None:
    through(FEW)
    check_stances(scripted)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.scenario(32)
def test_all_naughty_strings_come_back_as_they_were(
    scripted: Scripted, capsys: pytest.CaptureFixture[str]
) -> None:
    strings = everything()
    assert len(strings) > 500
    through(strings)
    check_stances(scripted)
    read = Stance.objects.count()
    say(capsys, f"naughty strings through {connection.vendor}: {read}/{len(strings)} stored, read and equal")


@pytest.mark.scenario(32)
@pytest.mark.django_db
def test_an_endless_title_and_marks_of_direction_are_stored_alike() -> None:
    title = one_line("\u202eRuritania " + "x" * 5_000_000, 500)
    text = clean("\u202eRuritania\x00 wants NATO.\ud800 The end.")
    document = Document(title=title, text=text, published_on=make.DAY, guid=title[:500])
    row = Article.objects.get(pk=store(document, make.source()).article_id)
    assert (row.title, len(row.title), row.version.text) == (title, 500, text)
    assert "\x00" not in text and "\u202e" in text
