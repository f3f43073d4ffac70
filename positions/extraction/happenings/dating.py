"""The dates of a sentence as events need them: days to come, and days counted from a day named before."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from positions.extraction.dates import When, find_dates
from positions.extraction.parsing import Parsed
from positions.extraction.text import Span

_DATELINE = re.compile(r"\s*[A-Z][A-Z'’./ -]{2,40}(?:,[^\n–—-]{2,30})?\s*(?:\([^)\n]{2,30}\)\s*)?[-–—]\s")
_FROM_ANOTHER = re.compile(
    r"^(?:(?:the|a) day (?:before|earlier|after)|the previous day|(?:the )?(?:next|following) day"
    r"|the same day"
    r"|\S+ (?:days?|weeks?|months?) (?:earlier|before)|a week (?:earlier|before))$",
    re.IGNORECASE,
)
_SECOND_DAY = re.compile(r"\s?(?:-|–|to|and)\s?(\d{1,2})\b(?!\d|[.,:]\d|th| ?(?:per|million|billion|%))")
_WEEKDAY = re.compile(r"(?:mon|tues|wednes|thurs|fri|satur|sun)day$", re.IGNORECASE)
_PAST_LEAD = re.compile(r"^last |previous", re.IGNORECASE)
_TO_COME = re.compile(
    r"\b(?:will|shall|due to|plans? to|intends? to|(?:is|are) (?:to|due|set|expected|scheduled)"
    r"|next|coming|ahead of|upcoming|meets?|convenes?|gathers?|takes? up|prepares?|opens?)\b"
)
_NEXT_WORDS = re.compile(r" (?:will|is|are) (?:to|due|be|set)\b")
_NOT_BEFORE = re.compile(r" [\w\"“]")  # "six weeks before an election": not counted from the article's day
_STRETCH = re.compile(r"\b(?:since|until|by|for) ")
_FOR = re.compile(r"\b(?:for|until|by|before) (?:the )?$", re.IGNORECASE)
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Dated:
    """A date expression of a sentence; `end_on` where it names a second day ("July 7 and 8")."""

    when: When
    end_on: date | None = None

    @property
    def day(self) -> date:
        return self.when.day


def dateline(text: str) -> int:
    """Return where an agency's dateline ("WARSAW, Dec 12 - ") ends, 0 without one."""
    match = _DATELINE.match(text)
    return match.end() if match else 0


def dates_of(parsed: Parsed) -> list[list[Dated]]:
    """Return the dates of each sentence in order; those of a dateline are left out."""
    text, on, after = parsed.text, parsed.article.published, dateline(parsed.text)
    anchor: date | None = None
    found: list[list[Dated]] = []
    for start, end in parsed.sentences:
        row = [
            _dated(text, (start, end), w, anchor, on)
            for w in find_dates(text, (start, end), on)
            if w.start >= after
        ]
        row = _merged([d for d in row if not _vague(text, d.when)])
        exact = [d.day for d in row if d.when.precision == "day" and not d.when.rough]
        anchor = exact[-1] if exact else anchor
        found.append(row)
    return found


def _dated(text: str, span: Span, when: When, anchor: date | None, on: date) -> Dated:
    shown = text[when.start : when.end]
    if anchor is not None and _FROM_ANOTHER.match(shown) and not text[when.end :].startswith(" yesterday"):
        again = find_dates(text, (when.start, when.end), anchor)
        when = replace(when, day=again[0].day) if again else when
    elif (
        _WEEKDAY.search(shown) and not _PAST_LEAD.search(shown) and when.day < on and _ahead(text, span, when)
    ):
        when = replace(when, day=when.day + WEEK, future=True)
    return Dated(when, _second_day(text, when))


def _vague(text: str, when: When) -> bool:
    """A year, a stretch of time or a count of days before something else dates no happening."""
    words = text[max(0, when.start - 8) : when.end].lower()
    if words.endswith(" before") and _NOT_BEFORE.match(text, when.end):
        return True
    return when.rough or when.since or (when.precision != "day" and bool(_STRETCH.search(words)))


def _ahead(text: str, span: Span, when: When) -> bool:
    """Return whether the clause around a weekday speaks of the days to come."""
    before = text[max(span[0], when.start - 90) : when.start]
    clause = re.split(r"[,;:]| said| (?:told|called|had|was|were) ", before)[-1]
    after = text[when.end : min(span[1], when.end + 12)]
    return bool(_TO_COME.search(clause) or _FOR.search(before) or _NEXT_WORDS.match(after))


def _second_day(text: str, when: When) -> date | None:
    match = _SECOND_DAY.match(text, when.end)
    if match is None or when.precision != "day" or not text[when.end - 1].isdigit():
        return None
    number = int(match.group(1))
    if not when.day.day < number <= when.day.day + 10:
        return None
    try:
        return when.day.replace(day=number)
    except ValueError:
        return None


def _merged(row: list[Dated]) -> list[Dated]:
    """One entry a day: "on the following day, Feb. 8" takes the calendar's word over the count's."""
    kept: list[Dated] = []
    for dated in row:
        if kept and 0 <= dated.when.start - kept[-1].when.end <= 3 and dated.when.precision == "day":
            kept[-1] = dated
        elif all(other.day != dated.day or other.when.precision != dated.when.precision for other in kept):
            kept.append(dated)
    return kept
