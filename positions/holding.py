"""The publication gate: a big shift that rests on a machine reading waits for a person. Pure.

With a gate of 2, a line does not move by 2 or more steps until somebody confirmed the statement that moves
it. The statement itself stays in the record and is shown as evidence; only the line waits. 0 is no gate.
"""

from __future__ import annotations

from collections.abc import Iterable

from positions import history
from positions.history import Point, Saying, State, Track


def published(sayings: Iterable[Saying], *, size: int, person: bool = False) -> list[Saying]:
    """Return the sayings of one actor on one topic without those whose shift is held back.

    Later ones are judged by the line without the held ones. The order in which they come does not matter.
    """
    kept = list(sayings)
    while size and (held := _held(history.line(kept, person=person).points, size)):
        # All copies of the saying go together, else the next copy would carry it through.
        copies = {s.stance for s in kept if _same_saying(s, held) and not s.reviewed}
        kept = [saying for saying in kept if saying.stance not in copies]
    return kept


def line(
    sayings: Iterable[Saying], *, size: int, person: bool = False, track: Track = "line",
    after: State | None = None,
) -> history.Line:  # fmt: skip
    """Return the line behind the gate; the track of unnamed and second-hand accounts is never held.

    With a gate it is drawn from its beginning, and not `after` a state: what is held may be held by what
    was said long before.
    """
    kept = published(sayings, size=size, person=person) if track == "line" else sayings
    return history.line(kept, person=person, track=track, after=after)


def _held(points: Iterable[Point], size: int) -> Saying | None:
    """Return the first saying whose unreviewed shift is too big."""
    for point in points:
        big = point.previous is not None and abs(point.position - point.previous.position) >= size
        if big and not point.saying.reviewed:
            return point.saying
    return None


def _same_saying(a: Saying, b: Saying) -> bool:
    identity = (a.holder, a.source, a.topic, a.position) == (b.holder, b.source, b.topic, b.position)
    return identity and abs((a.stated_on - b.stated_on).days) <= history.UTTERANCE_DAYS
