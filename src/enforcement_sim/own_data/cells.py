"""What is in a cell: a day, a month, a count; in the spellings that government tables use."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache

__all__ = [
    "COUNTS",
    "MONTHS",
    "NEVER",
    "TOTAL",
    "TOTAL_ROW",
    "count_of",
    "day_of",
    "has_figure",
    "middle_tuesday",
    "month_of",
    "unmarked",
    "year_and_month",
]

SIGNS = "- -- . .. ... n na n/a n.a. nan nd np nr #n/a (x) * ** *** ***** null none d (d) s (s) (na) (nd) unknown pending tbd"
NOTHING = frozenset(
    ["", *SIGNS.split(), "suppressed", "not available", "not reported", *(f"-{digit * 9}" for digit in "235689")]
)
"""What stands in a cell without a figure: signs of the Census Bureau, its API and others for unknown or suppressed."""
NEVER = frozenset(["never", "never activated", "not activated", "never active", "not active", "no"])
"""What says that a county was never activated."""
ALL_OF = (
    "races|ethnicities|races and ethnicities|sexes|genders|ages|charges|offen[cs]es|crimes|classes|levels|types|groups"
)
TOTAL = re.compile(
    rf"(grand )?totals?|all|overall|sum|both( sexes| genders)?|total (bookings|admissions)"
    rf"|(total,? )?all ({ALL_OF}|persons|people|inmates|bookings)( combined)?",
    re.IGNORECASE,
)
"""What says in a column of groups that a row is the sum of all of them."""
TOTAL_ROW = re.compile(r".*\b(sub)?totals?|totals?\b.*|all|united states|nation|year to date|ytd|annual", re.IGNORECASE)
"""What says the same where a county or a month should be."""

MARK = re.compile(
    r"\s*([\u00b9\u00b2\u00b3\u2070-\u209f\u00aa\u00ba*\u2020\u2021\u00a7#^]+|\((?:[a-z]|[a-z]?\d{1,6})\)|\[\w{1,3}\]|(?<=\d)\s?[rp])$",
    re.IGNORECASE,
)
"""A footnote's mark at the end of a cell; the last of them is "revised" or "preliminary"."""
FEWER = re.compile(r"(<|under |fewer than |less than )\s*\d+", re.IGNORECASE)
"""A suppressed small count."""
COUNT = re.compile(r"([0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,3}(?: [0-9]{3}){1,4}|[0-9]{1,12})(?:\.0{1,2})?")
NAMES = "january february march april may june july august september october november december"
WORDS = {word: number for number, name in enumerate(NAMES.split(), 1) for word in (name, name[:3])} | {"sept": 9}
TIME = re.compile(r"[ T](\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?)(?:Z|[+-]\d\d:?\d\d)?$")
MIDNIGHT = re.compile(r"(0?0|12(?=.*a)):00(:00(\.0+)?)?( ?a\.?m\.?)?", re.IGNORECASE)
DAYS = (
    r"(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})",
    r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4}|\d\d)",
    r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})",
    r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)",
    r"(?P<w>[a-z]+)[ -]?(?P<d>\d{1,2})[ -](?P<y>\d{4})",
    r"(?P<d>\d{1,2})[ -]?(?P<w>[a-z]+)[ -]?(?P<y>\d{4}|\d\d)",
    r"(?P<y>\d{4})[ -]?(?P<w>[a-z]+)[ -](?P<d>\d{1,2})",
)
"""Spellings of a day; of two numbers with strokes the first is the month, as U.S. agencies write."""
MONTH_FORMS = (
    r"(?P<y>\d{4})(?:[-/ ]m?|m)(?P<m>\d{1,2})",
    r"(?P<y>\d{4})(?P<m>\d\d)",
    r"(?P<m>\d{1,2})[-/ ](?P<y>\d{4})",
    r"(?P<w>[a-z]+)[-/ ]*(?P<y>\d{4})",
    r"(?P<w>[a-z]+) ?[-/'](?P<y>\d\d)",
    r"(?P<y>\d{4})[-/ ]*(?P<w>[a-z]+)",
)
MONTHS = "months such as 2011-03, 201103, Mar 2011, March 2011, 2011 March, 3/2011, 03/01/2011, 2011M03"
COUNTS = "a whole number from 0, thousands with commas or without"
CENTURY, EARLIEST_OF_TWO_DIGITS = 100, 70
DAYS_A_WEEK, TUESDAY = 7, 1
BEFORE_THE_MIDDLE = 12
"""The Tuesday nearest the middle of a month is the first from this day on."""


