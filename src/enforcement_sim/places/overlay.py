"""A user's own figures laid over the package's, county by county.

What an imported table (``imported``) does not list keeps the package's figure. Where a scenario names no table, the
package's arrays are handed on as they are, so that its runs stay the same to the last bit on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from enforcement_sim.places.geography import Geography, secure_communities_dates
from enforcement_sim.places.imported import rows_of

__all__ = ["activation_dates", "monthly_bookings", "with_noncitizens"]


def activation_dates(choices: Mapping[str, str], geography: Geography) -> np.ndarray:
    """Return the day Secure Communities became active in each county, by index; NaT for never.

    Counties that an imported roster does not list keep the package's date.
    """
    embedded = secure_communities_dates()
    if "activation" not in choices:
        return embedded
    found = embedded.copy()
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


def monthly_bookings(choices: Mapping[str, str], geography: Geography) -> dict[int, dict[date, int]]:
    """Return imported bookings by county index and first day of the month; empty where a scenario names none."""
    found: dict[int, dict[date, int]] = {}
    if "bookings" in choices:
        for row in rows_of("bookings", choices["bookings"]):
            months = found.setdefault(geography.index_of(row["fips"]), {})
            months[date.fromisoformat(f"{row['month']}-01")] = int(row["bookings"])
    return found
