"""From what a scenario file varies to the points and draws of a design.

A policy is a point: the levers' settings laid over the scenario. A draw is a set of values for the uncertain
parameters, laid over every point it meets. The first point is the reference: the first row of a grid or of written
rows, and the scenario as it stands in front of policies that are sampled or varied one at a time. Whatever is compared
with it meets the same draws, so a matched design runs the reference under every draw and each policy under its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from enforcement_sim.runs.design import DesignPoint
from enforcement_sim.runs.sampling import Row, matched_rows, rows_of
from enforcement_sim.scenarios import plan as p
from enforcement_sim.scenarios.address import value_at
from enforcement_sim.scenarios.schema import point

if TYPE_CHECKING:
    from enforcement_sim.scenarios.plan import Part
    from enforcement_sim.scenarios.schema import Scenario

Worlds = tuple[tuple[DesignPoint, ...], tuple[Row, ...], tuple[tuple[int, int], ...] | None]


def worlds_of(scenario: Scenario) -> Worlds:
    """Return the points, the draws, and which of them meet (``None``: all), for a scenario's sweep or design.

    Examples
    --------
    >>> from enforcement_sim import load_scenario
    >>> points, draws, cells = worlds_of(load_scenario("hold-length"))
    >>> len(points), draws, cells
    (6, (), None)
    """
    plan = scenario.design
    if plan is None:
        return tuple(DesignPoint(dict(one.settings), one.scenario) for one in scenario.points()), (), None
    base = base_values(scenario, plan.addresses)
    levers, uncertainties = plan.levers, plan.uncertainties
    policies: Sequence[Row] = ({},)
    draws: tuple[Row, ...] = ()
    if levers and uncertainties and plan.together == p.MATCHED:
        rows, draws = matched_rows(levers, uncertainties, base)
        policies = _with_reference(levers, rows, base)
        first = len(policies) - len(rows)
        cells = tuple((draw, at) for draw in range(len(draws)) for at in sorted({0, first + draw}))
        return _points(scenario, policies), draws, cells
    if levers:
        own = {address: base[address] for address in levers.addresses}
        policies = _with_reference(levers, rows_of(levers, own), own)
    if uncertainties:
        own = {address: base[address] for address in uncertainties.addresses}
        rows = rows_of(uncertainties, own)
        # One at a time says what each step away from the scenario does, so the scenario itself is needed.
        draws = (own, *rows) if uncertainties.method == p.ONE_AT_A_TIME else rows
    return _points(scenario, policies), draws, None


def base_values(scenario: Scenario, addresses: Sequence[str]) -> Row:
    """Return what a scenario as it stands has at some addresses, in plain form."""
    plain = scenario.resolved()
    return {address: value_at(plain, address) for address in addresses}


def _with_reference(levers: Part, rows: Sequence[Row], base: Row) -> tuple[Row, ...]:
    """Return the policies with the reference first."""
    own = {address: base[address] for address in levers.addresses}
    return (own, *rows) if levers.adds_base else tuple(rows)


def _points(scenario: Scenario, policies: Sequence[Row]) -> tuple[DesignPoint, ...]:
    """Return policies as points; one alone needs no settings to tell it from others."""
    return tuple(DesignPoint(dict(settings), point(scenario, settings).scenario) for settings in policies)
