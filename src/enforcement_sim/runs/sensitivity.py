"""Sensitivity to uncertain parameters (Sobol' indices).

The variance of a result over draws of the uncertain parameters is attributed to them. An index of *first* order is the
share that a parameter explains alone; one of *total* order is the share that would remain if all other parameters were
known. The draws are the rows of Saltelli (method ``saltelli`` of a design), all with the same seeds, so that chance is not
mistaken for an effect. SALib computes the indices, and their 95% intervals by resampling base rows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
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
"""A fixed seed for reproducible intervals; not zero, which SALib treats as none."""

TO_INSTALL = "pip install 'enforcement-sim[sensitivity]'"
WIDEST = 0.2
"""Maximum half-width of the interval of an index that can be read as a share."""
TOO_FEW_DRAWS = "too few draws"
NO_SPREAD = 1e-12
"""Relative spread below which a result is constant, except for rounding of sums."""


def check_design(method: str | None) -> None:
    """Check that Sobol' indices can be computed from draws of a method."""
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
        A sweep with uncertainties drawn by the method ``saltelli``.
    measures : sequence of str, optional
        All unless given.

    Returns
    -------
    DataFrame
        One row for each index: ``of`` (level or difference), ``point``, a column for each setting, ``measure``,
        ``parameter``, ``order`` (first or total), ``value``, ``low`` and ``high`` (95%), ``mean`` and ``deviation`` of the
        result over the draws, the number of ``base_rows``, and ``chance``: the share of the variance that is due to chance
        differing between draws, which no parameter explains (NaN with one seed). Values are NaN if the result is constant,
        or has no value for most draws.
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
                at_point = wide[point] if point in wide else wide[0] * math.nan
                values = at_point.unstack("seed").reindex(range(len(found.draws))).to_numpy(dtype=float)
                labels = {"of": of, "point": point}
                labels |= {str(name): settings[name].iloc[point] for name in settings.columns}
                rows += [labels | {"measure": measure} | row for row in _indices(values, parameters)]
    return pd.DataFrame(rows)


def _indices(values: NDArray[np.float64], parameters: Sequence[str]) -> list[dict[str, Any]]:
    """Return the indices of one result from its values by draw (rows) and seed (columns)."""
    step = len(parameters) + 2
    # Use only seeds with all used draws, and only base rows with all their rows.
    has_values = ~np.isnan(values).all(axis=1)
    complete = np.repeat(has_values.reshape(-1, step).all(axis=1), step)
    used = values[complete]
    used = used[:, ~np.isnan(used).any(axis=0)]
    base_rows = len(used) // step if used.shape[1] else 0
    result = used.mean(axis=1) if base_rows else np.empty(0)
    mean, deviation = (float(result.mean()), float(result.std())) if base_rows else (math.nan, math.nan)
    about = {"mean": mean, "deviation": deviation, "base_rows": base_rows, "chance": _chance_share(used)}
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
    """Return whether an index is too uncertain to be read as a share: a wide interval, or a value outside 0 to 1.

    Examples
    --------
    >>> too_few_draws(1.3, 0.75, 1.85), too_few_draws(0.4, 0.3, 0.5), too_few_draws(-0.02, -0.1, 0.06)
    (True, False, False)
    """
    return (high - low) / 2 > WIDEST or not -WIDEST / 2 <= value <= 1 + WIDEST / 2


def _chance_share(values: NDArray[np.float64]) -> float:
    """Return the share of the variance over draws due to chance that differs by draw and seed.

    The common effect of a seed on all draws does not change their differences and is excluded.
    """
    draws, seeds = values.shape
    if draws < 2 or seeds < 2:
        return math.nan
    rest = values - values.mean(axis=1, keepdims=True) - values.mean(axis=0, keepdims=True) + values.mean()
    variance = float(values.mean(axis=1).var(ddof=1))
    return float((rest**2).sum() / ((draws - 1) * (seeds - 1)) / seeds) / variance if variance > 0 else math.nan


def _method(found: Sweep) -> str | None:
    """Return the method by which the uncertain parameters of a sweep were drawn."""
    design = (found.manifest["scenario"].get("design") or {}) if found.draws else {}
    method = (design.get("uncertainties") or {}).get("method")
    return str(method) if method else None


def _salib() -> Any:
    """Return the Sobol' analysis of SALib, or raise an error with the command to install it."""
    try:
        from SALib.analyze import sobol
    except ImportError as error:
        raise InputError(f"Sobol' indices need SALib, which is not installed: {TO_INSTALL}") from error
    return sobol
