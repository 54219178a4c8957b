"""Which uncertain parameters matter (Sobol' indices), and how much of a difference each assumption makes (Shapley).

The variance of a result over draws of the uncertain parameters is divided among them: an index of *first* order is the
share that a parameter accounts for alone, one of *total* order what would be left if everything else were known. The
draws are Saltelli's rows (method ``saltelli`` of a design); every one meets the same seeds, so that chance is not
mistaken for an effect. SALib computes the indices and resamples base rows for their 95% intervals.

Two scenarios may differ in several assumptions at once. Changed one after another, each makes a step, and how long the
step is depends on the order. Shapley's share is the mean step over all orders: the shares add up to the whole
difference (Shapley 1953, A value for n-person games). For few assumptions every combination is computed and the mean is
exact; for many it is taken over some orders, drawn by key and each with its reverse, and has a standard error.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from enforcement_sim.errors import InputError
from enforcement_sim.runs.design import settings_frame
from enforcement_sim.runs.sweep_result import Sweep
from enforcement_sim.scenarios.plan import DIFFERENCE, LEVEL, SALTELLI

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


FIRST, TOTAL = "first", "total"
RESAMPLES = 1000
RESAMPLING_SEED = 20120220
"""Any fixed number but zero, which SALib takes for none: the same runs give the same intervals."""

TO_INSTALL = "pip install 'enforcement-sim[sensitivity]'"
WIDEST = 0.2
"""An index whose interval reaches further than this to either side is too uncertain to be read as a share."""
TOO_FEW_DRAWS = "too few draws"
NO_SPREAD = 1e-12
"""Relative spread below which a result is taken not to vary: rounding of sums, not an effect."""


def check_design(method: str | None) -> None:
    """Raise unless Sobol' indices can be computed from draws made by a method.

    Raises
    ------
    InputError
        If the rows are not Saltelli's, or SALib is not installed.
    """
    if method != SALTELLI:
        raise InputError(
            "Sobol' indices need uncertainties drawn by the method saltelli"
            + (f", and these were drawn by {method}" if method else ", and nothing is drawn here"),
            key="design.uncertainties.method",
            allowed=SALTELLI,
        )
    _salib()


def sobol_indices(found: Sweep, measures: Sequence[str] | None = None) -> pd.DataFrame:
    """Return the Sobol' indices of every measure: of its level at each point, and of its difference from the first.

    Parameters
    ----------
    found : Sweep
        Of a design whose uncertainties were drawn by the method ``saltelli``.
    measures : sequence of str, optional
        All unless given.

    Returns
    -------
    DataFrame
        One row an index: ``of`` (level or difference), ``point``, a column for each setting, ``measure``, ``parameter``,
        ``order`` (first or total), ``value``, ``low`` and ``high`` (95%), ``mean`` and ``deviation`` of the result over
        the draws, ``base_rows`` it rests on, and ``dice``: the share of that variance which is chance that differs from
        draw to draw, and which no parameter can account for (NaN from one seed). Values are NaN where the result
        does not vary, or has no value under most draws.

    Raises
    ------
    InputError
        If the sweep has other draws, or no such measure; or SALib is not installed.
    """
    import pandas as pd

    check_design(_method(found))
    chosen = found.check_measures(measures)
    parameters = list(found.draws[0])
    settings = settings_frame(found.settings)
    rows: list[dict[str, Any]] = []
    for of in (LEVEL, DIFFERENCE):
        for measure in chosen:
            wide = found.branch_values(measure, of)
            for point in range(of == DIFFERENCE, len(found.settings)):
                here = wide[point] if point in wide else wide[0] * math.nan
                values = here.unstack("seed").reindex(range(len(found.draws))).to_numpy(dtype=float)
                labels = {"of": of, "point": point}
                labels |= {str(name): settings[name].iloc[point] for name in settings.columns}
                rows += [labels | {"measure": measure} | row for row in _indices(values, parameters)]
    return pd.DataFrame(rows)


def _indices(values: NDArray[np.float64], parameters: Sequence[str]) -> list[dict[str, Any]]:
    """Return the indices of one result, from its values by draw (rows) and seed (columns)."""
    step = len(parameters) + 2
    # A seed must have met every draw that is used, and a base row counts with all its rows or not at all.
    seen = ~np.isnan(values).all(axis=1)
    whole = np.repeat(seen.reshape(-1, step).all(axis=1), step)
    kept = values[whole]
    kept = kept[:, ~np.isnan(kept).any(axis=0)]
    base_rows = len(kept) // step if kept.shape[1] else 0
    result = kept.mean(axis=1) if base_rows else np.empty(0)
    mean, deviation = (float(result.mean()), float(result.std())) if base_rows else (math.nan, math.nan)
    about = {"mean": mean, "deviation": deviation, "base_rows": base_rows, "dice": _dice(kept)}
    found: dict[str, Any] = {}
    if base_rows > 1 and deviation > NO_SPREAD * max(abs(mean), float(np.abs(result).max())):
        found = _salib().analyze(
            {"num_vars": len(parameters), "names": list(parameters), "bounds": [[0.0, 1.0]] * len(parameters)},
            result,
            calc_second_order=False,
            num_resamples=RESAMPLES,
            seed=RESAMPLING_SEED,
        )
    rows = []
    for order, key in ((FIRST, "S1"), (TOTAL, "ST")):
        for place, parameter in enumerate(parameters):
            value = float(found[key][place]) if found else math.nan
            half = float(found[f"{key}_conf"][place]) if found else math.nan
            row = {"parameter": parameter, "order": order, "value": value, "low": value - half, "high": value + half}
            rows.append(row | about)
    return rows


def too_few_draws(value: float, low: float, high: float) -> bool:
    """Return whether an index is known too badly to be read as a share: a wide interval, or a value outside 0 to 1.

    Examples
    --------
    >>> too_few_draws(1.3, 0.75, 1.85), too_few_draws(0.4, 0.3, 0.5), too_few_draws(-0.02, -0.1, 0.06)
    (True, False, False)
    """
    return (high - low) / 2 > WIDEST or not -WIDEST / 2 <= value <= 1 + WIDEST / 2


def _dice(values: NDArray[np.float64]) -> float:
    """Return which share of the variance over draws is chance: what differs from draw to draw and from seed to seed.

    What a seed does to all draws alike moves none of them against the others and does not count.
    """
    draws, seeds = values.shape
    if draws < 2 or seeds < 2:
        return math.nan
    rest = values - values.mean(axis=1, keepdims=True) - values.mean(axis=0, keepdims=True) + values.mean()
    variance = float(values.mean(axis=1).var(ddof=1))
    return float((rest**2).sum() / ((draws - 1) * (seeds - 1)) / seeds) / variance if variance > 0 else math.nan


def _method(found: Sweep) -> str | None:
    """Return how a stored sweep's uncertain parameters were drawn."""
    design = (found.manifest["scenario"].get("design") or {}) if found.draws else {}
    method = (design.get("uncertainties") or {}).get("method")
    return str(method) if method else None


