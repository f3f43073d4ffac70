"""A small record to look at: invented allies, and something that must not leak."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.core.cache import cache

from positions.codebook import codebook
from tests.support import make


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def alliance(db):
    """The alliance and union, both without members yet."""
    return make.organisation("North Atlantic Treaty Organization", slug="nato"), make.organisation(
        "European Union", slug="eu"
    )


@pytest.fixture
def record(alliance):
    """Ruritania (an ally with a minister, a shift, a condition), Zenda (a silent one), an event."""
    nato, _eu = alliance
    for topic in codebook().topics:
        make.topic(topic.slug)
    ruritania, zenda = make.state("Ruritania"), make.state("Zenda")
    for ally in (ruritania, zenda):
        make.membership(ally, nato, start=date(1990, 1, 1))
    minister = make.person("Rudolf Rassendyll", of=ruritania)
    make.alias(ruritania, "Kingdom of Ruritania")
    outlet = make.source("Strelsau Gazette", excerpt_length=0)
    article = make.article(
        "STRELSAU. Ruritania wants it settled. Rudolf Rassendyll said it could come once the war is over.\n\n"
        "It will never agree, a whisperer claimed. Nobody should read this rejected line.",
        source=outlet,
        published_on=date(2024, 3, 5),
        title="Ruritania speaks",
    )
    wants = make.stance(
        holder=ruritania,
        position=2,
        stated_on=date(2024, 1, 10),
        article=article,
        evidence="Ruritania wants it settled.",
    )
    once = make.stance(
        holder=minister,
        position=1,
        stated_on=date(2024, 3, 4),
        article=article,
        condition="once the war is over",
        evidence="Rudolf Rassendyll said it could come once the war is over.",
    )
    make.stance(holder=minister, position=-2, topic="territory", stated_on=date(2024, 2, 2))
    faint = make.stance(
        holder=ruritania,
        position=-2,
        stated_on=date(2024, 3, 4),
        article=article,
        confidence=0.1,
        evidence="It will never agree, a whisperer claimed.",
    )
    rejected = make.stance(
        holder=ruritania,
        position=-2,
        stated_on=date(2024, 3, 5),
        article=article,
        evidence="Nobody should read this rejected line.",
    )
    make.review(rejected, "rejected", recorded_at=make.instant(date(2024, 6, 1)))
    event = make.event(
        "Strelsau summit", start_on=date(2024, 3, 1), actors=(ruritania, minister), place="Strelsau"
    )
    make.event_mention(event, article.version, evidence="STRELSAU.")
    return SimpleNamespace(
        ruritania=ruritania,
        zenda=zenda,
        minister=minister,
        nato=nato,
        article=article,
        wants=wants,
        once=once,
        faint=faint,
        rejected=rejected,
        event=event,
        outlet=outlet,
    )


def grow(record, count):
    """Add `count` allies, each with a minister, an event and sayings; and as many by those already there."""
    for _number in range(count):
        state = make.state()
        make.membership(state, record.nato, start=date(1995, 1, 1))
        minister = make.person(of=state)
        for day, position in ((date(2024, 2, 1), 1), (date(2024, 4, 1), -1)):
            make.stance(holder=minister, position=position, stated_on=day)
            make.stance(holder=record.minister, position=position, stated_on=day, topic="territory")
            make.stance(holder=record.ruritania, position=position, stated_on=day, topic="sanctions")
        make.event(start_on=date(2024, 2, 2), actors=(state, record.ruritania))
