"""What drives the rival's compartments: public numbers by county, agreement and month, from October 2005 to December 2014.

Bookings a year, residents and non-citizens of each county, the day on which Secure Communities became active there, and the
officers of each agreement under 287(g). They are the tables and the register's defaults that the model starts from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from enforcement_sim.parameters.register import load_register
from enforcement_sim.places.geography import Agreement, agreements, load_geography, secure_communities_dates
from enforcement_sim.studies.validation.period import STATE_DIGITS

FIRST_MONTH, LAST_MONTH = date(2005, 10, 1), date(2014, 12, 1)
MONTHS_A_YEAR = 12
COUNTED_STATES = {"CA": "california", "TX": "texas"}


def month_index(day: date) -> int:
    """Return a day's month, counted from October 2005.

    Examples
    --------
    >>> month_index(date(2006, 1, 31))
    3
    """
    return (day.year - FIRST_MONTH.year) * MONTHS_A_YEAR + day.month - FIRST_MONTH.month


MONTHS = month_index(LAST_MONTH) + 1


def first_days() -> list[date]:
    """Return the first day of every month, and of the month after the last."""
    count = FIRST_MONTH.month - 1 + np.arange(MONTHS + 1)
    return [date(FIRST_MONTH.year + int(one) // MONTHS_A_YEAR, int(one) % MONTHS_A_YEAR + 1, 1) for one in count]


def part_of_months(start: date, end: date) -> np.ndarray:
    """Return the part of each month that lies between two days, both included, float64, shape (months,).

    Examples
    --------
    >>> part_of_months(date(2005, 10, 1), date(2005, 11, 15))[:3]
    array([1. , 0.5, 0. ])
    """
    firsts = np.array([day.toordinal() for day in first_days()])
    inside = np.minimum(firsts[1:], end.toordinal() + 1) - np.maximum(firsts[:-1], start.toordinal())
    return np.asarray(np.maximum(inside, 0) / np.diff(firsts))


@dataclass(frozen=True, eq=False)
class PublicInputs:
    """What the compartments are driven by.

    Attributes
    ----------
    states : tuple of str
        Postal codes.
    bounds : int array, shape (states + 1,)
        Position of each state's first county, and of the end; counties of a state stand together.
    sharing, others : float64 arrays, shape (counties, months)
        Bookings while Secure Communities was active, and all others.
    sharing_by_state : float64 array, shape (states, months)
    relative_share : float64 array, shape (counties,)
        Each county's share of non-citizens over the nation's.
    national_share : float
    officers, beside : float64 arrays, shape (agreements, months)
        Officers in a jail, those of a task force counted as less than one; and the part of each agreement's place, by
        residents, in which Secure Communities was active.
    agreement_places, agreement_states : tuple of str
        The place of each agreement: its county, its state's prisons (04000), or its state's code alone; and its state.
    """

    states: tuple[str, ...]
    bounds: np.ndarray
    sharing: np.ndarray
    others: np.ndarray
    sharing_by_state: np.ndarray
    relative_share: np.ndarray
    national_share: float
    officers: np.ndarray
    beside: np.ndarray
    agreement_places: tuple[str, ...]
    agreement_states: tuple[str, ...]


def public_inputs(task_force_officer: float) -> PublicInputs:
    """Return the inputs from the tables of places and the register's defaults.

    Parameters
    ----------
    task_force_officer
        What an officer of a task force finds, relative to one in a jail.

    Examples
    --------
    >>> inputs = public_inputs(0.2)
    >>> inputs.others.shape, round(float((inputs.sharing + inputs.others)[:, 3:15].sum()))
    ((3142, 111), 12900000)
    """
    geography, values = load_geography(), load_register().defaults()
    counties, states = geography.counties, tuple(one.postal for one in geography.states)
    population, noncitizens = counties["population"].astype(float), counties["noncitizens"].astype(float)
    weights = population.copy()
    for postal, name in COUNTED_STATES.items():
        weights[counties["state"] == states.index(postal)] *= values[f"booking.state_ratio.{name}"]
    a_month = [values[f"booking.national_per_year.{day.year}"] / MONTHS_A_YEAR for day in first_days()[:-1]]
    national = float(noncitizens.sum() / population.sum())
    dates = secure_communities_dates().astype("datetime64[D]").astype(object)
    after = {day: part_of_months(day, date(2099, 1, 1)) for day in set(dates)}
    bookings, every = np.outer(weights / weights.sum(), a_month), agreements()
    active, bounds = (
        np.array([after[day] for day in dates]),
        np.searchsorted(counties["state"], np.arange(len(states) + 1)),
    )
    return PublicInputs(
        states=states,
        bounds=bounds,
        sharing=bookings * active,
        others=bookings * (1.0 - active),
        sharing_by_state=np.add.reduceat(bookings * active, bounds[:-1], axis=0),
        relative_share=np.maximum(noncitizens / population, 1e-5) / national,
        national_share=national,
        officers=np.array([_officers(one, task_force_officer) for one in every]),
        beside=np.array([_active_share(one, active, population) for one in every]),
        agreement_places=tuple(_place(one) for one in every),
        agreement_states=tuple(one.state for one in every),
    )


def _officers(agreement: Agreement, task_force_officer: float) -> np.ndarray:
    worth = task_force_officer if agreement.model == "task_force" else 1.0
    return agreement.officers * worth * part_of_months(agreement.start, agreement.end or date(2099, 1, 1))


def _active_share(agreement: Agreement, active: np.ndarray, population: np.ndarray) -> np.ndarray:
    """Return the part of an agreement's county or state in which Secure Communities was active, by month."""
    here = [agreement.county] if agreement.county is not None else load_geography().counties_of_state(agreement.state)
    return np.asarray(np.average(active[here], axis=0, weights=population[here]))


def _place(agreement: Agreement) -> str:
    geography = load_geography()
    if agreement.county is not None:
        return f"{int(geography.counties['fips'][agreement.county]):05d}"
    number = int(geography.states[geography.state_index(agreement.state)].fips)
    return f"{number * STATE_DIGITS:05d}" if agreement.kind == "prison" else agreement.state
