"""Which places a run simulates for the places that a scenario reports.

Places act on one another through field offices: crews, beds and visits are shared by everybody in an office's area. A state's
prison lies with one office and takes people from all the state's counties, so the offices of one state are coupled, too.
By default a run therefore simulates every place of the field offices that its scope touches, and reports the scope. Two
decisions of institutions reach further, and where a scenario switches one of them on the nation is simulated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from enforcement_sim.places.geography import Geography
from enforcement_sim.places.places import indices_of

__all__ = ["ALONE", "OFFICES", "Simulated", "couples_the_nation", "office_group", "simulated_counties"]

OFFICES = "offices"
"""Simulate every place of the field offices that serve the scope."""
ALONE = "alone"
"""Simulate the scope and nothing else, with a fixed share of its field offices' capacity."""


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
    offices_of_state: dict[int, list[int]] = {}
    for state, office in geography.areas:
        offices_of_state.setdefault(int(state), []).append(int(office))
    for offices in offices_of_state.values():
        joined = np.isin(group, group[offices])
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
    chosen = indices_of(kind, members, geography)
    counties = chosen
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
