"""The engine's fixed tables: offences, statuses, rules, parameters and durations, filled once for a run.

What the register and the rulebook say in words and numbers is laid out here as rows of ``records``, so that compiled code
reads an array and never a name. Which grounds a charge, a conviction and a prior record set is decided here too. Nothing
here changes during a run.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from statistics import NormalDist

import numpy as np

from enforcement_sim.codes import LISTS, OFFENCES, PRIOR_RECORDS, STATUS_GROUP_OF, STATUSES
from enforcement_sim.law.grounds import PROFILE_GROUNDS, bits
from enforcement_sim.law.rules import Rule
from enforcement_sim.process.clock import DAYS_A_YEAR, HOURS_A_DAY
from enforcement_sim.process.decisions import DRAW_MASK, Decision
from enforcement_sim.process.layouts import OFFENCE, QUANTILES, RULE, STATUS, Duration

US_BORN, FOREIGN_BORN_FROM, NONCITIZEN_FROM, CROSSED, OVERSTAYED = 0, 1, 2, 5, 6
"""Positions in ``STATUSES``: born here, and from which on foreign-born, not citizens, and unauthorised by either way."""
LONGEST_DURATION_HOURS = round(20 * DAYS_A_YEAR) * HOURS_A_DAY

# Row, address of the median, address of the log standard deviation, hours in the median's unit.
_LOGNORMAL = (
    (Duration.RELEASE_FELONY, "case.release_hours_median_felony", "case.release_hours_sigma_felony", 1),
    (
        Duration.RELEASE_MISDEMEANOUR,
        "case.release_hours_median_misdemeanour",
        "case.release_hours_sigma_misdemeanour",
        1,
    ),
    (
        Duration.DISPOSITION_FELONY,
        "case.disposition_days_median_felony",
        "case.disposition_days_sigma_felony",
        HOURS_A_DAY,
    ),
    (
        Duration.DISPOSITION_MISDEMEANOUR,
        "case.disposition_days_median_misdemeanour",
        "case.disposition_days_sigma_misdemeanour",
        HOURS_A_DAY,
    ),
    (Duration.JAIL_FELONY, "case.jail_days_median_felony", "case.jail_days_sigma", HOURS_A_DAY),
    (Duration.JAIL_MISDEMEANOUR, "case.jail_days_median_misdemeanour", "case.jail_days_sigma", HOURS_A_DAY),
    (Duration.PRISON, "case.prison_days_median", "case.prison_days_sigma", HOURS_A_DAY),
    (Duration.RESPONSE, "screening.response_hours_median", "screening.response_hours_sigma", 1),
    (Duration.TRIAGE, "screening.triage_hours_median", "screening.triage_hours_sigma", 1),
    (Duration.INTERVIEW, "jail_287g.interview_hours_median", "jail_287g.interview_hours_sigma", 1),
    (Duration.VISIT, "background.visit_days_median", "background.visit_days_sigma", HOURS_A_DAY),
    (Duration.DELAY, "pickup.delay_hours_median", "pickup.delay_hours_sigma", 1),
    (Duration.PAST_LIMIT, "hold.past_limit_hours_median", "hold.past_limit_hours_sigma", 1),
    (Duration.CUSTODY_SHORT, "custody.short_days_median", "custody.short_days_sigma", HOURS_A_DAY),
    (Duration.CUSTODY_CASE, "custody.case_days_median", "custody.case_days_sigma", HOURS_A_DAY),
    (Duration.DOCKET, "custody.docket_days_median", "custody.docket_days_sigma", HOURS_A_DAY),
    (Duration.BOND, "custody.bond_days_median", "custody.bond_days_sigma", HOURS_A_DAY),
    (Duration.REENTRY, "people.reentry_days_median", "people.reentry_days_sigma", HOURS_A_DAY),
    (Duration.LOCKUP, "case.lockup_hours_median", "case.lockup_hours_sigma", 1),
    (Duration.AT_LARGE, "refusal.at_large_days_median", "refusal.at_large_days_sigma", HOURS_A_DAY),
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
    int32 array, shape (21, QUANTILES)
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
    table["in_ident"][US_BORN] = 1.0  # those within reach are in IDENT
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


_DECISIONS = 2 * (DRAW_MASK + 1)
"""Numbers that decisions can have."""


def share_table(values: Mapping[str, float]) -> np.ndarray:
    """Return the thresholds that stand in the register, by the number of the decision and case, NaN elsewhere."""
    table = np.full((_DECISIONS, max(len(decision.shares) for decision in Decision)), np.nan)
    for decision in Decision:
        for case, address in enumerate(decision.shares):
            if address in values:
                table[decision, case] = values[address]
    return table


def duration_rows() -> np.ndarray:
    """Return the rows of the table of durations by the number of the decision and case."""
    table = np.zeros((_DECISIONS, max(len(decision.durations) for decision in Decision)), np.int64)
    for decision in Decision:
        table[decision, : len(decision.durations)] = decision.durations
    return table


def rule_table(rules: list[Rule], decisions: list[str]) -> np.ndarray:
    """Compile rules to rows; a rule's row number is its place in the list."""
    table = np.zeros(len(rules), RULE)
    for row, rule in zip(table, rules, strict=True):
        row["any_of"], row["none_of"], row["decision"] = rule.any_of, rule.none_of, decisions.index(rule.decision)
    return table


PARAMETERS = (
    "status.entered_without_inspection_share",
    "status.illegal_entry_conviction_share",
    "status.security_share",
    "status.registrant_share",
    "status.fraud_share",
    "status.victim_share",
    "people.frailty_exponent",
    "people.frailty_offset",
    "start.removal_years",
    "case.longest_release_days",
    "case.longest_stay_days",
    "jail_287g.interview_carry_days",
    "jail_287g.officers_propose",
    "task_force.added_share",
    "task_force.charge_share",
    "detainer.hold_hours",
    "pickup.weekend_capacity_ratio",
    "custody.counsel_odds_ratio",
    "custody.counsel_early_share",
    "custody.counsel_bond_odds_ratio",
    "custody.counsel_docket_ratio",
    "institutions.oversight_mistake_reduction",
    "institutions.oversight_past_limit_reduction",
    "institutions.oversight_time_share",
    "institutions.shift_begins",
)
"""Addresses of the numbers that the engine reads as such; shares and durations of decisions stand in ``decisions``."""


def parameter_record(values: Mapping[str, float]) -> np.ndarray:
    """Return the numbers that the engine reads as one row; the field of ``detainer.hold_hours`` is ``detainer_hold_hours``."""
    record = np.zeros(1, [(address.replace(".", "_"), "f8") for address in PARAMETERS])
    for address in PARAMETERS:
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
