"""Results for other programs: workbooks, Parquet files and labelled arrays.

A workbook is for a person: codes are words, and its first sheet says what every column is and in which unit. Parquet files
and arrays are for programs: names are those of the code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from enforcement_sim import labels
from enforcement_sim.errors import InputError
from enforcement_sim.process.counts import profile_parts
from enforcement_sim.results.costs import costs_of
from enforcement_sim.results.data_dictionary import Meanings, column_rows
from enforcement_sim.results.dimensions import PARTS, WORDS, Labels
from enforcement_sim.results.measures import MEASURES, measures_of
from enforcement_sim.results.questions import Questions
from enforcement_sim.tables.csv_text import harmless_frame

if TYPE_CHECKING:
    from xarray import DataArray, Dataset

MOST_ROWS = 1_048_575
"""Rows of a sheet of a workbook under its headings."""
LONGEST_SHEET_NAME = 31
WIDEST = 60
"""Characters of the widest column of a workbook; the narrowest has a fifth of it."""
WORKBOOK = ".xlsx"
COLUMNS, ABOUT = "columns", "about"
CODES = {
    "event": labels.event,
    "stage": labels.event,
    "programme": labels.programme,
    "category": labels.category,
    "status_group": lambda name: labels.STATUS_GROUPS.get(name, name),
}
"""Columns of codes that a workbook has in words, as the report has them."""
OWN: Meanings = {
    ("costs", "kind"): ("Kind", "text", "what is paid for"),
    ("inmates", "programme"): ("Programme", "name", "the programme that found the person first"),
}


# ---- files ----------------------------------------------------------------------------------------------------------------


def write_workbook(
    path: Path | str, tables: Mapping[str, pd.DataFrame], origin: Mapping[str, Any], meanings: pd.DataFrame
) -> None:
    """Write tables as the sheets of a workbook, behind one that says what their columns are and one on their origin."""
    needed("openpyxl")
    target = Path(path)
    if target.suffix != WORKBOOK:
        raise InputError("is no name of a workbook", file=target, allowed=f"a name that ends in {WORKBOOK}")
    target.parent.mkdir(parents=True, exist_ok=True)
    cut = {
        f"rows of {name} left out": f"{len(frame) - MOST_ROWS:,}: a sheet has no room for more"
        for name, frame in tables.items()
        if len(frame) > MOST_ROWS
    }
    about = {**{name: _plain(value) for name, value in origin.items()}, **cut}
    sheets = {COLUMNS: meanings, ABOUT: pd.DataFrame({"what": list(about), "value": list(about.values())})}
    sheets |= {name: in_words(frame.head(MOST_ROWS)) for name, frame in tables.items()}
    with pd.ExcelWriter(target, engine="openpyxl") as writer:
        for name, frame in sheets.items():
            shown = harmless_frame(frame)
            shown.to_excel(writer, sheet_name=name[:LONGEST_SHEET_NAME], index=False, freeze_panes=(1, 0))
            _widen(writer.sheets[name[:LONGEST_SHEET_NAME]], shown)


def write_parquet(folder: Path | str, tables: Mapping[str, pd.DataFrame], origin: Mapping[str, Any]) -> None:
    """Write every table as a Parquet file, and what produced them as ``about.json``."""
    there = Path(folder)
    there.mkdir(parents=True, exist_ok=True)
    if any(there.iterdir()):
        raise InputError("the folder is not empty", file=there)
    for name, frame in tables.items():
        frame.to_parquet(there / f"{name}.parquet", index=False)
    (there / f"{ABOUT}.json").write_text(json.dumps(origin, indent=1, default=str), encoding="utf-8")


def in_words(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its codes as the report has them, and measures with their labels and units beside them.

    Examples
    --------
    >>> in_words(pd.DataFrame({"event": ["detainer_issued"], "count": [3]})).to_numpy().tolist()
    [['Detainer issued', 3]]
    >>> in_words(pd.DataFrame({"measure": ["net_cost.county"], "value": [3.5]})).to_numpy().tolist()
    [['net_cost.county', 'Net cost to counties', 'dollars', 3.5]]
    """
    words = {
        name: frame[name].astype(str).map(CODES[name]) for name in frame.columns if name in CODES
    }  # a column of categories as text, because labels need not be distinct
    changed = frame.assign(**words)
    if "measure" in changed and "label" not in changed:
        pairs = [labels.measure(name) if name in MEASURES else (name, "") for name in changed["measure"].astype(str)]
        at = list(changed.columns).index("measure") + 1
        changed.insert(at, "label", [label for label, _ in pairs])
        changed.insert(at + 1, "unit", [unit for _, unit in pairs])
    return changed


def columns_of(tables: Mapping[str, pd.DataFrame]) -> dict[str, list[str]]:
    """Return the names of the columns of each table."""
    return {name: [str(column) for column in frame.columns] for name, frame in tables.items()}


