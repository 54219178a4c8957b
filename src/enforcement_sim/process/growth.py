"""Programmes that grew: the early gate of Secure Communities, and how much of the jails the Criminal Alien Program covered.

Both are shares by day for the whole nation, laid out once a run. Nothing here differs between seeds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
from scipy.special import expit, logit

from enforcement_sim.process.clock import DAYS_A_YEAR, EPOCH, Clock

GATE_FROM = date(2008, 10, 1)
"""The month in which Secure Communities began."""
GATE_OPEN = 0.9
"""Share acted upon when the gate counts as open."""
DAYS_A_MONTH = DAYS_A_YEAR / 12.0
GROWN_FROM, GROWN_TO = 0.1, 0.9
"""Shares of its level between which the years of a growth are counted."""


def gate_by_day(values: Mapping[str, float], clock: Clock) -> np.ndarray:
    """Return the share of people charged below level 1 on whom Secure Communities acts, by day of a run.

    The log odds rise evenly from 1 October 2008, before which the start's share stands. There is no gate where that
    share is 1, and one that begins as open as it gets stays as it is.

    Parameters
    ----------
    values
        Every address of the register with its value.
    clock
        The run's days.

    Returns
    -------
    float64 array, shape (days,)

    Examples
    --------
    >>> from enforcement_sim.process.clock import make_clock
    >>> clock = make_clock(date(2008, 10, 1), date(2010, 10, 1), 0)
    >>> gate = {"secure_communities.gate_start_share": 0.1, "secure_communities.gate_months": 24.0}
    >>> gate_by_day(gate, clock)[[0, 365, -1]].round(2)
    array([0.1, 0.5, 0.9])
    """
    start = values["secure_communities.gate_start_share"]
    if start >= 1.0:
        return np.ones(clock.days)
    months = np.maximum(np.arange(clock.days) - (GATE_FROM - clock.start).days, 0) / DAYS_A_MONTH
    rise = max(0.0, float(logit(GATE_OPEN) - logit(start))) / values["secure_communities.gate_months"]
    return np.asarray(expit(logit(start) + rise * months))


def growth_by_day(values: Mapping[str, float], clock: Clock) -> np.ndarray:
    """Return the Criminal Alien Program's coverage of jails, relative to its level when grown, by day of a run.

    Logistic in time; 1 on every day where growth takes no years.

    Parameters
    ----------
    values
        Every address of the register with its value.
    clock
        The run's days.

    Returns
    -------
    float64 array, shape (days,)

    Examples
    --------
    >>> from enforcement_sim.process.clock import make_clock
    >>> clock = make_clock(date(2006, 1, 1), date(2009, 1, 1), 0)
    >>> grows = {"background.growth_middle_year": 2007.5, "background.growth_years": 3.0}
    >>> growth_by_day(grows, clock)[[0, 546, -1]].round(2)
    array([0.1, 0.5, 0.9])
    """
    years = values["background.growth_years"]
    if years == 0.0:
        return np.ones(clock.days)
    when = EPOCH.year + (clock.day_number(0) + np.arange(clock.days)) / DAYS_A_YEAR
    slope = (logit(GROWN_TO) - logit(GROWN_FROM)) / years
    return np.asarray(expit(slope * (when - values["background.growth_middle_year"])))
