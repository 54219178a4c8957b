"""The simulated value of a published figure in runs of one scenario.

A figure is compared under its own definition, period, place and attribution. Calibration asks for the figures that may be
fitted; figures of another bin are refused unless the caller names it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from enforcement_sim.errors import InputError
from enforcement_sim.results.result import Result
from enforcement_sim.studies.validation.observation_operators import operator_of
from enforcement_sim.studies.validation.period import ObservedPeriod, covers, overlap
from enforcement_sim.studies.validation.targets import FITTED, Target


@dataclass(frozen=True)
class Simulated:
    """The simulated values of one figure, one a run; none if it cannot be expressed.

    ``start`` and ``end`` are the days used; ``note`` says how they differ from the figure's own, or why there is no value.
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
    """Return the values of a published figure in runs of one scenario.

    Parameters
    ----------
    bins
        Bins that may be compared: *fit* alone, unless nothing will be fitted.

    Raises
    ------
    InputError
        If the figure is of another bin, or there are no results.
    """
    if target.bin not in bins:
        raise InputError(f"{target.id} is in the bin {target.bin!r} and is not compared here", allowed=bins)
    if not results:
        raise InputError("no results to compare with")
    if target.not_expressible:
        return _nothing(target.not_expressible)
    operator = operator_of(target)
    if operator is None:
        return _nothing("nobody has said how the model expresses it")
    days = overlap(*(instead or target.compared_over or (target.start, target.end)), results[0])
    if days is None:
        return _nothing("its window lies outside the period that was run")
    if not covers(results[0], target.scope):
        return _nothing(f"the run does not cover {target.scope}")
    values = tuple(operator(ObservedPeriod(result, *days, target.scope)) for result in results)
    notes = (target.remark, _about_period(target, days))
    return Simulated(values, *days, "; ".join(note for note in notes if note))


def _about_period(target: Target, days: tuple[date, date]) -> str:
    if target.compared_over:
        return f"its own window lies outside the model's years; compared over {days[0]} to {days[1]}"
    if days != (target.start, target.end):
        return f"its window reaches outside the runs; compared over {days[0]} to {days[1]}"
    return ""


def _nothing(why: str) -> Simulated:
    return Simulated((), None, None, why)
