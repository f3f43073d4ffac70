"""Which namings of happenings become events: the likely ones, each happening once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from positions.extraction.happenings.features import Candidate


def choose(
    candidates: Sequence[Candidate], chances: Sequence[float], threshold: float, second: float
) -> list[int]:
    """Return the numbers of the candidates to keep, in the order of the text.

    The words of one sentence about one day compete: together they must reach `threshold`, and the
    likeliest speaks for them. Another joins it only if of another kind and likely (`second`) by itself.
    """
    groups: dict[tuple[int, date], list[int]] = defaultdict(list)
    for number, candidate in enumerate(candidates):
        groups[candidate.trigger.sentence, candidate.trigger.day].append(number)
    found: list[tuple[float, int]] = []
    for members in groups.values():
        members.sort(key=lambda n: (-chances[n], n))
        mass = sum(chances[n] for n in members)
        if mass < threshold:
            continue
        found.append((mass, members[0]))
        kind = candidates[members[0]].trigger.sort.kind
        found += [
            (chances[n], n) for n in members[1:]
            if chances[n] >= second and candidates[n].trigger.sort.kind != kind
        ][:1]  # fmt: skip
    return _once(candidates, sorted(found, key=lambda pair: (-pair[0], pair[1])))


def _once(candidates: Sequence[Candidate], found: list[tuple[float, int]]) -> list[int]:
    """Keep the likeliest naming of each happening."""
    kept: list[int] = []
    for _, number in found:
        if not any(same_happening(candidates[number], candidates[other]) for other in kept):
            kept.append(number)
    return sorted(kept)


def same_happening(one: Candidate, other: Candidate) -> bool:
    """Two namings mean the same happening: one day, one kind, and people or words in common."""
    a, b = one.trigger, other.trigger
    if a.sort.kind != b.sort.kind or a.day != b.day:
        return False
    if a.sort.kind == "statement":
        speakers, rest = ({m.actor.slug for m in c.part.doers} for c in (one, other))
        return bool(speakers & rest)
    people, others = ({m.actor.slug for m in c.part.actors} for c in (one, other))
    return a.sort.name == b.sort.name or not people or not others or bool(people & others)
