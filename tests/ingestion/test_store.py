from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models import F

from positions.ingestion import BadDocument, clock, store
from positions.ingestion.store import store_bad
from positions.invariants import violations
from positions.models import Article, ArticleVersion, Source
from tests.support import make

pytestmark = pytest.mark.django_db
EDITED = "STRELSAU. Ruritania no longer wants Ukraine in NATO. Nothing else was said on that day.\n"
LONG = "Ruritania wants Ukraine in NATO, its minister said in a long speech to the assembly. " * 4


def test_a_new_document_waits_to_be_read(document):
    result = store(document(raw=b"as received"), make.source())
    article = Article.objects.get()
    assert (result.change, result.state, result.waits) == ("new", "queued", True)
    assert (article.title, article.language, article.set_aside) == ("Report from Strelsau", "en", "")
    assert article.version.text == document().text


def test_raw_bytes_are_kept_compressed(document):
    import zlib

    store(document(raw=b"as received"), make.source())
    assert zlib.decompress(bytes(ArticleVersion.objects.get().raw)) == b"as received"


def test_storing_again_changes_nothing(document):
    source = make.source()
    first = store(document(), source)
    Article.objects.update(state=Article.State.DONE)
    again = store(document(), source)
    assert (again.article_id, again.change, again.state) == (first.article_id, "known", "done")
    assert ArticleVersion.objects.count() == 1


def test_layout_makes_no_new_version(document):
    source = make.source()
    store(document(), source)
    changed = document().text.replace(". ", ".\n\n").replace("Ruritania", "“Ruritania”")
    assert store(document(changed), source).change == "known"


def test_a_changed_text_is_a_new_version_and_waits_again(document):
    source = make.source()
    first = store(document(), source)
    Article.objects.update(state=Article.State.DONE, attempts=2)
    result = store(document(EDITED, title="Report, corrected"), source)
    article = Article.objects.get()
    assert (result.article_id, result.change, result.state) == (first.article_id, "changed", "queued")
    assert [v.number for v in article.versions.order_by("number")] == [1, 2]
    assert (article.title, article.attempts, article.published_on) == (
        "Report, corrected",
        0,
        date(2024, 3, 4),
    )


def test_a_text_that_comes_back_is_a_version_again(document):
    source = make.source(kind="rss", url="https://example.org/feed")
    for text in (document().text, EDITED, document().text, document().text):
        store(document(text), source)
    versions = list(Article.objects.get().versions.order_by("number"))
    assert [v.text for v in versions] == [document().text, EDITED, document().text]
    assert list(violations()) == []


def test_an_earlier_text_beside_the_newest_did_not_come_back(document):
    source = make.source(kind="rss", url="https://example.org/feed")
    for text in (document().text, EDITED):
        store(document(text), source)
    assert store(document(), source, beside=True).change == "known"


def test_two_files_of_one_id_are_no_news_each_time(document):
    source = make.source()
    for _ in range(3):
        store(document(origin="file:x/1.md"), source)
        store(document(EDITED, origin="file:x/2.md"), source)
    assert ArticleVersion.objects.count() == 2


def test_a_file_that_is_edited_back_is_a_version_again(document):
    source = make.source()
    for text in (document().text, EDITED, document().text):
        store(document(text, origin="file:x/1.md"), source)
    assert ArticleVersion.objects.count() == 3


def test_a_text_that_always_changes_becomes_a_version_a_day(document):
    source = make.source(kind="rss", url="https://example.org/feed")
    for n in range(15):
        store(document(f"{document().text} Seen by {n} readers."), source)
    assert ArticleVersion.objects.count() == 10
    ArticleVersion.objects.update(fetched_at=F("fetched_at") - timedelta(hours=25))
    for n in range(15, 20):
        store(document(f"{document().text} Seen by {n} readers."), source)
    assert Article.objects.get().version.text.endswith("Seen by 15 readers.")


def test_one_address_is_one_article_across_sources(document):
    url = {"canonical_url": "https://example.org/a"}
    first = store(document(guid="a", **url), make.source())
    second = store(document(guid="b", **url), make.source())
    assert (second.article_id, second.change) == (first.article_id, "known")


