"""The records: what the engine knows about a person, a place, an office, an offence, a status, a rule.

Every thing is a row of a NumPy structured array, so that compiled code reads ``p.stage`` or ``place.office`` and the
same memory can be shown by agents in Python. This module lays the rows out and fills the fixed tables (offences,
statuses, rules, parameters, durations) from the register and the rulebook. Nothing here moves a person.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import IntEnum
from statistics import NormalDist

import numpy as np

from enforcement_sim.law.grounds import PROFILE_GROUNDS, bits
from enforcement_sim.law.rules import Rule
from enforcement_sim.vocabulary import LISTS, OFFENCES, PRIOR_RECORDS, STATUS_GROUP_OF, STATUSES

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
    "duration_table",
    "offence_table",
    "parameter_record",
    "prison_rates",
    "profile_grounds",
    "rule_table",
    "status_table",
    "status_weights",
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
LONGEST_DURATION_HOURS = 20 * 365 * 24

# Row, address of the median, address of the log standard deviation, hours in the median's unit.
_LOGNORMAL = (
    (Duration.RELEASE_FELONY, "case.release_hours_median_felony", "case.release_hours_sigma_felony", 1),
    (
        Duration.RELEASE_MISDEMEANOUR,
        "case.release_hours_median_misdemeanour",
        "case.release_hours_sigma_misdemeanour",
        1,
    ),
    (Duration.DISPOSITION_FELONY, "case.disposition_days_median_felony", "case.disposition_days_sigma_felony", 24),
    (
        Duration.DISPOSITION_MISDEMEANOUR,
        "case.disposition_days_median_misdemeanour",
        "case.disposition_days_sigma_misdemeanour",
        24,
    ),
    (Duration.JAIL_FELONY, "case.jail_days_median_felony", "case.jail_days_sigma", 24),
    (Duration.JAIL_MISDEMEANOUR, "case.jail_days_median_misdemeanour", "case.jail_days_sigma", 24),
    (Duration.PRISON, "case.prison_days_median", "case.prison_days_sigma", 24),
    (Duration.RESPONSE, "screening.response_hours_median", "screening.response_hours_sigma", 1),
    (Duration.TRIAGE, "screening.triage_hours_median", "screening.triage_hours_sigma", 1),
    (Duration.INTERVIEW, "jail_287g.interview_hours_median", "jail_287g.interview_hours_sigma", 1),
    (Duration.VISIT, "background.visit_days_median", "background.visit_days_sigma", 24),
    (Duration.DELAY, "pickup.delay_hours_median", "pickup.delay_hours_sigma", 1),
    (Duration.PAST_LIMIT, "hold.past_limit_hours_median", "hold.past_limit_hours_sigma", 1),
    (Duration.CUSTODY_SHORT, "custody.short_days_median", "custody.short_days_sigma", 24),
    (Duration.CUSTODY_CASE, "custody.case_days_median", "custody.case_days_sigma", 24),
    (Duration.DOCKET, "custody.docket_days_median", "custody.docket_days_sigma", 24),
    (Duration.BOND, "custody.bond_days_median", "custody.bond_days_sigma", 24),
    (Duration.REENTRY, "people.reentry_days_median", "people.reentry_days_sigma", 24),
    (Duration.LOCKUP, "case.lockup_hours_median", "case.lockup_hours_sigma", 1),
)

_DAY_PART_HOURS = 8


def duration_table(values: Mapping[str, float]) -> np.ndarray:
    """Tabulate every duration as quantiles.

    Parameters
    ----------
    values
        Every address of the register with its value.

    Returns
    -------
    int32 array, shape (20, QUANTILES)
        Hours, at least 1 (the hour of the day: 0 to 23), rising along each row.
    """
    middles = [(index + 0.5) / QUANTILES for index in range(QUANTILES)]
    deviates = [NormalDist().inv_cdf(middle) for middle in middles]
    table = np.empty((len(Duration), QUANTILES), np.int32)
    for row, median, sigma, unit in _LOGNORMAL:
        for column, deviate in enumerate(deviates):
            hours = values[median] * unit * math.exp(values[sigma] * deviate)
            table[row, column] = min(LONGEST_DURATION_HOURS, max(1, round(hours)))
    weights = [values[f"booking.hour_weight.{part}"] for part in LISTS["day_part"] for _ in range(_DAY_PART_HOURS)]
    below = np.cumsum(weights) / sum(weights)
    table[Duration.HOUR_OF_DAY] = np.searchsorted(below, middles, side="right").clip(0, 23)
    return table


def offence_table(values: Mapping[str, float]) -> np.ndarray:
    """Lay out the offence classes with their shares and the grounds they set, shape (14,)."""
    table = np.zeros(len(OFFENCES), OFFENCE)
    for column in ("citizen", "noncitizen"):
        weights = np.array([values[f"offence.{column}_weight.{name}"] for name in OFFENCES])
        table[f"{column}_cdf"] = np.cumsum(weights) / weights.sum()
    for field, address in (
        ("felony_share", "offence.felony_share"),
        ("printed_share", "offence.printed_share"),
        ("release_felony", "case.release_share_felony"),
        ("release_misdemeanour", "case.release_share_misdemeanour"),
        ("prison_share", "case.prison_share"),
        ("citable_share", "booking.citable_share"),
    ):
        table[field] = [values[f"{address}.{name}"] for name in OFFENCES]
    table["has_victim"] = [name in OFFENCES_WITH_VICTIMS for name in OFFENCES]
    to_prison = prison_rates(values)
    table["prisoner_cdf"] = np.cumsum(to_prison) / to_prison.sum() if to_prison.any() else 1.0
    for row, name in zip(table, OFFENCES, strict=True):
        row["felony_grounds"] = bits(["anyone", "felony_charge", *CHARGE_GROUNDS.get((name, True), ())])
        row["misdemeanour_grounds"] = bits(["anyone", "misdemeanour_charge", *CHARGE_GROUNDS.get((name, False), ())])
        row["felony_conviction_grounds"] = bits(conviction_grounds(name, True))
        row["misdemeanour_conviction_grounds"] = bits(conviction_grounds(name, False))
    return table


def prison_rates(values: Mapping[str, float]) -> np.ndarray:
    """Return, by offence class, the share of non-citizens' bookings that end in prison; float64, shape (14,)."""
    weights = np.array([values[f"offence.noncitizen_weight.{name}"] for name in OFFENCES])
    felony = np.array([values[f"offence.felony_share.{name}"] for name in OFFENCES])
    kept = 1.0 - np.array([values[f"case.release_share_felony.{name}"] for name in OFFENCES])
    to_prison = np.array([values[f"case.prison_share.{name}"] for name in OFFENCES])
    rates: np.ndarray = weights / weights.sum() * felony * kept * to_prison * values["case.conviction_share_felony"]
    return rates


