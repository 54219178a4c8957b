"""What is told of a county, as one table of data: a row for each cell of its tables, and numbers as numbers."""

from __future__ import annotations

import re
from math import isnan, nan

import pandas as pd

from enforcement_sim.studies.county.compute import CountyRuns
from enforcement_sim.studies.county.county_page import SIMULATED, grids
from enforcement_sim.studies.page_parts import Grid
from enforcement_sim.studies.place_asked import PlaceAsked
from enforcement_sim.tables.amounts import whole

_NUMBER = re.compile(r"(-?[0-9][0-9,]*(?:\.[0-9]+)?)(?: beds)?")
COLUMNS = ("county", "section", "row", "column", "text", "number", "unit")
OF_ALL = ("name", "from", "to", "sets", "seeds", "engine", "simulated")
"""What stands in every row after those, so that a row can be read alone; of what is simulated only, but for the name."""
RECORD = "simulated, not a record"


def county_data(place: PlaceAsked, runs: CountyRuns | None) -> pd.DataFrame:
    """Return every cell of a county's tables as a row.

    Returns
    -------
    DataFrame
        ``county`` (its code), ``section``, ``row`` and ``column`` as the page heads them, ``text``, ``number`` (where the text is
        one) and ``unit``; then ``name`` of the county and, where it is simulated, ``from``, ``to``, ``sets``, ``seeds``,
        ``engine`` and ``simulated``. What is simulated is rounded to whole people and has the columns

        ``mean``, ``seeds_low`` and ``seeds_high`` over seeds, and ``low`` and
        ``high`` over seeds and sets of parameters, as :meth:`CountyRuns.frame`.

    Examples
    --------
    >>> from enforcement_sim.studies.place_asked import place_asked
    >>> found = county_data(place_asked(county="37119"), None)
    >>> found.loc[(found["row"] == "People, 2010") & (found["column"] == "Value"), "number"].tolist()
    [919628.0]
    """
    rows: list[tuple[str, str, str, str, str, float, str]] = []
    for name, (_, parts) in grids(place, runs).items():
        for part in parts if name != SIMULATED else ():
            if isinstance(part, Grid):
                rows += _cells(place.code, name, part.rows)
    if runs is not None:
        rows += _simulated(place.code, runs)
    found = pd.DataFrame(rows, columns=list(COLUMNS)).assign(name=place.name, **dict.fromkeys(OF_ALL[1:], ""))
    if runs is not None:
        scenario = runs.scenario
        about = (scenario.period_start.isoformat(), scenario.period_end.isoformat(), runs.found.sets, len(runs.found.seeds),
                 runs.found.engine[:12], RECORD)  # fmt: skip
        for column, value in zip(OF_ALL[1:], about, strict=True):
            found[column] = found[column].astype(object).mask(found["section"] == SIMULATED, value)
    return found


def _cells(code: str, section: str, frame: pd.DataFrame) -> list[tuple[str, str, str, str, str, float, str]]:
    """Return a row for each cell of a table but those of its first column, which name the others."""
    found = []
    for first, *others in frame.itertuples(index=False):
        for column, text in zip(frame.columns[1:], others, strict=True):
            number, unit = _number(str(text))
            found.append((code, section, str(first), str(column), str(text), number, unit))
    return found


def _number(text: str) -> tuple[float, str]:
    """Return the number that a text is, with its unit; neither if it is none."""
    written = _NUMBER.fullmatch(text)
    return (nan, "") if written is None else (float(written[1].replace(",", "")), text[len(written[1]) :].strip())


def _simulated(code: str, runs: CountyRuns) -> list[tuple[str, str, str, str, str, float, str]]:
    found = []
    for row in runs.frame().to_dict("records"):
        numbers = [(column, row[column]) for column in ("mean", "seeds_low", "seeds_high", "low", "high")]
        found += [
            (code, SIMULATED, str(row["label"]), column, whole(number), float(round(number)), row["unit"])
            for column, number in numbers
            if not isnan(number)
        ]
    return found
