"""Validation: every published figure with the simulated one, its bin, its interval, and a verdict.

History is run from October 2005 once for each of some sets of the ensemble, or under several seeds without an ensemble.
Each figure is compared under its own definition, period, place and attribution. Of the figures that may be fitted, nine in
ten must lie inside their ranges, and every ratio of two stages of the funnel. Held-out figures are only reported; no
parameter is chosen by them, and this module changes none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from enforcement_sim.errors import InputError
from enforcement_sim.parameters.ensemble import Member
from enforcement_sim.results.intervals import mean_and_interval
from enforcement_sim.results.result import Result
from enforcement_sim.runs.run import simulate
from enforcement_sim.scenarios.load import load_scenario
from enforcement_sim.studies.validation.observation_operators import OPERATORS
from enforcement_sim.studies.validation.period import ObservedPeriod, covers, overlap
from enforcement_sim.studies.validation.targets import BINS, Target, Targets, load_targets

FITTED = "fit"
INSIDE = "inside"
NOT_YET = "not expressible yet"
LEAST_INSIDE = 0.9
"""Share of the expressible figures of the bin *fit* that must lie inside their ranges."""

FIRST_DAY, LAST_DAY = date(2005, 10, 1), date(2014, 9, 30)
"""The first day of the model, and the last of the last fiscal year."""

THIN = 10
"""One person in this many is simulated; national figures change by about one per cent (see the benchmarks)."""

MIDDLE, COVERAGE = 50, 95
"""Percentile that summarises many sets, and the per cent of them inside the interval."""


# ---- one figure -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Simulated:
    """The simulated values of one figure.

    Attributes
    ----------
    values : tuple of float
        One a run; empty if the figure cannot be expressed.
    start, end : date or None
        The days used.
    note : str
        How they differ from the figure's own days, or why there is no value.
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
    target
        Of the bin *fit*.
    results
        Runs of one scenario and period, under different seeds.
    instead
        Days to use instead of the figure's own.
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
    if target.id not in OPERATORS:
        return _nothing("nobody has said how the model expresses it")
    days = overlap(*(instead or target.compared_over or (target.start, target.end)), results[0])
    if days is None:
        return _nothing("its window lies outside the period that was run")
    if not covers(results[0], target.scope):
        return _nothing(f"the run does not cover {target.scope}")
    operator = OPERATORS[target.id]
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


# ---- every figure -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Validation:
    """Published and simulated figures.

    Attributes
    ----------
    table : DataFrame
        One row a figure: ``bin``, ``id``, ``measures``, ``scope``, ``published_from``, ``published_to``, ``published``,
        ``low``, ``high``, ``unit``, ``simulated`` (the middle), ``simulated_low``, ``simulated_high``, ``verdict``
        (inside, below, above, not expressible yet), ``share_inside`` (of sets or seeds), ``funnel``, ``note``,
        ``citation``.
    runs : int
        Sets of the ensemble, or seeds.
    of : str
        What the runs differ in: ``sets`` or ``seeds``.
    """

    table: pd.DataFrame
    runs: int
    of: str

    @property
    def fitted(self) -> pd.DataFrame:
        """The expressible rows of the bin *fit*, which count towards the verdict."""
        return self.table[(self.table["bin"] == FITTED) & (self.table["verdict"] != NOT_YET)]

    @property
    def share_inside(self) -> float:
        """Share of the counted figures whose middle lies inside its range."""
        return float((self.fitted["verdict"] == INSIDE).mean())

    @property
    def funnel_misses(self) -> list[str]:
        """Ratios of the funnel outside their ranges."""
        rows = self.fitted[self.fitted["funnel"]]
        return [str(name) for name in rows["id"][rows["verdict"] != INSIDE]]

    @property
    def holds(self) -> bool:
        """Whether nine in ten figures are inside, and every ratio of the funnel."""
        return self.share_inside >= LEAST_INSIDE and not self.funnel_misses


