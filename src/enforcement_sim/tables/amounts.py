"""Numbers with their intervals as text, and the fixed words for special cases; shared by tables, pages and the terminal.

A level or a difference is followed by its 95% interval in brackets. Fixed words cover four special cases: every run has
the same value; both sides are equal in every run; the sign is uncertain; there is nothing to count. If both ends of an
interval would round to the same text, digits are added until they differ. The caller passes the function that formats
the unit.
"""

from __future__ import annotations

from math import isnan
from typing import Protocol

IDENTICAL = "identical"
"""The difference is zero in every run."""
CANNOT_TELL = "cannot tell"
"""The interval includes zero, so the sign of the difference is uncertain."""
NOT_APPLICABLE = "not applicable"
"""The measure is undefined in every run, such as a share of no people."""
EVERY_RUN = "in every run"
"""The interval has zero width."""
NO_INTERVAL = "one run, no interval"

MOST_DIGITS = 9
"""Further digits after which two ends count as equal."""


class Written(Protocol):
    """A function that formats a number in its unit."""

    def __call__(self, value: float, *, more: int = 0) -> str:
        """Return the number as text, with ``more`` extra digits."""
        ...


def level_in_words(mean: float, low: float, high: float, written: Written) -> str:
    """Return a level with its interval.

    Examples
    --------
    >>> def whole(value, *, more=0): return f"{value:.{more}f}"
    >>> level_in_words(7.0, 6.0, 8.0, whole), level_in_words(1.1, 0.9, 1.3, whole), level_in_words(0.0, 0.0, 0.0, whole)
    ('7 [6 to 8]', '1.1 [0.9 to 1.3]', '0 [in every run]')
    """
    if isnan(mean):
        return NOT_APPLICABLE
    return f"{written(mean, more=_digits(low, high, written))} [{ends_in_words(low, high, written)}]"


def difference_in_words(mean: float, low: float, high: float, verdict: str, written: Written) -> str:
    """Return a paired difference with its interval, marked if its sign is uncertain.

    Examples
    --------
    >>> def whole(value, *, more=0): return f"{value:.{more}f}"
    >>> difference_in_words(3.0, -1.0, 7.0, CANNOT_TELL, whole), difference_in_words(0.0, 0.0, 0.0, IDENTICAL, whole)
    ('+3 [-1 to +7] cannot tell', 'identical')
    """
    if isnan(mean):
        return NOT_APPLICABLE
    if verdict == IDENTICAL:
        return IDENTICAL
    text = level_in_words(mean, low, high, signed(written))
    return f"{text} {CANNOT_TELL}" if verdict == CANNOT_TELL and not isnan(low) else text


def ends_in_words(low: float, high: float, written: Written) -> str:
    """Return the ends of an interval, or the words for an interval of zero width or for a single run.

    Examples
    --------
    >>> def whole(value, *, more=0): return f"{value:.{more}f}"
    >>> ends_in_words(3.0, 3.0, whole), ends_in_words(float("nan"), float("nan"), whole)
    ('in every run', 'one run, no interval')
    """
    if isnan(low) or isnan(high):
        return NO_INTERVAL
    more = _digits(low, high, written)
    first, last = written(low, more=more), written(high, more=more)
    return EVERY_RUN if first == last else f"{first} to {last}"


def signed(written: Written) -> Written:
    """Return a formatter that puts a plus sign before positive numbers."""

    def with_sign(value: float, *, more: int = 0) -> str:
        text = written(value, more=more)
        return f"+{text}" if value > 0 and any(digit in text for digit in "123456789") else text

    return with_sign


def _digits(low: float, high: float, written: Written) -> int:
    """Return how many extra digits make the ends of an interval differ; 0 if they are equal or missing."""
    if isnan(low) or isnan(high) or low == high:
        return 0
    apart = (more for more in range(MOST_DIGITS + 1) if written(low, more=more) != written(high, more=more))
    return next(apart, 0)


# ---- units ------------------------------------------------------------------------------------------------------------------


def thousands(value: float, _position: int | None = None, *, more: int = 0) -> str:
    """A count for an axis or label: 950, 12,300, 1.25M; with ``more`` extra digits to distinguish two close values."""
    size = abs(value)
    sign = "\N{MINUS SIGN}" if value < 0 else ""
    if size >= 999_500:
        return f"{sign}{size / 1e6:,.{3 + more}g}M" if size < 99.95e6 else f"{sign}{size / 1e6:,.{more}f}M"
    if size >= 100 or size == int(size):
        return f"{sign}{size:,.{more}f}"
    return f"{sign}{size:.{3 + more}g}" if size >= 10 else f"{sign}{size:.{2 + more}g}"


def dollars(value: float, *, more: int = 0) -> str:
    """An amount of money, short: $950, $12.3k, $1.25M, $2.1B; with ``more`` extra digits to distinguish two close values.

    Examples
    --------
    >>> dollars(949.6), dollars(-12_345), dollars(327_997), dollars(1_250_000), dollars(0)
    ('$950', '−$12.3k', '$328k', '$1.25M', '$0')
    """
    size = abs(value)
    sign = "\N{MINUS SIGN}" if value < 0 and round(size) else ""
    for unit, letter in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if size >= 0.9995 * unit:
            return f"{sign}${size / unit:,.{3 + more}g}{letter}"
    return f"{sign}${size:,.{more}f}"


def whole(value: float, *, more: int = 0) -> str:
    """A mean number of people, rounded to whole people unless ``more`` digits are requested."""
    return thousands(value, more=more - 1) if more else thousands(float(round(value)))


def uncut(value: float, *, more: int = 0) -> str:
    """A count with all its digits, for numbers that a reader adds up.

    Examples
    --------
    >>> uncut(5_353_010.3), uncut(-876.2), uncut(-0.2)
    ('5,353,010', '−876', '0')
    """
    text = f"{value:,.{more}f}".replace("-", "\N{MINUS SIGN}")
    return text if any(digit in text for digit in "123456789") else text.removeprefix("\N{MINUS SIGN}")


def several(count: int, noun: str) -> str:
    """A number of things: one, or several of them.

    Examples
    --------
    >>> several(1, "county"), several(3142, "county"), several(2, "row")
    ('1 county', '3,142 counties', '2 rows')
    """
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count:,} {noun if count == 1 else plural}"


def share(value: float, *, more: int = 0) -> str:
    """A share in percent, or a difference of shares in percentage points, without the percent sign.

    Examples
    --------
    >>> share(0.1234), share(-0.0002)
    ('12.3', '0.0')
    """
    text = f"{100 * value:.{1 + more}f}".replace("-", "\N{MINUS SIGN}")
    return text if any(digit in text for digit in "123456789") else text.removeprefix("\N{MINUS SIGN}")


def written(unit: str) -> Written:
    """Return the formatter for a unit."""
    return {"share": share, "points": share, "dollars": dollars, "bookings": uncut}.get(unit, thousands)


def amount(mean: float, low: float, high: float, unit: str) -> str:
    """A level with its interval, as a cell.

    Examples
    --------
    >>> amount(1234.4, 1200.0, 1268.8, "people"), amount(0.0, 0.0, 0.0, "people")
    ('1,234 [1,200 to 1,269]', '0 [in every run]')
    """
    text = level_in_words(mean, low, high, written(unit))
    return text.replace(" [", "% [", 1) if unit == "share" else text
