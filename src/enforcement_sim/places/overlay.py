"""A user's own figures laid over the package's, county by county.

What an imported table (``imported``) does not list keeps the package's figure. Where a scenario names no table, the
package's arrays are handed on as they are, so that its runs stay the same to the last bit on every machine.

Bookings replace a county's share of the national series: its share in a month is what makes the bookings expected then the
county's count; a month that was not counted gets the county's usual share times the ratio of counted to expected bookings
over the months that were. Other counties keep their bookings, so the nation's move by the difference. The mix of people and
charges stays the model's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from enforcement_sim.places.geography import Geography, secure_communities_dates
from enforcement_sim.places.history import Setting
from enforcement_sim.places.imported import rows_of
from enforcement_sim.process.clock import Clock, make_clock
from enforcement_sim.process.engine import bookings_by_day

LONGER_THAN_A_MONTH = timedelta(days=32)


def activation_dates(choices: Mapping[str, str], geography: Geography) -> np.ndarray:
    """Return the day Secure Communities became active in each county, by index; NaT for never.

    Counties that an imported roster does not list keep the package's date.
    """
    found = secure_communities_dates()
    if "activation" in choices:
        found = found.copy()
        for row in rows_of("activation", choices["activation"]):
            found[geography.index_of(row["fips"])] = np.datetime64(row["active_from"] or "NaT", "D")
    return found


def with_noncitizens(choices: Mapping[str, str], geography: Geography) -> np.recarray[Any, np.dtype[np.void]]:
    """Return the counties' array with imported counts of people who are not citizens.

    Naturalised people are the table's where it has them and the package's where not. People without lawful status
    remain the package's share of the non-citizens of their county (where it has none, of their state), because no census
    counts them.
    """
    if "noncitizens" not in choices:
        return geography.counties
    counties = geography.counties.copy()
    of_state = np.bincount(counties.state, counties.unauthorised) / np.bincount(counties.state, counties.noncitizens)
    for row in rows_of("noncitizens", choices["noncitizens"]):
        county = counties[geography.index_of(row["fips"])]
        before, now = int(county["noncitizens"]), int(row["noncitizens"])
        naturalised = int(row["naturalised"]) if row["naturalised"] else int(county["foreign_born"]) - before
        without_status = int(county["unauthorised"]) / before if before else float(of_state[county["state"]])
        county["unauthorised"] = round(without_status * now)
        county["noncitizens"] = now
        county["foreign_born"] = now + naturalised
    counties.flags.writeable = False
    return counties


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
        first = clock.date_of(0).replace(day=1)
        while first <= clock.date_of(clock.days - 1):
            of_nation = _of_nation(self.values, first)
            shares = usual.copy()
            for position, row in enumerate(rows):
                bookings = self.counted[int(chosen[row])].get(first)
                if bookings is not None:
                    shares[position] = bookings / of_nation
            found.append(Setting(max(0, (first - clock.start).days), "day_share", rows, shares))
            first = _next_month(first)
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
    if "bookings" not in choices:
        return None
    counted: dict[int, dict[date, int]] = {}
    for row in rows_of("bookings", choices["bookings"]):
        months = counted.setdefault(geography.index_of(row["fips"]), {})
        months[date.fromisoformat(f"{row['month']}-01")] = int(row["bookings"])
    of_nation = {month: _of_nation(values, month) for month in sorted({one for of in counted.values() for one in of})}
    scale = np.ones(shares.size)
    for county, by_month in counted.items():
        scale[county] = sum(by_month.values()) / (shares[county] * sum(of_nation[month] for month in by_month))
    return OwnBookings(scale, counted, values)


def _of_nation(values: Mapping[str, float], first: date) -> float:
    """Return the bookings expected in the whole nation in a month."""
    last = _next_month(first) - timedelta(days=1)
    return float(bookings_by_day(values, make_clock(first, last, 0)).sum())


def _next_month(first: date) -> date:
    return (first + LONGER_THAN_A_MONTH).replace(day=1)
