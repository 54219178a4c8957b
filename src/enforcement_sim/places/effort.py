"""ICE's effort by field office and month: on how many of those whom its own programmes identify it acts.

Nobody published it. It is a path on the log odds with a part of the nation's and a part of each office's, and it belongs
to the world: the steps of the nation and of California are numbers of the register, the steps of offices are drawn from
``institutions.office_draw``, and no run's seed moves any of them. The path is 0 where monthly detainers are published.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date

import numpy as np
from scipy.special import expit, logit

from enforcement_sim.codes import LISTS
from enforcement_sim.places.geography import Geography
from enforcement_sim.places.history import Setting, deviation
from enforcement_sim.process.clock import EPOCH, Clock
from enforcement_sim.process.rng import Draw

MONTHS_A_YEAR, MONTHS_A_HALF = 12, 6
CALIFORNIA = ("LOS", "SFR", "SND")
"""Field offices whose area is California's."""


def month_number(year: int, month: int) -> int:
    """Return the months from January of year 0.

    Examples
    --------
    >>> month_number(2011, 10) - month_number(2010, 12)
    10
    """
    return year * MONTHS_A_YEAR + month - 1


WALK_FROM = month_number(2005, 10)
"""The first month that can be counted; the offices' walks begin here."""
ANCHOR = month_number(2011, 10)
"""The path of the nation and of each office is 0 in this month, whose detainers are published."""
CALIFORNIA_ANCHOR = month_number(2011, 7)
"""California's own path is 0 here: what is published of its jails is published by year, relative to 2011."""


def acted_shares(values: Mapping[str, float], geography: Geography, months: np.ndarray) -> np.ndarray:
    """Return the share of people identified on whom ICE acts, by field office and month.

    Parameters
    ----------
    values
        Every address of the register with its value.
    geography
        Whose field offices they are.
    months : int64 array, shape (months,)
        As :func:`month_number` counts them.

    Returns
    -------
    float64 array, shape (offices, months)

    Examples
    --------
    >>> from enforcement_sim.parameters.register import load_register
    >>> from enforcement_sim.places.geography import load_geography
    >>> effort = {"effort.acted_share": 0.6, "effort.national_sd": 0.1, "effort.national_step.2012_h1": -3.0}
    >>> around = np.array([month_number(2011, 10), month_number(2012, 7)])
    >>> acted_shares({**load_register().defaults(), **effort}, load_geography(), around)[0].round(3)
    array([0.6  , 0.418])
    """
    log_odds = np.tile(_national(values, months), (len(geography.offices), 1))
    if values["effort.office_sd"] > 0.0:
        california = _california(values, months)
        for number, office in enumerate(geography.offices):
            log_odds[number] += _walk(values, number, months)
            if office.code in CALIFORNIA:
                log_odds[number] += california
    return np.asarray(expit(logit(values["effort.acted_share"]) + log_odds))


def effort_settings(
    values: Mapping[str, float], clock: Clock, office_of_place: np.ndarray, geography: Geography
) -> list[Setting]:
    """Return what every place's share becomes on the first day of a run and of each month; nothing where it never moves.

    Parameters
    ----------
    values
        Every address of the register with its value.
    clock
        The run's days.
    office_of_place : int array, shape (places,)
        Row of each place's field office.
    geography
        Whose field offices they are.

    Examples
    --------
    >>> from enforcement_sim.parameters.register import load_register
    >>> from enforcement_sim.places.geography import load_geography
    >>> from enforcement_sim.process.clock import make_clock
    >>> effort = {**load_register().defaults(), "effort.acted_share": 0.6, "effort.office_sd": 0.1}
    >>> clock = make_clock(date(2012, 1, 1), date(2012, 3, 31), 10)
    >>> [each.day for each in effort_settings(effort, clock, np.array([0, 3]), load_geography())]
    [0, 10, 41, 70]
    """
    still = values["effort.national_sd"] == 0.0 and values["effort.office_sd"] == 0.0
    if still or values["effort.acted_share"] in (0.0, 1.0):
        return []
    starts: dict[int, int] = {}
    for day in range(clock.days):
        when = clock.date_of(day)
        starts.setdefault(month_number(when.year, when.month), day)
    shares = acted_shares(values, geography, np.array(list(starts)))[office_of_place]
    places = np.arange(office_of_place.size, dtype=np.int32)
    return [Setting(day, "acted_share", places, shares[:, at]) for at, day in enumerate(starts.values())]


def _path(steps: list[float], firsts: list[int], length: int, months: np.ndarray, anchor: int) -> np.ndarray:
    """Return by month the sum of steps, each even over the ``length`` months from its first, less the sum at the anchor."""
    when = np.append(months, anchor)
    below = np.zeros(when.size)
    for step, first in zip(steps, firsts, strict=True):
        below += step * np.clip((when - first) / length, 0.0, 1.0)
    return np.asarray(below[:-1] - below[-1])


def _national(values: Mapping[str, float], months: np.ndarray) -> np.ndarray:
    """Return the nation's log odds by month: a step a half-year of so many standard deviations of six months' innovations."""
    halves = LISTS["half_year"]
    deviates = values["effort.national_sd"] * math.sqrt(MONTHS_A_HALF)
    steps = [deviates * values[f"effort.national_step.{half}"] for half in halves]
    firsts = [month_number(int(half[:4]), 1 if half.endswith("h1") else 1 + MONTHS_A_HALF) for half in halves]
    return _path(steps, firsts, MONTHS_A_HALF, months, ANCHOR)


def _california(values: Mapping[str, float], months: np.ndarray) -> np.ndarray:
    """Return the log odds that California's offices share, by month: a step a year."""
    years = LISTS["california_year"]
    deviates = values["effort.office_sd"] * math.sqrt(MONTHS_A_YEAR)
    steps = [deviates * values[f"effort.california_step.{year}"] for year in years]
    return _path(steps, [month_number(int(year), 1) for year in years], MONTHS_A_YEAR, months, CALIFORNIA_ANCHOR)


def _walk(values: Mapping[str, float], office: int, months: np.ndarray) -> np.ndarray:
    """Return an office's own log odds by month: a random walk from October 2005, 0 at the anchor."""
    numbers = range(WALK_FROM + 1, max(ANCHOR, int(months.max())) + 1)
    firsts = [(date(number // MONTHS_A_YEAR, number % MONTHS_A_YEAR + 1, 1) - EPOCH).days for number in numbers]
    steps = [deviation(values, office, Draw.EFFORT_STEP, day) for day in firsts]
    walked = values["effort.office_sd"] * np.cumsum([0.0, *steps])
    return np.asarray(walked[np.maximum(months - WALK_FROM, 0)] - walked[ANCHOR - WALK_FROM])
