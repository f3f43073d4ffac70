"""Names that mean nobody yet: kept with the findings that wait, brought in when somebody tells whom."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from django.db import transaction

from actors.models import Actor, Alias
from positions import read_models
from positions.extraction.types import ActorMention, Reading, StanceReading
from positions.ingestion import clock
from positions.ingestion.findings import as_json, finding_key, from_json, stance_row, topic_pks
from positions.models import Article, ArticleVersion, Stance, UnresolvedMention, User

State = UnresolvedMention.State
# What a reading says of a name.
COLUMNS = ("text", "slug", "start", "end", "why", "candidates", "reading")


def keep_waiting(
    reading: Reading,
    waiting: dict[tuple[int, int], list[StanceReading]],
    version: ArticleVersion,
    now: datetime,
) -> None:
    """Bring the version's unresolved names in line with a reading. What a person settled stays settled."""
    rows = {(row.start, row.end): row for row in version.unresolved.all()}
    mentions = {(m.start, m.end): m for m in reading.unresolved}
    mentions |= {(m.start, m.end): m for s in reading.stances for m in _unknown(s)}
    new, changed = [], []
    for span, mention in sorted(mentions.items()):
        values = _values(mention, waiting.get(span, []), reading)
        row = rows.pop(span, None)
        if row is None:
            day = _day(waiting.get(span), version)
            new.append(UnresolvedMention(version=version, on=day, recorded_at=now, **values))
        elif row.state == State.OPEN and any(getattr(row, k) != v for k, v in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            changed.append(row)
    UnresolvedMention.objects.bulk_create(new)
    UnresolvedMention.objects.bulk_update(changed, COLUMNS)
    # Of the others the registry or the reader knows better now.
    if gone := [row.pk for row in rows.values() if row.state == State.OPEN]:
        UnresolvedMention.objects.filter(pk__in=gone).delete()


def _unknown(stance: StanceReading) -> list[ActorMention]:
    return [
        m for m in (stance.holder, stance.source) if m is not None and m.resolved in ("unknown", "ambiguous")
    ]


def _values(mention: ActorMention, waiting: list[StanceReading], reading: Reading) -> dict[str, Any]:
    return {
        "text": mention.name[:200],
        "slug": mention.slug[:200],
        "start": mention.start,
        "end": mention.end,
        "why": mention.resolved,
        "candidates": list(mention.candidates),
        "reading": {
            "extractor": reading.extractor,
            "version": reading.version,
            "stances": [as_json(stance) for stance in waiting],
        },
    }


def _day(waiting: list[StanceReading] | None, version: ArticleVersion) -> Any:
    return waiting[0].stated_on if waiting else version.article.published_on


@transaction.atomic
def resolve_mention(
    mention: UnresolvedMention, actor: Actor, by: User, *, remember: bool = False
) -> list[int]:
    """Say whom a name means; bring in the findings that waited for it and return the new stances' ids.

    With `remember` the spelling becomes a name of the actor, so that later articles resolve it alone.
    A finding whose other name is still unknown waits on for that one. Doing it twice does nothing.
    """
    Article.objects.select_for_update(no_key=True).get(pk=mention.version.article_id)
    row = UnresolvedMention.objects.select_for_update(no_key=True).get(pk=mention.pk)
    if row.state != State.OPEN:
        return []
    row.state, row.actor = State.RESOLVED, actor
    row.save(update_fields=["state", "actor"])
    if remember:
        Alias.objects.get_or_create(actor=actor, kind=Alias.Kind.NAME, text=row.text)
    made = _bring_in(row, by)
    read_models.refresh(made)
    return made


@transaction.atomic
def not_an_actor(mention: UnresolvedMention, by: User) -> None:
    """Say that a name is nobody's whose position is recorded: it is asked no more."""
    UnresolvedMention.objects.filter(pk=mention.pk, state=State.OPEN).update(state=State.NOT_AN_ACTOR)


def _bring_in(mention: UnresolvedMention, by: User) -> list[int]:
    version = mention.version
    topics = topic_pks()
    settled = {
        (row.start, row.end): row.actor
        for row in version.unresolved.filter(state=State.RESOLVED).select_related("actor")
    }
    seen, touched = Counter[str](), []
    for read in map(from_json, mention.reading.get("stances", [])):
        holder = _whom(read.holder, settled)
        if holder is None:
            continue
        row = stance_row(read, version, holder=holder, source=_whom(read.source, settled), topics=topics)
        row.extractor, row.extractor_version = mention.reading["extractor"], mention.reading["version"]
        row.fingerprint = finding_key(row, version.text, seen)
        row.reasons = {**row.reasons, "name_resolved_by": by.get_username()}
        touched += _insert(row)
    return touched


def _whom(mention: ActorMention | None, settled: dict[tuple[int, int], Actor | None]) -> Actor | None:
    if mention is None:
        return None
    if (mention.start, mention.end) in settled:
        return settled[mention.start, mention.end]
    return (
        Actor.objects.filter(slug=mention.slug).first() if mention.resolved in ("registry", "made") else None
    )


def _insert(row: Stance) -> list[int]:
    """Insert a stance, superseding the undecided one it completes (its source was not known)."""
    row.recorded_at = now = clock.now()
    old = Stance.objects.filter(
        article_id=row.article_id, fingerprint=row.fingerprint, superseded_at__isnull=True
    ).first()
    if old is not None:
        if old.reviews.exists() or old.source_actor_id == row.source_actor_id:
            return []
        old.superseded_at = now
        old.save(update_fields=["superseded_at"])
    row.save(force_insert=True)
    return [row.pk, *([old.pk] if old else [])]
