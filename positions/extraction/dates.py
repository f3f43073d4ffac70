"""When something was said or done, resolved against the day of the article."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from positions.extraction.text import Span
from positions.extraction.types import Precision

EARLIEST = 1900  # a year before is no day of the news, but a number, a slip or a trap
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan\.|Feb\.|Aug\.|Sept?\.|Oct\.|Nov\.|Dec\.)"
)
# Beside a day's number no first name is taken for a month.
_SHORT = rf"(?:{_MONTH}|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
# "Six weeks before", and not "six weeks before an election".
_ALONE = r"(?=$|[^\w\s]|\s(?:that|then|was|were|had|when)\b)"
_EXPRESSIONS = re.compile(
    rf"(?P<iso>\b\d{{4}}-\d{{2}}-\d{{2}}\b)"
    rf"|(?P<dmy>\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m1>{_SHORT})"
    rf"(?:,? (?P<y1>\d{{4}}|last year))?)"
    rf"|(?P<mdy>\b(?P<m2>{_SHORT}) (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!,? ?\d{{3}}\b)"
    rf"(?:,? (?P<y2>\d{{4}}|last year))?)"
    rf"|(?P<my>\b(?P<part>(?:last|this|next|early|late|mid|in|since|until|by|of|from|back in)[ -])?(?:the )?"
    rf"(?P<m3>{_MONTH})(?! \d{{1,2}}\b)(?:,? (?P<y3>\d{{4}}))?)"
    r"|(?P<weekday>\b(?P<lead>last |next |on |this |the previous |the following |the |early |"
    r"late |by |until )?(?P<day>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b)"
    r"|(?P<phrase>\b(?:yesterday|today|tomorrow|(?:the|a) day (?:before|earlier)|the previous day|"
    r"the day after|"
    r"(?:the )?next day|the following day|(?:at|over|on|during) the weekend|last weekend|"
    r"on the eve|last week|earlier this week|earlier in the week|this week|next week|"
    rf"a week (?:ago|earlier|before{_ALONE})|"
    rf"two weeks (?:ago|earlier|before{_ALONE})|last month|this month|next month|earlier this month|"
    r"a month (?:ago|earlier)|"
    r"(?P<ago>\d+|two|three|four|five|six|seven|eight|nine|ten) "
    rf"(?P<unit>days|weeks|months|years) (?:ago|earlier|before{_ALONE})|"
    r"last year|earlier this year|this year|a year (?:ago|earlier)|"
    r"last (?P<season>spring|summer|autumn|fall|winter)|"
    r"the same day|overnight|this morning|this evening|tonight)\b)"
    r"|(?P<after>\b(?P<n5>\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten) "
    r"(?P<u5>day|week|month|year)s? after\b)"
    r"|(?P<year>\b(?:in|since|of|back in) (?P<y4>(?:19|20)\d{2})\b)",
    re.IGNORECASE,
)
_NUMBERS = {"a": 1, "an": 1} | {
    word: n
    for n, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    )
}
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}


@dataclass(frozen=True, slots=True)
class When:
    """A date expression in the text and the day it means. `past` is False for days to come."""

    day: date
    precision: Precision
    start: int
    end: int
    future: bool = False
    rough: bool = False  # a year or season: a year that is over dates its own verb, others nothing
    since: bool = False  # "two days after": the day of what is told behind it
    bound: bool = False  # since, until or for when, or whose month: dates nothing that is said


_BOUND = re.compile(
    r"\b(?:since|by|until|till|for) (?:(?:the )?(?:end|middle|start|beginning) of )?$", re.IGNORECASE
)
# "The February election", "of July's summit": the month of something else.
_MODIFIER = re.compile(rf"the {_MONTH}(?! \d)|(?:(?:in|of) )?{_MONTH}['’]s\b", re.IGNORECASE)
_NO_YEAR_OF_SAYING = re.compile(r"since|of", re.IGNORECASE)
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_HEAD = re.compile(
    rf"\W*(?:{_WEEKDAY}(?=[.:])|(?:{_WEEKDAY},? )?(?:the )?"
    rf"(?:{_SHORT} \d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_SHORT}|{_MONTH}(?= \d{{4}}))"
    r"(?:,? \d{4})?)"
    r"(?P<end> ?[:–—]| -(?= )|\.(?= +[A-Z“\"]))"
)
_RELATIVE = re.compile(
    r"(?:the|a) day (?:before|earlier|after)|the previous day|(?:the )?next day|the following day|"
    r"the same day|the day after|a week (?:earlier|before)|two weeks (?:earlier|before)",
    re.IGNORECASE,
)


def find_dates(text: str, span: Span, published: date, spoken: date | None = None) -> list[When]:
    """Return the date expressions of text[span] in order, resolved against the day of publication.

    `spoken` is the day named last before, which "the day before" and its like count from.
    """
    found: list[When] = []
    for match in _EXPRESSIONS.finditer(text, *span):
        try:
            last = found[-1].day if found else spoken
            counted = match["after"] or _RELATIVE.fullmatch(match.group())
            when = _resolve(match, last if last and counted else published)
        except ValueError:  # 31 June
            continue
        if when is not None and when[0].year >= EARLIEST:
            day, precision, rough = when
            named = match.end("part") if match["part"] else match.start("day") if match["weekday"] else -1
            bound = _BOUND.search(text, span[0], named if named >= 0 else match.start())
            since = match["after"] is not None
            if match["my"]:
                bound = bound or _MODIFIER.match(text, match.start())
            if match["year"]:
                bound = bound or _NO_YEAR_OF_SAYING.match(text, match.start())
            found.append(
                When(
                    day, precision, *match.span(), future=day > published, rough=rough, since=since,
                    bound=bound is not None,
                )
            )  # fmt: skip
    return found


def entry_date(text: str, span: Span, published: date) -> When | None:
    """Return the date that heads a paragraph text[span], as in chronologies and live blogs, or None.

    Without a year it is the newest such day: what is chronicled has happened.
    """
    head = _HEAD.match(text, *span)
    dates = find_dates(text, (span[0], head.start("end")), published) if head else []
    if not dates:
        return None
    when = dates[-1]
    if when.future and not re.search(r"\d{4}", text[when.start : when.end]):
        year, month, day = when.day.timetuple()[:3]
        when = replace(when, day=date(year - 1, month, 28 if (month, day) == (2, 29) else day), future=False)
    return None if when.future else when


def _resolve(match: re.Match[str], on: date) -> tuple[date, Precision, bool] | None:
    if match["iso"]:
        return date.fromisoformat(match["iso"]), "day", False
    if match["dmy"]:
        return _calendar(int(match["d1"]), match["m1"], match["y1"], on), "day", False
    if match["mdy"]:
        return _calendar(int(match["d2"]), match["m2"], match["y2"], on), "day", False
    if match["my"]:
        return _month(match, on)
    if match["weekday"]:
        return _weekday(match, on), "day", False
    if match["after"]:
        return _ago(match["n5"], f"{match['u5']}s", on)
    if match["year"]:
        return date(int(match["y4"]), 1, 1), "year", True
    return _phrase(match, on)


def _number(month: str) -> int:
    return next(n for n, name in enumerate(_MONTHS, 1) if name.startswith(month.lower().rstrip(".")[:3]))


def _calendar(day: int, month: str, year: str | None, on: date) -> date:
    """A day without a year is the one nearest to the article's day."""
    number = _number(month)
    if year:
        return date(int(year) if year.isdigit() else on.year - 1, number, day)
    options = [date(on.year + shift, number, day) for shift in (-1, 0, 1)]
    # News looks back more than ahead: a day to come must be clearly nearer.
    return min(options, key=lambda option: 1.5 * (option - on).days if option > on else (on - option).days)


