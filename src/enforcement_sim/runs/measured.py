"""Measuring finished runs afterwards: a point's runs read back whole, and any numbers taken of each.

The measures that every run keeps are for everyone; a question of its own (jail time by county, the rows of a card) is
asked of the stored tables later, one run at a time, so that memory does not grow with their number. Nothing is simulated
or written here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from enforcement_sim.errors import InputError
from enforcement_sim.results.intervals import Branch, Key
from enforcement_sim.runs.comparison import Sample

if TYPE_CHECKING:
    from enforcement_sim.results.result import Result
    from enforcement_sim.runs.swept import Sweep

__all__ = ["Measured", "sample_of"]

Measured = Callable[["Result"], Mapping[str, float]]
"""Takes numbers of one run, by name."""


def sample_of(sweep: Sweep, point: int, measured: Measured, seeds: Collection[int] | None = None) -> Sample:
    """Read the runs of a point back, and measure each.

    Parameters
    ----------
    sweep : Sweep
    point : int
        Number of the setting.
    measured : callable
        From a result to numbers by name; called once a run, in the order of the manifest.
    seeds : collection of int, optional
        Only runs with these seeds; all unless given.

    Returns
    -------
    Sample
        By seed, or by branch where the sweep draws parameters. Failed runs are left out.

    Raises
    ------
    InputError
        If the folder keeps tables of its runs and not the runs themselves.
    """
    by_branch: dict[Key, Mapping[str, float]] = {}
    for row in sweep.manifest["runs"]:
        seed = int(row["seed"])
        if row["point"] != point or "failed" in row or (seeds is not None and seed not in seeds):
            continue
        draw = int(row.get("draw", 0))
        try:
            result = sweep.result(point, int(row["replication"]), draw)
        except FileNotFoundError as error:
            raise InputError(
                "its runs cannot be read back whole (it keeps tables of its runs and not the runs), and more is asked than "
                "its tables hold",
                file=sweep.folder,
                allowed="a folder with its runs, as run, sweep and compare leave it, or a scenario",
            ) from error
        by_branch[Branch(draw, seed) if sweep.draws else seed] = measured(result)
    return Sample(sweep.settings[point], by_branch)
