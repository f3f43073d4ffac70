"""Sentences made from a line: what a person would say of it, and no more than it shows."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from positions import history
from positions.pages import words
from positions.pages.known import Asked
from positions.pages.lines import Tracks, bands, is_stale


def lead(
    name: str,
    topic: str,
    tracks: Tracks,
    ask: Asked,
    *,
    person: bool,
    left: Collection[str] = (),
) -> str:
    """Return the sentence about an actor's line on a topic, as plain text.

    `left` are the slugs of those who spoke for the actor from an office they no longer hold.
    """
    now = tracks.now
    if now is None:
        return _no_line(name, topic, tracks)
    parts = [_stands(name, topic, now), *_speaker(now, person=person)]
    if now.holder_slug in left:
        parts.append(
            _("%(who)s has left that office; no successor has been heard.") % {"who": now.holder_name}
        )
    parts += _doubts(now, tracks, ask)
    return " ".join(parts)


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
            2: _("%(name)s advocates %(topic)s"),
            1: _("%(name)s supports %(topic)s"),
            0: _("%(name)s is neutral on %(topic)s"),
            -1: _("%(name)s is reluctant on %(topic)s"),
            -2: _("%(name)s opposes %(topic)s"),
        }[value]


VERBS = _Verbs()


def _speaker(now: Any, *, person: bool) -> list[str]:
    values = {"day": words.day(now.stated_on), "who": now.holder_name, "office": now.office}
    if person or now.holder_slug == now.actor_slug:
        said = _("Last said on %(day)s.") % values
    elif now.office:
        said = _("Last said by %(who)s (%(office)s) on %(day)s.") % values
    else:
        said = _("Last said by %(who)s on %(day)s.") % values
    return [said, words.sayings(now.utterances).capitalize() + "."]


def _doubts(now: Any, tracks: Tracks, ask: Asked) -> list[str]:
    parts = []
    if shifts := sum(1 for p in tracks.line if p.previous is not None and p.previous != p.position):
        parts.append(
            ngettext("The position changed once.", "The position changed %(n)s times.", shifts)
            % {"n": shifts}
        )
    if is_stale(now, ask.on):
        parts.append(_("Nothing for more than %(days)s days: last known.") % {"days": history.STALE_DAYS})
    windows = bands(tracks.line)
    if windows:
        values = {"start": words.day(windows[-1].start), "end": words.day(windows[-1].end)}
        parts.append(_("Contested from %(start)s to %(end)s.") % values)
    account = tracks.accounts[-1] if tracks.accounts else None
    if account is not None and account.position != now.position:
        values = {"word": words.name(account.position), "day": words.day(account.stated_on)}
        parts.append(_("Unnamed or second-hand accounts: %(word)s (%(day)s).") % values)
    return parts
