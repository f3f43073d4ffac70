"""What one item's screen says beside the reading: what was edited, what is alike, what happened before."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from positions import review
from positions.models import Note, Stance, StanceReview
from tests.support import make

pytestmark = pytest.mark.django_db
QUEUE = "/admin/positions/stance/queue/"


def item(client, stance):
    return client.get(QUEUE, {"item": stance.pk}).content.decode()


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def section(page, title):
    """Return the words under a heading of the screen, None where it is not there."""
    found = re.search(rf"<summary>{title}.*?</summary>(.*?)</details>", page, re.S)
    return words(found[1]) if found else None


@pytest.mark.parametrize(
    ("newer", "shown"),
    [
        ("STRELSAU. They want it very soon.", "They want it <del>now.</del> <ins>very soon.</ins>"),
        ("STRELSAU. The weather was fine.", None),
    ],
)
def test_an_edited_article_shows_what_became_of_the_words(client, anna, newer, shown):
    stance = make.stance(article=make.article("STRELSAU. They want it now."), evidence="They want it now.")
    review.confirm(stance, by=anna)
    make.version(stance.article, newer)
    Stance.objects.filter(pk=stance.pk).update(evidence_altered_at=timezone.now())
    page = item(client, stance)
    assert "The article was edited" in page
    said = re.search(r'<span class="diff">(.*?)</span>', page)
    assert (" ".join(said[1].split()) if said else None) == shown
    assert ("Nothing in its newest text resembles these words." in page) is (shown is None)


def test_the_history_says_who_changed_what(client, anna):
    stance, bob = make.stance(position=1), make.editor("bob")
    first = review.confirm(stance, by=bob)
    values = replace(review.decided_values(stance), position=2, condition="if asked")
    second = review.correct(stance, by=anna, values=values, expected=first.pk, note="He said so twice.")
    review.undo(second, by=anna)
    said = section(item(client, stance), "History")
    assert [*re.findall(r"(\w+) by (\w+)", said)] == [
        ("Confirmed", "bob"),
        ("Corrected", "anna"),
        ("Confirmed", "anna"),
    ]
    assert "position + → ++; condition none → “if asked”" in said
    assert "He said so twice." in said
    assert "position ++ → +; condition “if asked” → none" in said


def test_similar_decided_statements_the_same_holders_first(client, anna):
    ruritania, graustark = make.state("Ruritania"), make.state("Graustark")
    asked = make.stance(holder=ruritania, evidence="They want an invitation to the alliance.")
    alike = make.stance(holder=graustark, evidence="Graustark wants an invitation to the alliance.")
    own = make.stance(holder=ruritania, evidence="They want an invitation to the alliance, too.")
    elsewhere = make.stance(holder=ruritania, topic="sanctions", evidence="They want an invitation here.")
    for row in (alike, own, elsewhere):
        make.review(row, by=anna)
    make.stance(holder=ruritania, evidence="They want an invitation to the alliance at once.")  # undecided
    page = item(client, asked)
    found = re.search(r'<ul class="similar">(.*?)</ul>', page, re.S)[1]
    assert re.findall(r"\?item=(\d+)", found) == [str(own.pk), str(alike.pk)]


def test_neighbouring_findings_are_greyed_and_listed(client, anna):
    article = make.article("They want it. They demand it. They refuse it.")
    asked = make.stance(article=article, evidence="They want it.")
    other = make.stance(article=article, evidence="They demand it.")
    rejected = make.stance(article=article, evidence="They refuse it.")
    make.review(rejected, "rejected", by=anna, reason="no-stance")
    page = item(client, asked)
    assert re.findall(r'<mark class="this">(.*?)</mark>', page) == ["They want it."]
    assert re.findall(r'<span class="neighbour"[^>]*>(.*?)</span>', page) == ["They demand it."]
    assert section(page, "1 other finding here") == f"{other.holder} on NATO membership: supports"


def test_notes_are_shown_to_whom_they_belong(client, anna):
    stance = make.stance()
    Note.objects.create(user=anna, stance=stance, text="Ask the embassy.")
    Note.objects.create(user=make.editor("bob"), stance=stance, text="Nonsense.")
    assert section(item(client, stance), "My notes") == "Ask the embassy. change"


def test_what_is_not_there_is_not_shown(client, anna):
    page = item(client, make.stance())
    headings = ["History", "Why it was read so", "Similar, decided", "My notes"]
    assert [section(page, heading) for heading in headings] == [None] * 4


def sent(stance, **changes):
    return {
        "action": "correct", "expected": "", "position": 1, "holder": stance.holder_id, "mode": "indirect",
        "topic": stance.topic_id, "kind": "statement", "stated_on": "2024-03-04", "precision": "day",
        "start": stance.start, "end": stance.end, **changes,
    }  # fmt: skip


@pytest.mark.parametrize("action", ["correct", "add"])
@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"position": 3}, "scale", "Select a valid choice"),
        ({"holder": "private"}, "field f-holder", "held no office that we know on 4 March 2024"),
        ({"end": 10**6}, "field f-chosen", "does not lie in the article"),
        ({"start": 3, "end": 3}, "field f-chosen", "does not lie in the article"),
        ({"stated_on": "1990-01-01"}, "field f-stated_on", "has existed only since 1 January 2000"),
        ({"stated_on": "2030-01-01"}, "field f-stated_on", "nobody said it later"),
        ({"stated_on": "soon"}, "field f-stated_on", "Enter a valid date"),
        ({"source": "holder"}, "field f-source", "Leave the source empty"),
    ],
)
def test_what_cannot_be_true_has_its_reason_beside_the_field(client, anna, action, changes, field, reason):
    stance = make.stance(holder=make.state("Ruritania", start=date(2000, 1, 1)))
    meant = {"private": make.person("Rupert").pk, "holder": stance.holder_id}
    posted = sent(stance, action=action, **{name: meant.get(value, value) for name, value in changes.items()})
    answer = client.post(reverse("admin:positions_stance_decide", args=[stance.pk]), posted)
    page = answer.content.decode()
    block = re.search(rf'class="{field}">(.*?)</(?:fieldset|div)>', page, re.S)[1]
    errors = re.search(r'<ul class="errorlist".*?</ul>', block, re.S)
    assert (answer.status_code, reason in words(errors[0])) == (422, True)
    assert (Stance.objects.count(), StanceReview.objects.count()) == (1, 0)
    assert stance.current.decision == "machine"


def test_consequence_is_said(client, anna):
    ruritania = make.state("Ruritania")
    make.stance(holder=ruritania, position=1, stated_on=make.DAY)
    stance = make.stance(holder=ruritania, position=2, stated_on=make.DAY.replace(day=9), confidence=0.2)
    page = item(client, stance)
    assert "If confirmed: Ruritania on NATO membership moves + → ++ (hardening), today too" in page


def test_consequence_that_later_words_undo_says_nothing_of_today(client, anna):
    ruritania = make.state("Ruritania")
    for day, position in ((4, 1), (12, 1)):
        make.stance(holder=ruritania, position=position, stated_on=make.DAY.replace(day=day))
    stance = make.stance(holder=ruritania, position=2, stated_on=make.DAY.replace(day=9), confidence=0.2)
    page = item(client, stance)
    assert "moves + → ++ (hardening)</li>" in page
