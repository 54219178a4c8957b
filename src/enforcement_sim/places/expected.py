"""Who is expected to be booked where: bookings by county and status before any policy, up to a common factor.

People of each status times their bookings per head, moved by two differences between places. Where non-citizens are few,
each is booked more often than where many have long lived; and California's and Texas's jails send other numbers of
prints, for their people, than the country's. Neither moves the nation's bookings; the first leaves the nation's mix of
statuses as it is, too.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from enforcement_sim.codes import LISTS
from enforcement_sim.places.geography import Geography
from enforcement_sim.process.tables import status_weights

__all__ = ["NONCITIZEN_FROM", "expected_bookings", "settlement_factor"]

NONCITIZEN_FROM = 2
"""Position in ``STATUSES`` from which people are not citizens."""
POSTAL_OF = {"california": "CA", "texas": "TX"}


def settlement_factor(values: Mapping[str, float], population: np.ndarray, noncitizens: np.ndarray) -> np.ndarray:
    """Return a non-citizen's bookings per head in each county, relative to the nation's; the mean over people is 1.

    Parameters
    ----------
    values
        Every address of the register.
    population, noncitizens : float64 arrays, shape (counties,)
        Residents, and residents who are not citizens.

    Examples
    --------
    >>> from enforcement_sim.parameters.register import load_register
    >>> values = {**load_register().defaults(), "status.settlement_slope": 0.5}
    >>> settlement_factor(values, np.array([1000.0, 1000.0]), np.array([50.0, 200.0])).round(2)
    array([1.67, 0.83])
    """
    share = noncitizens / np.maximum(population, 1.0)
    factor = np.maximum(share, values["status.settlement_floor"]) ** -values["status.settlement_slope"]
    return np.asarray(factor * (noncitizens.sum() / (factor * noncitizens).sum()))


def expected_bookings(values: Mapping[str, float], counties: np.ndarray, geography: Geography) -> np.ndarray:
    """Return expected bookings by county and status, up to a common factor, float64, shape (counties, 7).

    Parameters
    ----------
    values
        Every address of the register.
    counties : structured array
        The nation's counties, as ``Geography.counties``.
    geography
        Whose states the counties name.

    Examples
    --------
    >>> from enforcement_sim.parameters.register import load_register
    >>> from enforcement_sim.places.geography import load_geography
    >>> places = load_geography()
    >>> expected_bookings(load_register().defaults(), places.counties, places).shape
    (3142, 7)
    """
    population, noncitizens = counties["population"].astype(float), counties["noncitizens"].astype(float)
    foreign_born, unauthorised = counties["foreign_born"].astype(float), counties["unauthorised"].astype(float)
    weights = status_weights(values, population, foreign_born, noncitizens, unauthorised)
    if values["status.settlement_slope"]:
        weights[:, NONCITIZEN_FROM:] *= settlement_factor(values, population, noncitizens)[:, None]
    for name in LISTS["counted_state"]:
        number = [state.postal for state in geography.states].index(POSTAL_OF[name])
        weights[counties["state"] == number] *= values[f"booking.state_ratio.{name}"]
    return weights