def test_one_text_in_one_source_is_one_article(document):
    source = make.source()
    first = store(document(LONG, guid="a"), source)
    assert store(document(LONG, guid="b"), source).article_id == first.article_id
    elsewhere = store(document(LONG, guid="b"), make.source())
    assert elsewhere.change == "new"


def test_stubs_are_not_identified_by_their_text(document):
    source = make.source()
    store(document("Video about NATO.\n", guid="a"), source)
    assert store(document("Video about NATO.\n", guid="b"), source).change == "new"


@pytest.mark.scenario(22)
def test_one_guid_for_every_item_makes_an_article_each(document):
    source = make.source()
    texts = [f"Report {n}: " + LONG.replace("minister", f"envoy number {n}") * (n + 1) for n in range(3)]
    other = "Quite another matter: NATO met in Strelsau for two days to speak of bread and of nothing else."
    first = document(texts[0], guid="same", canonical_url="https://example.org/1")
    second = document(other, guid="same", canonical_url="https://example.org/2")
    assert [store(d, source).change for d in (first, second, first, second)] == [
        "new",
        "new",
        "known",
        "known",
    ]
    assert Article.objects.count() == 2


@pytest.mark.scenario(22)
def test_an_article_that_moved_keeps_its_row(document):
    source = make.source()
    store(document(canonical_url="https://example.org/1"), source)
    moved = store(document(EDITED, canonical_url="https://example.org/1-corrected"), source)
    assert moved.change == "changed"
    assert Article.objects.get().canonical_url == "https://example.org/1-corrected"


def test_archive_material_counts_as_recorded_when_it_was_published(document):
    store(document(), make.source(kind=Source.Kind.FILE))
    article = Article.objects.get()
    assert (article.recorded_at, article.backfilled) == (datetime(2024, 3, 4, tzinfo=UTC), True)


def test_news_counts_as_recorded_when_it_came(document):
    before = clock.now()
    store(document(), make.source(kind=Source.Kind.RSS))
    article = Article.objects.get()
    assert before <= article.recorded_at <= clock.now()
    assert article.backfilled is False


def test_another_language_is_stored_and_set_aside(document):
    french = "Le ministre a déclaré mardi que l'Ukraine devait pouvoir se défendre, et que l'on l'aiderait.\n"
    result = store(document(french), make.source())
    assert (result.state, result.waits) == ("set_aside", False)
    assert Article.objects.get().set_aside == "Written in another language (fr); only English is read."


def test_a_text_over_the_limit_fails_with_its_size_and_is_kept(document, settings):
    settings.MAX_ARTICLE_CHARS = 1_000
    result = store(document(LONG * 5), make.source())
    article = Article.objects.get()
    assert result.state == "failed"
    assert "characters, more than MAX_ARTICLE_CHARS = 1,000" in article.error
    assert article.version is not None


def test_a_bad_document_is_a_failed_row_that_its_mended_file_takes_over(document):
    source = make.source()
    bad = BadDocument("a.md", "empty body", "file:1/a.md", "a.md")
    pk = store_bad(bad, source)
    assert store_bad(replace(bad, reason="still empty"), source) == pk
    article = Article.objects.get()
    assert (article.state, article.error, article.version) == ("failed", "a.md: still empty", None)

    result = store(document(guid="own-id", origin="file:1/a.md"), source)
    article.refresh_from_db()
    assert (result.article_id, result.change, result.state) == (pk, "new", "queued")
    assert (article.guid, article.error, article.published_on) == ("own-id", "", date(2024, 3, 4))
    assert article.backfilled is True


def test_a_file_that_went_bad_takes_nothing_from_its_article(document):
    source = make.source()
    store(document(guid="file:1/a.md"), source)
    Article.objects.update(state=Article.State.DONE)
    store_bad(BadDocument("a.md", "empty body", "file:1/a.md"), source)
    article = Article.objects.get()
    assert (article.state, article.error) == ("done", "")


def test_a_bad_document_without_any_name_makes_no_row():
    assert store_bad(BadDocument("a.jsonl:3", "not a JSON object"), make.source()) is None
    assert not Article.objects.exists()
