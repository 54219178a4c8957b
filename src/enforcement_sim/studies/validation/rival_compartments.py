"""The rival's compartments: matched, detainer, ICE custody, removed, by state and month, without a single person.

What enters them is public: bookings a year, residents and non-citizens of each county, the day on which Secure Communities
became active there, and the officers of each agreement under 287(g). Ten numbers say the rest (``rival.yaml``). Bookings
follow residents. Non-citizens' bookings and matches grow with a county's share of non-citizens to some power. Secure
Communities acts on a share of matches behind an early gate, and the Criminal Alien Program on bookings of non-citizens
wherever Secure Communities is not active. Every officer under 287(g) finds the same number of people, of whom a part remains
where Secure Communities is active. From October 2011 on ICE acts on more or less by a constant factor a year. People leave a
jail, and then ICE custody, after times with a geometric distribution; some go on and the others leave the compartments.
Programmes add up; nobody is found twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np

from enforcement_sim.studies.validation.rival_inputs import MONTHS_A_YEAR, PublicInputs, first_days, public_inputs

GATE_OPENS, GATE_IS_OPEN, CHANGE_BEGINS = date(2008, 10, 1), date(2010, 10, 1), date(2011, 10, 1)
SC, CAP, AGREEMENTS = "secure_communities", "criminal_alien_program", "287g"
PROGRAMMES = (SC, CAP, AGREEMENTS)


@dataclass(frozen=True, eq=False)
class Compartment:
    """People who wait in a jail or in ICE custody, by row and month.

    Attributes
    ----------
    entered, left : float64 arrays, shape (rows, months)
    before, after : float64 arrays, shape (rows,)
        People inside before the first month and after the last.
    """

    entered: np.ndarray
    left: np.ndarray
    before: np.ndarray
    after: np.ndarray


def passed(entered: np.ndarray, mean_months: float) -> Compartment:
    """Let people wait for a geometrically distributed number of months; the first month's inflow had gone on for ever.

    Examples
    --------
    >>> passed(np.array([[8.0, 0.0, 0.0]]), 1.0).left
    array([[8., 4., 2.]])
    """
    from scipy.signal import lfilter  # at call: it loads slowly

    leaving = 1.0 / (1.0 + mean_months)
    staying = 1.0 - leaving
    left, kept = lfilter([leaving], [1.0, -staying], entered, axis=1, zi=staying * entered[:, :1])
    before = staying / leaving * entered[:, 0]
    return Compartment(entered, left, before, kept[:, 0] / leaving)


@dataclass(frozen=True, eq=False)
class Flows:
    """People a month in every compartment.

    Attributes
    ----------
    inputs : PublicInputs
    submitted, matched : float64 arrays, shape (states, months)
    in_jail, in_custody : dict of str to Compartment
        By programme; rows are states, for 287(g) agreements. What enters are detainers and ICE custody.
    removed : dict of str to float64 array
        People removed or returned by programme.
    """

    inputs: PublicInputs
    submitted: np.ndarray
    matched: np.ndarray
    in_jail: Mapping[str, Compartment]
    in_custody: Mapping[str, Compartment]
    removed: Mapping[str, np.ndarray]


def flows(parameters: Mapping[str, float], fixed: Mapping[str, float]) -> Flows:
    """Run the compartments from October 2005 to December 2014, on the fitted numbers and on the inputs of ``rival.yaml``."""
    from scipy.sparse import csr_array  # at call: it loads slowly

    inputs = _kept_inputs(fixed["task_force_officer"])
    relative = inputs.relative_share ** parameters["noncitizen_slope"]
    by_state = csr_array((relative, np.arange(len(relative)), inputs.bounds))
    matches, rest = by_state @ inputs.sharing, by_state @ inputs.others
    matched = matches * fixed["printed_share"] * parameters["matches_per_print"]
    effort = np.exp(parameters["yearly_change"] * _years_since(CHANGE_BEGINS))
    gate = np.minimum(_years_since(GATE_OPENS) / ((GATE_IS_OPEN - GATE_OPENS) / timedelta(days=365.25)), 1.0)
    acted = parameters["acted_on"] * (parameters["early_gate"] + (1.0 - parameters["early_gate"]) * gate)
    left_to_officers = 1.0 - (1.0 - parameters["found_beside_matches"]) * inputs.beside
    detainers = {
        SC: matched * acted * effort,
        CAP: rest * inputs.national_share * parameters["background"] * effort,
        AGREEMENTS: inputs.officers * left_to_officers * parameters["found_per_officer"] / MONTHS_A_YEAR,
    }
    taken = {SC: parameters["custody_per_detainer"], CAP: parameters["custody_per_detainer"]}
    taken[AGREEMENTS] = fixed["custody_per_found_287g"]
    in_jail = {name: passed(detainers[name], fixed["months_in_jail"]) for name in PROGRAMMES}
    in_custody = {name: passed(in_jail[name].left * taken[name], fixed["months_in_custody"]) for name in PROGRAMMES}
    removed = {name: in_custody[name].left * parameters["removed_per_custody"] for name in PROGRAMMES}
    prints = inputs.sharing_by_state * fixed["printed_share"]
    return Flows(inputs, prints, matched, in_jail, in_custody, removed)


@cache
def _kept_inputs(task_force_officer: float) -> PublicInputs:
    return public_inputs(task_force_officer)


def _years_since(day: date) -> np.ndarray:
    """Return the years from a day to the middle of each month, 0 before it."""
    middles = np.array([(one - day).days + 15 for one in first_days()[:-1]])
    return np.asarray(np.maximum(middles, 0) / 365.25)