def _salib() -> Any:
    """Return SALib's analysis of Sobol' samples, or say how to install it."""
    try:
        from SALib.analyze import sobol
    except ImportError as error:
        raise InputError(f"Sobol' indices need SALib, which is not installed: {TO_INSTALL}") from error
    return sobol


MAX_EXACT = 8
"""So many assumptions are split exactly: 256 combinations."""


def combinations_of(assumptions: int) -> tuple[int, ...]:
    """Return every combination of assumptions as a number whose bit *i* says whether the *i*-th is the other's.

    Examples
    --------
    >>> combinations_of(2)
    (0, 1, 2, 3)
    """
    return tuple(range(1 << assumptions))


def shapley_exact(values: Mapping[int, float], assumptions: int) -> list[float]:
    """Return each assumption's part of the difference between no and every assumption changed.

    Parameters
    ----------
    values : mapping
        Combination -> value, for all of :func:`combinations_of`.
    assumptions : int

    Returns
    -------
    list of float
        In the order of the assumptions; they add up to ``values[all] - values[none]``.

    Examples
    --------
    Two assumptions that add 10 and 20 alone and 36 together share the 6 that only both make.

    >>> shapley_exact({0: 0.0, 1: 10.0, 2: 20.0, 3: 36.0}, 2)
    [13.0, 23.0]
    """
    # Weights as whole numbers, divided once at the end: counts of people stay exact until then.
    weights = [math.factorial(size) * math.factorial(assumptions - size - 1) for size in range(assumptions)]
    parts = []
    for assumption in range(assumptions):
        bit = 1 << assumption
        steps = [
            weights[without.bit_count()] * (values[without | bit] - values[without])
            for without in combinations_of(assumptions)
            if not without & bit
        ]
        parts.append(_total(steps) / math.factorial(assumptions))
    return parts


