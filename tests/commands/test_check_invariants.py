"""Each invariant is broken on purpose, behind the model's back, and must be named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from actors.models import Actor
from positions.ingestion import clock
from positions.invariants import CHECKS, violations
from positions.models import Article, ArticleVersion, CurrentStance, LinePoint, Stance, Topic
from tests.support import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def stance() -> Stance:
    ruritania = make.state("Ruritania")
    minister = make.person("Anna", of=ruritania)
    found = make.stance(holder=minister)
    make.event_mention(make.event(), found.version, evidence=found.evidence)
    make.unresolved(version=found.version, text=found.evidence)
    return found


def test_a_sound_record_passes(stance: Stance):
    out = StringIO()
    call_command("check_invariants", stdout=out)
    assert out.getvalue() == f"All {len(CHECKS)} invariants hold.\n"


BREAKS: list[tuple[str, Callable[[Stance], object]]] = [
    ("current row", lambda s: CurrentStance.objects.update(position=-2)),
    ("out of date", lambda s: LinePoint.objects.all().delete()),
    ("evidence is not what", lambda s: Stance.objects.update(evidence="never said")),
    ("evidence is not what", lambda s: Stance.objects.update(start=1, end=9)),
    ("event mention", lambda s: s.version.event_mentions.update(evidence="x")),
    ("lies outside its version", lambda s: s.version.unresolved.update(end=10_000)),
    ("has no text", lambda s: make.article().versions.all().delete()),
    ("without a lease", lambda s: Article.objects.update(state="reading")),
    ("yet leased", lambda s: Article.objects.update(lease_until=clock.now())),
    ("without a reason", lambda s: Article.objects.update(state="failed")),
    ("set aside without a reason", lambda s: Article.objects.update(state="set_aside")),
    ("the newest numbered 3", lambda s: ArticleVersion.objects.update(number=3)),
    ("the hash is not the text's", lambda s: ArticleVersion.objects.update(sha256="0" * 64)),
    ("its version is of another", lambda s: Stance.objects.update(article=make.article())),
    ("its own source", lambda s: Stance.objects.update(source_actor=s.holder)),
    ("before it was recorded", lambda s: Stance.objects.update(superseded_at=s.recorded_at - timedelta(1))),
    ("was merged", lambda s: Actor.objects.filter(pk=s.holder_id).update(merged_into=make.person())),
    ("is not a person", lambda s: Actor.objects.filter(pk=s.holder_id).update(kind="group")),
    ("speaks for", lambda s: Actor.objects.filter(slug="ruritania").update(kind="person")),
    (
        "not in the codebook",
        lambda s: Topic.objects.create(slug="weather", name="W"),
    ),
]


@pytest.mark.parametrize(("why", "broken"), BREAKS, ids=[why for why, _ in BREAKS])
def test_a_broken_record_is_named(stance: Stance, why: str, broken: Callable[[Stance], object]):
    assert list(violations()) == []
    broken(stance)
    assert any(why in line for line in violations())


def test_violations_end_with_status_one(stance: Stance):
    Stance.objects.update(evidence="never said")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("check_invariants", stderr=out)
    assert f"stance {stance.pk}: evidence is not what its version says" in out.getvalue()
