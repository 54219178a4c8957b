"""The tables that a user may import: one declaration each, in ``tables.yaml``.

A declaration says which columns a table has, of which type, in which range and under which names they are published, and with
which words a message speaks of them. ``recognise`` finds the layout of a user's file, ``rows`` checks its cells.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict

from enforcement_sim.yaml_models import read_model

__all__ = ["COUNTY", "DECLARED", "TABLES", "Layout", "called", "fits", "matching", "spelling"]

type Names = dict[str, tuple[str, ...]]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(_Part):
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
    called: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    allowed: str = ""
    first: date = date.min
    last: date = date.max
    outside: tuple[str, ...] = ()


class Layout(_Part):
    """One form in which a table is published; ``tables.yaml`` says what its keys mean."""

    name: str
    needs: tuple[str, ...]
    names: Names
    county: Names = {}
    rows: Names = {}
    shape: Literal["wide", "long", "across"] = "wide"
    file_name: str = ""
    warning: str = ""

    @property
    def columns(self) -> Names:
        """What is understood -> the regular expressions for its heading, by preference."""
        where = {} if self.shape == "across" else {name: column.names for name, column in COUNTY.items()}
        return where | self.county | self.names


class TableKind(_Part):
    """A table that may be imported; ``tables.yaml`` says what its keys mean."""

    words: str
    embedded: str
    file: str
    published: tuple[str, ...]
    columns: dict[str, Column]
    layouts: tuple[Layout, ...]
    county_needed: bool = True
    groups: tuple[str, ...] = ()

    def of_type(self, *types: str) -> tuple[str, ...]:
        """Return the columns of some types."""
        return tuple(name for name, column in self.columns.items() if column.type in types)


class _Declared(_Part):
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
