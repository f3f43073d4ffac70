"""Ready words for templates: days, positions, modes. Everything a row shows is made here, once."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.utils import formats
from django.utils.translation import get_language, gettext, gettext_noop, ngettext, pgettext
from django.utils.translation import gettext as _

from positions.charts import Rung
from positions.codebook import PositionEntry, TopicEntry, codebook

MOST_DAYS = 20_000


class Tongue:
    """The words of one language that rows ask for by the hundred, each looked up once."""

    def __init__(self) -> None:
        self._dated: dict[tuple[date, str], str] = {}
        self._said: dict[str, str] = {}

    def day(self, value: date) -> str:
        return self.dated(value, "j E Y" if value.day else "F Y")

    def dated(self, value: date, form: str) -> str:
        found = self._dated.get((value, form))
        if found is None:
            if len(self._dated) >= MOST_DAYS:
                self._dated.clear()
            found = self._dated[value, form] = formats.date_format(value, form)
        return found

    def said(self, word: str) -> str:
        """Return one of our own words, of which there are few."""
        found = self._said.get(word)
        if found is None:
            found = self._said[word] = gettext(word)
        return found

    def name(self, value: int) -> str:
        return self.said(_position(value).name)

    def topic(self, slug: str) -> str:
        return self.said(codebook().topic(slug).name)


def tongue() -> Tongue:
    """Return the words in the reader's language. Which one that is costs more to ask than most words."""
    return _tongue(get_language() or "en")


@lru_cache(maxsize=32)
def _tongue(_language: str) -> Tongue:
    return Tongue()


def day(value: date | None) -> str:
    """Return "6 May 2025" in the reader's language; empty for None."""
    return tongue().day(value) if value else ""


def short_day(value: date) -> str:
    """Return "6 May 2025" with the month cut short where the language does so, for charts."""
    return tongue().dated(value, pgettext("short date, as Django's date filter has it", "j M Y"))


def month(value: date) -> str:
    return tongue().dated(value, "F Y")


@lru_cache(maxsize=64)
def _position(value: int) -> PositionEntry:
    return codebook().position(value)


def name(value: int) -> str:
    """Return the word of a position: "supports"."""
    return tongue().name(value)


def glyph(value: int) -> str:
    return _position(value).glyph


def css(value: int) -> str:
    return _position(value).css


def rungs() -> list[Rung]:
    return [Rung(p.value, p.glyph, gettext(p.name)) for p in codebook().positions]


def topic(slug: str) -> TopicEntry:
    return codebook().topic(slug)


def topic_name(slug: str) -> str:
    return tongue().topic(slug)


def proposition(slug: str) -> str:
    return gettext(codebook().topic(slug).proposition)


def age(since: date, on: date) -> str:
    """Return how long ago, coarsely: "today", "12 days ago", "5 months ago", "3 years ago"."""
    days = (on - since).days
    if days <= 0:
        return _("today")
    if days < 60:
        return ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": days}
    if days < 730:
        months = round(days / 30.44)
        return ngettext("%(n)s month ago", "%(n)s months ago", months) % {"n": months}
    years = days // 365
    return ngettext("%(n)s year ago", "%(n)s years ago", years) % {"n": years}


def stated(value: date, precision: str) -> str:
    """Return a date as precisely as it is known."""
    if precision == "month":
        return month(value)
    if precision == "year":
        return str(value.year)
    if precision == "before":
        return _("before %(day)s") % {"day": day(value)}
    return day(value)


def review(*, reviewed: bool) -> str:
    return tongue().said("reviewed" if reviewed else "machine reading")


def outlets(count: int) -> str:
    """Return "3 outlets"."""
    return _outlets(count, get_language() or "en")


@lru_cache(maxsize=500)
def _outlets(count: int, _language: str) -> str:
    return ngettext("%(n)s outlet", "%(n)s outlets", count) % {"n": count}


SHIFT_SIGNS = {
    "hardening": "▲",
    "softening": "▽",
    "reversal": "⇄",
    "condition added": "＋",
    "condition dropped": "－",
    "new speaker": "◇",
}


def shift_names(stored: str) -> list[str]:
    """Return the kinds of a shift in the reader's language, from the comma-separated field."""
    return list(_shift_names(stored, get_language() or "en"))


@lru_cache(maxsize=500)
def _shift_names(stored: str, _language: str) -> tuple[str, ...]:
    return tuple(pgettext("shift", kind) for kind in stored.split(", ") if kind)


def sayings(count: int) -> str:
    return ngettext("%(n)s saying", "%(n)s sayings", count) % {"n": count}


def short(slug: str, name: str) -> str:
    """Return the letters a body is known by where its slug is just that ("NATO"), else its name."""
    return slug.upper() if 2 < len(slug) <= 4 and len(name) > 16 else name


_ARTICLE_STATES = {
    "queued": gettext_noop("waiting to be read"),
    "reading": gettext_noop("being read"),
    "done": gettext_noop("read"),
    "set_aside": gettext_noop("set aside"),
    "failed": gettext_noop("failed"),
    "quarantined": gettext_noop("quarantined"),
}


def article_state(state: str) -> str:
    """Return what became of an article, in the reader's language."""
    return gettext(_ARTICLE_STATES[state])
