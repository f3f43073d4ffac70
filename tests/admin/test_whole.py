"""The screen on which an article is coded throughout."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.urls import reverse

from positions import exhaustive, review
from positions.models import ExhaustiveCoding, Stance
from tests.support import make

pytestmark = pytest.mark.django_db
WHOLE = "/admin/positions/exhaustivecoding/whole/"
TEXT = "They want it. They demand it."


def missed(version, **changes):
    like = make.stance()
    return {
        "version": version.pk, "action": "add", "position": 1, "holder": like.holder_id,
        "topic": like.topic_id,
        "mode": "indirect", "kind": "statement", "stated_on": "2024-03-04", "precision": "day", "start": 14,
        "end": 29, **changes,
    }  # fmt: skip


def test_the_drawn_article_with_what_was_found(client, anna):
    article = make.article(TEXT, title="A report from Strelsau")
    make.stance(article=article, evidence="They want it.")
    page = client.get(WHOLE).content.decode()
    assert "A report from Strelsau" in page
    assert '<span class="neighbour"' in page
    assert re.search(r'value="complete"[^>]* disabled', page)


def test_deciding_stays_in_the_article_and_leads_back(client, anna):
    article = make.article(TEXT)
    stances = [make.stance(article=article, evidence="They want it.") for _ in range(2)]
    make.stance(reasons={"reopens": 1})  # weighs more, elsewhere
    page = client.get(WHOLE).content.decode()
    links = re.findall(r'href="([^"]*)">decide', page)
    assert len(links) == 2
    query = links[0].replace("&amp;", "&").split("&", 1)[1]
    assert query == f"article={article.pk}&drawn=1"
    shown = []
    for stance in stances:
        address = reverse("admin:positions_stance_decide", args=[stance.pk])
        answer = client.post(address, {"action": "confirm", "expected": "", "query": query}, follow=True)
        page = answer.content.decode()
        shown.append(re.findall(r"/queue/(\d+)/decide/", page)[:1])
    assert shown == [[str(stances[1].pk)], []]
    assert f'href="{WHOLE}?article={article.pk}&amp;drawn=1">go back' in page


def test_nothing_is_left(client, anna):
    article = make.article(TEXT)
    answer = client.post(WHOLE, {"version": article.version.pk, "action": "complete", "drawn": "1"})
    assert answer["Location"] == WHOLE
    coding = ExhaustiveCoding.objects.get()
    assert (coding.version, coding.by, coding.drawn) == (article.version, anna, True)


def test_an_article_that_a_person_chose_is_no_sample(client, anna):
    article = make.article(TEXT)
    page = client.get(WHOLE, {"article": article.pk}).content.decode()
    assert 'name="drawn"' not in page
    client.post(WHOLE, {"version": article.version.pk, "action": "complete"})
    assert ExhaustiveCoding.objects.get().drawn is False


def test_what_waits_is_said(client, anna):
    stance = make.stance()
    answer = client.post(WHOLE, {"version": stance.version_id, "action": "complete"})
    assert (answer.status_code, ExhaustiveCoding.objects.count()) == (422, 0)
    assert "1 of its findings still waits" in answer.content.decode()


def test_an_overlooked_statement_is_added_and_the_article_stays(client, anna):
    version = make.article(TEXT).version
    answer = client.post(WHOLE, {**missed(version), "drawn": "1"})
    assert answer["Location"] == f"{WHOLE}?article={version.article_id}&drawn=1"
    assert Stance.objects.get(extractor="editor").evidence == "They demand it."
    assert 'name="drawn"' in client.get(answer["Location"]).content.decode()


def test_a_refused_statement_says_why_beside_the_field(client, anna):
    version = make.article(TEXT).version
    answer = client.post(WHOLE, missed(version, end=10**6, condition="once it rains"))
    page = answer.content.decode()
    assert (answer.status_code, Stance.objects.filter(extractor="editor").count()) == (422, 0)
    assert "does not lie in the article" in page
    assert "once it rains" in page


def test_it_can_be_taken_back(client, anna):
    article = make.article(TEXT)
    exhaustive.complete(article.version, by=anna)
    client.post(WHOLE, {"version": article.version.pk, "action": "withdraw"})
    assert exhaustive.standing(article) is None


@pytest.mark.parametrize("posted", [{}, {"version": "x"}, {"version": "0"}])
def test_no_such_text(client, anna, posted):
    assert client.post(WHOLE, {**posted, "action": "complete"}).status_code == 404


def test_no_such_action(client, anna):
    answer = client.post(WHOLE, {"version": make.article().version.pk, "action": "burn"})
    assert (answer.status_code, "No such action" in answer.content.decode()) == (422, True)


def test_nothing_to_draw(client, anna):
    assert "is coded throughout" in client.get(WHOLE).content.decode()


@pytest.mark.parametrize("asked", ["x", "999999", "-1"])
def test_an_article_that_is_not_there_leads_to_one_that_is(client, anna, asked):
    make.article(title="A report from Strelsau")
    assert "A report from Strelsau" in client.get(WHOLE, {"article": asked}).content.decode()


def test_the_methodology_page_says_how_much_is_overlooked(client, anna):
    stance = make.stance()
    review.confirm(stance, by=anna)
    assert "nobody knows how much" in client.get("/methodology/").content.decode()
    exhaustive.complete(stance.version, by=anna, drawn=True)
    page = client.get("/methodology/").content.decode()
    assert "1 of 1 statements in them: 100 %" in page.replace("\N{NO-BREAK SPACE}", " ")
    exhaustive.withdraw(ExhaustiveCoding.objects.get(), by=anna)
    assert "nobody knows how much" in client.get("/methodology/").content.decode()


@pytest.mark.parametrize(("size", "words"), [(0, "Publication gate: none."), (2, "Publication gate: 2.")])
def test_the_methodology_page_says_the_gate(client, settings, size, words):
    cache.clear()
    settings.PUBLICATION_GATE = size
    assert words in client.get("/methodology/").content.decode()


def test_queries_do_not_grow_with_findings(client, anna, django_assert_max_num_queries):
    sentences = [f"Sentence number {number} is here. " for number in range(50)]
    article, holder = make.article("".join(sentences)), make.state()
    for sentence in sentences:
        make.stance(article=article, evidence=sentence, holder=holder)
    with django_assert_max_num_queries(20):
        client.get(WHOLE)
