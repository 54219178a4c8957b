"""Where programmes were, for denominators: counties with agreements, counties that share prints, and what they weigh.

Agreements and activation are the shipped record, not simulated. Bookings of non-citizens by county are those the model
expects from the people who live there, because the ledger keeps no status of a booking that no programme touches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache

import numpy as np

from enforcement_sim.places.build import NONCITIZEN_FROM, PRISON_CODE, expected_bookings
from enforcement_sim.places.geography import Agreement, agreements, load_geography, secure_communities_dates
from enforcement_sim.results.measures import ratio
from enforcement_sim.studies.claims.counted import Counted

__all__ = [
    "agreements_on",
    "counties_of",
    "counties_sharing",
    "fips",
    "officers_on",
    "share_of_bookings",
    "share_of_noncitizen_bookings",
    "share_of_people",
    "with_states",
    "works_in_jail",
]


def agreements_on(day: date) -> tuple[Agreement, ...]:
    """Return the agreements in force on a day.

    Examples
    --------
    >>> len(agreements_on(date(2012, 2, 25)))
    68
    """
    return tuple(one for one in agreements() if one.start <= day and (one.end is None or day <= one.end))


def works_in_jail(agreement: Agreement) -> bool:
    """Say whether an agreement has officers who interview people in a jail or prison."""
    return agreement.model != "task_force" and agreement.screening_point != "field"


def officers_on(day: date, chosen: Callable[[Agreement], bool] = lambda agreement: True) -> int:
    """Return how many trained officers the agreements of a day have."""
    return sum(agreement.officers for agreement in agreements_on(day) if chosen(agreement))


@cache
def fips() -> np.ndarray:
    """Return the FIPS codes of all counties, int64, in the order of the geography."""
    codes: np.ndarray = load_geography().counties["fips"].astype(np.int64)
    return codes


def counties_of(chosen: Iterable[Agreement]) -> frozenset[int]:
    """Return the codes of the places that agencies of counties and cities, and prisons, work in."""
    places = set()
    for agreement in chosen:
        if agreement.county is not None:
            places.add(int(fips()[agreement.county]))
        elif agreement.kind == "prison":
            state = next(one for one in load_geography().states if one.postal == agreement.state)
            places.add(int(state.fips) * PRISON_CODE)
    return frozenset(places)


def with_states(chosen: Iterable[Agreement]) -> frozenset[int]:
    """Return the codes of the counties of all agreements, every county of a state for a state's agency."""
    chosen = tuple(chosen)
    geography = load_geography()
    whole = [geography.counties_of_state(one.state) for one in chosen if one.county is None]
    codes = fips()[np.concatenate(whole)] if whole else np.zeros(0, np.int64)
    return frozenset(int(code) for code in codes) | (counties_of(chosen) & frozenset(fips().tolist()))


def counties_sharing(day: date) -> frozenset[int]:
    """Return the codes of the counties that share prints on a day."""
    return frozenset(int(code) for code in fips()[secure_communities_dates() <= np.datetime64(day)])


def share_of_people(counties: frozenset[int], group: str = "population") -> float:
    """Return a share of the nation's people of a group (population, noncitizens, unauthorised), 0 to 1."""
    people = load_geography().counties[group].astype(float)
    return float(people[np.isin(fips(), list(counties))].sum() / people.sum())


def share_of_bookings(counted: Counted, counties: frozenset[int], span: tuple[str, str]) -> float:
    """Return a share of the run's bookings in some months, 0 to 1."""
    return ratio(counted.count("booked", None, span, counties), counted.count("booked", None, span))


def share_of_noncitizen_bookings(counted: Counted, counties: frozenset[int]) -> float:
    """Return a share of the bookings of non-citizens that the model expects in the counties of the run, 0 to 1."""
    geography = load_geography()
    weights = expected_bookings(counted.result.meta["scenario"]["parameters"], geography.counties, geography)
    expected = np.where(np.isin(fips(), counted.counties), weights[:, NONCITIZEN_FROM:].sum(axis=1), 0.0)
    return ratio(float(expected[np.isin(fips(), list(counties))].sum()), float(expected.sum()))
