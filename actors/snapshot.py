"""The registry as the database holds it now, for resolving names; title rules come from the data files."""

from __future__ import annotations

from collections import defaultdict

from django.conf import settings
from django.db.models import Count, Max

from actors.models import Actor, Alias, BlocMembership, Mandate, Origin
from actors.registry import DATA, Membership, Name, Registry, RegistryActor, Tenure, load_registry
from actors.resolution import RegistryResolver

_cached: tuple[tuple[object, ...], RegistryResolver] | None = None


def files() -> Registry:
    """Read the shipped data files and the additions that the settings name."""
    return load_registry(DATA, *settings.REGISTRY_EXTRA)


def stamp() -> tuple[object, ...]:
    """Return a value that changes whenever an actor, alias, mandate or membership does."""
    parts: list[object] = []
    for model in (Actor, Alias, Mandate):
        # Actors that reading makes bear no names that anything resolves to.
        known = model.history.exclude(origin=Origin.READER)
        parts += [known.aggregate(newest=Max("history_id"))["newest"]]
    parts += BlocMembership.objects.aggregate(n=Count("pk"), newest=Max("pk")).values()
    return tuple(parts)


def resolver() -> RegistryResolver:
    """Return a resolver over the database's registry, rebuilt when a row changed."""
    global _cached
    now = stamp()
    if _cached is None or _cached[0] != now:
        _cached = (now, RegistryResolver(registry()))
    return _cached[1]


def registry() -> Registry:
    """Build the registry from the database. Merged actors lend their names to the one they became."""
    actors = list(Actor.objects.exclude(kind=Actor.Kind.UNNAMED).select_related("part_of", "resolves_to"))
    slug = {actor.pk: actor.slug for actor in actors}
    by_id = {actor.pk: actor for actor in actors}
    target = {actor.pk: _final(actor, by_id).pk for actor in actors}
    names: dict[int, list[Name]] = defaultdict(list)
    main = {actor.pk: actor.name for actor in actors}
    for row in Alias.objects.filter(actor__in=slug).order_by("pk"):
        kind = "alias" if row.kind == Alias.Kind.NAME and row.text != main[row.actor_id] else row.kind
        names[target[row.actor_id]].append(
            Name(row.text, kind, row.ambiguous, row.common_word, row.organ, row.note)
        )
    tenures: dict[int, list[Tenure]] = defaultdict(list)
    for m in Mandate.objects.filter(person__in=slug, of__in=slug).order_by("start", "pk"):
        tenures[target[m.person_id]].append(
            Tenure(
                m.office,
                m.role,
                slug[target[m.of_id]],
                m.start,
                m.end,
                m.speaks_for,
                m.ceremonial,
                m.acting,
                m.precision,
                m.confirmed_to,
            )
        )
    return Registry(
        {a.slug: _entry(a, names[a.pk], tenures[a.pk]) for a in actors if target[a.pk] == a.pk},
        tuple(
            Membership(slug[target[m.member_id]], slug[target[m.bloc_id]], m.start, m.end)
            for m in BlocMembership.objects.filter(member__in=slug, bloc__in=slug)
        ),
        load_registry(DATA, *settings.REGISTRY_EXTRA).titles,
    )


def _final(actor: Actor, by_id: dict[int, Actor]) -> Actor:
    while actor.merged_into_id is not None and actor.merged_into_id in by_id:
        actor = by_id[actor.merged_into_id]
    return actor


def _entry(actor: Actor, names: list[Name], tenures: list[Tenure]) -> RegistryActor:
    facts = actor.facts
    return RegistryActor(
        slug=actor.slug,
        name=actor.name,
        kind=actor.kind,
        names=tuple(names),
        tenures=tuple(tenures),
        gender=actor.gender,
        wikidata=actor.wikidata,
        leader=facts.get("leader", ""),
        head_of_government_title=facts.get("head_of_government_title", ""),
        monarchy=facts.get("monarchy", False),
        part_of=actor.part_of.slug if actor.part_of else "",
        resolves_to=actor.resolves_to.slug if actor.resolves_to else "",
        start=actor.start,
        end=actor.end,
        members_indicative=facts.get("members_indicative", False),
        note=facts.get("note", ""),
    )
