"""Thousands of statements in seconds, as they are after reading; their lines are not drawn."""

from __future__ import annotations

from positions.current import current_rows
from positions.models import CurrentStance, Stance, StanceReview, User
from tests.support import make

PER_ARTICLE = 50  # what one text may show as neighbours


def stances(number: int, *, first: int = 0) -> list[Stance]:
    """Return that many statements that wait: fifty holders, three topics, fifty in an article."""
    holders = [make.state() for _ in range(min(number, PER_ARTICLE))]
    topics = [make.topic(slug) for slug in ("nato-membership", "sanctions", "territory")]
    made: list[Stance] = []
    for begin in range(0, number, PER_ARTICLE):
        sentences = [f"Sentence number {n} is here." for n in range(min(PER_ARTICLE, number - begin))]
        version = make.article(" ".join(sentences)).version
        for n, evidence in enumerate(sentences):
            start = version.text.index(evidence)
            made.append(Stance(
                version=version, article_id=version.article_id, holder=holders[n], topic=topics[n % 3],
                position=n % 5 - 2, mode="indirect", kind="statement", stated_on=make.DAY, start=start,
                end=start + len(evidence), evidence=evidence, confidence=0.2 + n % 8 / 10, extractor="rules",
                extractor_version="test", fingerprint=f"00{first + begin + n:x}",
                recorded_at=make.instant(make.DAY),
            ))  # fmt: skip
    made = Stance.objects.bulk_create(made)
    CurrentStance.objects.bulk_create(current_rows(made), batch_size=500)
    return made


def confirmed(rows: list[Stance], by: User) -> list[StanceReview]:
    """Return a confirmation of each."""
    made = StanceReview.objects.bulk_create(
        StanceReview(stance=row, decision="confirmed", by=by, recorded_at=row.recorded_at) for row in rows
    )
    CurrentStance.objects.filter(pk__in=[row.pk for row in rows]).update(decision="confirmed")
    return made
