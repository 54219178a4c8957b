"""Time: hours since a run began, months, federal holidays, and the two clocks that skip some hours.

A run counts hours from midnight of its first day (local time everywhere; daylight saving is ignored). The hold clock
skips Saturdays, Sundays and federal holidays (8 CFR 287.7(d)); the triage clock skips the hours in which field
offices do not decide. Both are tables made once, so that in the engine a hold of 48 hours is one look-up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from enforcement_sim.process.jit import compiled

HOURS_A_DAY = 24
DAYS_A_YEAR = 365.25
HISTORY_START = date(2005, 10, 1)
"""First day of the history: the start of fiscal 2006, the first year in which 287(g) figures are counted."""
EPOCH = date(2000, 1, 1)
"""Days in keys are counted from here, so that a day keeps its number whatever the period of a run."""
DAYS_BEYOND = 160
"""Days by which the tables outlast the run: the longest hold of the register ends inside them."""
_SATURDAY = 5


def _nth_weekday(year: int, month: int, weekday: int, number: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))


def _last_monday(year: int, month: int) -> date:
    last = date(year, month + 1, 1) - timedelta(days=1)
    return last - timedelta(days=last.weekday())


def _observed(day: date) -> date:
    # 5 USC 6103(b): a holiday on a Saturday is kept on Friday; Executive Order 11582: on a Sunday, on Monday.
    if day.weekday() == _SATURDAY:
        return day - timedelta(days=1)
    if day.weekday() == _SATURDAY + 1:
        return day + timedelta(days=1)
    return day


def federal_holidays(year: int) -> tuple[date, ...]:
    """Return the days on which a year's ten federal holidays are kept.

    Source: 5 USC 6103; Executive Order 11582. New Year's Day may be kept on 31 December of the year before.

    Examples
    --------
    >>> federal_holidays(2010)[0], federal_holidays(2011)[0]
    (datetime.date(2010, 1, 1), datetime.date(2010, 12, 31))
    """
    monday, thursday = 0, 3
    return (
        _observed(date(year, 1, 1)),
        _nth_weekday(year, 1, monday, 3),  # Birthday of Martin Luther King, Jr.
        _nth_weekday(year, 2, monday, 3),  # Washington's Birthday
        _last_monday(year, 5),  # Memorial Day
        _observed(date(year, 7, 4)),
        _nth_weekday(year, 9, monday, 1),  # Labor Day
        _nth_weekday(year, 10, monday, 2),  # Columbus Day
        _observed(date(year, 11, 11)),
        _nth_weekday(year, 11, thursday, 4),  # Thanksgiving
        _observed(date(year, 12, 25)),
    )


@dataclass(frozen=True)
class Clock:
    """The tables of one run's time.

    Attributes
    ----------
    start, end : date
        First and last day simulated, the warm start and earlier history included.
    first_whole_day : int
        Days from ``start`` to the warm start: before it only bookings of people within reach are simulated.
    first_counted_day : int
        Days from ``start`` to the first day that is counted.
    days : int
        Days simulated.
    month_of_day : int32 array, shape (days,)
        Index of the counted month; earlier days have the first month's.
    months : tuple of date
        First day of each counted month.
    working_day : uint8 array, shape (days,)
        1 on days that are not a Saturday, Sunday or federal holiday.
    hold_counted : int32 array, shape (hours + 1,)
        Hours that count towards a hold before each hour.
    hold_hour_at : int32 array
        The first hour at which so many hours have been counted.
    triage_next : int32 array, shape (hours,)
        The first hour not before this one in which field offices decide.
    """

    start: date
    end: date
    first_whole_day: int
    first_counted_day: int
    days: int
    month_of_day: np.ndarray
    months: tuple[date, ...]
    working_day: np.ndarray
    hold_counted: np.ndarray
    hold_hour_at: np.ndarray
    triage_next: np.ndarray

    @property
    def hours(self) -> int:
        """Hours simulated."""
        return self.days * HOURS_A_DAY

    @property
    def first_counted_hour(self) -> int:
        """Hours from the start to the first that is counted."""
        return self.first_counted_day * HOURS_A_DAY

    def day_number(self, day: int) -> int:
        """Return the days from 2000-01-01 to day ``day`` of the run."""
        return (self.start - EPOCH).days + day

    def date_of(self, day: int) -> date:
        """Return the calendar date of day ``day`` of the run."""
        return self.start + timedelta(days=day)


@compiled
def hold_expiry(now, hold_hours, counted, hour_at):
    """The hour at which a hold that begins ``now`` has run for ``hold_hours`` counted hours."""
    wanted = counted[now] + hold_hours
    if wanted >= hour_at.shape[0]:
        return hour_at[hour_at.shape[0] - 1]
    return max(now, hour_at[wanted])


def make_clock(
    start: date,
    end: date,
    warm_days: int,
    *,
    earlier_days: int = 0,
    weekends_count: bool = False,
    triage_opens: int = 0,
    triage_closes: int = 24,
    triage_on_weekends: bool = True,
) -> Clock:
    """Build the tables of a run.

    Parameters
    ----------
    start, end
        First and last day that is counted.
    warm_days
        Days simulated before ``start``.
    earlier_days
        Days simulated before these, with people within reach only.
    weekends_count
        Whether Saturdays, Sundays and federal holidays count towards a hold.
    triage_opens, triage_closes
        Hours of the day between which field offices decide, ``0 <= opens < closes <= 24``.
    triage_on_weekends
        Whether they also decide on Saturdays, Sundays and federal holidays.

    Examples
    --------
    Thursday 5 p.m. and 48 hours end on Monday at 5 p.m.:

    >>> clock = make_clock(date(2012, 3, 1), date(2012, 3, 31), 0)
    >>> int(hold_expiry(17, 48, clock.hold_counted, clock.hold_hour_at)) == 4 * 24 + 17
    True
    """
    not_counted = earlier_days + warm_days
    first = start - timedelta(days=not_counted)
    days = (end - first).days + 1
    calendar = [first + timedelta(days=day) for day in range(days + DAYS_BEYOND)]
    holidays = {day for year in range(first.year - 1, calendar[-1].year + 2) for day in federal_holidays(year)}
    working = np.array([day.weekday() < _SATURDAY and day not in holidays for day in calendar], np.uint8)
    counts = np.repeat(np.ones_like(working) if weekends_count else working, HOURS_A_DAY).astype(np.int32)
    counted = np.zeros(counts.size + 1, np.int32)
    np.cumsum(counts, out=counted[1:])
    hour_at = np.searchsorted(counted, np.arange(counted[-1] + 1), side="left").astype(np.int32)
    hour_of_day = np.arange(counts.size) % HOURS_A_DAY
    open_now = (hour_of_day >= triage_opens) & (hour_of_day < triage_closes)
    if not triage_on_weekends:
        open_now &= np.repeat(working, HOURS_A_DAY).astype(bool)
    open_hours = np.flatnonzero(open_now).astype(np.int32)
    position = np.minimum(np.searchsorted(open_hours, np.arange(counts.size), side="left"), open_hours.size - 1)
    months = tuple(dict.fromkeys(day.replace(day=1) for day in calendar[not_counted:days]))
    index_of_month = {month: index for index, month in enumerate(months)}
    month_of_day = np.array([index_of_month.get(day.replace(day=1), 0) for day in calendar[:days]], np.int32)
    month_of_day[:not_counted] = 0
    return Clock(
        first,
        end,
        earlier_days,
        not_counted,
        days,
        month_of_day,
        months,
        working[:days],
        counted,
        hour_at,
        open_hours[position],
    )
