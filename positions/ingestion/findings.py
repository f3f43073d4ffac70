"""What a reading found, as unsaved rows: actors looked up, names that mean nobody yet set apart."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from actors.models import Actor, Origin
from positions.codebook import codebook
from positions.extraction.types import ActorMention, Reading, StanceReading
from positions.ingestion.anchor import sentence_at
from positions.ingestion.identity import normalised
from positions.models import ArticleVersion, Stance, Topic, UnresolvedMention
from positions.topics import load as load_topics

# What must be equal for a finding of a re-run to be the finding that is stored: not the extractor's version,
# and the confidence only roughly, so that a statement keeps its address when the reader is tuned.
COMPARED = (
    "holder_id", "source_actor_id", "topic_id", "position", "mode", "kind", "condition", "stated_on",
    "precision", "evidence",
)  # fmt: skip
SAME_CONFIDENCE = 0.05


class RegistryMissing(LookupError):
    """The reader resolved a name to an actor that the database lacks: the registry was not loaded."""


@dataclass(slots=True)
class Findings:
    """Unsaved stances, and the stance readings that wait for a name, by the span of that name."""

    stances: list[Stance] = field(default_factory=list)
    waiting: dict[tuple[int, int], list[StanceReading]] = field(default_factory=dict)


class Cast:
    """The actors of one reading as rows; those that the codebook lets the reader make are made."""

    def __init__(self, mentions: list[ActorMention], told: dict[str, Actor]) -> None:
        """`told` are the names, by slug, of which an editor said whom they mean in this article."""
        self._told = told
        wanted = {m.slug: m for m in mentions if m.resolved in ("registry", "made")}
        self._rows = {actor.slug: actor for actor in Actor.objects.filter(slug__in=wanted)}
        for slug, mention in sorted(wanted.items()):
            if slug not in self._rows:
                self._rows[slug] = self._make(mention)

    def _make(self, mention: ActorMention) -> Actor:
        if mention.resolved == "registry":
            raise RegistryMissing(f"no actor {mention.slug!r} in the database: run manage.py load_registry")
        actor, _ = Actor.objects.get_or_create(
            slug=mention.slug,
            defaults={"name": mention.name[:200], "kind": mention.kind, "origin": Origin.READER},
        )
        return actor

    def of(self, mention: ActorMention | None) -> Actor | None:
        """Return the actor (the one it was merged into), None for a name that means nobody yet."""
        if mention is None:
            return None
        waits = mention.resolved in ("unknown", "ambiguous")
        actor = self._told.get(mention.slug) if waits else self._rows[mention.slug]
        if actor is None:
            return None
        while actor.merged_into is not None:
            actor = actor.merged_into
        return actor


def findings(reading: Reading, version: ArticleVersion) -> Findings:
    """Return the reading's stances as rows. Only the actors are written (get or create)."""
    named = [m for s in reading.stances for m in (s.holder, s.source) if m is not None]
    cast = Cast(named, _told(version))
    topics = topic_pks()
    found, seen = Findings(), Counter[str]()
    for stance in reading.stances:
        for mention in (stance.holder, stance.source):
            if mention is not None and cast.of(mention) is None:
                found.waiting.setdefault((mention.start, mention.end), []).append(stance)
        holder = cast.of(stance.holder)
        if holder is not None:
            row = stance_row(stance, version, holder=holder, source=cast.of(stance.source), topics=topics)
            row.extractor, row.extractor_version = reading.extractor, reading.version
            row.fingerprint = finding_key(row, version.text, seen)
            found.stances.append(row)
    return found


def _told(version: ArticleVersion) -> dict[str, Actor]:
    rows = UnresolvedMention.objects.filter(version__article=version.article_id, actor__isnull=False)
    return {row.slug: row.actor for row in rows.select_related("actor") if row.actor is not None}


def topic_pks() -> dict[str, int]:
    """Return the codebook's topics as rows by slug, made on first use."""
    rows = dict(Topic.objects.values_list("slug", "pk"))
    if not rows.keys() >= {entry.slug for entry in codebook().topics}:
        load_topics()
        rows = dict(Topic.objects.values_list("slug", "pk"))
    return rows


def stance_row(
    read: StanceReading,
    version: ArticleVersion,
    *,
    holder: Actor,
    source: Actor | None,
    topics: dict[str, int],
) -> Stance:
    """Return an unsaved stance; extractor, fingerprint and recorded_at are the caller's to set.

    Raises ValueError where the reading contradicts itself or the text: that is a fault of the extractor.
    """
    if version.text[read.start : read.end] != read.evidence or not read.evidence.strip():
        raise ValueError(f"evidence [{read.start}:{read.end}] is not what the text says there")
    if read.topic not in topics:
        raise ValueError(f"no topic {read.topic!r} in the codebook's rows")
    return Stance(
        version=version,
        article_id=version.article_id,
        holder=holder,
        source_actor=source if source != holder else None,
        topic_id=topics[read.topic],
        position=read.position,
        mode=read.mode,
        kind=read.kind,
        condition=read.condition or "",
        stated_on=read.stated_on,
        precision=read.precision,
        start=read.start,
        end=read.end,
        evidence=read.evidence,
        confidence=round(read.confidence, 4),
        reasons=dict(read.reasons),
    )


def finding_key(row: Stance, text: str, seen: Counter[str]) -> str:
    """Return the fingerprint: article, holder, topic and the words of the sentence where the evidence starts.

    A sentence with two stances of one holder on one topic, or one that recurs, is told apart by its turn
    (`seen`, filled here).
    """
    start, end = sentence_at(text, row.start)
    base = "\x1f".join((str(row.article_id), row.holder.slug, str(row.topic_id), normalised(text[start:end])))
    seen[base] += 1
    return hashlib.sha256(f"{base}\x1f{seen[base]}".encode()).hexdigest()


def same_finding(a: Stance, b: Stance) -> bool:
    alike = abs(a.confidence - b.confidence) < SAME_CONFIDENCE
    return alike and all(getattr(a, name) == getattr(b, name) for name in COMPARED)


def as_json(read: StanceReading) -> dict[str, Any]:
    """Return a stance reading as plain JSON, to wait in a row for its names."""
    return {
        "holder": _mention_json(read.holder),
        "source": _mention_json(read.source) if read.source else None,
        "topic": read.topic, "position": read.position, "mode": read.mode, "kind": read.kind,
        "stated_on": read.stated_on.isoformat(), "precision": read.precision,
        "start": read.start, "end": read.end, "evidence": read.evidence,
        "confidence": read.confidence, "condition": read.condition,
        "reasons": dict(read.reasons),
    }  # fmt: skip


def _mention_json(m: ActorMention) -> dict[str, Any]:
    return {
        "slug": m.slug, "name": m.name, "kind": m.kind, "resolved": m.resolved,
        "start": m.start, "end": m.end, "path": m.path, "candidates": list(m.candidates),
    }  # fmt: skip


def from_json(data: dict[str, Any]) -> StanceReading:
    """Return what `as_json` kept."""
    values = dict(data)
    values["holder"] = _mention(values["holder"])
    values["source"] = _mention(values["source"]) if values["source"] else None
    values["stated_on"] = date.fromisoformat(values["stated_on"])
    return StanceReading(**values)


def _mention(data: dict[str, Any]) -> ActorMention:
    return ActorMention(**{**data, "candidates": tuple(data["candidates"])})