def figures_of(
    parameters: Mapping[str, float], seed: int, thin: int = THIN, last: date = LAST_DAY
) -> dict[str, tuple[float | None, str]]:
    """Run history once and return the simulated value and a note for every figure, by id.

    Parameters
    ----------
    parameters
        Addresses of the register with values; other parameters have their defaults.
    seed
        The run's seed.
    thin
        One person in this many is simulated.
    last
        Last day of the run.
    """
    scenario = load_scenario("baseline").with_(
        **{
            "ensemble": 0,
            "period.start": FIRST_DAY.isoformat(),
            "period.end": last.isoformat(),
            "thin": thin,
            **parameters,
        }
    )
    result = simulate(scenario, seed=seed)
    found: dict[str, tuple[float | None, str]] = {}
    for target in load_targets().values():
        one: Simulated = simulated(target, [result], bins=BINS)
        found[target.id] = (one.values[0] if one.values else None, one.note)
    return found


def validate(
    members: Sequence[Member],
    executor: Executor,
    seeds: Sequence[int] = (1,),
    thin: int = THIN,
    targets: Targets | None = None,
    on_progress: Callable[[str], None] = lambda _: None,
    figures: Callable[..., Mapping[str, tuple[float | None, str]]] = figures_of,
) -> Validation:
    """Run history for sets of an ensemble, or for seeds, and compare every figure with the published one.

    Parameters
    ----------
    members
        Sets of parameters, each run once (with the first seed); none for the register's defaults under each seed.
    executor
        Where runs are computed.
    seeds
        Used where there are no sets.
    thin
        One person in this many is simulated.
    targets
        By default the shipped ones.
    on_progress
        Called with a line of progress after each run.
    figures
        Function that returns the figures of one run; by default a run of the nation.

    Returns
    -------
    Validation
        Its ``table`` has a row for each published figure.

    Raises
    ------
    InputError
        If there is nothing to run.

    Examples
    --------
    A run of the nation from 2005 to 2014 takes minutes, so here every figure is simulated by its published value:

    >>> from concurrent.futures import ThreadPoolExecutor
    >>> def published(parameters, seed, thin):
    ...     return {target.id: (target.value, "") for target in load_targets().values()}
    >>> with ThreadPoolExecutor(1) as executor:
    ...     found = validate([], executor, seeds=[1, 2], figures=published)
    >>> found.holds, found.runs, found.of
    (True, 2, 'seeds')
    """
    if not members and not seeds:
        raise InputError("nothing to run", allowed="sets of the ensemble, or seeds")
    tasks: list[tuple[Mapping[str, float], int]] = (
        [(member.parameters, seeds[0]) for member in members] if members else [({}, seed) for seed in seeds]
    )
    futures = [executor.submit(figures, parameters, seed, thin) for parameters, seed in tasks]
    found = []
    for number, future in enumerate(futures, start=1):
        found.append(future.result())
        on_progress(f"{number} of {len(futures)} runs")
    chosen = targets or load_targets()
    rows = [
        _row(target, [one[target.id] for one in found], bool(members)) for bin_ in BINS for target in chosen.of(bin_)
    ]
    return Validation(pd.DataFrame(rows), len(tasks), "sets" if members else "seeds")


def _row(target: Target, found: Sequence[tuple[float | None, str]], of_sets: bool) -> dict[str, Any]:
    values = np.array([value for value, _ in found if value is not None and np.isfinite(value)])
    if not values.size:
        middle = low = high = float("nan")
    elif of_sets:
        tail = (100 - COVERAGE) / 2
        low, middle, high = (float(one) for one in np.percentile(values, [tail, MIDDLE, 100 - tail]))
    else:
        middle, low, high = mean_and_interval(values.tolist())
    expressible = target.id in OPERATORS and values.size > 0
    return {
        "bin": target.bin,
        "id": target.id,
        "measures": target.measures,
        "scope": str(target.scope),
        "published_from": target.start,
        "published_to": target.end,
        "published": target.value,
        "low": target.low,
        "high": target.high,
        "unit": target.unit,
        "simulated": middle,
        "simulated_low": low,
        "simulated_high": high,
        "verdict": target.verdict(middle) if expressible else NOT_YET,
        "share_inside": float(np.mean([target.verdict(float(one)) == INSIDE for one in values]))
        if values.size
        else 0.0,
        "funnel": target.funnel,
        "note": found[0][1],
        "citation": target.citation,
    }
