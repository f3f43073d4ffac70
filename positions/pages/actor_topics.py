"""An actor on all topics: tabs and small multiples, each topic kept for as long as its line is as it was."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from actors.models import Actor
from positions.charts import multiple, small_multiples
from positions.codebook import codebook
from positions.pages import record, words
from positions.pages.actor_charts import Window, multiples_row, window
from positions.pages.known import Asked
from positions.pages.lines import Tracks, tracks_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Gist:
    """What is told of a topic at a glance: where the line stands, how long it is, from when to when."""

    position: int | None = None
    line: int = 0
    accounts: int = 0
    first: date | None = None
    last: date | None = None

    @property
    def now(self) -> str:
        if self.position is None:
            return _("no record")
        return f"{words.glyph(self.position)} {words.name(self.position)}"


def gist(tracks: Tracks) -> Gist:
    days = [point.stated_on for track in (tracks.line, tracks.accounts) for point in track]
    if not days:
        return Gist()
    now = tracks.now
    return Gist(
        position=now.position if now else None,
        line=len(tracks.line),
        accounts=len(tracks.accounts),
        first=min(days),
        last=max(days),
    )


class Topics:
    """The tracks of an actor by topic, loaded where they are asked for; those of `whole` topics in full.

    What is kept is kept under each line's own edition, which is read first: a change that comes in between
    leaves nothing behind that is out of date.
    """

    def __init__(self, request: HttpRequest, who: Actor, ask: Asked, whole: Collection[str]) -> None:
        self.who, self.ask, self.whole = who, ask, set(whole)
        self._version = record.version_for(request)
        self._gists: dict[str, Gist] = {}
        self.loaded: dict[str, Tracks] = {} if ask.stored else tracks_of(who, ask, whole)

    def key(self, topic: str) -> str:
        """Return what differs whenever anything does that a page shows of the actor on the topic."""
        asked = self.ask.on, self.ask.known, self.ask.reviewed, topic in self.whole
        line = self._version.lines.get(topic, 0)
        state = f"{self._version.world}:{line}" if self.ask.stored else self._version.whole
        return ":".join(map(str, (self.who.pk, topic, state, *asked, get_language())))

    def load(self, topics: Collection[str]) -> None:
        missing = [topic for topic in topics if topic not in self.loaded]
        if missing and self.ask.stored:
            found = tracks_of(self.who, self.ask, self.whole, missing)
            self.loaded |= {topic: found.get(topic, Tracks()) for topic in missing}

    def tracks(self, topic: str) -> Tracks:
        self.load([topic])
        return self.loaded.get(topic, Tracks())

    def gists(self) -> dict[str, Gist]:
        """Return the gist of every topic, in the codebook's order."""
        if not self._gists:
            self._gists = self._kept("gist", lambda topic: gist(self.tracks(topic)))
        return self._gists

    def choose(self, asked_topic: str, otherwise: str) -> str:
        """Return the topic to show (asked for, or most spoken of) and see to it that it is loaded in full."""
        topic = asked_topic or _most_spoken(self.gists(), otherwise)
        if topic not in self.whole:
            self.whole.add(topic)
            self._gists = {}
            if self.ask.stored:
                self.loaded.pop(topic, None)
        return topic

    def drawn(self, start: date | None = None) -> str:
        """Return all topics as small multiples on one axis; topics without a record keep their empty row."""
        gists = self.gists()
        days = [day for one in gists.values() for day in (one.first, one.last) if day]
        if not days:
            return ""
        shown = window(days, self.ask.on, start)
        places = list(gists)
        rows = self._kept(
            f"row:{shown.first}:{shown.last}",
            lambda topic: self._row(topic, places.index(topic), shown),
        )
        told = [f"{words.topic_name(topic)}: {one.now}" for topic, one in gists.items()]
        return small_multiples(
            list(rows.values()), first=shown.first, last=shown.last, on=self.ask.on, ident="topics",
            title=_("%(actor)s on all topics") % {"actor": self.who.name}, description="; ".join(told),
        )  # fmt: skip

    def _row(self, topic: str, place: int, shown: Window) -> str:
        link = reverse("actor", args=[self.who.slug]) + f"?topic={topic}"
        row = multiples_row(words.topic_name(topic), link, self.tracks(topic), self.ask, shown)
        return multiple(row, place, first=shown.first, last=shown.last, on=self.ask.on)

    def _kept(self, name: str, make: Callable[[str], T]) -> dict[str, T]:
        """Return what is kept of every topic; what is missing is made from tracks loaded with one query."""
        topics = [topic.slug for topic in codebook().topics]
        keys = {topic: f"{name}:{self.key(topic)}" for topic in topics}
        found: dict[str, T] = cache.get_many(keys.values()) if self.ask.stored else {}
        missing = [topic for topic in topics if keys[topic] not in found]
        self.load(missing)
        made = {keys[topic]: make(topic) for topic in missing}
        if made and self.ask.stored:
            cache.set_many(made, record.KEPT_SECONDS)
        return {topic: {**found, **made}[keys[topic]] for topic in topics}


def _most_spoken(gists: Mapping[str, Gist], otherwise: str) -> str:
    """Return that topic where there is anything on record on it, else the one with most points."""
    spoken = [slug for slug, one in gists.items() if one.first]
    if gists[otherwise].line or not spoken:
        return otherwise
    spoken.sort(key=lambda slug: gists[slug].first or date.max)
    return max(spoken, key=lambda slug: (gists[slug].line, gists[slug].accounts))
