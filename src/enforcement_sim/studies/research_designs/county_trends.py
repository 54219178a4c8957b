"""County trends: columns less each county's own level and straight trend, before a regression.

No library at hand takes a slope for each of three thousand counties. By the theorem of Frisch, Waugh and Lovell a regression
on columns from which every county's own line is removed gives the same coefficients as one with a dummy and a slope for
every county. Where all counties have the same periods, the dummies of periods can be absorbed as usual; otherwise they are
columns too, from which the lines are removed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

FEWEST = 3
"""Periods of a county below which its own line leaves nothing to compare."""


def without_county_trends(rows: pd.DataFrame, columns: Sequence[str]) -> tuple[pd.DataFrame, list[str]]:
    """Return rows whose columns and outcome have each county's line removed, and the columns that stand for periods.

    Parameters
    ----------
    rows
        With ``county``, ``period``, ``outcome`` and the columns.

    Returns
    -------
    tuple of DataFrame and list of str
        The list is empty where every county has every period: the dummies of periods are then absorbed.

    Examples
    --------
    >>> rows = pd.DataFrame({"county": list("aaaabbbb"), "period": [1, 2, 3, 4] * 2, "outcome": [1., 2, 3, 4, 5, 7, 9, 11]})
    >>> float(without_county_trends(rows, [])[0]["outcome"].abs().max().round(9))
    0.0
    """
    rows = rows[rows.groupby("county")["period"].transform("size") >= FEWEST]
    counties = rows["county"].nunique()
    balanced = len(rows) == counties * rows["period"].nunique()
    removed = rows[["outcome", *columns]].astype(float)
    names: list[str] = []
    if not balanced:
        dummies = pd.get_dummies(rows["period"], prefix="in_period", drop_first=True, dtype=float)
        names = list(dummies.columns)
        removed = pd.concat([removed, dummies], axis=1)
    county = pd.factorize(rows["county"])[0]
    values = _less_lines(removed.to_numpy(), rows["period"].to_numpy(float), county, counties)
    others = rows.drop(columns=["outcome", *columns])
    return pd.concat([others, pd.DataFrame(values, index=rows.index, columns=removed.columns)], axis=1), names


def _less_lines(values: np.ndarray, time: np.ndarray, county: np.ndarray, counties: int) -> np.ndarray:
    """Return values less the straight line in time of their own county, column by column."""
    size = np.bincount(county, minlength=counties)
    time = time - (np.bincount(county, time, counties) / size)[county]
    spread = np.bincount(county, time * time, counties)
    found = np.empty_like(values)
    for column in range(values.shape[1]):
        one = values[:, column] - (np.bincount(county, values[:, column], counties) / size)[county]
        found[:, column] = one - (np.bincount(county, one * time, counties) / spread)[county] * time
    return found
