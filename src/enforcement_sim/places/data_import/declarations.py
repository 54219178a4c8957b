"""The tables that a user may import, declared in ``tables.yaml``, and what stands in their cells.

A declaration says which columns a table has, of which type, in which range and under which names they are published, and with
which words a message speaks of them. ``recognise`` finds the layout of a user's file, ``county_rows`` checks its cells: days,
months and counts in the spellings that government tables use.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import Field

from enforcement_sim.yaml_models import Day, Many, StrictModel, read_model

type Names = dict[str, Many[str]]


class Column(StrictModel):
    """A column of a table, or of the county's code and names.

    Attributes
    ----------
    type : str
        "count" (a whole number from 0), "date", "part" (of a date) or "text".
    called : tuple of str
        What a message calls the column where it is missing; its own name if empty.
    names : tuple of str
        Regular expressions for its heading, if it has the same in every layout.
    allowed : str
        What a message says is allowed.
    first, last : date or None
        The range of dates, both inside.
    outside : tuple of str
        What a message says of a date outside the range, and of the range.
    """

    type: Literal["count", "date", "part", "text"] = "text"
    called: Many[str] = ()
    names: Many[str] = ()
    allowed: str = ""
    first: Day = date.min
    last: Day = date.max
    outside: Many[str] = ()


class Layout(StrictModel):
    """One form in which a table is published; ``tables.yaml`` says what its keys mean."""

    name: str
    needs: Many[str]
    names: Names
    county: Names = Field(default_factory=dict)
    rows: Names = Field(default_factory=dict)
    shape: Literal["wide", "long", "across"] = "wide"
    file_name: str = ""
    warning: str = ""

    @property
    def columns(self) -> Names:
        """What is understood -> the regular expressions for its heading, by preference."""
        where = {} if self.shape == "across" else {name: column.names for name, column in COUNTY.items()}
        return where | self.county | self.names


class TableKind(StrictModel):
    """A table that may be imported; ``tables.yaml`` says what its keys mean."""

    words: str
    embedded: str
    file: str
    published: Many[str]
    columns: dict[str, Column]
    layouts: Many[Layout]
    county_needed: bool = True
    groups: Many[str] = ()

    def of_type(self, *types: str) -> tuple[str, ...]:
        """Return the columns of some types."""
        return tuple(name for name, column in self.columns.items() if column.type in types)


class _Declared(StrictModel):
    county: dict[str, Column]
    tables: dict[str, TableKind]
    refused: Names
    looks: dict[str, str]
    cells: Names


DECLARED = read_model(Path(__file__).with_name("tables.yaml"), _Declared)
COUNTY, TABLES = DECLARED.county, DECLARED.tables


@lru_cache(maxsize=32_768)
def spelling(heading: str) -> str:
    """Return a heading in one spelling.

    Examples
    --------
    >>> spelling(" Activation Date "), spelling("Estimate!!Total:!!Not a U.S. citizen")
    ('activation_date', 'estimate_total_not_a_u_s_citizen')
    """
    plain = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")


def fits(patterns: tuple[str, ...], text: str) -> bool:
    """Say whether a text is as one of some regular expressions has it, in small or capital letters.

    Examples
    --------
    >>> fits(DECLARED.cells["total_row"], "2012 Total"), fits(DECLARED.refused["persons"], spelling("Date of Birth"))
    (True, True)
    """
    return any(re.fullmatch(pattern, text, re.IGNORECASE) for pattern in patterns)


def matching(patterns: tuple[str, ...], cells: pd.Series[str]) -> pd.Series[bool]:
    """Say which cells are as one of some regular expressions has them; each text is tried once.

    Examples
    --------
    >>> matching(DECLARED.cells["total"], pd.Series(["White", "All races", "White"])).tolist()
    [False, True, False]
    """
    return cells.isin([cell for cell in cells.unique() if fits(patterns, cell)])


def called(kind: str, column: str) -> tuple[str, ...]:
    """Return what a message calls a column that is missing.

    Examples
    --------
    >>> called("activation", "day"), called("bookings", "month"), called("noncitizens", "code")
    (('activation_date', 'date_activated'), ('month',), ('fips', 'geoid'))
    """
    declared = (TABLES[kind].columns | COUNTY).get(column, Column())
    return declared.called or (column,)


MARK = re.compile(
    r"\s*([\u00b9\u00b2\u00b3\u2070-\u209f\u00aa\u00ba*\u2020\u2021\u00a7#^]+|\((?:[a-z]|[a-z]?\d{1,6})\)|\[\w{1,3}\]|(?<=\d)\s?[rp])$",
    re.IGNORECASE,
)
"""A footnote's mark at the end of a cell; the last of them is "revised" or "preliminary"."""
FEWER = re.compile(r"(<|under |fewer than |less than )\s*\d+", re.IGNORECASE)
"""A suppressed small count."""
COUNT = re.compile(r"([0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,3}(?: [0-9]{3}){1,4}|[0-9]{1,12})(?:\.0{1,2})?")
COUNTS = "a whole number from 0, thousands with commas or without"
NAMES = "january february march april may june july august september october november december"
WORDS = {word: number for number, name in enumerate(NAMES.split(), 1) for word in (name, name[:3])} | {"sept": 9}
TIME = re.compile(r"[ T](\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?)(?:Z|[+-]\d\d:?\d\d)?$")
MIDNIGHT = re.compile(r"(0?0|12(?=.*a)):00(:00(\.0+)?)?( ?a\.?m\.?)?", re.IGNORECASE)
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
    return cell.lower() not in DECLARED.cells["blank"] and FEWER.fullmatch(cell) is None


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
def day_in(cell: str) -> date | None:
    """Return the day in a cell; None if there is none in it.

    Examples
    --------
    >>> day_in("10/27/2008"), day_in("27-Oct-08"), day_in("01/01/2012 12:00:00 AM"), day_in("soon")
    (datetime.date(2008, 10, 27), datetime.date(2008, 10, 27), datetime.date(2012, 1, 1), None)
    """
    return _date("day", TIME.sub("", cell))


