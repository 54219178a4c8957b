"""Hours: how long a person was where, and on whose account, written down when the person leaves.

The time in jail is split into what the criminal case took and what a detainer added to it; a hold into what the law
allows and what lies past the limit; prison and ICE custody stand apart.
"""

from __future__ import annotations

from enforcement_sim.custody.compiled import compiled
from enforcement_sim.custody.ledger import HourKind, add_hours

__all__ = ["spend_custody_hours", "spend_hold_hours", "spend_jail_hours", "spend_prison_hours"]


@compiled
def spend_jail_hours(p, left, status, place, hours, place_hours, window, month_of_day):
    """Split the time until ``left`` into what the case took and what the detainer added to it."""
    case_end = min(p.free, left)
    j, area, group = p.place, place.area, status.group
    add_hours(p.booked, p.booked, case_end, HourKind.CRIMINAL_CASE, group, j, area, hours, place_hours, window, month_of_day)  # fmt: skip  # noqa: E501
    add_hours(p.booked, case_end, left, HourKind.INDUCED, group, j, area, hours, place_hours, window, month_of_day)


@compiled
def spend_hold_hours(p, left, status, place, hours, place_hours, window, month_of_day):
    """Split the time since release became due into the hold and what lies past its limit."""
    limit = min(p.expiry, left)
    j, area, group = p.place, place.area, status.group
    add_hours(p.booked, p.release, limit, HourKind.STATUTORY_HOLD, group, j, area, hours, place_hours, window, month_of_day)  # fmt: skip  # noqa: E501
    add_hours(p.booked, limit, left, HourKind.PAST_LIMIT, group, j, area, hours, place_hours, window, month_of_day)


@compiled
def spend_custody_hours(p, left, status, place, hours, place_hours, window, month_of_day):
    """Count the time in ICE custody."""
    j, area, group = p.place, place.area, status.group
    add_hours(p.booked, p.arrival, left, HourKind.ICE_CUSTODY, group, j, area, hours, place_hours, window, month_of_day)


@compiled
def spend_prison_hours(p, left, status, place, hours, place_hours, window, month_of_day):
    """Count the time in state prison."""
    j, area, group = p.place, place.area, status.group
    add_hours(p.booked, p.arrival, left, HourKind.PRISON, group, j, area, hours, place_hours, window, month_of_day)
