"""What another price of a jail day would make of a change in the counties' net cost, and what no price in it covers."""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum

from enforcement_sim.runs.comparison import Comparison
from enforcement_sim.studies.jail_cost.compute import JAIL_DAY, JailCost
from enforcement_sim.tables.amounts import dollars, signed

PRICED = ("jail_days", "rented_days", "refunds")
"""Lines of the net cost to counties that are days at the price of a jail day, or a share of them."""
FIXED = ("officers", "rents")
NOT_COUNTED = (
    "Not counted: what the criminal case costs, so that people who are booked again because they were not removed cost "
    "nothing here."
)


def change_at(found: Comparison, point: int, price: float) -> float:
    """Return the change of the net cost to counties under a setting, were a jail day of this price, in dollars."""
    here, there = (found.samples[place].measures for place in (0, point))
    keys = here.keys() & there.keys()
    return fsum(_at(there[key], price) - _at(here[key], price) for key in keys) / len(keys)


def at_other_prices(cost: JailCost, point: int) -> str:
    """Return in words what the register's range for the price of a jail day makes of the change, and what is not counted."""
    price, low, high = cost.prices()
    of_price = {each: signed(dollars)(change_at(cost.found, point, each)) for each in (price, low, high)}
    return (
        f"The price of a jail day is uncertain. At {dollars(price)} the change in the net cost to counties is {of_price[price]}; "
        f"at {dollars(low)} it would be {of_price[low]}, at {dollars(high)} {of_price[high]}. Jail days, days in rented beds and "
        f"refunds move with this price; 287(g) officers and the rents that ICE pays do not. {NOT_COUNTED}"
    )


def _at(run: Mapping[str, float], price: float) -> float:
    priced, fixed = (fsum(run[f"bridge.county.{line}"] for line in lines) for lines in (PRICED, FIXED))
    return priced * price / run[JAIL_DAY] + fixed
