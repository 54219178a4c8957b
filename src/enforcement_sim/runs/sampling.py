"""Points and draws of a design, from the sweep or design of a scenario.

A point is a policy: the settings of the levers applied to the scenario. A draw is a set of values of the uncertain
parameters, applied to every point it is combined with. The first point is the reference: the first row of a grid or of
listed rows; or the unchanged scenario, if policies are sampled or varied one at a time.

A sampling method produces rows of numbers between 0 and 1, with a column for each varied address. Each number is mapped to
a value of its range or list, with equal probabilities. Latin hypercubes and scrambled Sobol' points are from SciPy, with
the seed in the file. This seed determines the rows and has no effect on the simulation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from enforcement_sim.scenarios import plan as p
from enforcement_sim.scenarios.address import value_at as value_in
from enforcement_sim.scenarios.check_plan import as_setting
from enforcement_sim.scenarios.plan import Choices, Part, Range
from enforcement_sim.scenarios.schema import point

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from enforcement_sim.scenarios.schema import Scenario

Row = dict[str, Any]
"""Settings: address -> value."""


def points_of(
    scenario: Scenario,
) -> tuple[tuple[tuple[Row, Scenario], ...], tuple[Row, ...], tuple[tuple[int, int], ...] | None]:
    """Return the points, the draws and their combinations for the sweep or design of a scenario.

    Returns
    -------
    points : tuple of (settings, scenario)
        The reference first.
    draws : tuple of dict
        Values of the uncertain parameters; empty if none is drawn.
    cells : tuple of (draw, point), or None
        Combinations of draws and points; None for all of them.

    Examples
    --------
    >>> from enforcement_sim import load_scenario
    >>> points, draws, cells = points_of(load_scenario("hold-length"))
    >>> len(points), draws, cells
    (6, (), None)
    """
    plan = scenario.design
    if plan is None:
        return tuple((dict(one.settings), one.scenario) for one in scenario.points()), (), None
    levers, uncertainties = plan.levers, plan.uncertainties
    resolved = scenario.resolved()
    base = {address: value_in(resolved, address) for address in plan.addresses}
    policies: Sequence[Row] = ({},)
    draws: tuple[Row, ...] = ()
    cells = None
    if levers and uncertainties and plan.together == p.MATCHED:
        # The reference is combined with every draw, each policy with its own draw.
        rows, draws = matched_rows(levers, uncertainties, base)
        policies = _with_reference(levers, rows, base)
        first = len(policies) - len(rows)
        cells = tuple((draw, at) for draw in range(len(draws)) for at in sorted({0, first + draw}))
    else:
        if levers:
            own = {address: base[address] for address in levers.addresses}
            policies = _with_reference(levers, rows_of(levers, own), own)
        if uncertainties:
            own = {address: base[address] for address in uncertainties.addresses}
            draws = rows_of(uncertainties, own)
            if uncertainties.method == p.ONE_AT_A_TIME:
                draws = (own, *draws)  # the reference for the effect of each step
    return tuple((dict(settings), point(scenario, settings).scenario) for settings in policies), draws, cells


def rows_of(part: Part, base: Mapping[str, Any]) -> tuple[Row, ...]:
    """Return the settings of each row of one part of a design, without the unchanged scenario.

    Examples
    --------
    >>> hold = Part(method="one-at-a-time", values={"detainer.hold_hours": Choices(values=(24.0, 48.0, 96.0))})
    >>> rows_of(hold, {"detainer.hold_hours": 48.0})
    ({'detainer.hold_hours': 24.0}, {'detainer.hold_hours': 96.0})
    """
    if part.method in p.LISTED:
        return tuple(dict(row) for row in part.rows)
    listed = {address: [as_setting(address, one) for one in x.candidates] for address, x in part.values.items()}
    if part.method == p.GRID:
        return tuple(dict(zip(listed, values, strict=True)) for values in product(*listed.values()))
    if part.method == p.ONE_AT_A_TIME:
        return tuple(
            {**base, address: value} for address, values in listed.items() for value in values if value != base[address]
        )
    return tuple(_settings_at(part.values, row) for row in units(part.method, len(part.values), part.draws, part.seed))


def matched_rows(levers: Part, uncertainties: Part, base: Mapping[str, Any]) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Return the rows of levers and of uncertainties that are combined in pairs.

    If both are sampled, they are columns of one sample, because two separate samples would be balanced individually but
    not in pairs.
    """
    if levers.method in p.SAMPLED and uncertainties.method in p.SAMPLED:
        first = len(levers.values)
        both = units(levers.method, first + len(uncertainties.values), levers.draws, levers.seed)
        return (
            tuple(_settings_at(levers.values, row[:first]) for row in both),
            tuple(_settings_at(uncertainties.values, row[first:]) for row in both),
        )
    return rows_of(levers, base), rows_of(uncertainties, base)