def needed(name: str) -> Any:
    """Return a package of the extra ``data``, or raise an error that says how to install it."""
    if find_spec(name) is None:
        raise InputError(f"this needs the package {name}: pip install 'enforcement-sim[data]'", key=name)
    return __import__(name)


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | float | str) else json.dumps(value, default=str)


def _widen(sheet: Any, frame: pd.DataFrame) -> None:
    """Make the columns of a sheet as wide as their text, within limits."""
    for place, name in enumerate(frame.columns):
        longest = max([len(str(name)), *(len(str(value)) for value in frame.iloc[:50, place])])
        letter = sheet.cell(row=1, column=place + 1).column_letter
        sheet.column_dimensions[letter].width = min(max(longest + 2, WIDEST // 5), WIDEST)


# ---- labelled arrays --------------------------------------------------------------------------------------------------------


def labelled_set(
    frame: pd.DataFrame, axes: Sequence[str], origin: Mapping[str, Any], own: Meanings | None = None
) -> Dataset:
    """Return a tidy table as arrays with labelled axes: one for each column that is no axis, with its label and unit.

    Parameters
    ----------
    frame : DataFrame
        One row for each combination of the axes.
    axes : sequence of str
        Columns that become axes.
    origin : mapping
        What the table was made from; becomes attributes, as text where it is neither text nor a number.
    own : mapping, optional
        What columns mean in this table, of which the name does not matter.
    """
    needed("xarray")
    found: Dataset = frame.set_index(list(axes)).to_xarray()
    named = {("", column): meaning for (_, column), meaning in (own or {}).items()}
    for row in column_rows({"": [str(name) for name in found.variables]}, own=named).itertuples():
        if row.unit:
            found[row.column].attrs.update(long_name=row.label, units=row.unit)
    return found.assign_attrs({name: _plain(value) for name, value in origin.items()})


def labelled_array(result: Questions, counts: np.ndarray, levels: Mapping[str, Labels]) -> DataArray:
    """Return counts as an array whose axes carry their labels, with what they were made from among its attributes."""
    xarray = needed("xarray")
    coordinates = {name: pd.Index(labels) for name, labels in levels.items()}
    about = {"units": "people", **origin_of(result)}
    array: DataArray = xarray.DataArray(counts, coords=coordinates, dims=tuple(levels), name="count", attrs=about)
    return array


# ---- one run ----------------------------------------------------------------------------------------------------------------


def write_result_workbook(result: Questions, path: Path | str) -> None:
    """Write the tables that answer most questions as the sheets of a workbook."""
    tables = {
        "funnel": result.funnel(year="fiscal", per=1000),
        "months": result.series(),
        "counties removed": result.counties("removed"),
        "levels removed": result.mix("removed", year="fiscal"),
        "offences removed": result.mix("removed", definition="charge", year="fiscal"),
        "hours": result.hours(),
        "costs": costs_of(result),
        "inmates": result.population(),
        "measures": pd.DataFrame(list(measures_of(result).items()), columns=["measure", "value"]),
    }
    in_sheets = {name: in_words(frame) for name, frame in tables.items()}
    write_workbook(path, tables, origin_of(result), column_rows(columns_of(in_sheets), own=OWN))


def write_result_parquet(result: Questions, folder: Path | str) -> None:
    """Write every table of a run in words, and its metadata."""
    write_parquet(folder, frames_of(result), result.meta)


def frames_of(result: Questions) -> dict[str, pd.DataFrame]:
    """Return every table in words: profiles as their five parts, and all numbers multiplied back if thinned."""
    frames = {}
    for name, frame in result.tables().items():
        amounts = frame.columns[-1]
        columns: dict[str, Any] = {str(column): frame[column] for column in frame}
        if "profile" in columns:
            parts = profile_parts(columns.pop("profile").to_numpy().astype(np.int64))
            del columns[amounts]
            columns |= {part: _words(codes, WORDS[part]) for part, codes in zip(PARTS, parts, strict=True)}
        columns[amounts] = frame[amounts].to_numpy() * np.int64(result.weight)
        frames[name] = pd.DataFrame(columns)
    return frames


def _words(codes: np.ndarray, words: Sequence[Any]) -> Any:
    if words[0] is False:
        return codes.astype(bool)
    return pd.Categorical.from_codes(codes, categories=pd.Index(list(words)))


def origin_of(result: Questions) -> dict[str, Any]:
    """Return which scenario, period, seed and engine a run is from."""
    scenario = result.meta["scenario"]
    period = scenario.get("period", {})
    return {
        "scenario": str(scenario["name"]),
        "period": f"{period.get('start', '')} to {period.get('end', '')}",
        "seed": int(result.meta["seed"]),
        "one simulated booking stands for": result.weight,
        "engine": str(result.meta["engine_version"]),
    }
