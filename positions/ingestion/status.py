"""Where the work stands, in counts and in words: what waits, what failed, whether anybody works."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from positions.ingestion.health import moment
from positions.ingestion.sweeping import NO_WORKER, working
from positions.models import Article, IngestRun, Source

RUNS = 5
State = Article.State
OPEN = (State.QUEUED, State.READING, State.FAILED, State.QUARANTINED)


@dataclass(frozen=True, slots=True)
class Work:
    """Articles by state (those that are not settled), whether a worker is up, and the newest runs."""

    waiting: int
    reading: int
    failed: int
    quarantined: int
    working: bool
    runs: tuple[IngestRun, ...]

    @property
    def stalled(self) -> str:
        """Say that articles wait for nobody; empty where none waits or somebody works."""
        return _(NO_WORKER) if self.waiting and not self.working else ""


def work() -> Work:
    """Return where the work stands, in three queries."""
    counts = Article.objects.filter(state__in=OPEN).order_by().values_list("state").annotate(Count("pk"))
    found = dict(counts)
    waiting, reading, failed, quarantined = (found.get(state, 0) for state in OPEN)
    runs = tuple(IngestRun.objects.order_by("-pk")[:RUNS])
    return Work(waiting, reading, failed, quarantined, working(), runs)


def of_article(article: Article) -> str:
    """Say in a sentence what holds an article up, or why it was not read; empty where it was read."""
    if article.state == State.SET_ASIDE:
        return _("Not read for statements: %(why)s") % {"why": article.set_aside}
    if article.state == State.QUEUED:
        return " ".join(part for part in (_waits(article), _reason(article)) if part)
    if article.state == State.READING:
        return _("It is being read now.")
    if article.state == State.QUARANTINED:
        return f"{_quarantined(article)} {_reason(article)}".rstrip()
    if article.state == State.FAILED:
        return f"{_('It could not be read.')} {_reason(article)}".rstrip()
    return ""


def _quarantined(article: Article) -> str:
    if not article.fingerprint:
        return _(
            "Quarantined: its page could not be fetched in a day of tries; an editor can have it tried again."
        )
    return _(
        "Quarantined: reading it failed three times. Its text is kept; an editor can have it read again."
    )


def _waits(article: Article) -> str:
    if not working():
        return _("Queued, but no worker is up: it waits until one is started.")
    if article.next_attempt_at and article.attempts:
        return _("Waits to be read; next try %(time)s.") % {"time": moment(article.next_attempt_at)}
    return _("Waits to be read.")


def _reason(article: Article) -> str:
    """What went wrong, for anybody to read: of files it names places on our disk, and stays with editors."""
    return article.error if article.error and article.source.kind != Source.Kind.FILE else ""