def units(method: str, columns: int, draws: int, seed: int) -> NDArray[np.float64]:
    """Return rows of numbers in [0, 1), shape (rows, columns).

    Parameters
    ----------
    method : {"latin-hypercube", "sobol", "saltelli"}
    columns : int
        Number of varied addresses.
    draws : int
        Number of rows (base rows for Saltelli); a power of two except for Latin hypercubes.
    seed : int
        Seed of the sample.

    Examples
    --------
    Each quarter of the range of a column has one of four rows.

    >>> sorted((units("latin-hypercube", 2, 4, seed=1)[:, 0] * 4).astype(int).tolist())
    [0, 1, 2, 3]
    """
    from scipy.stats import qmc  # type: ignore[import-untyped, unused-ignore]

    if method == p.LATIN_HYPERCUBE:
        return np.asarray(qmc.LatinHypercube(columns, rng=seed).random(draws), dtype=float)
    power = draws.bit_length() - 1
    if method == p.SOBOL:
        return np.asarray(qmc.Sobol(columns, rng=seed).random_base2(power), dtype=float)
    return saltelli_rows(np.asarray(qmc.Sobol(2 * columns, rng=seed).random_base2(power), dtype=float))


def saltelli_rows(both: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the rows of Saltelli: for each base row A, then A with one column after another from B, and B.

    This is the order required for Sobol' indices of first and total order (Saltelli et al. 2010, Computer Physics
    Communications 181, 259-270).
    """
    draws, columns = both.shape[0], both.shape[1] // 2
    a, b = both[:, :columns], both[:, columns:]
    rows = np.repeat(a[:, None, :], columns + 2, axis=1)
    for column in range(columns):
        rows[:, 1 + column, column] = b[:, column]
    rows[:, columns + 1, :] = b
    return rows.reshape(draws * (columns + 2), columns)


def value_at(address: str, values: Range | Choices, unit: float) -> Any:
    """Return the value for a number between 0 and 1; all values are equally likely.

    Examples
    --------
    >>> value_at("detainer.hold_hours", Range(low=0.0, high=3.0, whole=True), 0.99)
    3.0
    >>> value_at("pickup.delay_hours_median", Range(low=6.0, high=48.0), 0.5)
    27.0
    """

    def position(parts: int) -> int:
        return min(int(unit * parts), parts - 1)

    if isinstance(values, Choices):
        return as_setting(address, values.values[position(len(values.values))])
    low, high = values.low, values.high
    if isinstance(low, date):
        assert isinstance(high, date)
        return as_setting(address, low + timedelta(days=position((high - low).days + 1)))
    assert not isinstance(high, date)
    if values.whole:
        return as_setting(address, low + position(int(high - low) + 1))
    return min(low + unit * (high - low), high)


def _settings_at(values: Mapping[str, Range | Choices], row: NDArray[np.float64]) -> Row:
    """Return the settings for one row of numbers between 0 and 1."""
    return {
        address: value_at(address, one, float(unit)) for (address, one), unit in zip(values.items(), row, strict=True)
    }


def _with_reference(levers: Part, rows: Sequence[Row], base: Row) -> tuple[Row, ...]:
    """Return the policies with the reference first."""
    own = {address: base[address] for address in levers.addresses}
    return (own, *rows) if levers.adds_base else tuple(rows)
