"""A county's own bookings, month by month, in place of its share of the national series.

The model books so many people in the nation on a day and gives each county a share. Where a county's own counts are
imported (``overlay``), its share in a month is what makes the bookings expected then the county's count; a month that
was not counted gets the county's usual share times the ratio of counted to expected bookings over the months that were.
Other counties keep their bookings, so the nation's move by the difference. The mix of people and charges stays the model's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from enforcement_sim.places.geography import Geography
from enforcement_sim.places.history import Setting
from enforcement_sim.places.overlay import monthly_bookings
from enforcement_sim.process.clock import Clock, make_clock
from enforcement_sim.process.engine import bookings_by_day

__all__ = ["OwnBookings", "own_bookings"]

LONGER_THAN_A_MONTH = timedelta(days=32)


@dataclass(frozen=True, eq=False)
class OwnBookings:
    """Bookings that some counties counted themselves.

    Attributes
    ----------
    scale : float64 array, shape (counties of the nation,)
        Counted over expected bookings, over the months counted; 1 where nothing was.
    counted : mapping
        Bookings by county index and first day of the month.
    values : mapping
        Every address of the register with its value.
    """

    scale: np.ndarray
    counted: Mapping[int, Mapping[date, int]]
    values: Mapping[str, float]

    def settings(self, chosen: np.ndarray, clock: Clock, places: np.ndarray) -> list[Setting]:
        """Return each month's shares as dated settings, and leave the largest in ``places``.

        The engine makes its room by the shares it is built with, so these are the largest of the run; the first
        setting is of day 0 and puts the first month's in their place.
        """
        rows = np.array([row for row, county in enumerate(chosen.tolist()) if county in self.counted], np.int32)
        if not rows.size:
            return []
        usual = places["day_share"][rows].copy()
        found: list[Setting] = []
        for first in _months(clock.date_of(0), clock.date_of(clock.days - 1)):
            of_nation = _of_nation(self.values, first)
            shares = usual.copy()
            for position, row in enumerate(rows):
                bookings = self.counted[int(chosen[row])].get(first)
                if bookings is not None:
                    shares[position] = bookings / of_nation
            found.append(Setting(max(0, (first - clock.start).days), "day_share", rows, shares))
        places["day_share"][rows] = np.max([setting.value for setting in found], axis=0)
        return found


def own_bookings(
    choices: Mapping[str, str], geography: Geography, values: Mapping[str, float], shares: np.ndarray
) -> OwnBookings | None:
    """Return imported bookings as a scenario names them; None where it names none.

    Parameters
    ----------
    choices
        The scenario's ``data``.
    geography
    values
        Every address of the register with its value.
    shares
        Each county's usual share of the nation's bookings, by index.
    """
    counted = monthly_bookings(choices, geography)
    if not counted:
        return None
    months = {month for of_county in counted.values() for month in of_county}
    of_nation = {month: _of_nation(values, month) for month in sorted(months)}
    scale = np.ones(shares.size)
    for county, by_month in counted.items():
        scale[county] = sum(by_month.values()) / (shares[county] * sum(of_nation[month] for month in by_month))
    return OwnBookings(scale, counted, values)


def _of_nation(values: Mapping[str, float], first: date) -> float:
    """Return the bookings expected in the whole nation in a month."""
    last = _next_month(first) - timedelta(days=1)
    return float(bookings_by_day(values, make_clock(first, last, 0)).sum())


def _months(first: date, last: date) -> list[date]:
    """Return the first day of every month from a day to a day."""
    found = [first.replace(day=1)]
    while _next_month(found[-1]) <= last:
        found.append(_next_month(found[-1]))
    return found


def _next_month(first: date) -> date:
    return (first + LONGER_THAN_A_MONTH).replace(day=1)