def orders_of(names: Sequence[str], pairs: int, seed: int) -> tuple[tuple[int, ...], ...]:
    """Return orders in which to change assumptions, each followed by its reverse.

    An order is a function of the names, its number and the seed: the same whatever the order in which the names are
    given, and the first orders stay when more are asked for.

    Parameters
    ----------
    names : sequence of str
    pairs : int
        How many orders and reverses.
    seed : int

    Returns
    -------
    tuple of tuple of int
        Positions in ``names``; order ``2 k + 1`` is the reverse of order ``2 k``.
    """
    orders: list[tuple[int, ...]] = []
    for pair in range(pairs):
        keys = [hashlib.sha256(f"{seed}/{pair}/{name}".encode()).digest() for name in names]
        order = tuple(sorted(range(len(names)), key=lambda position: keys[position]))
        orders += [order, order[::-1]]
    return tuple(orders)


def combinations_along(orders: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Return the combinations that are met on the way through some orders, each once, none changed first.

    Examples
    --------
    >>> combinations_along([(0, 1), (1, 0)])
    (0, 1, 3, 2)
    """
    met: dict[int, None] = {0: None}
    for order in orders:
        combination = 0
        for assumption in order:
            combination |= 1 << assumption
            met[combination] = None
    return tuple(met)


def shapley_sampled(
    values: Mapping[int, float], assumptions: int, orders: Sequence[Sequence[int]]
) -> tuple[list[float], list[float]]:
    """Return each assumption's part as the mean over some orders, and its standard error.

    Parameters
    ----------
    values : mapping
        Combination -> value, for all of :func:`combinations_along`.
    assumptions : int
    orders : sequence
        From :func:`orders_of`.

    Returns
    -------
    list of float, list of float
        The parts, which add up to the whole difference as every single order's do, and the standard errors over pairs
        of an order and its reverse (NaN for one pair).
    """
    steps: list[list[float]] = [[] for _ in range(assumptions)]
    for order in orders:
        combination = 0
        for assumption in order:
            changed = combination | 1 << assumption
            steps[assumption].append(values[changed] - values[combination])
            combination = changed
    parts, errors = [], []
    for taken in steps:
        pairs = [(one + reverse) / 2 for one, reverse in zip(taken[::2], taken[1::2], strict=True)]
        mean = math.fsum(pairs) / len(pairs)
        parts.append(mean)
        if len(pairs) > 1:
            variance = math.fsum((pair - mean) ** 2 for pair in pairs) / (len(pairs) - 1)
            errors.append(math.sqrt(variance / len(pairs)))
        else:
            errors.append(math.nan)
    return parts, errors


def _total(steps: Sequence[float]) -> float:
    """Return a sum: rounded once for floats, and exact for any other kind of number."""
    return math.fsum(steps) if all(isinstance(step, float) for step in steps) else sum(steps)
