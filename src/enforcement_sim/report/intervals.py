"""Means and intervals over seeds.

A run with another seed is another draw of the same world. What is drawn is the mean over runs, with a 95% interval for
that mean (Student's t). Differences between two settings are taken seed by seed first, since both settings met the same
synthetic people under a seed. Event tables leave out what never happened, so a combination that one run lacks counts
as zero there. The interval holds the dice of the simulation only; with a single run there is none, and it stays empty.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from enforcement_sim.experiment.comparison import LEVEL, difference_of


def over_seeds(frame: pd.DataFrame, by: Sequence[str], value: str, fill: float | None = 0.0) -> pd.DataFrame:
    """Mean and interval of ``value`` for each combination of ``by``, over the runs in ``frame``.

    Parameters
    ----------
    frame : DataFrame
        Tidy, with a ``seed`` column; rows of one seed and combination are added up.
    by : sequence of str
        Columns that say what is being averaged.
    value : str
        The column to average.
    fill : float, optional
        What a seed without a row counts as; ``None`` leaves such seeds out (right for shares).

    Returns
    -------
    DataFrame
        ``by`` columns in order of first appearance, then ``mean``, ``low``, ``high`` and ``runs``.
    """
    keys = list(by)
    wide = as_text(frame).pivot_table(index=keys, columns="seed", values=value, aggfunc="sum", sort=False)
    if fill is not None:
        wide = wide.fillna(fill)
    table = interval_of(wide.to_numpy(dtype=float))
    table.index = wide.index
    return table.reset_index()


def as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its categorical columns as text: a grouped category that never occurs would count as a zero."""
    return frame.astype({name: str for name in frame.columns if isinstance(frame[name].dtype, pd.CategoricalDtype)})


def paired(measures: pd.DataFrame, reference: int) -> pd.DataFrame:
    """Differences of every setting from the reference setting, taken seed by seed.

    Parameters
    ----------
    measures : DataFrame
        Columns ``point``, ``seed``, ``measure``, ``value``.
    reference : int
        The point that the others are compared with.

    Returns
    -------
    DataFrame
        ``point``, ``measure``, ``mean``, ``low``, ``high``, ``runs`` and ``verdict`` of the difference (as
        :func:`enforcement_sim.experiment.comparison.difference_of` has them), and ``reference_mean``,
        ``reference_low``, ``reference_high`` of the measure itself at the reference.
    """
    wide = measures.pivot_table(index=["measure", "point"], columns="seed", values="value", sort=False, dropna=False)
    rows = []
    for name, at_points in wide.groupby(level="measure", sort=False):
        at_points = at_points.droplevel("measure")
        base = at_points.loc[[reference]]
        level = interval_of(base.to_numpy(dtype=float)).iloc[0]
        for point, values in at_points.iterrows():
            change = difference_of(base.iloc[0].tolist(), values.tolist())
            rows.append(
                {
                    "point": point,
                    "measure": name,
                    "mean": change.difference,
                    "low": change.low,
                    "high": change.high,
                    "runs": change.runs,
                    "verdict": change.verdict,
                    "reference_mean": level["mean"],
                    "reference_low": level["low"],
                    "reference_high": level["high"],
                }
            )
    return pd.DataFrame(rows)


def interval_of(values: np.ndarray) -> pd.DataFrame:
    """Row by row mean, ends of the 95% interval for the mean (missing for one run), and how many runs there were."""
    runs = np.sum(~np.isnan(values), axis=1)
    total = np.nansum(values, axis=1)
    mean = np.divide(total, runs, out=np.full(len(runs), np.nan), where=runs > 0)
    squares = np.nansum((values - mean[:, None]) ** 2, axis=1)
    half = np.full(len(runs), np.nan)
    many = runs > 1
    half[many] = stdtrit(runs[many] - 1, 0.5 + LEVEL / 2) * np.sqrt(squares[many] / (runs[many] - 1) / runs[many])
    return pd.DataFrame({"mean": mean, "low": mean - half, "high": mean + half, "runs": runs})


def whiskers(frame: pd.DataFrame) -> np.ndarray:
    """Lengths of the error bars below and above the mean, in the shape Matplotlib wants; zero where there is none."""
    below = (frame["mean"] - frame["low"]).fillna(0.0)
    above = (frame["high"] - frame["mean"]).fillna(0.0)
    return np.vstack([below.to_numpy(dtype=float), above.to_numpy(dtype=float)])