def has_figure(cell: str) -> bool:
    """Say whether there is a figure in a cell, and not a sign for none.

    Examples
    --------
    >>> has_figure("1,720"), has_figure("(X)"), has_figure("<10"), has_figure("")
    (True, False, False, False)
    """
    return cell.lower() not in NOTHING and FEWER.fullmatch(cell) is None


def unmarked(cell: str) -> str:
    """Return a cell without footnotes' marks behind its figure or word.

    Examples
    --------
    >>> unmarked("1720\\u00b9"), unmarked("1,720 (r)"), unmarked("54571(r38155)"), unmarked("(1)")
    ('1720', '1,720', '54571', '(1)')
    """
    plain = cell
    while has_figure(plain) and (shorter := MARK.sub("", plain)) not in ("", plain):
        plain = shorter
    return plain


@lru_cache(maxsize=4096)
def day_of(cell: str) -> date | None:
    """Return the day in a cell; None if there is none in it.

    Examples
    --------
    >>> day_of("10/27/2008"), day_of("27-Oct-08"), day_of("01/01/2012 12:00:00 AM"), day_of("soon")
    (datetime.date(2008, 10, 27), datetime.date(2008, 10, 27), datetime.date(2012, 1, 1), None)
    """
    return _date(DAYS, TIME.sub("", cell))


@lru_cache(maxsize=4096)
def month_of(cell: str) -> date | None:
    """Return the first day of the month in a cell; None if it holds no month (a day within one, or a time, is none).

    Examples
    --------
    >>> spellings = ("2011-03", "201103.0", "Mar. 2011", "2011 March", "3/2011", "03/01/2011", "2011M03")
    >>> {month_of(text) for text in spellings}
    {datetime.date(2011, 3, 1)}
    >>> month_of("2011-03-17"), month_of("2011-03-01 14:05")
    (None, None)
    """
    time = TIME.search(cell)
    if time and not MIDNIGHT.fullmatch(time.group(1)):
        return None
    day = _date(MONTH_FORMS, cell) or day_of(cell)
    return day if day is not None and day.day == 1 else None


def _date(forms: tuple[str, ...], cell: str) -> date | None:
    """Return the day or month that one of some spellings finds."""
    text = re.sub(r"(?<=[a-z])\.|,|^(mon|tues|wednes|thurs|fri|satur|sun)day\b", " ", cell.lower())
    text = " ".join(re.sub(r"(?<=\d)(st|nd|rd|th)\b|(?<=\d)\.0$", "", text, flags=re.ASCII).split())
    for form in forms:
        found = re.fullmatch(form, text, re.ASCII)
        if found is None:
            continue
        parts = found.groupdict()
        year, day = int(parts["y"]), int(parts.get("d") or 1)
        if year < CENTURY:
            year += 19 * CENTURY if year >= EARLIEST_OF_TWO_DIGITS else 20 * CENTURY
        month = WORDS.get(parts["w"], 0) if parts.get("w") else int(parts["m"])
        try:
            return date(year, month, day)
        except ValueError:
            continue
    return None


def middle_tuesday(month: date) -> date:
    """Return the Tuesday nearest the middle of a month: activations fell on Tuesdays as a rule.

    Examples
    --------
    >>> middle_tuesday(date(2011, 4, 1))
    datetime.date(2011, 4, 12)
    """
    day = month.replace(day=BEFORE_THE_MIDDLE)
    return day + timedelta(days=(TUESDAY - day.weekday()) % DAYS_A_WEEK)


def count_of(cell: str) -> int | None:
    """Return the count in a cell without marks; None if it is no whole number from 0 (``1.000`` may be one or a thousand).

    Examples
    --------
    >>> count_of("1,720"), count_of("2011.0"), count_of("1,72"), count_of("1.000"), count_of("\\u0661")
    (1720, 2011, None, None, None)
    """
    found = COUNT.fullmatch(cell)
    return int(re.sub(r"[, ]", "", found.group(1))) if found else None


def year_and_month(year: str, month: str) -> date | None:
    """Return the month of two cells; None if they are none, or are of two years.

    Examples
    --------
    >>> {year_and_month("2012", month) for month in ("3", "03", "3.0", "March", "2012-03")}
    {datetime.date(2012, 3, 1)}
    >>> year_and_month("2012", "2011-03") is None
    True
    """
    number, whole = count_of(year), month_of(month)
    if number is None:
        return None
    if whole is not None:
        return whole if whole.year == number else None
    of_year = count_of(month)
    return month_of(f"{number}-{of_year if of_year is not None else month}")
