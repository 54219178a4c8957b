"""Finished sweeps as a function: what each point gives under each draw, the luck of seeds averaged out.

Sensitivity analysis and scenario discovery ask how a result depends on the uncertain parameters. They need one value for
each point and draw, of a measure or of its paired difference from the reference point. That table is made here, once,
from the rows of a sweep; what is asked of it may not enter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from enforcement_sim.runs.swept import Sweep
from enforcement_sim.scenarios.plan import DIFFERENCE, LEVEL

if TYPE_CHECKING:
    import pandas as pd


def measure_names(found: Sweep) -> tuple[str, ...]:
    """Return the names of what a sweep measured: they stand behind the labels, of which ``run`` is the last."""
    columns = [str(name) for name in found.measures.columns]
    return tuple(columns[columns.index("run") + 1 :])


def branches(found: Sweep, measure: str, of: str = LEVEL) -> pd.DataFrame:
    """Return one value for each draw and seed (rows) and point (columns).

    Parameters
    ----------
    found : Sweep
    measure : str
    of : {"level", "difference"}
        The measure itself, or its difference from point 0 under the same draw and seed.

    Returns
    -------
    DataFrame
        Index ``draw`` and ``seed``, a column for each point; NaN where there was no run or it has no value. Draw 0 where
        nothing is drawn.
    """
    rows = found.measures if found.draws else found.measures.assign(draw=0)
    wide = rows.pivot(index=["draw", "seed"], columns="point", values=measure)
    return wide.sub(wide[0], axis=0) if of == DIFFERENCE else wide


def means(found: Sweep, measure: str, of: str = LEVEL) -> pd.DataFrame:
    """Return the mean over seeds of :func:`branches` for each draw (rows) and point (columns)."""
    return branches(found, measure, of).groupby(level="draw").mean()
