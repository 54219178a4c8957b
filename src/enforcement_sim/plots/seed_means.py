"""Means and intervals over seeds, and over draws of uncertain parameters.

Figures show the mean over runs with its 95% interval (Student's t). Differences between two settings are paired by seed,
because both settings have the same synthetic people under a seed. Event tables have no rows for events that never
happened, so a missing combination counts as zero. The interval covers chance in the simulation only; it is empty for a
single run.

If a sweep drew uncertain parameters, a run is identified by its draw and its seed: the ``seed`` column holds both, as
written by :func:`label_of`, and the interval covers uncertainty about the parameters, too (see
:mod:`enforcement_sim.results.intervals`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf
from typing import Any

import pandas as pd

from enforcement_sim import labels
from enforcement_sim.results.intervals import Branch, Key, difference_between, level_of, row_intervals, within

_BETWEEN = "/"
COUNT = (0.0, inf)
"""Bounds of a count."""


def label_of(key: Key) -> str | int:
    """Return the label of a seed, or of a draw and a seed, in the ``seed`` column of a frame.

    Examples
    --------
    >>> label_of(Branch(3, 17)), key_of(label_of(Branch(3, 17))), key_of(17)
    ('3/17', Branch(draw=3, seed=17), 17)
    """
    return f"{key.draw}{_BETWEEN}{key.seed}" if isinstance(key, Branch) else key


def key_of(label: object) -> Key:
    """Return the key by which runs are paired, from a label of the ``seed`` column."""
    if isinstance(label, str):
        draw, _, seed = label.partition(_BETWEEN)
        return Branch(int(draw), int(seed))
    return int(label)  # type: ignore[call-overload, no-any-return]


def over_seeds(
    frame: pd.DataFrame,
    by: Sequence[str],
    value: str,
    fill: float | None = 0.0,
    bounds: tuple[float, float] = COUNT,
    seeds: Iterable[Any] = (),
) -> pd.DataFrame:
    """Return the mean and interval of ``value`` for each combination of ``by``, over the runs in ``frame``.

    Parameters
    ----------
    frame : DataFrame
        Tidy, with a ``seed`` column; rows of one seed and combination are added up.
    by : sequence of str
        Columns of the combinations.
    value : str
        The column to average.
    fill : float, optional
        Value of a seed without a row; ``None`` omits such seeds (right for shares).
    bounds : tuple of float
        Lowest and highest possible value, at which intervals are cut; not negative by default.
    seeds : iterable
        Runs that count even if ``frame`` has no rows for them.

    Returns
    -------
    DataFrame
        ``by`` columns in order of first appearance, then ``mean``, ``low``, ``high`` and ``runs``.
    """
    keys = list(by)
    wide = as_text(frame).pivot_table(index=keys, columns="seed", values=value, aggfunc="sum", sort=False)
    wide = wide.reindex(columns=wide.columns.union(list(seeds), sort=False))
    if fill is not None:
        wide = wide.fillna(fill)
    table = interval_of(wide, bounds)
    table.index = wide.index
    return table.reset_index()


def as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with categorical columns as text; grouping would count an unused category as zero."""
    return frame.astype({name: str for name in frame.columns if isinstance(frame[name].dtype, pd.CategoricalDtype)})


def in_order(frame: pd.DataFrame, **orders: Sequence[str]) -> pd.DataFrame:
    """Return the frame sorted by the positions of column values in lists."""
    places = {name: {value: place for place, value in enumerate(order)} for name, order in orders.items()}
    return frame.sort_values(list(orders), key=lambda column: column.map(places[str(column.name)]), ignore_index=True)


def paired(measures: pd.DataFrame, reference: int) -> pd.DataFrame:
    """Return the differences of every setting from the reference setting, paired by seed.

    Parameters
    ----------
    measures : DataFrame
        Columns ``point``, ``seed``, ``measure``, ``value``.
    reference : int
        The point with which the others are compared.

    Returns
    -------
    DataFrame
        ``point``, ``measure``, ``mean``, ``low``, ``high``, ``runs`` and ``verdict`` of the difference (as
        :func:`enforcement_sim.results.intervals.difference_of` has them), and ``reference_mean``,
        ``reference_low``, ``reference_high`` of the measure itself at the reference.
    """
    wide = measures.pivot_table(index=["measure", "point"], columns="seed", values="value", sort=False, dropna=False)
    keys = [key_of(label) for label in wide.columns]
    rows = []
    for name, at_points in wide.groupby(level="measure", sort=False):
        at_points = at_points.droplevel("measure")
        at_reference = at_points.loc[[reference]]
        base = dict(zip(keys, at_reference.to_numpy(dtype=float)[0].tolist(), strict=True))
        level = interval_of(at_reference, labels.bounds(str(name))).iloc[0][["mean", "low", "high"]]
        for point, values in at_points.iterrows():
            change = difference_between(base, dict(zip(keys, values.tolist(), strict=True)))
            low, high = (within(end, *labels.bounds_of_difference(str(name))) for end in (change.low, change.high))
            rows.append((point, name, change.difference, low, high, change.runs, change.verdict, *level))
    ends = ["mean", "low", "high"]
    columns = ["point", "measure", *ends, "runs", "verdict", *(f"reference_{end}" for end in ends)]
    return pd.DataFrame(rows, columns=columns)


def interval_of(wide: pd.DataFrame, bounds: tuple[float, float] = COUNT) -> pd.DataFrame:
    """Return for each row the mean, the ends of the 95% interval (missing for one run), and the number of runs.

    Parameters
    ----------
    wide : DataFrame
        A column for each run, named by the label of its seed; NaN if a run has no value.
    bounds : tuple of float
        Lowest and highest possible value, at which intervals are cut; not negative by default.

    Returns
    -------
    DataFrame
        ``mean``, ``low``, ``high``, ``runs``, a row for each row, numbered from 0.
    """
    values = wide.to_numpy(dtype=float)
    if any(isinstance(label, str) for label in wide.columns):
        keys = [key_of(label) for label in wide.columns]
        levels = [level_of(dict(zip(keys, row.tolist(), strict=True)), *bounds) for row in values]
        rows = [(level.mean, level.low, level.high, level.runs) for level in levels]
        return pd.DataFrame(rows, columns=["mean", "low", "high", "runs"])
    mean, low, high, runs = row_intervals(values, *bounds)
    return pd.DataFrame({"mean": mean, "low": low, "high": high, "runs": runs})
