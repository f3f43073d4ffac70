"""Rows to start a test from: `make.stance(holder=make.state("Ruritania"), position=2)`.

Every function takes what the test cares about as keywords and fills in the rest the same way every time.
Names are invented; texts are built around the evidence, so that offsets are always true.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from hashlib import sha256
from itertools import count
from typing import Any

from django.utils.text import slugify

from actors.models import Actor, Alias, BlocMembership, Mandate
from positions import models
from positions.codebook import codebook

DAY = date(2024, 3, 4)
_numbers = count(1)


def instant(day: date) -> datetime:
    """Return noon UTC of a day: when rows of that day are recorded unless a test says otherwise."""
    return datetime.combine(day, time(12), tzinfo=UTC)


# -- Actors --------------------------------------------------------------------------------------------------
def actor(name: str = "", *, kind: str = Actor.Kind.STATE, slug: str = "", **fields: Any) -> Actor:
    name = name or f"Ruritania {next(_numbers)}"
    return Actor.objects.create(name=name, kind=kind, slug=slug or slugify(name), **fields)


def state(name: str = "", **fields: Any) -> Actor:
    return actor(name, **fields)


def organisation(name: str = "", **fields: Any) -> Actor:
    return actor(name or f"Hanseatic Assembly {next(_numbers)}", kind=Actor.Kind.ORGANISATION, **fields)


def unnamed(name: str = "", **fields: Any) -> Actor:
    return actor(name or f"Unnamed official {next(_numbers)}", kind=Actor.Kind.UNNAMED, **fields)


def person(
    name: str = "", *, of: Actor | None = None, role: str = "foreign_minister", **fields: Any
) -> Actor:
    """Return a person; with `of`, one who holds an office of it (see `mandate`) since 2020."""
    made = actor(name or f"Rassendyll {next(_numbers)}", kind=Actor.Kind.PERSON, **fields)
    if of is not None:
        mandate(made, of, role=role)
    return made


def mandate(
    person: Actor, of: Actor, *, role: str = "foreign_minister", tier: int = 1, **fields: Any
) -> Mandate:
    values = {"office": role.replace("_", " ").capitalize(), "start": date(2020, 1, 1), **fields}
    return Mandate.objects.create(person=person, of=of, role=role, tier=tier, **values)


def alias(actor: Actor, text: str, **fields: Any) -> Alias:
    return Alias.objects.create(actor=actor, text=text, **fields)


def membership(member: Actor, bloc: Actor, **fields: Any) -> BlocMembership:
    return BlocMembership.objects.create(member=member, bloc=bloc, **fields)


# -- Texts ---------------------------------------------------------------------------------------------------
def topic(slug: str = "nato-membership") -> models.Topic:
    """Return the codebook's topic, as the database has it or would have it after set-up."""
    entry = codebook().topic(slug)
    made, _ = models.Topic.objects.get_or_create(
        slug=slug,
        defaults={
            "name": entry.name,
            "proposition": entry.proposition,
            "belongs_here": entry.belongs_here,
            "not_here": entry.not_here,
            "order": [one.slug for one in codebook().topics].index(slug),
        },
    )
    return made


def source(name: str = "", **fields: Any) -> models.Source:
    name = name or f"Strelsau Gazette {next(_numbers)}"
    return models.Source.objects.create(**{"name": name, "slug": slugify(name), **fields})


def article(text: str = "", *, published_on: date = DAY, **fields: Any) -> models.Article:
    """Return an article that has been read, with one version holding the text."""
    number = next(_numbers)
    text = text or f"Report number {number} from Strelsau."
    values = {
        "guid": f"article-{number}",
        "title": f"Report {number}",
        "language": "en",
        "state": models.Article.State.DONE,
        "recorded_at": instant(published_on),
        "fingerprint": sha256(text.encode()).hexdigest(),
        "source": fields.pop("source", None) or source(),
        **fields,
    }
    made = models.Article.objects.create(published_on=published_on, **values)
    version(made, text)
    return made


def version(article: models.Article, text: str, **fields: Any) -> models.ArticleVersion:
    """Return the article's next version."""
    values = {"number": article.versions.count() + 1, "title": article.title, **fields}
    return article.versions.create(text=text, sha256=sha256(text.encode()).hexdigest(), **values)


