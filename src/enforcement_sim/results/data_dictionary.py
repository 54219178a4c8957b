"""What every column of a table is, with its label and its unit: ``columns.csv`` of a folder, the first sheet of a workbook.

A person who opens a table in a spreadsheet finds here what the report calls a number, in which unit it is, and of which kind
a column is. Meanings are those of the register and of the labels; nothing is said twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from enforcement_sim import labels
from enforcement_sim.parameters.register import load_register
from enforcement_sim.results.measures import MEASURES

if TYPE_CHECKING:
    import pandas as pd

HEADINGS = ("table", "column", "label", "unit", "meaning")
SHARE = "share, 0 to 1"

OF_A_RUN = {
    "point": ("Setting", "number", "0 is the reference; the settings of each number are in the columns beside it"),
    "draw": ("Draw", "number", "a set of values of the uncertain parameters"),
    "replication": ("Replication", "number", "counts the seeds from 0"),
    "seed": ("Seed", "number", "fixes every random draw; the same seed at two settings is the same people"),
    "run": ("Run", "name", "sixteen hexadecimal digits, a hash of what the run was made from"),
}
OTHERS: dict[str, tuple[str, str, str]] = {
    **OF_A_RUN,
    "programme": ("Programme", "name", "the programme that found the person first"),
    "event": ("Stage", "name", "what happened to a booked person; each counts in the period in which it happens"),
    "count": ("People", "people", "for whom it happened; a thinned run is scaled up"),
    "month": ("Month", "date", "its first day"),
    "stage": ("Stage", "name", "the people whose mix it is"),
    "definition": ("Definition", "name", "enforcement-sim definitions prints them"),
    "category": ("Category", "name", "a category of the definition"),
    "share": ("Share", SHARE, "of the people of the stage and programme"),
    "kind": ("Kind of hours", "name", "what people wait for"),
    "status_group": ("Status", "name", "group of immigration status"),
    "hours": ("Person-hours", "hours", "hours of all people together"),
    "reference": ("Reference", "text", "the setting that the others are compared with (A)"),
    "measure": ("Measure", "name", "its label and unit stand beside it"),
    "label": ("Label", "text", "of the measure"),
    "unit": ("Unit", "text", "of the measure; a share is a number from 0 to 1"),
    "runs": ("Runs", "number", "behind the number; in comparison, pairs of runs"),
    "reference_mean": ("A", "of the measure", "mean at the reference, over the paired runs"),
    "mean": ("B", "of the measure", "mean at the setting, over the same runs"),
    "difference": ("B - A", "of the measure", "mean of the differences of paired runs"),
    "low": ("Low end", "of the measure", "of the 95% interval of the difference"),
    "high": ("High end", "of the measure", "of the 95% interval of the difference"),
    "variance_ratio": ("Pairing gain", "ratio", "variance of a difference of unrelated runs, over that of paired ones"),
    "unpaired_low": ("Low end, unpaired", "of the measure", "of the interval if the runs were not of the same people"),
    "unpaired_high": (
        "High end, unpaired",
        "of the measure",
        "of the interval if the runs were not of the same people",
    ),
    "draws": ("Draws", "number", "of the uncertain parameters"),
    "chance_low": (
        "Low end, chance alone",
        "of the measure",
        "of the interval over seeds, the draws taken as they are",
    ),
    "chance_high": (
        "High end, chance alone",
        "of the measure",
        "of the interval over seeds, the draws taken as they are",
    ),
    "verdict": ("Verdict", "text", "higher, lower, identical, or cannot tell"),
    "county": ("County", "FIPS code", "five digits; read it as text, because of leading zeros"),
    "name": ("Name", "text", "of the county"),
    "state": ("State", "postal code", "of the county"),
    "simulated": ("Simulated", "text", "a warning where a part was simulated alone"),
    "fips": ("County", "FIPS code", "five digits; read it as text, because of leading zeros"),
    "year": ("Fiscal year", "year", "October of the year before to September"),
    "per_1000_bookings": ("Per 1,000 bookings", "people", "of the same period and place"),
    "payer": ("Payer", "name", "county, state or federal"),
    "caused_by": ("Caused by", "text", "a programme, a transfer between payers, or the criminal case"),
    "line": ("Line", "name", "of the bridge to the payer's net cost; empty for what the criminal case costs"),
    "dollars": ("Dollars", "dollars", "negative for money received"),
    "inmates": ("Inmates", "people", "on an average day of the month"),
    "value": ("Value", "of the measure", "of one run"),
}
"""Column -> label, unit and meaning, where it is neither a measure, a parameter nor a setting."""


type Meanings = Mapping[tuple[str, str], tuple[str, str, str]]
"""Table and column -> label, unit and meaning."""


def column_rows(
    tables: Mapping[str, Sequence[str]], settings: Iterable[str] = (), own: Meanings | None = None
) -> pd.DataFrame:
    """Return the dictionary of the columns of some tables.

    Parameters
    ----------
    tables : mapping
        Name of each table -> its columns.
    settings : iterable of str
        Swept and drawn addresses.
    own : mapping, optional
        What columns of a table mean there and nowhere else.

    Examples
    --------
    >>> rows = column_rows({"measures": ["point", "detainer.hold_hours", "net_cost.county"]}, ["detainer.hold_hours"])
    >>> rows[["column", "label", "unit"]].to_numpy().tolist()
    [['point', 'Setting', 'number'], ['detainer.hold_hours', 'Hold limit', 'hours'], \
['net_cost.county', 'Net cost to counties', 'dollars']]
    """
    import pandas as pd

    swept, meanings = set(settings), own or {}
    rows = [
        (table, column, *(meanings.get((table, column)) or _about(column, swept)))
        for table, columns in tables.items()
        for column in columns
    ]
    return pd.DataFrame(rows, columns=list(HEADINGS))


def _about(column: str, settings: set[str]) -> tuple[str, str, str]:
    """Return label, unit and meaning of a column."""
    if column in settings:
        return _of_setting(column)
    if column in OTHERS:
        return OTHERS[column]
    if column in MEASURES:
        label, unit = labels.measure(column)
        return label, SHARE if unit == "share" else unit, "of one run"
    return column, "", ""


def _of_setting(address: str) -> tuple[str, str, str]:
    """Return label, unit and meaning of a swept or drawn address."""
    label = labels.setting(address).partition(" (")[0]
    parameter = load_register().get(address)
    if parameter is None:
        return label, "", "a setting of the scenario"
    return label, parameter.unit, parameter.meaning
