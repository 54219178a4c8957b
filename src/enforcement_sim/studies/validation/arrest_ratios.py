"""Felony bookings a head by status, relative to people born in the United States.

Bookings are the run's; people are those of the geography in 2010, divided by status with the register's shares. Results hold
naturalised people among citizens; their part of citizens' bookings is taken from the register's bookings per head.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from enforcement_sim.codes import STATUS_GROUP_OF, STATUS_GROUPS, STATUSES
from enforcement_sim.places.geography import load_geography
from enforcement_sim.process.tables import status_weights
from enforcement_sim.results.measures import ratio
from enforcement_sim.studies.validation.period import ObservedPeriod

US_BORN, NATURALISED = STATUSES.index("us_born"), STATUSES.index("naturalised")
RATIOS = tuple(f"status.arrest_ratio.{name}" for name in STATUSES)


def felony_ratio(groups: tuple[str, ...]) -> Callable[[ObservedPeriod], float]:
    """Return the operator of some status groups' felony bookings a head over those of people born in the United States."""

    def of(period: ObservedPeriod) -> float:
        values = {name: float(value) for name, value in period.result.meta["scenario"]["parameters"].items()}
        counties = load_geography().counties
        columns = [
            counties[name].astype(float) for name in ("population", "foreign_born", "noncitizens", "unauthorised")
        ]
        people = status_weights(values | dict.fromkeys(RATIOS, 1.0), *columns).sum(axis=0)
        expected = people[[US_BORN, NATURALISED]] * [values[RATIOS[US_BORN]], values[RATIOS[NATURALISED]]]
        felonies = period.bookings(felony=True)
        born_here = felonies["citizen"] * float(expected[0] / expected.sum()) / float(people[US_BORN])
        wanted = np.isin([STATUS_GROUPS[group] for group in STATUS_GROUP_OF], groups)
        booked = sum(felonies[name] for name in groups)
        return ratio(booked / float(people[wanted].sum()), born_here)

    return of
