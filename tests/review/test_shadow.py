"""A new extractor beside the old: compared, accepted, rolled back; what people decided stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from positions import read_models, review, shadow
from positions.extraction.types import ActorMention, EventReading, Reading, StanceReading
from positions.models import CurrentStance, LinePoint, ShadowRun, Stance
from tests.support import make

pytestmark = pytest.mark.django_db
TEXT = "They want it. They demand it. They like cake."


class Fixed:
    """An extractor that finds what it was told to, whatever it reads."""

    name, version = "fixed", "2"

    def __init__(self, *stances, events=()):
        self.stances, self.events = stances, events

    def read(self, article, resolver):
        return Reading(self.name, self.version, stances=self.stances, events=tuple(self.events))


def finding(holder, evidence, position, **changes):
    start = TEXT.index(evidence)
    mention = ActorMention(holder.slug, holder.name, holder.kind, "registry", 0, 4)
    values = {
        "holder": mention, "topic": "nato-membership", "position": position, "mode": "indirect",
        "kind": "statement", "stated_on": make.DAY, "start": start, "end": start + len(evidence),
        "evidence": evidence, "confidence": 0.9,
    }  # fmt: skip
    return StanceReading(**{**values, **changes})


@pytest.fixture
def ruritania():
    make.topic()
    return make.state("Ruritania")


@pytest.fixture
def article(ruritania):
    """Read once by the first version: two findings."""
    made = make.article(TEXT)
    first = Fixed(finding(ruritania, "They want it.", 1), finding(ruritania, "They like cake.", 1))
    shadow.accept(shadow.read([made], first), by=make.editor())
    return made


@pytest.fixture
def newer(ruritania):
    """Flips the first finding, loses the second and adds a third."""
    return Fixed(finding(ruritania, "They want it.", -1), finding(ruritania, "They demand it.", -2))


def state():
    rows = CurrentStance.objects.order_by("start", "pk")
    return [(row.evidence, row.position, row.decision) for row in rows]


BEFORE = [("They want it.", 1, "machine"), ("They like cake.", 1, "machine")]
AFTER = [("They want it.", -1, "machine"), ("They demand it.", -2, "machine")]


def test_comparing_changes_nothing_and_names_every_difference(article, newer):
    rows = list(Stance.objects.values().order_by("pk"))
    points = list(LinePoint.objects.values_list("position", "stance"))
    run = shadow.read([article], newer)
    assert (state(), list(Stance.objects.values().order_by("pk"))) == (BEFORE, rows)
    assert list(LinePoint.objects.values_list("position", "stance")) == points
    found = {(one["what"], one["before"], one["after"]) for one in run.readings.get().differences}
    assert found == {("flipped", 1, -1), ("lost", 1, None), ("added", None, -2)}


def test_lines_that_would_move_are_named(article, newer):
    run = shadow.read([article], newer)
    assert run.moves == [
        {
            "actor": "Ruritania", "topic": "NATO membership",
            "before": [["2024-03-04", 1]], "after": [["2024-03-04", -1]],
        }
    ]  # fmt: skip


def test_the_same_reading_differs_in_nothing(article, ruritania):
    same = Fixed(finding(ruritania, "They want it.", 1), finding(ruritania, "They like cake.", 1))
    run = shadow.read([article], same)
    assert (run.readings.get().differences, run.moves) == ([], [])


def test_accepting_does_what_was_shown(article, newer):
    shadow.accept(shadow.read([article], newer), by=make.editor())
    assert state() == AFTER
    assert read_models.differences() == []


def test_decided_rows_are_untouched(article, newer):
    first, second = Stance.objects.order_by("start")
    anna = make.editor()
    review.confirm(first, by=anna)
    review.reject(second, by=anna, reason="no-stance")
    run = shadow.read([article], newer)
    assert [one["what"] for one in run.readings.get().differences] == ["added"]
    shadow.accept(run, by=anna)
    assert state() == [
        ("They want it.", 1, "confirmed"),
        ("They demand it.", -2, "machine"),
        ("They like cake.", 1, "rejected"),
    ]


def test_rolling_back_restores_what_counted(article, newer):
    run = shadow.read([article], newer)
    shadow.accept(run, by=make.editor())
    assert shadow.roll_back(run, by=make.editor()) == 0
    assert state() == BEFORE
    assert read_models.differences() == []


def test_rolling_back_rewrites_no_past(article, newer):
    run = shadow.read([article], newer)
    shadow.accept(run, by=make.editor())
    rows = dict(Stance.objects.exclude(superseded_at=None).values_list("pk", "superseded_at"))
    shadow.roll_back(run, by=make.editor())
    assert rows.items() <= dict(Stance.objects.values_list("pk", "superseded_at")).items()


def test_rolling_back_keeps_what_was_decided_since(article, newer):
    run, anna = shadow.read([article], newer), make.editor()
    shadow.accept(run, by=anna)
    review.confirm(Stance.objects.get(evidence="They demand it."), by=anna)
    assert shadow.roll_back(run, by=anna) == 1
    assert state() == [
        ("They want it.", 1, "machine"),
        ("They demand it.", -2, "confirmed"),
        ("They like cake.", 1, "machine"),
    ]


def test_an_article_with_a_newer_text_is_left(article, newer):
    run = shadow.read([article], newer)
    make.version(article, TEXT + " Now.")
    assert shadow.accept(run, by=make.editor()) == 1
    assert state() == BEFORE


@pytest.mark.parametrize("action", [shadow.accept, shadow.discard, shadow.roll_back])
def test_deciding_needs_the_right(action, article, newer):
    run = shadow.read([article], newer)
    with pytest.raises(PermissionDenied):
        action(run, by=make.user(is_staff=True))
    assert state() == BEFORE


def test_a_run_is_decided_once(article, newer):
    run, anna = shadow.read([article], newer), make.editor()
    shadow.discard(run, by=anna)
    for action in (shadow.accept, shadow.discard, shadow.roll_back):
        with pytest.raises(ValidationError, match="discarded"):
            action(run, by=anna)
    assert state() == BEFORE


def test_a_reading_survives_being_kept():
    mention = ActorMention("x", "X", "state", "registry", 0, 1, "surname", ("a", "b"))
    event = EventReading(
        "Ball", "meeting", date(2024, 1, 1), 0, 4, "They", date(2024, 1, 2), "Strelsau", (mention,)
    )
    stance = finding(
        make.actor("X", slug="x"), "They want it.", 2, condition="once it rains", reasons={"verb": "want"}
    )
    reading = Reading("fixed", "2", (stance,), (event,), (replace(mention, resolved="unknown"),), "aside")
    assert shadow.reading_of(shadow.reading_json(reading)) == reading


def test_the_page_shows_and_accepts(article, newer, client):
    run = shadow.read([article], newer)
    client.force_login(make.editor())
    address = reverse("admin:positions_shadowrun_compare", args=[run.pk])
    page = client.get(address).content.decode()
    assert "Lines that would move: 1" in page
    assert all(heading in page for heading in ("Flipped: 1", "Added: 1", "Lost: 1"))
    client.post(address, {"action": "accept"})
    assert state() == AFTER
    client.post(address, {"action": "roll_back"})
    assert state() == BEFORE
    assert ShadowRun.objects.get(pk=run.pk).state == "rolled_back"


def test_the_command_refuses_what_cannot_be_read():
    with pytest.raises(CommandError, match="no such article"):
        call_command("shadow_read")
    with pytest.raises(CommandError, match="--limit"):
        call_command("shadow_read", limit=0)
