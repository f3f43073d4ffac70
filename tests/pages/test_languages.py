"""Pages in another language: the words, the plurals, the codebook's own terms."""

import gettext
import re
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from positions.codebook import codebook
from positions.pages import words
from tests.pages.test_every_page import body
from tests.support import make

PO = Path(__file__).parents[2] / "locale" / "uk" / "LC_MESSAGES" / "django.po"


def test_reader_of_ukrainian_gets_ukrainian(client, record):
    shown = body(client.get("/", headers={"Accept-Language": "uk"}))
    assert '<html lang="uk">' in shown
    assert "Хто де стоїть щодо України та НАТО" in shown
    assert "<span>Членство в НАТО</span>" in shown
    assert "NATO membership" not in shown


def test_reader_of_another_language_gets_english(client, record):
    assert '<html lang="en">' in body(client.get("/", headers={"Accept-Language": "ja"}))


def test_page_kept_for_one_language_is_not_served_to_another(client, record):
    first = body(client.get("/shifts/"))
    second = body(client.get("/shifts/", headers={"Accept-Language": "uk"}))
    assert first != second


@pytest.mark.parametrize(
    ("count", "expected"),
    [(1, "1 висловлювання"), (3, "3 висловлювання"), (5, "5 висловлювань"), (21, "21 висловлювання")],
)
def test_plurals_follow_the_language(count, expected):
    with translation.override("uk"):
        assert words.sayings(count) == expected


def test_every_word_of_the_codebook_is_translated():
    terms = [t.name for t in codebook().topics] + [t.proposition for t in codebook().topics]
    terms += [p.name for p in codebook().positions]
    with translation.override("uk"):
        untranslated = [term for term in terms if translation.gettext(term) == term]
    assert untranslated == []


def test_translations_keep_the_placeholders():
    entries = re.findall(
        r'^msgid ((?:".*"\n)+)msgstr ((?:".*"\n?)+)', PO.read_text(encoding="utf-8"), re.MULTILINE
    )
    names = lambda text: sorted(re.findall(r"%\((\w+)\)s", text))
    wrong = [a for a, b in entries if b.strip() != '""' and names(a) != names(b)]
    assert wrong == []


def test_every_string_of_the_catalogue_is_translated():
    entries = re.findall(
        r'^msgid ((?:".*"\n)+)(?:msgid_plural .*\n)?msgstr(?:\[0\])? (".*"(?:\n".*")*)', PO.read_text(), re.M
    )
    assert [msgid for msgid, msgstr in entries if msgstr == '""' and msgid.strip() != '""'] == []
    assert "fuzzy" not in PO.read_text()
    assert len(entries) > 600


def test_compiled_catalogue_is_that_of_its_source():
    with PO.with_suffix(".mo").open("rb") as compiled:
        catalogue = gettext.GNUTranslations(compiled)
    said = dict(re.findall(r'\n\n(?:#.*\n)*msgid "(.+)"\nmsgstr "(.+)"', PO.read_text()))
    unescaped = lambda text: text.replace('\\"', '"').replace("\\n", "\n")
    assert [k for k, v in said.items() if catalogue.gettext(unescaped(k)) != unescaped(v)] == []


def test_words_of_rows_are_translated(client, record):
    make.stance(holder=record.zenda, stated_on=date(2024, 3, 1), kind="demand")
    shown = body(client.get("/actors/zenda/", headers={"Accept-Language": "uk"}))
    assert "пряма мова · вимога" in shown
    assert "держава" in shown
