"""The records: what the engine knows about a person, a place, an office, an offence, a status, a rule.

Every thing is a row of a NumPy structured array, so that compiled code reads ``p.stage`` or ``place.office`` and the
same memory can be shown by agents in Python. This module only lays the rows out; ``tables`` fills those that do not
change during a run. Nothing here moves a person.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from enforcement_sim.vocabulary import PRIOR_RECORDS, STATUSES

__all__ = [
    "ARRESTEE",
    "OFFENCE",
    "OFFICE",
    "PLACE",
    "QUANTILES",
    "RULE",
    "STATUS",
    "Bit",
    "Duration",
    "Outcome",
    "Stage",
]

# One person in the engine's hands: 64 bytes, one cache line. Times are hours since the run began; -1 is "never".
ARRESTEE = np.dtype(
    [
        ("key", "u8"),
        ("next", "i4"),  # the person after this one in the same bucket of the calendar
        ("due", "i4"),
        ("booked", "i4"),
        ("response", "i4"),  # when Secure Communities' answer has been decided on
        ("interview", "i4"),  # when a 287(g) officer means to interview; from prison on, the place of the county
        ("visit", "i4"),  # when the Criminal Alien Program visits; in a hold past its limit, how long it lasts
        ("release", "i4"),  # when the jail would let go, or prison ends; once held, when the hold began
        ("free", "i4"),  # when the jail would have let go had there been no detainer
        ("disposition", "i4"),  # when a conviction falls, if the person is still held then
        ("expiry", "i4"),  # when the hold runs out; in ICE custody, when custody ends
        ("arrival", "i4"),  # when a crew arrives; in prison or ICE custody, when it began
        ("grounds", "u4"),
        ("place", "u2"),
        ("status", "u1"),
        ("offence", "u1"),
        ("stage", "u1"),
        ("programme", "u1"),  # the first that found the person, and above it a bit for each that did
        ("bits", "u1"),
        ("record", "u1"),  # prior record, and in its high half the outcome of custody
    ]
)
assert ARRESTEE.itemsize == 64

PLACE = np.dtype(
    [
        ("day_share", "f8"),  # share of the nation's bookings
        ("status_cdf", "f8", (len(STATUSES),)),
        ("officer_share", "f8"),  # share of bookings at which a 287(g) officer is on site
        ("interviews_a_day", "f8"),
        ("field_arrests_a_day", "f8"),  # by task forces
        ("field_share", "f8"),  # share of unauthorised people's bookings that a task force made
        ("arrest_change", "f8"),  # relative change in non-citizens' bookings for minor traffic
        ("issue_covered", "f8"),  # how closely the field office follows the rule on detainers
        ("issue_not_covered", "f8"),
        ("wanted_priority", "f8"),  # whom the field office comes for
        ("wanted_other", "f8"),
        ("delay_factor", "f8"),  # how far its crews have to come
        ("pool", "i8"),  # people who may be booked here
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


class Stage(IntEnum):
    """Where a person is. ``NOWHERE`` marks a free row."""

    NOWHERE = 0
    JAIL = 1
    HELD = 2
    PRISON = 3
    CUSTODY = 4
    DOCKET = 5


class Bit(IntEnum):
    """Facts of a booking, one bit each."""

    FELONY = 1
    CONVICTED = 2  # in the present case
    DETAINER = 4
    TO_PRISON = 8  # the present case will end in prison
    SENTENCED = 16  # the release date is known in advance
    KEPT = 32  # kept past the limit of the hold
    IDENTIFIED = 64
    PRETRIAL = 128  # will be released before disposition


class Outcome(IntEnum):
    """How ICE custody or the case after it ends."""

    NONE = 0
    DISCRETION = 1
    REMOVED = 2
    RETURNED = 3
    RELIEF = 4
    TERMINATED = 5


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


QUANTILES = 1024
"""A duration is drawn as one of so many equally likely quantiles: one draw and one look-up."""
