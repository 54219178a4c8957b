"""The jail cost of scenarios under several sets of parameters that fit what was published, so that intervals hold that doubt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from enforcement_sim.errors import InputError
from enforcement_sim.parameters.ensemble import load_ensemble
from enforcement_sim.runs.compare import MUST_MATCH
from enforcement_sim.runs.comparison import Comparison
from enforcement_sim.runs.design import Sample, design_of_several, numbered
from enforcement_sim.runs.manifest import changed_settings
from enforcement_sim.runs.worker import Progress
from enforcement_sim.scenarios.schema import Scenario
from enforcement_sim.studies.jail_cost.compute import JailCost, jail_time
from enforcement_sim.studies.under_doubt import under_doubt

SEEDS = 3
"""Seeds of each set unless others are asked for, as of an answer."""
KEY = "--sets"


def cost_under_sets(
    sides: Sequence[Any],
    by: str,
    sets: int,
    replications: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> JailCost:
    """Run scenarios under the first sets of the ensemble and return what detainers cost jails.

    Parameters
    ----------
    sides
        Scenarios of the same places and days; the first is the reference. One with a sweep contributes all its settings.
    by
        One of :data:`~enforcement_sim.studies.jail_cost.compute.AREAS`.
    sets, replications
        How many sets, and how many seeds of each.
    workers, progress
        See :func:`~enforcement_sim.runs.sweep.sweep`.

    Raises
    ------
    InputError
        If a side is a results folder or draws parameters itself, if places or days differ, or if there are not so many sets.

    Examples
    --------
    >>> from enforcement_sim import load_scenario
    >>> delaware = load_scenario("baseline").with_(**{"scope": {"counties": ["10003"]}, "start.warm_days": 0,
    ...     "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> found = cost_under_sets([delaware], "county", sets=2, replications=1, workers=1)
    >>> found.found.samples[0].draws, found.places
    (2, ('all', '10003'))
    """
    scenarios = [_scenario(side) for side in sides]
    resolved = [scenario.resolved() for scenario in scenarios]
    for part in MUST_MATCH:
        if any(other.get(part) != resolved[0].get(part) for other in resolved[1:]):
            raise InputError(f"the scenarios differ in {part}, so their runs cannot be paired", key=KEY)
    points = design_of_several(scenarios, [scenarios[0].seed]).points
    named = {str(number): point.scenario for number, point in enumerate(points)}
    measured = jail_time(by)
    found = under_doubt(named, sets, replications or SEEDS, workers, progress, measured)
    samples = tuple(
        Sample(point.settings, found.samples[name].measures) for name, point in zip(named, points, strict=True)
    )
    plain = [point.scenario.resolved() for point in points]
    changed = {number: changed_settings(plain[0], one) for number, one in enumerate(plain) if number}
    titles = dict(zip(numbered([str(one.name) for one in scenarios]), (one.title for one in scenarios), strict=True))
    made_from = {**plain[0], "engine_version": found.engine}
    return JailCost(by, Comparison(samples, changed, (), made_from, titles))


def check_not_drawn(addresses: Sequence[str]) -> None:
    """Refuse a setting that every set of parameters replaces.

    Raises
    ------
    InputError
        Naming the first such address.

    Examples
    --------
    >>> check_not_drawn(["detainer.hold_hours", "cost.jail_day"])
    """
    drawn = load_ensemble(1)[0].parameters
    for address in addresses:
        if address in drawn:
            raise InputError(f"{address} is drawn by the sets, so that setting it has no effect", key=KEY,
                             allowed="this setting without --sets, or --sets without it")  # fmt: skip


def _scenario(side: Any) -> Scenario:
    if not isinstance(side, Scenario):
        raise InputError("the runs of a results folder are stored; only scenarios can be run under other sets", key=KEY)
    if side.design is not None:
        raise InputError(f"{side.name} has a design of its own", key=KEY, allowed="a scenario without one")
    return side
