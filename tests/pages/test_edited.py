"""An article that its outlet changed: what stands, what was altered, what a reader is told of it."""

import re
from datetime import UTC, datetime

import pytest

from positions.models import Article, Stance
from tests.support import make

pytestmark = pytest.mark.django_db
KEPT = "Ruritania wants it settled."
LOST = "Ruritania will send ships."
FIRST = f"STRELSAU. {KEPT} {LOST} Nothing else was said."
SECOND = f"STRELSAU, 5 March. Nothing was sent. {KEPT} Nothing else was said."
NEW = datetime(2024, 3, 5, 10, 15, tzinfo=UTC)


@pytest.fixture
def article():
    """An article in two versions; both sayings were read in the first."""
    article = make.article(FIRST, source=make.source("Gazette", excerpt_length=0))
    holder = make.state("Ruritania")
    make.stance(holder=holder, article=article, evidence=KEPT)
    make.stance(holder=holder, article=article, evidence=LOST, topic="territory")
    article.versions.update(fetched_at=make.instant(make.DAY))
    make.version(article, SECOND)
    article.versions.filter(number=2).update(fetched_at=NEW)
    Stance.objects.filter(evidence=LOST).update(evidence_altered_at=NEW)
    return article


def words(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(text.replace("&nbsp;", " ").split())


def test_words_that_stand_are_marked_in_the_newest_text(client, article):
    page = client.get(f"/articles/{article.pk}/").content.decode()
    kept, lost = Stance.objects.order_by("pk")
    assert re.search(rf'<mark id="s{kept.pk}"[^>]*>{re.escape(KEPT)}</mark>', page)
    assert f'<q id="s{lost.pk}">{LOST}</q>' in page


def test_words_that_went_are_said_to_be_altered(client, article):
    page = words(client.get(f"/articles/{article.pk}/"))
    assert "Said in an earlier version" in page
    assert "Evidence altered: the article no longer has these words since 5 March 2024." in page


def test_the_earlier_version_has_both_and_nothing_altered(client, article):
    response = client.get(f"/articles/{article.pk}/?version=1")
    assert "altered" not in words(response)
    assert [row["evidence"] for row in response.context["rows"]] == [KEPT, LOST]
    assert response.context["altered"] == []


def test_what_changed_is_shown_in_old_and_new_words(client, article):
    response = client.get(f"/articles/{article.pk}/")
    assert response.context["changes"] == [
        {"old": "STRELSAU.", "new": "STRELSAU, 5 March. Nothing was sent."},
        {"old": LOST, "new": ""},
    ]
    page = words(response)
    assert "Differs from version 1 in 2 places." in page
    assert "Version 2 · taken in 5 March 2024, 10:15 UTC" in page


def test_a_licence_for_excerpts_cuts_what_changed_too(client, article):
    article.source.excerpt_length = 10
    article.source.save()
    assert client.get(f"/articles/{article.pk}/").context["changes"][1] == {
        "old": "Ruritania […]",
        "new": "",
    }


def test_a_withdrawn_article_shows_no_text_and_says_when_it_went(client, article):
    Article.objects.update(withdrawn_at=NEW)
    response = client.get(f"/articles/{article.pk}/")
    assert response.context["changes"] == response.context["text"] == []
    assert "Withdrawn: its page was gone on 5 March 2024." in words(response)


def test_as_known_before_the_edit_the_first_version_is_the_newest(client, article):
    response = client.get(f"/articles/{article.pk}/?known=2024-03-04")
    assert response.context["version"].number == 1
    assert [row["evidence"] for row in response.context["rows"]] == [KEPT, LOST]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"state": "queued"}, "Queued, but no worker is up: it waits until one is started."),
        ({"state": "set_aside", "set_aside": "Only bread."}, "Not read for statements: Only bread."),
        ({"state": "failed", "error": "inbox/a.md: bad"}, "It could not be read."),
        ({"state": "quarantined", "error": "MemoryError"}, "Quarantined: reading it failed three times."),
        ({"state": "reading"}, "It is being read now."),
    ],
)
def test_what_holds_an_article_up_is_said_and_no_place_on_our_disk(client, article, fields, said):
    tag = client.get(f"/articles/{article.pk}/")["ETag"]
    Article.objects.update(**fields)
    response = client.get(f"/articles/{article.pk}/", headers={"If-None-Match": tag})
    assert said in words(response)
    assert "inbox" not in words(response)


def test_the_error_of_a_page_that_was_fetched_is_public(client, article):
    article.source.kind = "rss"
    article.source.save()
    Article.objects.update(state="failed", error="the page is gone (HTTP 404)")
    shown = words(client.get(f"/articles/{article.pk}/"))
    assert "It could not be read. the page is gone (HTTP 404)" in shown


def test_an_article_without_a_text_yet_has_a_page(client):
    article = Article.objects.create(
        source=make.source(kind="rss"), guid="1", title="Announced", published_on=make.DAY,
        recorded_at=make.instant(make.DAY),
    )  # fmt: skip
    response = client.get(f"/articles/{article.pk}/")
    assert response.status_code == 200
    assert "Queued, but no worker is up" in words(response)


def test_articles_are_found_by_what_became_of_them(client, article):
    Article.objects.update(state="set_aside", set_aside="Only bread.", title="Bread")
    make.article(title="Ships")
    listed = client.get("/articles/?state=set_aside")
    assert [row["title"] for row in listed.context["rows"]] == ["Bread"]
    assert "set aside: Only bread." in words(listed)
    assert client.get("/articles/?state=lost").status_code == 400


def test_a_statement_whose_words_went_says_so_and_leads_to_where_they_stood(client, article):
    kept, lost = Stance.objects.order_by("pk")
    response = client.get(f"/statements/{lost.pk}/")
    said = "Evidence altered: the article no longer has these words since 5 March 2024. In version 1"
    assert said in words(response)
    assert f'href="/articles/{article.pk}/?version=1#s{lost.pk}"' in response.content.decode()
    assert "altered" not in words(client.get(f"/statements/{kept.pk}/"))


def test_a_statement_as_known_before_the_edit_is_not_altered(client, article):
    lost = Stance.objects.get(evidence=LOST)
    assert "altered" not in words(client.get(f"/statements/{lost.pk}/?known=2024-03-04"))
