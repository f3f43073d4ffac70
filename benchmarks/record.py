"""A record of any size, the same for the same seed: actors, articles, stances and their read models.

Rows are inserted in bulk; lines and utterances come from `positions.history` itself, so that the read
models are those which `positions.read_models` would have made (a test compares them).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from hashlib import sha256

from django.db import transaction

from actors.models import Actor, BlocMembership, Mandate
from benchmarks import derived
from benchmarks.specs import BATCH, SOURCES, STANCES_PER_ARTICLE, Cast, Spec, insert, noon
from positions import topics
from positions.models import Article, ArticleVersion, Source, Stance, Topic

FIRST_DAY, LAST_DAY = date(2008, 1, 1), date(2026, 11, 1)
STATES, ORGANISATIONS, PEOPLE, UNNAMED = 60, 20, 110, 10
HOT_SHARE = 0.07  # of all stances are the hot actor's
HOT = "state-000"
MIND_CHANGES, OUT_OF_LINE = 0.02, 0.03
WORDS = [
    "alliance", "minister", "membership", "invitation", "border", "talks", "winter", "summit", "pledge",
    "capital", "statement", "guarantee", "troops", "delivery", "artillery", "harbour", "parliament", "veto",
    "sanctions", "ceasefire", "proposal", "ally", "doubt", "support", "budget", "coalition",
]  # fmt: skip


def fill(stances: int, *, seed: int = 1, progress: Callable[[str], None] = lambda said: None) -> None:
    """Fill an empty, migrated database."""
    rng = random.Random(seed)
    with transaction.atomic():
        cast = _cast(rng)
        progress(f"{len(cast.actors)} actors")
        _articles(stances, cast, rng)
        progress(f"{-(-stances // STANCES_PER_ARTICLE):,} articles")
        specs = list(_specs(stances, cast, rng))
        insert(Stance, (_stance(spec) for spec in specs))
        progress(f"{stances:,} stances")
        derived.read_models(specs, cast)
        progress("read models")


def is_filled(stances: int) -> bool:
    return Stance.objects.count() >= stances


def _cast(rng: random.Random) -> Cast:
    topics.load()
    kinds = [
        (Actor.Kind.STATE, "State", STATES),
        (Actor.Kind.ORGANISATION, "Organisation", ORGANISATIONS),
        (Actor.Kind.PERSON, "Person", PEOPLE),
        (Actor.Kind.UNNAMED, "Unnamed official", UNNAMED),
    ]
    for kind, name, count in kinds:
        slug = name.lower().replace(" ", "-")
        Actor.objects.bulk_create(
            Actor(slug=f"{slug}-{n:03}", name=f"{name} {n:03}", kind=kind) for n in range(count)
        )
    bodies = list(Actor.objects.filter(kind__in=[Actor.Kind.STATE, Actor.Kind.ORGANISATION]).order_by("pk"))
    people = list(Actor.objects.filter(kind=Actor.Kind.PERSON).order_by("pk"))
    mandates = [
        Mandate(
            person=p,
            of=bodies[n % len(bodies)],
            office="Minister",
            role="foreign_minister",
            start=FIRST_DAY,
            tier=1 + n % 2,
        )
        for n, p in enumerate(people)
    ]
    Mandate.objects.bulk_create(mandates)
    nato = Actor.objects.create(slug="nato", name="NATO", kind=Actor.Kind.ORGANISATION)
    BlocMembership.objects.bulk_create(BlocMembership(member=body, bloc=nato) for body in bodies[:32])
    sources = Source.objects.bulk_create(
        Source(slug=f"source-{n}", name=f"Source {n}") for n in range(SOURCES)
    )
    return Cast(
        actors=list(Actor.objects.exclude(slug="nato").order_by("pk")),
        mandates={mandate.person_id: mandate for mandate in mandates},
        topics=list(Topic.objects.order_by("order")),
        sources=list(sources),
    )


def _day(number: int, of: int) -> date:
    """Return the day of the number-th of so many things that happen evenly over the years."""
    return FIRST_DAY + timedelta(days=(LAST_DAY - FIRST_DAY).days * number // max(of, 1))


def _articles(stances: int, cast: Cast, rng: random.Random) -> None:
    count = -(-stances // STANCES_PER_ARTICLE)
    for first in range(0, count, BATCH):
        numbers = range(first, min(first + BATCH, count))
        Article.objects.bulk_create(_article(n, _day(n, count), cast.sources[n % SOURCES]) for n in numbers)
        ArticleVersion.objects.bulk_create(_version(n, " ".join(rng.choices(WORDS, k=235))) for n in numbers)


def _article(n: int, day: date, source: Source) -> Article:
    return Article(
        pk=n + 1,
        source=source,
        guid=f"a-{n}",
        title=f"Report {n}",
        language="en",
        published_on=day,
        fingerprint=f"{n:064}",
        state=Article.State.DONE,
        recorded_at=noon(day),
        read_at=noon(day),
    )


def _version(n: int, text: str) -> ArticleVersion:
    return ArticleVersion(
        pk=n + 1,
        article_id=n + 1,
        number=1,
        title=f"Report {n}",
        text=text,
        sha256=sha256(text.encode()).hexdigest(),
    )


def _specs(stances: int, cast: Cast, rng: random.Random) -> Iterator[Spec]:
    hot = next(actor for actor in cast.actors if actor.slug == HOT)
    others = [actor for actor in cast.actors if actor is not hot]
    lean = {(actor.pk, topic.pk): rng.randint(-2, 2) for actor in cast.actors for topic in cast.topics}
    for n in range(stances):
        holder = hot if rng.random() < HOT_SHARE else rng.choice(others)
        topic = rng.choice(cast.topics)
        # Minds change now and then, and now and then somebody steps out of line.
        if rng.random() < MIND_CHANGES:
            lean[holder.pk, topic.pk] = rng.randint(-2, 2)
        step = rng.choice((-1, 1)) if rng.random() < OUT_OF_LINE else 0
        position = max(-2, min(2, lean[holder.pk, topic.pk] + step))
        yield Spec(
            pk=n + 1,
            article=n // STANCES_PER_ARTICLE + 1,
            holder=holder,
            topic=topic,
            position=position,
            mode=rng.choice(("direct", "indirect", "indirect", "narrative", "second-hand")),
            stated_on=_day(n, stances),
            evidence=f"{holder.name} said number {n} on {topic.name}: " + " ".join(rng.choices(WORDS, k=18)),
            condition="once the talks are over" if rng.random() < 0.1 else "",
            confidence=round(rng.uniform(0.3, 1.0), 3),
        )


def _stance(spec: Spec) -> Stance:
    return Stance(
        pk=spec.pk,
        version_id=spec.article,
        article_id=spec.article,
        holder=spec.holder,
        topic=spec.topic,
        position=spec.position,
        mode=spec.mode,
        kind="statement",
        condition=spec.condition,
        stated_on=spec.stated_on,
        precision="day",
        start=0,
        end=len(spec.evidence),
        evidence=spec.evidence,
        confidence=spec.confidence,
        extractor="rules",
        extractor_version="bench",
        fingerprint=f"{spec.pk}",
        recorded_at=noon(spec.stated_on),
    )
