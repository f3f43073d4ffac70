"""A new extractor read beside the old one: what it would add, lose and flip, and which lines would move.

Comparing writes everything in a transaction that is rolled back, so that it says exactly what accepting
does. Accepting goes through the same door as any reading: what people decided stays. Rolling back restores
what accepting superseded as new rows, so that the record of both days stays true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from actors import snapshot
from actors.models import Actor
from positions import offices, read_models, review
from positions.extraction.types import ActorMention, EventReading, Extractor, Reading
from positions.ingestion.events import write_events
from positions.ingestion.findings import as_json, from_json
from positions.ingestion.reading import article_text
from positions.ingestion.writing import write
from positions.models import Article, CurrentStance, ShadowReading, ShadowRun, Stance, User

State = ShadowRun.State
PERMISSION = "positions.decide_batch"
# A batch is compared in one transaction; more would hold up other writers for too long.
MAX_ARTICLES = 200

Difference = dict[str, Any]
MACHINE = CurrentStance.Decision.MACHINE


# -- Reading -------------------------------------------------------------------------------------------------


def read(
    articles: Iterable[Article], extractor: Extractor, *, tick: Callable[[], object] = lambda: None
) -> ShadowRun:
    """Let the extractor read the newest text of each article and compare; nothing that counts is changed.

    `tick` is called after each article. An article without a text is left out.
    """
    run = ShadowRun.objects.create(extractor=extractor.name, extractor_version=extractor.version)
    resolver = snapshot.resolver()
    for article in list(articles)[:MAX_ARTICLES]:
        if version := article.version:
            found = extractor.read(article_text(article, version), resolver)
            ShadowReading.objects.create(run=run, version=version, reading=reading_json(found))
        tick()
    compare(run)
    return run


def reading_json(found: Reading) -> dict[str, Any]:
    """Return a reading as plain JSON."""
    return {
        "extractor": found.extractor,
        "version": found.version,
        "set_aside": found.set_aside,
        "stances": [as_json(stance) for stance in found.stances],
        "events": [_event_json(event) for event in found.events],
        "unresolved": [asdict(mention) for mention in found.unresolved],
    }


def reading_of(data: dict[str, Any]) -> Reading:
    """Return the reading that `reading_json` kept."""
    return Reading(
        extractor=data["extractor"],
        version=data["version"],
        set_aside=data["set_aside"],
        stances=tuple(from_json(stance) for stance in data["stances"]),
        events=tuple(_event(event) for event in data["events"]),
        unresolved=tuple(_mention(mention) for mention in data["unresolved"]),
    )


def _event_json(event: EventReading) -> dict[str, Any]:
    days = {"date": event.date.isoformat(), "end_on": event.end_on.isoformat() if event.end_on else None}
    return {**asdict(event), **days}


def _event(data: dict[str, Any]) -> EventReading:
    end_on = date.fromisoformat(data["end_on"]) if data["end_on"] else None
    actors = tuple(_mention(actor) for actor in data["actors"])
    return EventReading(
        **{**data, "date": date.fromisoformat(data["date"]), "end_on": end_on, "actors": actors}
    )


def _mention(data: dict[str, Any]) -> ActorMention:
    return ActorMention(**{**data, "candidates": tuple(data["candidates"])})


# -- Comparing -----------------------------------------------------------------------------------------------


def compare(run: ShadowRun) -> None:
    """Write down what accepting the run would change, without changing it."""
    readings = list(run.readings.select_related("version__article"))
    with transaction.atomic():
        bodies = list(Actor.objects.values_list("pk", flat=True))
        before = offices.lines(bodies)
        for reading in readings:
            _apply(reading)
        moves = offices.moves(before, offices.lines(bodies))
        transaction.set_rollback(True)
    for reading in readings:
        reading.added, reading.superseded = [], []
    ShadowReading.objects.bulk_update(
        readings, ["differences", "stale", "added", "superseded"], batch_size=100
    )
    run.moves = [_move_json(move) for move in moves]
    run.state = State.READY
    run.save(update_fields=["moves", "state"])


def _apply(reading: ShadowReading) -> None:
    """Write one reading and note on it, unsaved, what that changed. The caller holds the transaction."""
    article = Article.objects.select_for_update(no_key=True).get(pk=reading.version.article_id)
    reading.stale = article.version != reading.version or article.state == Article.State.READING
    if reading.stale:
        return
    before = _rows(article)
    found = reading_of(reading.reading)
    write(found, article, reading.version, now=timezone.now())
    write_events(found, reading.version, timezone.now())
    after = _rows(article)
    gone = [row for pk, row in before.items() if pk not in after]
    new = [row for pk, row in after.items() if pk not in before]
    reading.added, reading.superseded = [row.pk for row in new], [row.pk for row in gone]
    reading.differences = differences(gone, new)


def _rows(article: Article) -> dict[int, CurrentStance]:
    rows = CurrentStance.objects.filter(article=article).select_related("holder", "topic", "stance")
    return {row.pk: row for row in rows.order_by("start", "pk")}


def differences(gone: list[CurrentStance], new: list[CurrentStance]) -> list[Difference]:
    """Pair what goes with what comes in its place: the same holder on the same topic in the same words.

    `what` is added, lost, flipped (another position) or changed (anything else about it).
    """
    left, found = list(new), []
    for old in gone:
        heir = next((row for row in left if _same_place(old, row)), None)
        if heir is None:
            found.append(_difference("lost", old, None))
            continue
        left.remove(heir)
        found.append(_difference("flipped" if old.position != heir.position else "changed", old, heir))
    return [*found, *(_difference("added", None, row) for row in left)]


def _same_place(old: CurrentStance, new: CurrentStance) -> bool:
    same = (old.holder_id, old.topic_id) == (new.holder_id, new.topic_id)
    overlap = old.start < new.end and new.start < old.end
    return same and (overlap or old.stance.fingerprint == new.stance.fingerprint)


def _difference(what: str, old: CurrentStance | None, new: CurrentStance | None) -> Difference:
    shown = new or old
    assert shown is not None  # one of the two is there
    return {
        "what": what,
        "holder": str(shown.holder),
        "topic": str(shown.topic),
        "before": old.position if old else None,
        "after": new.position if new else None,
        "evidence": shown.evidence,
        "day": shown.stated_on.isoformat(),
    }


def _move_json(move: offices.Move) -> dict[str, Any]:
    steps = lambda row: [[day.isoformat(), position] for day, position in row]
    lines = {"before": steps(move.before), "after": steps(move.after)}
    return {"actor": str(move.actor), "topic": str(move.topic), **lines}


# -- Deciding ------------------------------------------------------------------------------------------------


def accept(run: ShadowRun, *, by: User) -> int:
    """Let the run's readings count; return how many articles' texts had changed meanwhile and were left.

    One transaction an article: what fails half-way goes on where it stopped when asked again.
    """
    _may(by)
    _expect(run, State.READY)
    stale = 0
    for reading in run.readings.select_related("version__article"):
        with transaction.atomic():
            if not reading.added and not reading.superseded:
                _apply(reading)
                reading.save(update_fields=["stale", "added", "superseded"])
        stale += reading.stale
    _close(run, State.ACCEPTED, by)
    return stale


def discard(run: ShadowRun, *, by: User) -> None:
    """Forget the run."""
    _may(by)
    _expect(run, State.READY)
    _close(run, State.DISCARDED, by)


def roll_back(run: ShadowRun, *, by: User) -> int:
    """Undo an accepted run; return how many of its statements stay because a person decided on them."""
    _may(by)
    _expect(run, State.ACCEPTED)
    kept = 0
    for reading in run.readings.select_related("version__article"):
        with transaction.atomic():
            kept += _restore(reading, by)
    _close(run, State.ROLLED_BACK, by)
    return kept


def _restore(reading: ShadowReading, by: User) -> int:
    """Supersede what the reading added and bring back what it superseded, where nobody decided since."""
    now = timezone.now()
    Article.objects.select_for_update(no_key=True).get(pk=reading.version.article_id)
    added = Stance.objects.select_for_update(no_key=True, of=("self",)).filter(
        pk__in=reading.added, superseded_at=None
    )
    decided = set(added.filter(reviews__isnull=False).values_list("pk", flat=True))
    undone = [row for row in added if row.pk not in decided]
    Stance.objects.filter(pk__in=[row.pk for row in undone]).update(superseded_at=now)
    taken = set(
        Stance.objects.filter(article=reading.version.article_id, superseded_at=None).values_list(
            "fingerprint", flat=True
        )
    )
    touched = [row.pk for row in undone]
    for old in Stance.objects.filter(pk__in=reading.superseded).order_by("pk"):
        if old.fingerprint not in taken:
            touched.append(_bring_back(old, by))
    read_models.refresh(touched)
    return len(decided)


def _bring_back(old: Stance, by: User) -> int:
    """Let a superseded stance count again: an undecided one as a new row, a decided one with its decision."""
    newest = review.newest_review(old)
    if newest is not None:
        Stance.objects.filter(pk=old.pk).update(superseded_at=None)
        if newest.decision == newest.Decision.REOPENED:
            review.undo(newest, by=by)
        return old.pk
    old.pk, old.recorded_at, old.superseded_at, old.backfilled = None, timezone.now(), None, False
    old._state.adding = True
    old.save(force_insert=True)
    return old.pk


def _may(by: User) -> None:
    if not by.has_perm(PERMISSION):
        raise PermissionDenied(f"{by} may not decide on a whole run.")


def _expect(run: ShadowRun, state: str) -> None:
    run.refresh_from_db()
    if run.state != state:
        raise ValidationError(f"This run is {run.get_state_display().lower()}.")


def _close(run: ShadowRun, state: str, by: User) -> None:
    run.state, run.decided_by, run.decided_at = state, by, timezone.now()
    run.save(update_fields=["state", "decided_by", "decided_at"])
