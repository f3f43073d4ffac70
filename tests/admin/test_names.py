"""A name that means nobody yet is settled wherever it was met."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from actors.models import Actor
from positions import names
from positions.models import CurrentStance, UnresolvedMention
from tests.support import make

pytestmark = pytest.mark.django_db


def waiting_finding(mention, sentence):
    """Return the JSON of a finding by the mention, as ingestion keeps it."""
    start = mention.version.text.index(sentence)
    holder = {
        "slug": mention.slug, "name": mention.text, "kind": "person", "resolved": "unknown",
        "start": mention.start, "end": mention.end, "path": "", "candidates": [],
    }  # fmt: skip
    return {
        "holder": holder, "source": None, "topic": "nato-membership", "position": 2, "mode": "indirect",
        "kind": "demand", "stated_on": "2024-03-04", "precision": "day", "start": start,
        "end": start + len(sentence), "evidence": sentence, "confidence": 0.8, "condition": None,
        "reasons": {},
    }  # fmt: skip


def mention_with_finding(text="Antony Hope"):
    make.topic()
    sentence = f"{text} demanded an invitation."
    mention = make.unresolved(text, version=make.article(f"STRELSAU. {sentence}").version)
    mention.reading = {"extractor": "rules", "version": "1", "stances": [waiting_finding(mention, sentence)]}
    mention.save()
    return mention


def settle(client, mention, action, **data):
    address = reverse("admin:positions_unresolvedmention_settle", args=[mention.slug])
    return client.post(address, {"action": action, "kind": "person", **data})


def test_settling_brings_in_what_waited(client, anna):
    mention, actor = mention_with_finding(), make.person("Anthony Hope")
    settle(client, mention, "known", suggested=actor.pk)
    row = CurrentStance.objects.get()
    assert (row.holder, row.position, row.decision) == (actor, 2, "machine")
    assert UnresolvedMention.objects.get().state == "resolved"


def test_settling_goes_for_every_mention_of_the_name(client, anna):
    first, actor = mention_with_finding(), make.person("Anthony Hope")
    mention_with_finding()
    other = mention_with_finding("Black Michael")
    response = settle(client, first, "known", suggested=actor.pk)
    assert CurrentStance.objects.filter(holder=actor).count() == 2
    assert response["Location"] == reverse("admin:positions_unresolvedmention_settle", args=[other.slug])


def test_a_remembered_spelling_becomes_a_name(client, anna):
    actor = make.person("Anthony Hope")
    settle(client, mention_with_finding(), "known", actor=actor.pk, remember="on")
    assert list(actor.aliases.values_list("text", flat=True)) == ["Antony Hope"]


def test_a_spelling_is_not_remembered_unasked(client, anna):
    actor = make.person("Anthony Hope")
    settle(client, mention_with_finding(), "known", actor=actor.pk)
    assert not actor.aliases.exists()


def test_a_new_actor_is_made(client, anna):
    settle(client, mention_with_finding(), "new", name="Anthony Hope")
    actor = Actor.objects.get(slug="anthony-hope")
    assert (actor.kind, actor.origin) == ("person", "editor")
    assert sorted(actor.aliases.values_list("text", flat=True)) == ["Anthony Hope", "Antony Hope"]
    assert CurrentStance.objects.get().holder == actor


def test_a_new_actor_that_exists_is_refused(client, anna):
    make.person("Anthony Hope")
    response = settle(client, mention_with_finding(), "new", name="Anthony Hope")
    assert "There is already an actor" in response.content.decode()
    assert UnresolvedMention.objects.get().state == "open"


def test_known_without_an_actor_is_refused(client, anna):
    response = settle(client, mention_with_finding(), "known")
    assert "Choose an actor." in response.content.decode()
    assert UnresolvedMention.objects.get().state == "open"


@pytest.mark.parametrize(
    ("known", "chosen"),
    [(["Antony Hope"], 1), (["Antony Hope", "Antony Hopes"], 0), (["Antony Hope", "Anton Hoop"], 1)],
)
def test_only_a_clear_suggestion_stands_there_chosen(client, anna, known, chosen):
    for name in known:
        make.person(name)
    address = reverse("admin:positions_unresolvedmention_settle", args=[make.unresolved("Antony Hope").slug])
    page = client.get(address).content.decode()
    assert (page.count('name="suggested"'), len(re.findall(r'name="suggested"[^>]* checked', page))) == (
        len(known),
        chosen,
    )


def test_a_name_can_be_left_for_the_next(client, anna):
    """The most frequent comes first; of as frequent ones the order is that of the alphabet."""
    for text in ("Black Michael", "Black Michael", "Antony Hope", "Sapt"):
        make.unresolved(text)
    slugs = [group.slug for group in names.groups()]
    assert slugs == ["black-michael", "antony-hope", "sapt"]
    follow = [[group.slug for group in names.groups(1, behind=slug)] for slug in slugs]
    assert follow == [["antony-hope"], ["sapt"], []]
    address = reverse("admin:positions_unresolvedmention_settle", args=["antony-hope"])
    assert "go on to “Sapt”" in client.get(address).content.decode()


def test_nobody_is_asked_no_more(client, anna):
    mention = mention_with_finding()
    settle(client, mention, "nobody")
    assert names.groups() == []
    assert not CurrentStance.objects.exists()


def test_suggestions_put_the_readers_candidates_first():
    like, thought = make.person("Antony Hop"), make.person("Rudolf Rassendyll")
    make.person("Somebody Else")
    mention = make.unresolved("Antony Hope", candidates=[thought.slug])
    assert [one.actor for one in names.suggestions([mention])] == [thought, like]


def test_suggestions_know_spellings_and_no_merged_actors():
    actor = make.person("Rudolf Rassendyll")
    make.alias(actor, "the play-actor")
    make.person("The Playactor", merged_into=actor)
    found = names.alike("The play actor")
    assert [(one.actor, one.spelling) for one in found] == [(actor, "the play-actor")]
