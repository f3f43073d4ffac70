"""The shipped registry into the database. Running it again changes nothing; editors' rows stay."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from actors.models import Actor, Alias, BlocMembership, Mandate, Origin
from actors.registry import Registry
from actors.tiers import tier_of

ALIAS_KINDS = {"alias": Alias.Kind.NAME}  # the main name and its variants are one kind here


@dataclass(slots=True)
class Loaded:
    """How many rows of each model were created, updated and removed; and which actors the files dropped."""

    created: dict[str, int] = field(default_factory=dict)
    updated: dict[str, int] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)
    orphans: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return any(self.created.values()) or any(self.updated.values()) or any(self.removed.values())


@transaction.atomic
def load(registry: Registry) -> Loaded:
    """Bring the registry's rows in line with `registry`.

    Natural keys: the actor's slug; actor, kind and text of an alias; person, of, office and start of a
    mandate; member, bloc and start of a membership. A row of the registry that an editor changed has
    become the editor's (`origin`) and stays. Registry rows that the files no longer hold go (their
    history stays), except actors: findings may point at them, so they are only reported.
    """
    report = Loaded()
    _load_actors(registry, report)
    ids = dict(Actor.objects.values_list("slug", "pk"))
    _sync(Alias, _aliases(registry, ids), ("actor_id", "kind", "text"), report)
    _sync(Mandate, _mandates(registry, ids), ("person_id", "of_id", "office", "start"), report)
    _sync(BlocMembership, _memberships(registry, ids), ("member_id", "bloc_id", "start"), report)
    return report


def _load_actors(registry: Registry, report: Loaded) -> None:
    rows = [
        Actor(
            slug=actor.slug,
            name=actor.name,
            kind=actor.kind,
            gender=actor.gender,
            wikidata=actor.wikidata,
            start=actor.start,
            end=actor.end,
            origin=Origin.REGISTRY,
            facts={
                key: value
                for key in ("leader", "head_of_government_title", "monarchy", "members_indicative", "note")
                if (value := getattr(actor, key))
            },
        )
        for actor in registry.actors.values()
    ]
    _sync(Actor, rows, ("slug",), report, remove=False)
    known = {actor.slug: actor for actor in Actor.objects.all()}
    moved = []
    for entry in registry.actors.values():
        actor = known[entry.slug]
        links = {
            name: known[slug].pk if (slug := getattr(entry, name)) else None
            for name in ("resolves_to", "part_of")
        }
        if actor.origin == Origin.REGISTRY and any(getattr(actor, f"{k}_id") != v for k, v in links.items()):
            actor.resolves_to_id, actor.part_of_id = links["resolves_to"], links["part_of"]
            moved.append(actor)
    if moved:
        bulk_update_with_history(moved, Actor, ["resolves_to", "part_of"], batch_size=500)
    report.orphans = sorted(
        slug
        for slug, actor in known.items()
        if actor.origin == Origin.REGISTRY and slug not in registry.actors
    )


def _aliases(registry: Registry, ids: dict[str, int]) -> list[Alias]:
    rows: dict[tuple[int, str, str], Alias] = {}
    for actor in registry.actors.values():
        for name in actor.names:
            kind = ALIAS_KINDS.get(name.kind, name.kind)
            row = Alias(
                actor_id=ids[actor.slug], text=name.text, kind=kind, ambiguous=name.ambiguous,
                common_word=name.common_word, organ=name.organ, note=name.note, origin=Origin.REGISTRY,
            )  # fmt: skip
            rows.setdefault((row.actor_id, kind, name.text), row)
    return list(rows.values())


def _mandates(registry: Registry, ids: dict[str, int]) -> list[Mandate]:
    return [
        Mandate(
            person_id=ids[actor.slug], of_id=ids[tenure.of], office=tenure.office, role=tenure.role,
            start=tenure.start, end=tenure.end, precision=tenure.precision, speaks_for=tenure.speaks_for,
            ceremonial=tenure.ceremonial, acting=tenure.acting, confirmed_to=tenure.confirmed_to,
            tier=tier_of(tenure.role, speaks_for=tenure.speaks_for, ceremonial=tenure.ceremonial),
            origin=Origin.REGISTRY,
        )
        for actor in registry.actors.values()
        for tenure in actor.tenures
    ]  # fmt: skip


def _memberships(registry: Registry, ids: dict[str, int]) -> list[BlocMembership]:
    loose = {actor.slug for actor in registry.actors.values() if actor.members_indicative}
    return [
        BlocMembership(
            member_id=ids[m.state], bloc_id=ids[m.organisation], start=m.start, end=m.end,
            indicative=m.organisation in loose, origin=Origin.REGISTRY,
        )
        for m in registry.memberships
    ]  # fmt: skip


def _sync(
    model: Any,
    wanted: Iterable[Any],
    key: tuple[str, ...],
    report: Loaded,
    *,
    remove: bool = True,
) -> None:
    """Create, update and remove registry rows so that they equal `wanted`, matched by `key`."""
    key_of: Callable[[Any], tuple[Any, ...]] = lambda row: tuple(getattr(row, name) for name in key)
    compared = [
        f.attname
        for f in model._meta.concrete_fields
        if not f.primary_key and f.name not in {"recorded_at", "merged_into", "resolves_to", "part_of"}
    ]
    existing = {key_of(row): row for row in model._default_manager.all()}
    create, update, seen = [], [], set()
    for row in wanted:
        seen.add(key_of(row))
        old = existing.get(key_of(row))
        if old is None:
            create.append(row)
        elif old.origin == Origin.REGISTRY and any(getattr(old, f) != getattr(row, f) for f in compared):
            for name in compared:
                setattr(old, name, getattr(row, name))
            update.append(old)
    gone = [r.pk for k, r in existing.items() if remove and r.origin == Origin.REGISTRY and k not in seen]
    _write(model, create, update, compared)
    # One by one: the history of each removed row is kept.
    for row in model._default_manager.filter(pk__in=gone):
        row.delete()
    name = model._meta.model_name or ""
    report.created[name], report.updated[name], report.removed[name] = len(create), len(update), len(gone)


def _write(model: type[models.Model], create: list[Any], update: list[Any], fields: list[str]) -> None:
    names = [model._meta.get_field(name).name for name in fields]
    if hasattr(model, "history"):
        if create:
            bulk_create_with_history(create, model, batch_size=500)
        if update:
            bulk_update_with_history(update, model, names, batch_size=500)
        return
    model._default_manager.bulk_create(create, batch_size=500)
    if update:
        model._default_manager.bulk_update(update, names, batch_size=500)
