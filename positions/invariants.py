"""What must always be true of the record. Each check yields a line for every violation."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from django.db.models import Count, F, Max, Q

from actors.models import Actor, Mandate
from positions import read_models
from positions.models import (
    Article,
    ArticleVersion,
    CurrentStance,
    EventMention,
    Stance,
    StanceReview,
    Topic,
    UnresolvedMention,
)

State = Article.State
CHUNK = 500


def violations() -> Iterator[str]:
    """Yield every violation of every check, in words, naming the row."""
    for check in CHECKS:
        yield from check()


def read_models_equal_stances() -> Iterator[str]:
    yield from read_models.differences()


def evidence_is_the_text() -> Iterator[str]:
    """Every evidence is exactly what the version's text says at its offsets."""
    rows = Stance.objects.select_related("version").only("start", "end", "evidence", "version__text")
    for row in rows.order_by("version", "pk").iterator(CHUNK):
        if row.version.text[row.start : row.end] != row.evidence:
            yield f"stance {row.pk}: evidence is not what its version says at [{row.start}:{row.end}]"
    reviews = StanceReview.objects.filter(evidence__isnull=False, start__isnull=False, end__isnull=False)
    for review in reviews.select_related("stance__version").iterator(CHUNK):
        if review.stance.version.text[review.start : review.end] != review.evidence:
            yield f"review {review.pk}: evidence is not what the text says at [{review.start}:{review.end}]"


def mentions_are_the_text() -> Iterator[str]:
    for row in EventMention.objects.select_related("version").iterator(CHUNK):
        if row.version.text[row.start : row.end] != row.evidence:
            yield f"event mention {row.pk}: evidence is not what version {row.version_id} says there"
    for name in UnresolvedMention.objects.select_related("version").iterator(CHUNK):
        if not 0 <= name.start < name.end <= len(name.version.text):
            yield f"unresolved name {name.pk}: [{name.start}:{name.end}] lies outside its version"


def read_articles_have_texts() -> Iterator[str]:
    waiting = Article.objects.filter(
        state__in=[State.DONE, State.QUEUED, State.READING], versions__isnull=True
    )
    for row in waiting:
        yield f"article {row.pk}: {row.get_state_display()}, but it has no text"


def states_agree_with_leases() -> Iterator[str]:
    for row in Article.objects.filter(state=State.READING, lease_until__isnull=True):
        yield f"article {row.pk}: being read without a lease: no sweep would ever free it"
    for row in Article.objects.exclude(state=State.READING).filter(lease_until__isnull=False):
        yield f"article {row.pk}: {row.get_state_display()}, yet leased"
    for row in Article.objects.filter(state__in=[State.FAILED, State.QUARANTINED], error=""):
        yield f"article {row.pk}: {row.get_state_display()} without a reason"
    for row in Article.objects.filter(state=State.SET_ASIDE, set_aside=""):
        yield f"article {row.pk}: set aside without a reason"


def versions_are_whole() -> Iterator[str]:
    """Numbers run from 1 without gaps and every hash is its text's."""
    counted = ArticleVersion.objects.values("article").annotate(n=Count("pk"), newest=Max("number"))
    for row in counted.exclude(n=F("newest")).order_by("article"):
        yield f"article {row['article']}: {row['n']} versions, the newest numbered {row['newest']}"
    for version in ArticleVersion.objects.only("text", "sha256").iterator(CHUNK):
        if hashlib.sha256(version.text.encode()).hexdigest() != version.sha256:
            yield f"version {version.pk}: the hash is not the text's"


def stances_belong_together() -> Iterator[str]:
    for row in Stance.objects.exclude(version__article=F("article")):
        yield f"stance {row.pk}: of article {row.article_id}, but its version is of another"
    for row in Stance.objects.filter(source_actor=F("holder")):
        yield f"stance {row.pk}: the holder is its own source"
    for row in Stance.objects.filter(superseded_at__lt=F("recorded_at")):
        yield f"stance {row.pk}: superseded before it was recorded"
    merged = Q(holder__merged_into__isnull=False) | Q(source_actor__merged_into__isnull=False)
    for current in CurrentStance.objects.filter(merged):
        yield f"stance {current.pk}: counts for an actor that was merged into another"


def mandates_are_of_persons() -> Iterator[str]:
    for row in Mandate.objects.exclude(person__kind=Actor.Kind.PERSON):
        yield f"mandate {row.pk}: {row.person} is not a person"
    for row in Mandate.objects.filter(speaks_for=True).exclude(
        of__kind__in=["state", "organisation", "group"]
    ):
        yield f"mandate {row.pk}: speaks for {row.of}, which is a {row.of.kind}"
    for actor in Actor.objects.filter(merged_into__merged_into__isnull=False):
        yield f"actor {actor.slug}: merged into an actor that was itself merged"


def topics_are_the_codebooks() -> Iterator[str]:
    from positions.codebook import codebook  # reads a file: only when asked

    slugs = {entry.slug for entry in codebook().topics}
    for topic in Topic.objects.exclude(slug__in=slugs):
        yield f"topic {topic.slug}: not in the codebook"


CHECKS: tuple[Callable[[], Iterator[str]], ...] = (
    read_models_equal_stances,
    evidence_is_the_text,
    mentions_are_the_text,
    read_articles_have_texts,
    states_agree_with_leases,
    versions_are_whole,
    stances_belong_together,
    mandates_are_of_persons,
    topics_are_the_codebooks,
)