def conviction_grounds(offence: str, felony: bool) -> list[str]:
    """Return the grounds that a conviction in the present case sets."""
    grounds = ["any_conviction", "current_conviction"]
    if felony:
        grounds.append("felony_conviction")
        if offence in SERIOUS_FELONIES:
            grounds.append("serious_felony_conviction")
        if offence in AGGRAVATED_FELONIES:
            grounds.append("aggravated_or_two_felonies")
    return grounds


_LEVEL_1_2008 = ("serious_violent", "aggravated_assault", "drug_sale", "sex_offence")
_LEVEL_2_2008 = ("drug_possession", "marijuana_possession", "burglary_arson", "theft_fraud", "weapons")
OFFENCES_WITH_VICTIMS = (
    "serious_violent",
    "aggravated_assault",
    "simple_assault",
    "sex_offence",
    "burglary_arson",
    "theft_fraud",
)
"""Classes whose bookings mostly follow a victim's report."""
_SERIOUS_MISDEMEANOURS = ("simple_assault", "sex_offence", "weapons", "dui")
SERIOUS_FELONIES = ("serious_violent", "aggravated_assault", "sex_offence", "weapons", "burglary_arson", "drug_sale")
"""Classes whose felonies are serious or violent: Cal. Penal Code 667.5(c), 1192.7(c); drug sales by Gov. Code 7282.5."""

AGGRAVATED_FELONIES = ("serious_violent", "drug_sale")
"""Classes whose felonies are nearly always aggravated felonies: 8 USC 1101(a)(43)(A), (B), (F)."""

CHARGE_GROUNDS: dict[tuple[str, bool], tuple[str, ...]] = {
    (name, felony): (
        *(("level_1_offence_2008",) if name in _LEVEL_1_2008 and (felony or name != "sex_offence") else ()),
        *(("level_2_offence_2008",) if name in _LEVEL_2_2008 else ()),
        *(("serious_misdemeanour",) if name in _SERIOUS_MISDEMEANOURS and not felony else ()),
        *(("held_to_answer_felony",) if name in SERIOUS_FELONIES and felony else ()),
        *(("minor_traffic_only",) if name == "traffic" and not felony else ()),
        *(("immigration_offence",) if name == "immigration_hold" else ()),
    )
    for name in OFFENCES
    for felony in (False, True)
}
"""Grounds that a charge of a class sets, by class and whether it is a felony."""

