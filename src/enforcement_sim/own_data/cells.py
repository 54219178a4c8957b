"""What stands in a cell: a day, a month, a count; in the spellings that government tables use."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from enforcement_sim.own_data.columns import Table
from enforcement_sim.own_data.table import Cell, Line

__all__ = ["count_at", "day_of", "middle_tuesday", "month_of"]

DAY_FORMS = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%d-%b-%Y", "%d-%b-%y", "%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%Y%m%d")
MONTH_FORMS = ("%Y-%m", "%m/%Y", "%b %Y", "%B %Y", "%b-%y", "%b-%Y", "%Y%m")
NOTHING = ("", "-", "--", "n", "na", "n/a", "(x)", "**", "***", "*****", "null", "none")
"""What stands in a cell without a figure, the Census Bureau's signs among them."""
DAYS_A_WEEK, TUESDAY = 7, 1
BEFORE_THE_MIDDLE = 12
"""The Tuesday nearest the middle of a month is the first from this day on."""


def day_of(cell: Cell) -> date | None:
    """Return the day in a cell; None if there is none in it.

    Examples
    --------
    >>> day_of("10/27/2008"), day_of("27-Oct-08"), day_of("soon")
    (datetime.date(2008, 10, 27), datetime.date(2008, 10, 27), None)
    """
    if isinstance(cell, date):
        return cell
    text = re.sub(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$", "", cell.strip())
    for form in DAY_FORMS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def month_of(cell: Cell) -> date | None:
    """Return the first day of the month in a cell; None if it holds no month (a day within one is none).

    Examples
    --------
    >>> month_of("2011-03"), month_of("March 2011"), month_of("2011-03-17")
    (datetime.date(2011, 3, 1), datetime.date(2011, 3, 1), None)
    """
    if isinstance(cell, str):
        for form in MONTH_FORMS:
            try:
                return datetime.strptime(cell.strip(), form).date()
            except ValueError:
                continue
    day = day_of(cell)
    return day if day is not None and day.day == 1 else None


def middle_tuesday(month: date) -> date:
    """Return the Tuesday nearest the middle of a month: activations fell on Tuesdays as a rule.

    Examples
    --------
    >>> middle_tuesday(date(2011, 4, 1))
    datetime.date(2011, 4, 12)
    """
    day = month.replace(day=BEFORE_THE_MIDDLE)
    return day + timedelta(days=(TUESDAY - day.weekday()) % DAYS_A_WEEK)


def count_at(table: Table, line: Line, column: str) -> int | None:
    """Return the count in a cell; None if there is no figure in it.

    Raises
    ------
    InputError
        If what stands there is no whole number from 0.
    """
    text = table.text(line, column)
    if text.lower() in NOTHING:
        return None
    plain = re.sub(r"\.0+$", "", text.replace(",", "").replace("±", "").lstrip("+"))
    if not plain.isdigit():
        raise table.error(f"{text!r} is not a count", line, column, "a whole number from 0")
    return int(plain)