def _month(match: re.Match[str], on: date) -> tuple[date, Precision, bool] | None:
    lead = (match["part"] or "").strip(" -").lower()
    if match["m3"].lower() in ("may", "march") and (
        not match["m3"][0].isupper() or not (lead or match["y3"])
    ):
        return None
    number = _number(match["m3"])
    if match["y3"]:
        return date(int(match["y3"]), number, 1), "month", False
    year = on.year
    if lead == "last":
        year -= number >= on.month
    elif lead == "next":
        year += number <= on.month
    elif lead in ("until", "by"):
        year += number < on.month
    elif number > on.month + 3:
        year -= 1
    return date(year, number, 1), "month", False


def _weekday(match: re.Match[str], on: date) -> date:
    lead = (match["lead"] or "").strip().lower()
    wanted = _DAYS.index(match["day"].lower())
    back = (on.weekday() - wanted) % 7
    if lead in ("next", "the following", "by", "until"):
        return on + timedelta(days=(wanted - on.weekday()) % 7 or 7)
    if lead == "last" and back == 0:
        back = 7
    return on - timedelta(days=back)


def _phrase(match: re.Match[str], on: date) -> tuple[date, Precision, bool] | None:
    words = match.group().lower()
    monday = on - timedelta(days=on.weekday())
    if match["ago"]:
        return _ago(match["ago"], match["unit"], on)
    if match["season"]:
        month = _SEASONS[match["season"].lower()]
        return date(on.year - (month >= on.month), month, 1), "month", True
    fixed = {
        "today": on, "tonight": on, "the same day": on, "this morning": on, "this evening": on,
        "overnight": on, "yesterday": on - timedelta(days=1), "tomorrow": on + timedelta(days=1),
        "on the eve": on - timedelta(days=1), "last week": monday - timedelta(days=7),
        "earlier this week": monday, "earlier in the week": monday, "this week": monday,
        "next week": monday + timedelta(days=7), "a week ago": on - timedelta(days=7),
        "two weeks ago": on - timedelta(days=14), "this year": date(on.year, 1, 1),
        "last year": date(on.year - 1, 1, 1), "earlier this year": date(on.year, 1, 1),
        "a year ago": _back_months(on, 12), "a month ago": _back_months(on, 1),
        "a month earlier": _back_months(on, 1),
        "last month": _back_months(on, 1).replace(day=1), "this month": on.replace(day=1),
        "earlier this month": on.replace(day=1), "next month": _back_months(on, -1).replace(day=1),
        "a week earlier": on - timedelta(days=7), "a week before": on - timedelta(days=7),
        "a year earlier": _back_months(on, 12),
    }  # fmt: skip
    if words in fixed:
        return fixed[words], _grain(words), "year" in words
    if "weekend" in words:
        return on - timedelta(days=(on.weekday() + 1) % 7), "day", False
    if "after" in words or "next" in words or "following" in words:
        return on + timedelta(days=1), "day", False
    return on - timedelta(days=1), "day", False


def _grain(words: str) -> Precision:
    if words.endswith(("last year", "this year")):
        return "year"
    return "month" if "month" in words or "year" in words else "day"


def _ago(count: str, unit: str, on: date) -> tuple[date, Precision, bool]:
    number = int(count) if count.isdigit() else _NUMBERS[count.lower()]
    unit = unit.lower()
    if unit == "days":
        return on - timedelta(days=min(number, 9999)), "day", False
    if unit == "weeks":
        return on - timedelta(weeks=min(number, 999)), "day", False
    months = number if unit == "months" else 12 * number
    return _back_months(on, min(months, 1200)), "month", unit == "years"


def _back_months(on: date, months: int) -> date:
    index = on.year * 12 + on.month - 1 - months
    return date(index // 12, index % 12 + 1, min(on.day, 28))
