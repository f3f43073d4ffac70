"""Editions kept up: how often what pages show has changed. Called by `positions.read_models` only."""

from __future__ import annotations

from collections.abc import Iterable, Set

from django.db.models import Exists, F, OuterRef, Q

from positions.grouping import CHUNK, ROWS, chunks, either
from positions.models import Edition, LineEdition, LinePoint

Pair = tuple[int, int]  # (actor, topic)


def count_up(pairs: Set[Pair]) -> None:
    """Begin a new edition of these lines and their actors: what was kept of them is not shown again."""
    _begin(pairs)
    for actors in chunks(sorted({actor for actor, _topic in pairs}), ROWS):
        Edition.objects.filter(actor__in=actors).update(number=F("number") + 1)
    for some in chunks(sorted(pairs), CHUNK):
        wanted = either(Q(actor=actor, topic=topic) for actor, topic in some)
        LineEdition.objects.filter(wanted).update(number=F("number") + 1)


def count_all_up(pairs: Set[Pair]) -> None:
    """Begin a new edition of these lines and of everything else."""
    _begin(pairs)
    Edition.objects.update(number=F("number") + 1)
    LineEdition.objects.update(number=F("number") + 1)


def _begin(pairs: Set[Pair]) -> None:
    """Add the editions that are missing. Whoever adds the same one at the same time waits, and both count."""
    actors = {actor for actor, _topic in pairs}
    for some in chunks(sorted(actors), ROWS):
        known = set(Edition.objects.filter(actor__in=some).order_by().values_list("pk", flat=True))
        missing = [Edition(actor_id=actor) for actor in some if actor not in known]
        Edition.objects.bulk_create(missing, ignore_conflicts=True)
    for some in chunks(sorted(actors), ROWS):
        rows = LineEdition.objects.filter(actor__in=some).order_by().values_list("actor", "topic")
        known_lines, here = set(rows), set(some)
        lines = [pair for pair in sorted(pairs) if pair[0] in here and pair not in known_lines]
        LineEdition.objects.bulk_create(
            [LineEdition(actor_id=actor, topic_id=topic) for actor, topic in lines], ignore_conflicts=True
        )


def differences() -> Iterable[str]:
    """Say which lines are shown whose changes nothing counts."""
    counted = LineEdition.objects.filter(
        actor=OuterRef("actor"), topic=OuterRef("topic"), actor__edition__isnull=False
    )
    shown = LinePoint.objects.filter(~Exists(counted)).order_by("actor__slug", "topic__slug")
    for actor, topic in shown.values_list("actor__slug", "topic__slug").distinct():
        yield f"line of {actor} on {topic} has no edition"
