"""Sentences made from a line: what a person would say of it, and no more than it shows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from positions import history
from positions.pages import words
from positions.pages.known import Asked
from positions.pages.lines import Tracks, bands, is_stale

NEW_SPEAKER = "new speaker"


def lead(
    name: str,
    topic: str,
    tracks: Tracks,
    ask: Asked,
    *,
    person: bool,
    left: Collection[str] = (),
) -> str:
    """Return the sentences about an actor's line on a topic, as plain text."""
    return " ".join(sentences(name, topic, tracks, ask, person=person, left=left))


def sentences(
    name: str,
    topic: str,
    tracks: Tracks,
    ask: Asked,
    *,
    person: bool,
    left: Collection[str] = (),
) -> list[str]:
    """Return first where the actor stands and since when, then who said so and what casts doubt on it.

    `left` are the slugs of those who spoke for the actor from an office they no longer hold.
    """
    now = tracks.now
    if now is None:
        return [_no_line(name, topic, tracks)]
    parts = [_stands(name, topic, now), *_speaker(tracks.line, now, person=person)]
    if now.holder_slug in left:
        parts.append(
            _("%(who)s has left that office; no successor has been heard.") % {"who": now.holder_name}
        )
    return [*parts, *_doubts(now, tracks, ask)]


def _no_line(name: str, topic: str, tracks: Tracks) -> str:
    values = {"name": name, "topic": words.topic_name(topic)}
    if tracks.accounts:
        values |= {
            "word": words.name(tracks.accounts[-1].position),
            "day": words.day(tracks.accounts[-1].stated_on),
        }
        return (
            _(
                "%(name)s has nothing on record on %(topic)s; "
                "unnamed or second-hand accounts: %(word)s (%(day)s)."
            )
            % values
        )
    return _("%(name)s has no record on %(topic)s.") % values


def _stands(name: str, topic: str, now: Any) -> str:
    values = {
        "name": name, "word": words.name(now.position), "topic": words.topic_name(topic),
        "since": words.day(now.since), "condition": now.condition,
    }  # fmt: skip
    stands = VERBS[now.position] % values
    if now.condition:
        return _("%(stands)s since %(since)s, with the condition “%(condition)s”.") % {
            **values,
            "stands": stands,
        }
    return _("%(stands)s since %(since)s.") % {**values, "stands": stands}


class _Verbs(dict[int, str]):
    """How a position reads in a sentence, looked up when asked so that the language is the reader's."""

    def __missing__(self, value: int) -> str:
        return {
            2: _("%(name)s has advocated %(topic)s"),
            1: _("%(name)s has supported %(topic)s"),
            0: _("%(name)s has been neutral on %(topic)s"),
            -1: _("%(name)s has been reluctant on %(topic)s"),
            -2: _("%(name)s has opposed %(topic)s"),
        }[value]


VERBS = _Verbs()


def _speaker(line: Sequence[Any], now: Any, *, person: bool) -> list[str]:
    count = words.sayings(now.utterances).capitalize() + "."
    values = {"day": words.day(now.stated_on), "last": _named(now), "first": _named(_first_of(line, now))}
    if person:
        return [_("Last said on %(day)s.") % values, count]
    if values["first"] == values["last"]:
        return [_("Said by %(last)s, last on %(day)s.") % values, count]
    return [_("First said by %(first)s, last by %(last)s on %(day)s.") % values, count]


def _named(point: Any) -> str:
    """Return who spoke, with their office."""
    if point.office and point.holder_slug != point.actor_slug:
        return f"{point.holder_name} ({point.office})"
    return str(point.holder_name)


def _first_of(line: Sequence[Any], now: Any) -> Any:
    """Return the point at which the line took the value it holds now, or the oldest one loaded since."""
    return next((p for p in line if p.stated_on >= now.since), now)


def _doubts(now: Any, tracks: Tracks, ask: Asked) -> list[str]:
    parts = _changes(tracks.line)
    if is_stale(now, ask.on):
        parts.append(_("Nothing for more than %(days)s days: last known.") % {"days": history.STALE_DAYS})
    windows = bands(tracks.line)
    if windows:
        values = {"start": words.day(windows[-1].start), "end": words.day(windows[-1].end)}
        parts.append(_("Contested from %(start)s to %(end)s.") % values)
    account = tracks.accounts[-1] if tracks.accounts else None
    if account is not None:
        values = {"word": words.name(account.position), "day": words.day(account.stated_on)}
        parts.append(
            _("Behind closed doors, by unnamed or second-hand accounts: %(word)s (%(day)s).") % values
            if account.position != now.position
            else _("Unnamed or second-hand accounts say the same (%(day)s).") % values
        )
    return parts


def _changes(line: Sequence[Any]) -> list[str]:
    """Say how often the position changed, and how often because another person took the office."""
    changes = [p for p in line if p.previous is not None and p.previous != p.position]
    if not changes:
        return []
    handed = sum(NEW_SPEAKER in p.shift for p in changes)
    count = ngettext("The position changed once", "The position changed %(n)s times", len(changes))
    values = {"changed": count % {"n": len(changes)}, "n": handed}
    if not handed:
        return [_("%(changed)s, never because the office changed hands.") % values]
    if handed == len(changes):
        return [_("%(changed)s, as the office changed hands.") % values]
    return [_("%(changed)s, %(n)s of these as the office changed hands.") % values]
