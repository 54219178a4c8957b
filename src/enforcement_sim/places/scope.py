"""Which places a run simulates and reports, and at which positions they stand.

Places act on one another through field offices: crews, beds and visits are shared by everybody in an office's area. A state's
prison lies with one office and takes people from all the state's counties, so the offices of one state are coupled, too.
By default a run therefore simulates every place of the field offices that its scope touches, and reports the scope. Two
decisions of institutions reach further, and where a scenario switches one of them on the nation is simulated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np

from enforcement_sim.places.geography import Agreement, Geography

NEVER = 10**6
"""A day after every run."""
OFFICES = "offices"
"""Simulate every place of the field offices that serve the scope."""
ALONE = "alone"
"""Simulate the scope and nothing else, with a fixed share of its field offices' capacity."""


class WhereLike(Protocol):
    """Places as a scenario writes them."""

    @property
    def kind(self) -> str: ...
    @property
    def members(self) -> tuple[str, ...]: ...


def indices_of(kind: str, members: Iterable[str], geography: Geography) -> np.ndarray:
    """Return the county indices that a scope names, in ascending order, int64.

    Examples
    --------
    >>> from enforcement_sim.places.geography import load_geography
    >>> indices_of("states", ("DE",), load_geography()).size
    3
    """
    if kind == "nation":
        return np.arange(geography.counties.size)
    if kind == "states":
        parts = [geography.counties_of_state(postal) for postal in members]
    else:
        parts = [np.array([geography.index_of(fips)]) for fips in members]
    return np.unique(np.concatenate(parts)) if parts else np.zeros(0, np.int64)


class Places:
    """Positions of a run's places: its counties in order, and behind them the prisons of their states."""

    def __init__(self, chosen: np.ndarray, states: np.ndarray, geography: Geography) -> None:
        self.geography = geography
        self.counties = chosen
        self.states = states
        self.size = chosen.size + states.size
        self._of_county = np.full(geography.counties.size, -1)
        self._of_county[chosen] = np.arange(chosen.size)
        self.postal = np.array([geography.states[index].postal for index in geography.counties.state[chosen]])
        self.prison_postal = np.array([geography.states[index].postal for index in states])

    def of(self, kind: str, members: Iterable[str]) -> np.ndarray:
        """Positions that a scope names; a nation's and a state's include prisons."""
        found = self._of_county[indices_of(kind, members, self.geography)]
        prisons = np.zeros(0, np.int64)
        if kind == "nation":
            prisons = np.arange(self.counties.size, self.size)
        elif kind == "states":
            prisons = self.counties.size + np.flatnonzero(np.isin(self.prison_postal, list(members)))
        return np.concatenate([found[found >= 0], prisons])

    def of_agency(self, agreement: Agreement) -> np.ndarray:
        """Positions at which an agreement's officers work: a county, a state's counties, or its prison."""
        if agreement.kind == "prison":
            return self.counties.size + np.flatnonzero(self.prison_postal == agreement.state)
        if agreement.county is None:
            return np.flatnonzero(self.postal == agreement.state)
        return np.flatnonzero(self.counties == agreement.county)

    def with_prisons(self, of_counties: np.ndarray, of_prisons: float) -> np.ndarray:
        """Counties' values, followed by one value for every prison."""
        return np.concatenate([of_counties, np.full(self.states.size, of_prisons)])


@dataclass(frozen=True, eq=False)
class Simulated:
    """The counties of a run.

    Attributes
    ----------
    counties : int64 array, shape (counties of the run,)
        County indices in ascending order.
    reported : bool array, shape (counties of the run,)
        Whether each is counted in the run's result.
    states : int64 array, shape (states of the run,)
        Indices of the states that the counties lie in, in ascending order; each has a prison in the run.
    prisons_reported : bool array, shape (states of the run,)
        Whether each state's prison is counted in the run's result: where every simulated county of the state is, because a
        prison holds people from all of them.
    """

    counties: np.ndarray
    reported: np.ndarray
    states: np.ndarray
    prisons_reported: np.ndarray

    @property
    def reported_places(self) -> np.ndarray:
        """Whether each place is reported, counties first and prisons behind them; bool, shape (places,)."""
        return np.concatenate([self.reported, self.prisons_reported])


def couples_the_nation(values: Mapping[str, float]) -> bool:
    """Return whether institutions decide something by what happens in places of other field offices.

    A review ranks every agreement of the country, and a county that looks at its neighbours' refusals may look over the
    border of its field office.

    Parameters
    ----------
    values
        Every address of the register.

    Examples
    --------
    >>> from enforcement_sim.parameters.register import load_register
    >>> values = load_register().defaults()
    >>> couples_the_nation(values), couples_the_nation({**values, "institutions.review_measure": 1.0})
    (False, True)
    """
    looks_at_neighbours = (
        values["institutions.county_refusal_hazard"] > 0.0 and values["institutions.refusal_neighbour_weight"] > 0.0
    )
    return bool(values["institutions.review_measure"]) or looks_at_neighbours


@lru_cache(maxsize=1)
def _groups(geography: Geography) -> np.ndarray:
    """Return for each field office the lowest index among the offices that states couple it with; int64."""
    group = np.arange(len(geography.offices))
    states, offices = np.array(geography.areas).T
    for state in np.unique(states):
        joined = np.isin(group, group[offices[states == state]])
        group[joined] = group[joined].min()
    return group


def office_group(offices: np.ndarray, geography: Geography) -> np.ndarray:
    """Return the field offices that act on any of some offices, themselves included; int64, ascending.

    Examples
    --------
    >>> from enforcement_sim.places.geography import load_geography
    >>> places = load_geography()
    >>> codes = [office.code for office in places.offices]
    >>> [codes[index] for index in office_group(np.array([codes.index("SFR")]), places)]
    ['LOS', 'SFR', 'SND']
    """
    group = _groups(geography)
    return np.flatnonzero(np.isin(group, group[offices]))


def simulated_counties(
    kind: str, members: Iterable[str], simulate: str, values: Mapping[str, float], geography: Geography
) -> Simulated:
    """Return the counties that a run simulates, and which of them it reports.

    Parameters
    ----------
    kind, members
        The places reported, as a scope names them.
    simulate : {"offices", "alone"}
        Whether the other places of their field offices are simulated, too.
    values
        Every address of the register.
    geography
        Of the package.

    Examples
    --------
    >>> from enforcement_sim.parameters.register import load_register
    >>> from enforcement_sim.places.geography import load_geography
    >>> values, places = load_register().defaults(), load_geography()
    >>> simulated_counties("counties", ["37119"], "offices", values, places).counties.size  # Georgia and both Carolinas
    305
    >>> simulated_counties("counties", ["37119"], "alone", values, places).counties.size
    1
    """
    chosen = counties = indices_of(kind, members, geography)
    if simulate == OFFICES and kind != "nation":
        if couples_the_nation(values):
            counties = np.arange(geography.counties.size)
        else:
            office = geography.counties.office
            counties = np.flatnonzero(np.isin(office, office_group(office[chosen], geography)))
    reported = np.isin(counties, chosen)
    state = geography.counties.state
    states = np.unique(state[counties])
    in_run, in_scope = (np.bincount(state[of], minlength=len(geography.states)) for of in (counties, chosen))
    return Simulated(counties, reported, states, (in_scope == in_run)[states])