def event(
    title: str = "", *, start_on: date = DAY, actors: tuple[Actor, ...] = (), **fields: Any
) -> models.Event:
    number = next(_numbers)
    values = {
        "kind": models.Event.Kind.MEETING,
        "key": f"event-{number}",
        "recorded_at": instant(start_on),
        **fields,
    }
    made = models.Event.objects.create(title=title or f"Meeting {number}", start_on=start_on, **values)
    made.actors.set(actors)
    return made


def event_mention(event: models.Event, version: models.ArticleVersion, **fields: Any) -> models.EventMention:
    evidence = fields.pop("evidence", version.text)
    start = version.text.index(evidence)
    values = {"start": start, "end": start + len(evidence), "recorded_at": event.recorded_at, **fields}
    return event.mentions.create(version=version, evidence=evidence, **values)


# -- Findings and decisions ----------------------------------------------------------------------------------
def stance(
    *,
    holder: Actor | None = None,
    topic: models.Topic | str = "nato-membership",
    position: int = 1,
    stated_on: date = DAY,
    evidence: str = "",
    article: models.Article | None = None,
    refresh: bool = True,
    **fields: Any,
) -> models.Stance:
    """Return a machine reading, confident and on record, and bring the read models up to date.

    `evidence` must lie in the article's newest text where an article is given.
    """
    holder = holder or state()
    topic = topic if isinstance(topic, models.Topic) else _topic(topic)
    evidence = evidence or (article.version.text if article else f"{holder.name} spoke on {topic.name}.")
    article = article or _article_around(evidence, stated_on)
    newest = fields.pop("version", None) or article.version
    start = newest.text.index(evidence)
    values = {
        "mode": models.stances.Mode.INDIRECT,
        "kind": models.stances.Kind.STATEMENT,
        "confidence": 0.9,
        "extractor": "rules",
        "extractor_version": "test",
        "fingerprint": f"finding-{next(_numbers)}",
        "recorded_at": instant(stated_on),
        **fields,
    }
    made = models.Stance.objects.create(
        version=newest, article=article, holder=holder, topic=topic, position=position, stated_on=stated_on,
        start=start, end=start + len(evidence), evidence=evidence, **values,
    )  # fmt: skip
    if refresh:
        refresh_read_models(made)
    return made


_topic = topic  # `stance` has a parameter of that name


def _article_around(evidence: str, day: date) -> models.Article:
    return article(f"STRELSAU. {evidence} Nothing else was said.", published_on=day)


def review(stance: models.Stance, decision: str = "confirmed", *, refresh: bool = True, **fields: Any) -> Any:
    """Return a decision as a bare row. Tests of deciding itself call `positions.review`."""
    values = {"recorded_at": instant(stance.stated_on), **fields}
    made = models.StanceReview.objects.create(stance=stance, decision=decision, **values)
    if refresh:
        refresh_read_models(stance)
    return made


def unresolved(
    text: str = "the Count of Zenda", *, on: date = DAY, **fields: Any
) -> models.UnresolvedMention:
    found = fields.pop("version", None) or article(f"{text} spoke.", published_on=on).version
    start = found.text.index(text)
    values = {"slug": slugify(text), "why": "unknown", "recorded_at": instant(on), **fields}
    return models.UnresolvedMention.objects.create(
        version=found, text=text, start=start, end=start + len(text), on=on, **values
    )


def refresh_read_models(*stances: models.Stance) -> None:
    from positions import read_models  # imported late: tests without stances need not load it

    read_models.refresh([stance.pk for stance in stances])


# -- People --------------------------------------------------------------------------------------------------
def user(username: str = "", **fields: Any) -> models.User:
    return models.User.objects.create_user(
        username or f"reader{next(_numbers)}", password="correct horse", **fields
    )


def editor(username: str = "", **fields: Any) -> models.User:
    """Return someone who may do everything in the admin; roles have tests of their own."""
    return user(username or f"editor{next(_numbers)}", **{"is_staff": True, "is_superuser": True, **fields})
