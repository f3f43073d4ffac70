"""Names that mean nobody yet: grouped, with suggestions, and settled together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Max, Min, Q
from django.utils.text import slugify
from rapidfuzz import fuzz, process, utils

from actors.models import Actor, Alias
from positions.ingestion.unresolved import not_an_actor, resolve_mention
from positions.models import UnresolvedMention, User

PERMISSION = "positions.change_unresolvedmention"
OPEN = UnresolvedMention.State.OPEN
# Of 100: below this two names are not alike.
ALIKE = 70
# By so much the likeliest suggestion must lead, or nothing is chosen beforehand.
CLEAR = 5


@dataclass(frozen=True, slots=True)
class Group:
    """One spelling that waits, with how often and when it was met."""

    slug: str
    text: str
    mentions: int
    articles: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An actor that may be meant; `score` 0–100: likeness of `spelling`, 100 if the reader thought of it."""

    actor: Actor
    spelling: str
    score: int


@dataclass(frozen=True, slots=True)
class Settled:
    """How many mentions were settled and how many statements that brought in."""

    mentions: int
    statements: int


def groups(limit: int | None = None, *, behind: str = "") -> list[Group]:
    """Return the open names, the most frequent first; `behind`: those that come after this slug."""
    rows = UnresolvedMention.objects.filter(state=OPEN).values("slug").annotate(
        text=Min("text"), n=Count("pk"), articles=Count("version__article", distinct=True),
        first=Min("on"), last=Max("on"),
    )  # fmt: skip
    if behind:
        n = UnresolvedMention.objects.filter(state=OPEN, slug=behind).count()
        rows = rows.filter(Q(n__lt=n) | Q(n=n, slug__gt=behind))
    return [
        Group(row["slug"], row["text"], row["n"], row["articles"], row["first"], row["last"])
        for row in rows.order_by("-n", "slug")[:limit]
    ]


def waiting() -> int:
    """Count the names that are open."""
    return UnresolvedMention.objects.filter(state=OPEN).values("slug").distinct().count()


def open_mentions(slug: str) -> list[UnresolvedMention]:
    rows = UnresolvedMention.objects.filter(slug=slug, state=OPEN)
    return list(rows.select_related("version__article__source").order_by("on", "pk"))


def suggestions(mentions: Iterable[UnresolvedMention], limit: int = 6) -> list[Suggestion]:
    """Return whom a name may mean: whom the reader thought of, then actors with like names."""
    rows = list(mentions)
    slugs = {slug for row in rows for slug in row.candidates}
    thought = Actor.objects.existing().filter(slug__in=slugs).order_by("name")
    found = {actor.pk: Suggestion(actor, actor.name, 100) for actor in thought}
    for text in sorted({row.text for row in rows}):
        for one in alike(text, limit=limit):
            found.setdefault(one.actor.pk, one)
    return sorted(found.values(), key=lambda one: -one.score)[:limit]


def is_clear(found: Sequence[Suggestion]) -> bool:
    """Whether the first suggestion is so much likelier than the second that it may stand there chosen."""
    return len(found) == 1 or (len(found) > 1 and found[0].score - found[1].score >= CLEAR)


def alike(text: str, limit: int = 6) -> list[Suggestion]:
    """Return actors with a name or spelling like `text`, the likest first."""
    spellings: list[tuple[int, str]] = list(Actor.objects.existing().values_list("pk", "name"))
    spellings += Alias.objects.filter(actor__merged_into__isnull=True).values_list("actor", "text")
    hits = process.extract(
        text, [name for _, name in spellings], scorer=fuzz.WRatio, processor=utils.default_process,
        limit=limit * 4, score_cutoff=ALIKE,
    )  # fmt: skip
    best: dict[int, tuple[str, int]] = {}
    for name, score, at in hits:
        best.setdefault(spellings[at][0], (name, round(score)))
    actors = Actor.objects.in_bulk(best)
    return [Suggestion(actors[pk], name, score) for pk, (name, score) in list(best.items())[:limit]]


@transaction.atomic
def settle(slug: str, actor: Actor, *, by: User, remember: bool) -> Settled:
    """Say that a name means an actor wherever it waits; `remember` makes it one of the actor's names."""
    _may(by)
    mentions = open_mentions(slug)
    made = [pk for row in mentions for pk in resolve_mention(row, actor, by, remember=remember)]
    return Settled(len(mentions), len(made))


@transaction.atomic
def settle_as_new(slug: str, *, name: str, kind: str, by: User) -> tuple[Actor, Settled]:
    """Make an actor of a name that the registry lacks, and settle the name with it."""
    _may(by)
    key = slugify(name)[:120]
    if not key:
        raise ValidationError({"name": "A name needs letters."})
    if Actor.objects.filter(slug=key).exists():
        raise ValidationError({"name": f"There is already an actor “{key}”: choose it instead."})
    actor = Actor.objects.create(slug=key, name=name, kind=kind)
    Alias.objects.create(actor=actor, text=name)
    return actor, settle(slug, actor, by=by, remember=True)


@transaction.atomic
def dismiss(slug: str, *, by: User) -> int:
    """Say that a name is nobody's whose position is recorded; return how many mentions that settles."""
    _may(by)
    mentions = open_mentions(slug)
    for row in mentions:
        not_an_actor(row, by)
    return len(mentions)


def _may(by: User) -> None:
    if not by.has_perm(PERMISSION):
        raise PermissionDenied(f"{by} may not settle names.")