@lru_cache(maxsize=4096)
def month_in(cell: str, year: str = "") -> date | None:
    """Return the first day of the month in a cell, or in a cell and one of the year; None if they hold no month of one year.

    A day within a month, or a time, is no month.

    Examples
    --------
    >>> spellings = ("2011-03", "201103.0", "Mar. 2011", "2011 March", "3/2011", "03/01/2011", "2011M03")
    >>> {month_in(text) for text in spellings} | {month_in(text, "2011.0") for text in ("3", "03", "3.0", "March", "2011-03")}
    {datetime.date(2011, 3, 1)}
    >>> month_in("2011-03-17"), month_in("2011-03-01 14:05"), month_in("2011-03", "2012")
    (None, None, None)
    """
    if year:
        number, whole, of_year = count_in(year), month_in(cell), count_in(cell)
        if whole is not None:
            return whole if whole.year == number else None
        return None if number is None else month_in(f"{number}-{cell if of_year is None else of_year}")
    time = TIME.search(cell)
    if time and not MIDNIGHT.fullmatch(time.group(1)):
        return None
    day = _date("month", cell) or day_in(cell)
    return day if day is not None and day.day == 1 else None


def _date(form: str, cell: str) -> date | None:
    """Return the day or month that one of some spellings finds."""
    text = re.sub(r"(?<=[a-z])\.|,|^(mon|tues|wednes|thurs|fri|satur|sun)day\b", " ", cell.lower())
    text = " ".join(re.sub(r"(?<=\d)(st|nd|rd|th)\b|(?<=\d)\.0$", "", text, flags=re.ASCII).split())
    for found in filter(None, (re.fullmatch(one, text, re.ASCII) for one in DECLARED.cells[form])):
        parts = found.groupdict()
        year, month = int(parts["y"]), WORDS.get(parts["w"], 0) if parts.get("w") else int(parts["m"])
        if year < CENTURY:
            year += 19 * CENTURY if year >= EARLIEST_OF_TWO_DIGITS else 20 * CENTURY
        try:
            return date(year, month, int(parts.get("d") or 1))
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


def count_in(cell: str) -> int | None:
    """Return the count in a cell without marks; None if it is no whole number from 0 (``1.000`` may be one or a thousand).

    Examples
    --------
    >>> count_in("1,720"), count_in("2011.0"), count_in("1,72"), count_in("1.000"), count_in("\\u0661")
    (1720, 2011, None, None, None)
    """
    found = COUNT.fullmatch(cell)
    return int(re.sub(r"[, ]", "", found.group(1))) if found else None


def digits_in(cell: str) -> str:
    """Return the digits of a code without the point that a table of floats leaves; empty if it is none.

    Examples
    --------
    >>> digits_in("10001.0"), digits_in("001"), digits_in("DE")
    ('10001', '001', '')
    """
    found = re.fullmatch(r"([0-9]+)(\.0)?", cell)
    return found.group(1) if found else ""
