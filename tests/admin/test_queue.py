"""The review queue over HTTP: what is shown, what a decision does, what comes next."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from positions import review
from positions.models import CurrentStance, Report, Stance, StanceReview
from tests.support import make

pytestmark = pytest.mark.django_db
QUEUE = "/admin/positions/stance/queue/"


def shown(response):
    """Return the id of the item on the screen, None where the queue is empty."""
    found = re.search(r"/queue/(\d+)/decide/", response.content.decode())
    return int(found[1]) if found else None


def decide(client, stance, action, htmx=True, **data):
    newest = review.newest_review(stance)
    posted = {"action": action, "expected": newest.pk if newest else "", **data}
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(reverse("admin:positions_stance_decide", args=[stance.pk]), posted, headers=headers)


def reading(stance, **changes):
    """Return the fields of the correction as the screen would post them."""
    fields = {
        "position": stance.position, "holder": stance.holder_id, "topic": stance.topic_id,
        "mode": stance.mode, "kind": stance.kind, "source": stance.source_actor_id or "",
        "condition": stance.condition,
        "stated_on": stance.stated_on.isoformat(), "precision": stance.precision, "start": stance.start,
        "end": stance.end,
    }  # fmt: skip
    return {**fields, **changes}


# -- Order ---------------------------------------------------------------------------------------------------


def test_what_a_decision_would_change_comes_first(client, anna):
    plain = make.stance(holder=make.state("Plain"))
    make.review(make.stance(holder=plain.holder, evidence="Plain said it again."), by=anna)
    reported = make.stance()
    Report.objects.create(stance=reported, reason="position", ip_hash="0")
    reopened = make.stance(reasons={"reopens": plain.pk})
    seen = [shown(client.get(QUEUE))]
    seen.append(shown(decide(client, reported, "confirm")))
    seen.append(shown(decide(client, reopened, "confirm")))
    assert seen == [reported.pk, reopened.pk, plain.pk]


def test_reasons_of_an_item(client, anna):
    ruritania = make.state("Ruritania")
    make.stance(holder=ruritania, position=-2, stated_on=make.DAY)
    shift = make.stance(holder=ruritania, position=2, stated_on=make.DAY.replace(day=9))
    page = client.get(QUEUE, {"item": shift.pk}).content.decode()
    assert re.findall(r'class="chip (\w+)"', page) == ["moves", "contested", "new_speaker"]


def test_low_confidence_that_would_move_a_line(client, anna):
    ruritania = make.state("Ruritania")
    make.stance(holder=ruritania, position=-2, stated_on=make.DAY)
    hidden = make.stance(holder=ruritania, position=1, stated_on=make.DAY.replace(day=9), confidence=0.2)
    same = make.stance(holder=ruritania, position=-2, stated_on=make.DAY.replace(day=10), confidence=0.2)
    chips = {
        row.pk: re.findall(r'class="chip (\w+)"', client.get(QUEUE, {"item": row.pk}).content.decode())
        for row in (hidden, same)
    }
    assert chips == {hidden.pk: ["moves", "new_speaker", "low"], same.pk: ["new_speaker", "low"]}


def test_decided_items_do_not_wait(client, anna):
    make.review(make.stance(), by=anna)
    make.review(make.stance(), "rejected", by=anna)
    assert shown(client.get(QUEUE)) is None
    assert "Nothing waits here" in client.get(QUEUE).content.decode()


def test_decided_item_whose_words_the_article_lost_waits_until_decided_again(client, anna):
    stance = make.stance()
    first = make.review(stance, by=anna)
    Stance.objects.filter(pk=stance.pk).update(evidence_altered_at=timezone.now())
    assert shown(client.get(QUEUE)) == stance.pk
    assert shown(decide(client, stance, "confirm", expected=first.pk)) is None


def test_filters(client, anna):
    one = make.stance(topic="sanctions", holder=make.state("Ruritania"))
    two = make.stance(topic="territory", holder=make.state("Graustark"), confidence=0.2)
    assert shown(client.get(QUEUE, {"topic": "sanctions"})) == one.pk
    assert shown(client.get(QUEUE, {"actor": "graus"})) == two.pk
    assert shown(client.get(QUEUE, {"why": "low"})) == two.pk
    assert shown(client.get(QUEUE, {"source": one.article.source.slug})) == one.pk
    assert shown(client.get(QUEUE, {"source": one.article.source.slug, "why": "low"})) is None


def test_filters_stay_after_a_decision(client, anna):
    one, other = (make.stance(topic="sanctions") for _ in range(2))
    make.stance(topic="territory", reasons={"reopens": 1})
    first = shown(client.get(QUEUE, {"topic": "sanctions"}))
    response = decide(client, Stance.objects.get(pk=first), "confirm", query="topic=sanctions")
    assert {first, shown(response)} == {one.pk, other.pk}


def test_unknown_filter_is_named(client, anna):
    assert "Select a valid choice" in client.get(QUEUE, {"topic": "weather"}).content.decode()


def test_two_editors_are_not_offered_the_same_item(client, anna):
    make.stance()
    make.stance()
    first = shown(client.get(QUEUE))
    client.force_login(make.editor("bob"))
    second = shown(client.get(QUEUE))
    assert None not in (first, second)
    assert first != second


# -- Decisions -----------------------------------------------------------------------------------------------


def test_confirm_answers_with_the_next_item(client, anna):
    one, two = make.stance(), make.stance()
    first = shown(client.get(QUEUE))
    response = decide(client, Stance.objects.get(pk=first), "confirm")
    assert {first, shown(response)} == {one.pk, two.pk}
    assert response.status_code == 200
    assert "HX-Request" in response["Vary"]
    assert "<html" not in response.content.decode()
    assert CurrentStance.objects.get(pk=first).decision == "confirmed"


def test_without_javascript_a_decision_redirects_to_the_queue(client, anna):
    response = decide(client, make.stance(), "confirm", htmx=False, query="topic=nato-membership")
    assert (response.status_code, response["Location"]) == (302, f"{QUEUE}?topic=nato-membership")


def test_correct(client, anna):
    stance = make.stance(position=1)
    assert decide(client, stance, "correct", **reading(stance, position=-1, kind="demand")).status_code == 200
    row = stance.reviews.get()
    assert (row.decision, row.position, row.kind, row.by) == ("corrected", -1, "demand", anna)


def test_a_refused_correction_comes_back_with_the_reason_and_what_was_typed(client, anna):
    stance = make.stance()
    response = decide(client, stance, "correct", **reading(stance, end=10**6, condition="once it rains"))
    page = response.content.decode()
    assert (response.status_code, StanceReview.objects.count()) == (422, 0)
    assert "does not lie in the article" in page
    assert re.search(r'value="confirm" disabled', page)
    assert "once it rains" in page


def test_a_doubt_can_be_acknowledged(client, anna):
    stance, private = make.stance(), make.person("Rupert of Hentzau")
    fields = reading(stance, holder=private.pk)
    response = decide(client, stance, "correct", **fields)
    assert response.status_code == 422
    assert 'name="acknowledged"' in response.content.decode()
    assert decide(client, stance, "correct", **fields, acknowledged="on").status_code == 200
    assert stance.reviews.get().holder == private


def test_reject_without_a_reason_is_refused(client, anna):
    stance = make.stance()
    response = decide(client, stance, "reject")
    assert (response.status_code, shown(response)) == (422, stance.pk)
    assert "Choose a reason" in response.content.decode()
    assert not StanceReview.objects.exists()


def test_add_a_missed_stance_and_stay(client, anna):
    article = make.article("The first sentence. The second sentence.")
    stance = make.stance(article=article, evidence="The first sentence.")
    response = decide(client, stance, "add", **reading(stance, start=20, end=40, position=2))
    assert shown(response) == stance.pk
    added = Stance.objects.get(extractor="editor")
    assert (added.evidence, added.position, added.current.decision) == ("The second sentence.", 2, "added")


def test_conflict_says_who_decided_what(client, anna):
    stance = make.stance()
    review.reject(stance, by=make.editor("bob"), reason="repeated")
    response = decide(client, stance, "confirm", expected="")
    assert (response.status_code, shown(response)) == (409, stance.pk)
    assert "bob rejected this now. Nothing of yours was saved." in response.content.decode()
    assert StanceReview.objects.count() == 1


def test_skip_and_bring_back(client, anna):
    stance = make.stance()
    assert shown(decide(client, stance, "skip")) is None
    assert shown(client.get(QUEUE)) is None
    client.post(reverse("admin:positions_stance_bring_back"))
    assert shown(client.get(QUEUE)) == stance.pk
    assert not StanceReview.objects.exists()


def test_next_goes_round(client, anna):
    pks = {make.stance().pk, make.stance().pk}
    first = shown(client.get(QUEUE))
    second = shown(client.get(QUEUE, {"after": first}))
    assert {first, second} == pks
    assert shown(client.get(QUEUE, {"after": second})) == first


def test_the_only_item_is_behind_itself(client, anna):
    stance = make.stance()
    assert shown(client.get(QUEUE, {"after": stance.pk})) == stance.pk


def test_undo_takes_back_one_decision_after_the_other(client, anna):
    one, two = make.stance(), make.stance()
    decide(client, one, "confirm")
    decide(client, two, "reject", reason="repeated")
    address = reverse("admin:positions_stance_undo")
    back = [shown(client.post(address, headers={"HX-Request": "true"})) for _ in range(2)]
    assert back == [two.pk, one.pk]
    assert set(CurrentStance.objects.values_list("decision", flat=True)) == {"machine"}
    assert "nothing of yours to undo" in client.post(address, headers={"HX-Request": "true"}).content.decode()


def test_undo_leaves_what_others_decided(client, anna):
    review.confirm(make.stance(), by=make.editor("bob"))
    client.post(reverse("admin:positions_stance_undo"))
    assert StanceReview.objects.count() == 1


def test_counts(client, anna):
    stances = [make.stance() for _ in range(3)]
    decide(client, stances[0], "confirm")
    page = decide(client, stances[1], "confirm").content.decode()
    assert re.findall(r'id="(left|today)">(\d+)<', page) == [("left", "1"), ("today", "2")]


def test_an_item_that_was_read_anew_says_so(client, anna):
    stance = make.stance()
    Stance.objects.filter(pk=stance.pk).update(superseded_at=timezone.now())
    make.refresh_read_models(stance)
    assert "its article was read again" in client.get(QUEUE, {"item": stance.pk}).content.decode()


def test_markup_in_an_article_is_text(client, anna):
    evidence = 'He said <script>alert(1)</script> & "more".'
    make.stance(article=make.article(f"Before. {evidence}"), evidence=evidence)
    page = client.get(QUEUE).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot;" in page


def test_my_decisions_lists_mine(client, anna):
    review.confirm(make.stance(holder=make.state("Ruritania")), by=anna)
    review.confirm(make.stance(holder=make.state("Graustark")), by=make.editor("bob"))
    page = client.get(reverse("admin:positions_stance_mine")).content.decode()
    assert ("Ruritania" in page, "Graustark" in page) == (True, False)


def test_the_reasons_are_words(client, anna):
    reasons = {
        "cue": "",
        "rules": None,
        "topic_words": ["invitation", "path"],
        "model": [0.5, 0.1, 0.1, 0.1, 0.1, 0.1],
    }
    make.stance(reasons=reasons)
    page = client.get(QUEUE).content.decode()
    (said,) = re.findall(r'<dl class="reasons">(?!\s*<dt><kbd>)(.*?)</dl>', page, re.S)
    assert re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", said) == [
        ("model", "none 50% · −− 10% · − 10% · 0 10% · + 10% · ++ 10%"),
        ("topic words", "invitation, path"),
    ]


@pytest.mark.parametrize("value", ["x", "-1", "9" * 30, "1.5"])
@pytest.mark.parametrize("field", ["holder", "source"])
def test_an_actor_that_is_no_actor_is_refused_beside_the_field(client, anna, field, value):
    stance = make.stance()
    response = decide(client, stance, "correct", **reading(stance, **{field: value}))
    assert (response.status_code, StanceReview.objects.count()) == (422, 0)
    assert re.search(rf'class="field f-{field}">.*?errorlist', response.content.decode(), re.S)