RECORD_GROUNDS: dict[str, tuple[str, ...]] = {
    "none": (),
    "misdemeanour": ("any_conviction",),
    "three_misdemeanours": ("any_conviction", "three_misdemeanours"),
    "felony": ("any_conviction", "felony_conviction"),
    "aggravated_or_two_felonies": ("any_conviction", "felony_conviction", "aggravated_or_two_felonies"),
}
"""Grounds that a prior record sets."""


def status_table(values: Mapping[str, float]) -> np.ndarray:
    """Lay out the statuses with their probabilities and grounds, shape (7,)."""
    table = np.zeros(len(STATUSES), STATUS)
    for field, address in (
        ("in_ident", "status.in_ident"),
        ("prior_removal", "status.prior_removal_share"),
        ("outstanding_order", "status.outstanding_order_share"),
        ("recent_entry", "status.recent_entry_share"),
        ("long_residence", "status.long_residence_share"),
        ("citizen_family", "status.citizen_family_share"),
        ("removable", "status.removable_share"),
        ("removable_if_felony", "status.removable_if_felony_share"),
    ):
        table[field] = [values[f"{address}.{name}"] for name in STATUSES]
    table["group"] = STATUS_GROUP_OF
    table["citizen"] = [group == 0 for group in STATUS_GROUP_OF]
    for row in table:
        kind = "citizen" if row["citizen"] else "noncitizen"
        weights = np.array([values[f"record.{kind}.{name}"] for name in PRIOR_RECORDS])
        row["record_cdf"] = np.cumsum(weights) / weights.sum()
        row["grounds"] = bits(
            [*(["citizen"] if row["citizen"] else []), *(["unauthorised"] if row["group"] == 3 else [])]
        )
    return table


def status_weights(
    values: Mapping[str, float],
    population: np.ndarray,
    foreign_born: np.ndarray,
    noncitizens: np.ndarray,
    unauthorised: np.ndarray,
) -> np.ndarray:
    """Return expected bookings by status, up to a common factor, shape (places, 7).

    People of each status in a county times their bookings per head relative to people born in the United States.
    """
    lawful = np.maximum(noncitizens - unauthorised, 0.0)
    split = np.array([values[f"status.lawful_split.{name}"] for name in LISTS["lawful_status"]])
    split = split / split.sum()
    crossed = values["status.entered_without_inspection_share"]
    people = np.stack(
        [
            np.maximum(population - foreign_born, 0.0),
            np.maximum(foreign_born - noncitizens, 0.0),
            *(lawful * share for share in split),
            unauthorised * crossed,
            unauthorised * (1.0 - crossed),
        ],
        axis=1,
    )
    ratios = np.array([values[f"status.arrest_ratio.{name}"] for name in STATUSES])
    return np.asarray(people * ratios)


def rule_table(rules: list[Rule], decisions: list[str]) -> np.ndarray:
    """Compile rules to rows; a rule's row number is its place in the list."""
    table = np.zeros(len(rules), RULE)
    for row, rule in zip(table, rules, strict=True):
        row["any_of"], row["none_of"], row["decision"] = rule.any_of, rule.none_of, decisions.index(rule.decision)
    return table


def parameter_record(values: Mapping[str, float]) -> np.ndarray:
    """Return the scalar parameters as one row; the field of ``pickup.delay`` is ``pickup_delay``. Shape (1,).

    An address with two dots belongs to a table and goes into the tables of this module instead.
    """
    scalars = sorted(address for address in values if address.count(".") == 1)
    record = np.zeros(1, [(address.replace(".", "_"), "f8") for address in scalars])
    for address in scalars:
        record[address.replace(".", "_")] = values[address]
    return record


def profile_grounds(
    offence: np.ndarray, felony: np.ndarray, convicted: np.ndarray, record: np.ndarray, group: np.ndarray
) -> np.ndarray:
    """Return the grounds that can be read from profiles, uint32, of the shape of the arguments.

    Definitions of published figures are evaluated on these words.
    """
    words = np.zeros(offence.shape, np.uint32)
    for position in range(offence.size):
        name, is_felony = OFFENCES[offence[position]], bool(felony[position])
        names = ["anyone", "felony_charge" if is_felony else "misdemeanour_charge"]
        names += CHARGE_GROUNDS[(name, is_felony)]
        names += RECORD_GROUNDS[PRIOR_RECORDS[record[position]]]
        if convicted[position]:
            names += conviction_grounds(name, is_felony)
            if is_felony and "felony_conviction" in RECORD_GROUNDS[PRIOR_RECORDS[record[position]]]:
                names.append("aggravated_or_two_felonies")
        if group[position] == 0:
            names.append("citizen")
        elif group[position] == 3:
            names.append("unauthorised")
        words[position] = bits([name for name in names if name in PROFILE_GROUNDS])
    return words
