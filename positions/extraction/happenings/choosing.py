"""Which namings of happenings become events: the likely ones, each happening once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from positions.extraction.happenings.features import Candidate
from positions.extraction.happenings.reality import is_real


def choose(
    candidates: Sequence[Candidate], chances: Sequence[float], threshold: float, second: float
) -> list[int]:
    """Return the numbers of the candidates to keep, in the order of the text.

    The words of one sentence about one day compete: together they must reach `threshold`, and the
    likeliest that tells a fact speaks for them. Another joins it only if of another kind and by itself
    as likely as `second`.
    """
    groups: dict[tuple[int, date], list[int]] = defaultdict(list)
    for number, candidate in enumerate(candidates):
        groups[candidate.trigger.sentence, candidate.trigger.day].append(number)
    found: list[tuple[float, int]] = []
    for members in groups.values():
        mass = sum(chances[n] for n in members)
        members = sorted(
            (n for n in members if is_real(candidates[n].trigger.token)), key=lambda n: (-chances[n], n)
        )
        if mass < threshold or not members:
            continue
        speaker = _act(candidates, members)
        found.append((mass, speaker))
        kind = candidates[speaker].kind
        found += [
            (chances[n], n) for n in members
            if n != speaker and chances[n] >= second and candidates[n].kind != kind
        ][:1]  # fmt: skip
    return _once(candidates, sorted(found, key=lambda pair: (-pair[0], pair[1])))


def _act(candidates: Sequence[Candidate], members: list[int]) -> int:
    """Return the likeliest member; where that is what an act is about ("vetoed the aid"), the act itself."""
    token = candidates[members[0]].trigger.token
    if candidates[members[0]].kind in ("decision", "aid") and token.dep_ in ("dobj", "nsubjpass"):
        return next((n for n in members if candidates[n].trigger.token.i == token.head.i), members[0])
    return members[0]


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
    if one.kind != other.kind or a.day != b.day:
        return False
    if one.kind == "statement":
        speakers, rest = ({m.actor.slug for m in c.part.doers} for c in (one, other))
        return bool(speakers & rest)
    people, others = ({m.actor.slug for m in c.part.actors} for c in (one, other))
    return a.sort.name == b.sort.name or not people or not others or bool(people & others)
