"""The day on which each county was first treated: by Secure Communities, or by an agreement under section 287(g).

The dates are those of the run's own scenario: the package's activation dates or imported ones, moved by the states that
the seed lets delay, and by the scenario's dated changes. A county that was treated before the run began keeps its date.

The first local limit on detainers is that of the rulebook, whatever the scenario changes: what a study file calls
``detainer_policy``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api.typing import NaTType

from enforcement_sim.law.rules import load_rulebook
from enforcement_sim.places.geography import Agreement, agreements, load_geography
from enforcement_sim.places.history import LEVERS, Layers, Stretch, sharing_days
from enforcement_sim.places.overlay import activation_dates
from enforcement_sim.places.run_period import Period
from enforcement_sim.places.scope import NEVER, Places
from enforcement_sim.process.engine import clock_for
from enforcement_sim.results.result import Result
from enforcement_sim.scenarios.schema import Scenario, assemble

HONOURS_ALL = "honour-all"


@dataclass(frozen=True, eq=False)
class TreatmentDates:
    """First days of treatment, by county of a run; each datetime64[D], shape (counties,), NaT for never.

    Attributes
    ----------
    secure_communities : ndarray
        The first day on which the county shared fingerprints.
    agreement : ndarray
        The first day in force of an agreement of an agency of the county (sheriff, police or jail).
    state_agreement : ndarray
        The first day in force of an agreement of an agency of its state that works in counties; one for prisons is none.
    """

    secure_communities: np.ndarray
    agreement: np.ndarray
    state_agreement: np.ndarray


def detainer_policies(counties: Iterable[str]) -> dict[str, pd.Timestamp | NaTType]:
    """Return the first day on which each county honoured less than every detainer, as history has it; NaT for never.

    Examples
    --------
    >>> {county: str(day)[:10] for county, day in detainer_policies(["17031", "10003"]).items()}
    {'17031': '2011-09-07', '10003': 'NaT'}
    """
    geography = load_geography()
    postal = {state.fips: state.postal for state in geography.states}
    limits = [entry for entry in load_rulebook().timeline if entry.decision == "honour" and entry.rule != HONOURS_ALL]

    def first(county: str) -> pd.Timestamp | NaTType:
        days = [one.start for one in limits if one.start and one.touches(county, postal[county[:2]])]
        return pd.Timestamp(min(days)) if days else pd.NaT

    return {county: first(county) for county in counties}


def treatment_dates(result: Result) -> TreatmentDates:
    """Return the first days of treatment of a run's counties, in ascending order of FIPS code.

    Examples
    --------
    >>> from enforcement_sim import load_scenario, run
    >>> mecklenburg = load_scenario("baseline").with_(**{"scope": {"counties": ["37119"]}, "simulate": "alone",
    ...     "start.warm_days": 0, "period.start": "2012-01-01", "period.end": "2012-01-31"})
    >>> found = treatment_dates(run(mecklenburg, seed=1))
    >>> str(found.agreement[0]), str(found.state_agreement[0])
    ('2006-02-27', 'NaT')
    """
    scenario = assemble(result.meta["scenario"]).without_design
    period, first_counted_day = _period(scenario, result.meta["counties"])
    begins = sharing_days(
        period, activation_dates(scenario.data, load_geography()), first_counted_day, int(result.meta["seed"])
    )
    sharing = Layers("sharing", lambda day: (begins <= day).astype(float), begins[begins < NEVER].tolist())
    of_county = [one for one in agreements() if one.county is not None and one.kind != "prison"]
    of_state = [one for one in agreements() if one.county is None and one.kind != "prison"]
    return TreatmentDates(
        _first_days(sharing, "sharing", scenario, period),
        _first_days(_in_force(period, of_county), "agreement", scenario, period),
        _first_days(_in_force(period, of_state), "agreement", scenario, period),
    )


def _period(scenario: Scenario, counties: Iterable[int]) -> tuple[Period, int]:
    """Return the reported counties and days of a run, and its first counted day."""
    geography, values = load_geography(), scenario.parameters
    clock = clock_for(values, scenario.period_start, scenario.period_end)
    chosen = np.searchsorted(geography.counties.fips, sorted(counties))
    places = Places(chosen, np.unique(geography.counties.state[chosen]), geography)
    # The shares divide a state agency's officers between places, which no date depends on.
    first = clock.first_counted_day
    return Period(places, clock.start, clock.days, first, values, np.ones(places.size)), first


def _in_force(period: Period, chosen: Iterable[Agreement]) -> Layers:
    """Return whether any of some agreements is in force at each place, as history has it."""
    spells = [
        (period.day(one.start), period.after(one.end), here)
        for one in chosen
        if (here := period.places.of_agency(one)).size
    ]

    def on(day: int) -> np.ndarray:
        values = np.zeros(period.places.size)
        for start, end, here in spells:
            if start <= day < end:
                values[here] = 1.0
        return values

    return Layers("agreement", on, {day for start, end, _ in spells for day in (start, end)})


def _first_days(history: Layers, decision: str, scenario: Scenario, period: Period) -> np.ndarray:
    """Return the first day on which history, with the scenario's changes of a decision over it, is not zero."""
    for change in scenario.changes:
        if change.decision == decision:
            places = period.places.of(change.where.kind, change.where.members)
            when = Stretch(period.day(change.start), period.day(change.end, NEVER), places)
            history.lay(when, LEVERS.get(change.rule))
    return _earliest(history.on, sorted(day for day in history.days if abs(day) < NEVER - 1), period)


def _earliest(on: Callable[[int], np.ndarray], days: Iterable[int], period: Period) -> np.ndarray:
    """Return for each county the first of some days, in order, on which a field is not zero."""
    counties = period.places.counties.size
    first = np.full(counties, "NaT", "datetime64[D]")
    for day in days:
        new = np.isnat(first) & (on(day)[:counties] > 0.0)
        first[new] = np.datetime64(period.date_of(day))
    return first
