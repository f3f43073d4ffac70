from __future__ import annotations

import pytest

from actors.models import Actor, Alias
from positions.ingestion import queue, store
from positions.ingestion.reading import read_article
from positions.ingestion.unresolved import not_an_actor, resolve_mention
from positions.invariants import violations
from positions.models import CurrentStance, Stance, UnresolvedMention
from tests.ingestion.scripted import Rule, Scripted
from tests.support import make

pytestmark = pytest.mark.django_db
PHRASE = "Hentzau wants Ukraine in NATO says Rupert"
TEXT = f"STRELSAU. {PHRASE}. Nothing else was said.\n"
UNKNOWN_HOLDER = Rule(PHRASE, "hentzau", resolved="unknown", kind="person")


@pytest.fixture
def stored(document) -> int:
    return store(document(TEXT), make.source()).article_id


def read_again(pk: int) -> None:
    queue.retry([pk])
    assert read_article(pk).result == "read"


def test_a_finding_waits_for_its_holders_name(scripted: Scripted, stored: int):
    scripted.rules = [UNKNOWN_HOLDER]
    read_article(stored)
    mention = UnresolvedMention.objects.get()
    assert (mention.text, mention.why, mention.state) == ("Hentzau", "unknown", "open")
    assert mention.version.text[mention.start : mention.end] == "Hentzau"
    assert [s["evidence"] for s in mention.reading["stances"]] == [PHRASE]
    assert not Stance.objects.exists()


def test_telling_whom_a_name_means_brings_its_findings_in(scripted: Scripted, stored: int):
    scripted.rules = [UNKNOWN_HOLDER]
    read_article(stored)
    hentzau, editor = make.person("Rupert of Hentzau"), make.editor("anna")
    mention = UnresolvedMention.objects.get()
    assert len(resolve_mention(mention, hentzau, editor)) == 1
    assert resolve_mention(mention, hentzau, editor) == []
    stance = Stance.objects.get()
    assert (stance.holder, stance.evidence, stance.extractor) == (hentzau, PHRASE, "scripted")
    assert stance.reasons == {"name_resolved_by": "anna"}
    assert CurrentStance.objects.get().holder == hentzau
    mention.refresh_from_db()
    assert (mention.state, mention.actor) == ("resolved", hentzau)
    assert list(violations()) == []


def test_a_remembered_name_is_the_actors(scripted: Scripted, stored: int):
    scripted.rules = [UNKNOWN_HOLDER]
    read_article(stored)
    hentzau = make.person("Rupert of Hentzau")
    resolve_mention(UnresolvedMention.objects.get(), hentzau, make.editor(), remember=True)
    assert [(a.actor, a.text) for a in Alias.objects.all()] == [(hentzau, "Hentzau")]


def test_a_finding_with_an_unknown_source_is_kept_and_completed(scripted: Scripted, stored: int):
    holder = make.person("Hentzau")
    scripted.rules = [
        Rule(PHRASE, "hentzau", kind="person", source="rupert", source_resolved="unknown", position=-1)
    ]
    read_article(stored)
    first = Stance.objects.get()
    assert (first.holder, first.source_actor, first.mode) == (holder, None, "second-hand")
    rupert = make.person("Rupert")
    resolve_mention(UnresolvedMention.objects.get(), rupert, make.editor())
    assert CurrentStance.objects.get().source_actor == rupert
    first.refresh_from_db()
    assert first.superseded_at is not None


def test_a_settled_name_is_not_asked_again(scripted: Scripted, stored: int):
    scripted.rules = [UNKNOWN_HOLDER]
    read_article(stored)
    not_an_actor(UnresolvedMention.objects.get(), make.editor())
    read_again(stored)
    assert [m.state for m in UnresolvedMention.objects.all()] == ["not_an_actor"]


def test_a_name_that_the_registry_learnt_is_no_longer_open(scripted: Scripted, stored: int):
    scripted.rules = [UNKNOWN_HOLDER]
    read_article(stored)
    make.person("Hentzau")
    scripted.rules = [Rule(PHRASE, "hentzau", kind="person")]
    read_again(stored)
    assert not UnresolvedMention.objects.exists()
    assert Stance.objects.get().holder == Actor.objects.get(slug="hentzau")


def test_a_resolved_findings_stance_survives_a_rereading(scripted: Scripted, stored: int):
    scripted.rules = [UNKNOWN_HOLDER]
    read_article(stored)
    resolve_mention(UnresolvedMention.objects.get(), make.person("Rupert of Hentzau"), make.editor())
    read_again(stored)
    assert CurrentStance.objects.count() == 1
