"""What the engine knows about a place, an office, an offence, a status and a rule: rows of NumPy structured arrays.

Compiled code reads ``place.office``, and agents in Python show the same memory. ``tables`` fills the rows that do not
change during a run; a person's row is in ``person``.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from enforcement_sim.codes import PRIOR_RECORDS, STATUSES

PLACE = np.dtype(
    [
        ("day_share", "f8"),  # share of the nation's bookings
        ("reachable_share", "f8"),  # share of the bookings here of people whom some programme could ever touch
        ("status_cdf", "f8", (len(STATUSES),)),  # of these
        ("officer_share", "f8"),  # share of bookings at which a 287(g) officer is on site
        ("interviews_a_day", "f8"),
        ("interviews_per_officer", "f8"),  # what one of its 287(g) officers does in a day
        ("field_arrests_a_day", "f8"),  # by task forces
        ("arrests_per_officer", "f8"),
        ("field_share", "f8"),  # share of unauthorised people's bookings that a task force made
        ("arrest_change", "f8"),  # relative change in non-citizens' bookings for minor traffic
        ("issue_covered", "f8"),  # how closely the field office follows the rule on detainers
        ("issue_not_covered", "f8"),
        ("acted_share", "f8"),  # of the people whom ICE's own programmes identify, this month
        ("wanted_priority", "f8"),  # whom the field office comes for
        ("wanted_other", "f8"),
        ("delay_factor", "f8"),  # how far its crews have to come
        ("removed_before", "f8"),  # removals before the run for each removable person of the pool with all bookings
        ("presence_odds", "f8"),  # by what ICE's presence in the jail multiplies the odds that it visits, and acts
        ("bail_denied_share", "f8"),  # share of those with a detainer who lose bail
        ("traffic_share", "f8"),  # share of the class traffic in non-citizens' bookings
        ("prisoner_ratio", "f8"),  # prisoners a booking of a non-citizen, relative to the nation's
        ("further_prints", "f8"),  # share of bookings whose prints are taken, and sent, once more
        ("pool", "i8"),  # people within reach who may be booked here
        ("people_before", "i8"),  # people of the pools of places before this one
        ("inmates", "i8"),
        ("interviews_left", "i4"),
        ("fips", "i4"),
        ("office", "i4"),
        ("area", "i4"),
        ("state", "i4"),
        ("prison", "i4"),  # the place of the state's prison
        ("sharing", "u1"),
        ("detainer_rule", "u1"),
        ("honour_rule", "u1"),
        ("discretion_rule", "u1"),
        ("screen_rule", "u1"),
        ("post_case", "u1"),
        ("is_prison", "u1"),
        ("cites", "u1"),
        ("oversight", "u1"),
        ("reported", "u1"),  # whether the run's result counts what happens here
    ],
    align=True,
)

OFFICE = np.dtype(
    [
        ("capacity", "f8"),  # pick-ups on a working day, for the share of the area that is simulated
        ("beds", "f8"),  # for the share of the area that is simulated
        ("visits", "f8"),  # of the Criminal Alien Program to jails on a working day, likewise
        ("pickups_left", "i4"),
        ("visits_left", "i4"),
        ("beds_today", "i4"),
        ("in_custody", "i4"),
        ("code", "i4"),
    ],
    align=True,
)

OFFENCE = np.dtype(
    [
        ("citizen_cdf", "f8"),
        ("noncitizen_cdf", "f8"),
        ("felony_share", "f8"),
        ("printed_share", "f8"),
        ("release_felony", "f8"),
        ("release_misdemeanour", "f8"),
        ("prison_share", "f8"),
        ("citable_share", "f8"),
        ("prisoner_cdf", "f8"),  # of the stock of prisoners, all non-citizens
        ("has_victim", "u1"),
        ("felony_grounds", "u4"),
        ("misdemeanour_grounds", "u4"),
        ("felony_conviction_grounds", "u4"),
        ("misdemeanour_conviction_grounds", "u4"),
    ],
    align=True,
)

STATUS = np.dtype(
    [
        ("in_ident", "f8"),
        ("prior_removal", "f8"),
        ("outstanding_order", "f8"),
        ("recent_entry", "f8"),
        ("long_residence", "f8"),
        ("citizen_family", "f8"),
        ("removable", "f8"),
        ("removable_if_felony", "f8"),
        ("record_cdf", "f8", (len(PRIOR_RECORDS),)),
        ("grounds", "u4"),
        ("group", "u1"),
        ("citizen", "u1"),
    ],
    align=True,
)

RULE = np.dtype([("any_of", "u4"), ("none_of", "u4"), ("decision", "u1")], align=True)


class Duration(IntEnum):
    """Rows of the table of durations."""

    HOUR_OF_DAY = 0
    RELEASE_FELONY = 1
    RELEASE_MISDEMEANOUR = 2
    DISPOSITION_FELONY = 3
    DISPOSITION_MISDEMEANOUR = 4
    JAIL_FELONY = 5
    JAIL_MISDEMEANOUR = 6
    PRISON = 7
    RESPONSE = 8
    TRIAGE = 9
    INTERVIEW = 10
    VISIT = 11
    DELAY = 12
    PAST_LIMIT = 13
    CUSTODY_SHORT = 14
    CUSTODY_CASE = 15
    DOCKET = 16
    BOND = 17
    REENTRY = 18
    LOCKUP = 19
    AT_LARGE = 20


QUANTILES = 1024
"""A duration is drawn as one of so many equally likely quantiles: one draw and one look-up."""
