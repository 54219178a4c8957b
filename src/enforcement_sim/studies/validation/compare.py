"""Published figures beside simulated ones: inside the range or not, and what could not be compared.

Takes finished results and a figure of the *fit* bin: one kept for a later test is refused unless whoever asks names its
bin, which only validation does. A figure is read over the part of its window inside the runs' period, and a window that
reaches outside says so. Running a simulation may not enter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from enforcement_sim.errors import InputError
from enforcement_sim.results.result import Result
from enforcement_sim.studies.validation.recipes import INSTEAD, NOT_EXPRESSIBLE, RECIPES, REMARKS
from enforcement_sim.studies.validation.targets import Target
from enforcement_sim.studies.validation.window import Window, fips_of, overlap

__all__ = ["Simulated", "simulated"]

FITTED = "fit"
NOT_YET = "not expressible yet"


@dataclass(frozen=True)
class Simulated:
    """What the model says about one figure.

    Attributes
    ----------
    values : tuple of float
        One a run; empty if the figure cannot be expressed.
    start, end : date or None
        The window used.
    note : str
        How the window differs from the figure's own, or why there is no value.
    """

    values: tuple[float, ...]
    start: date | None
    end: date | None
    note: str


def simulated(
    target: Target,
    results: Sequence[Result],
    instead: tuple[date, date] | None = None,
    bins: tuple[str, ...] = (FITTED,),
) -> Simulated:
    """Return what runs of one scenario say about a published figure.

    Parameters
    ----------
    target
        Of the bin *fit*.
    results
        Runs of one scenario and period, under different seeds.
    instead
        Another window than the figure's own.
    bins
        Bins that may be compared: *fit* alone, unless whoever asks says that nothing will be fitted.

    Raises
    ------
    InputError
        If the figure is of another bin, or there are no results.
    """
    if target.bin not in bins:
        raise InputError(f"{target.id} is in the bin {target.bin!r} and is not compared here", allowed=bins)
    if not results:
        raise InputError("no results to compare with")
    if target.id in NOT_EXPRESSIBLE:
        return _nothing(NOT_EXPRESSIBLE[target.id])
    if target.id not in RECIPES:
        return _nothing("nobody has said how the model expresses it")
    wanted = instead or INSTEAD.get(target.id, (target.start, target.end))
    window = overlap(*wanted, results[0])
    if window is None:
        return _nothing("its window lies outside the period that was run")
    if not np.isin(fips_of(target.scope), results[0].meta["counties"]).all():
        return _nothing(f"the run does not cover {target.scope}")
    recipe = RECIPES[target.id]
    values = tuple(recipe(Window(result, *window, target.scope)) for result in results)
    notes = (REMARKS.get(target.id, ""), _window_note(target, window))
    return Simulated(values, *window, "; ".join(note for note in notes if note))


def _window_note(target: Target, window: tuple[date, date]) -> str:
    if target.id in INSTEAD:
        return f"its own window lies outside the model's years; compared over {window[0]} to {window[1]}"
    if window != (target.start, target.end):
        return f"its window reaches outside the runs; compared over {window[0]} to {window[1]}"
    return ""


def _nothing(why: str) -> Simulated:
    return Simulated((), None, None, why)
