"""Time as docs/process.md defines it: hours since the run began, federal holidays, the hold clock, triage hours.

Nothing here is a table made beforehand. A day is asked for its date, a date for whether it is a working day, and a
hold is counted hour by hour, so that the answers can be checked with a pencil and a calendar.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

HOURS_A_DAY = 24
NEVER = 10**9
"""An hour after every run."""
KEY_EPOCH = date(2000, 1, 1)
MONDAY, THURSDAY, SATURDAY, SUNDAY = 0, 3, 5, 6


def nth_weekday(year: int, month: int, weekday: int, number: int) -> date:
    """Return the first, second, ... Monday (or other weekday) of a month."""
    day = date(year, month, 1)
    while day.weekday() != weekday:
        day += timedelta(days=1)
    return day + timedelta(weeks=number - 1)


def last_monday_of_may(year: int) -> date:
    """Return Memorial Day."""
    day = date(year, 5, 31)
    while day.weekday() != MONDAY:
        day -= timedelta(days=1)
    return day


def kept_on(holiday: date) -> date:
    """Return the day on which a holiday is kept: Friday for a Saturday, Monday for a Sunday."""
    if holiday.weekday() == SATURDAY:
        return holiday - timedelta(days=1)
    if holiday.weekday() == SUNDAY:
        return holiday + timedelta(days=1)
    return holiday


def federal_holidays(year: int) -> set[date]:
    """Return the days on which the ten holidays of 5 USC 6103 that belong to a year are kept."""
    return {
        kept_on(date(year, 1, 1)),  # New Year's Day
        nth_weekday(year, 1, MONDAY, 3),  # Birthday of Martin Luther King, Jr.
        nth_weekday(year, 2, MONDAY, 3),  # Washington's Birthday
        last_monday_of_may(year),  # Memorial Day
        kept_on(date(year, 7, 4)),  # Independence Day
        nth_weekday(year, 9, MONDAY, 1),  # Labor Day
        nth_weekday(year, 10, MONDAY, 2),  # Columbus Day
        kept_on(date(year, 11, 11)),  # Veterans Day
        nth_weekday(year, 11, THURSDAY, 4),  # Thanksgiving Day
        kept_on(date(year, 12, 25)),  # Christmas Day
    }


class RunCalendar:
    """The calendar of one run.

    Parameters
    ----------
    start
        Date of day 0.
    first_counted_day, days
        Day of the run from which things count, and how many days the run has.
    values
        Every parameter by address.
    """

    def __init__(self, start: date, first_counted_day: int, days: int, values: Mapping[str, float]) -> None:
        self.start = start
        self.first_counted_day = first_counted_day
        self.days = days
        self.first_whole_day = self.warm_start(values)
        self.end_hour = days * HOURS_A_DAY
        self.first_counted_hour = first_counted_day * HOURS_A_DAY
        self.keep_hours(values)
        last_year = self.date_of(days).year + 2  # a hold of the longest kind outlasts the run by months
        self.holidays: set[date] = set().union(
            *(federal_holidays(year) for year in range(start.year - 1, last_year + 1))
        )
        dates = [self.date_of(day) for day in range(days)]
        self.calendar_months = [(today.year, today.month) for today in dates]
        self.month_of_day = [self.month_of(max(day, first_counted_day)) for day in range(days)]

    def keep_hours(self, values: Mapping[str, float]) -> None:
        """Learn which hours count towards a hold, and in which field offices decide."""
        self.weekends_count = values["hold.counts_weekends"] == 1
        self.triage_opens = values["screening.triage_opens"]
        self.triage_closes = values["screening.triage_closes"]
        self.triage_on_weekends = values["screening.triage_on_weekends"] == 1

    def warm_start(self, values: Mapping[str, float]) -> int:
        """Return the first day of the warm start, before which no bookings are counted."""
        if values["start.earlier_removals"] == 0:
            return 0
        longest = max(values["case.longest_stay_days"], values["case.longest_release_days"])
        return max(0, self.first_counted_day - int(max(values["start.warm_days"], longest + 2)))

    def date_of(self, day: int) -> date:
        """Return the date of a day of the run."""
        return self.start + timedelta(days=day)

    def day_number(self, day: int) -> int:
        """Return the number by which keys know a day of the run."""
        return (self.date_of(day) - KEY_EPOCH).days

    def is_working_day(self, day: int) -> bool:
        """Return whether a day is neither Saturday, Sunday nor a federal holiday."""
        today = self.date_of(day)
        return today.weekday() not in (SATURDAY, SUNDAY) and today not in self.holidays

    def hold_ends(self, start: int, hours: int) -> int:
        """Return the hour at which a hold of so many counted hours ends that begins at ``start``."""
        hour = start
        counted = 0
        while counted < hours:
            if self.weekends_count or self.is_working_day(hour // HOURS_A_DAY):
                counted += 1
            hour += 1
        return hour

    def triage_from(self, hour: int) -> int:
        """Return the first hour, not before this one, in which field offices decide."""
        while not self.is_triage_hour(hour):
            hour += 1
        return hour

    def is_triage_hour(self, hour: int) -> bool:
        """Return whether field offices decide in an hour."""
        day, hour_of_day = divmod(hour, HOURS_A_DAY)
        return self.triage_opens <= hour_of_day < self.triage_closes and (
            self.triage_on_weekends or self.is_working_day(day)
        )

    def month_of(self, day: int) -> int:
        """Return the months from the first counted day's month to a day's month."""
        first, today = self.date_of(self.first_counted_day), self.date_of(day)
        return (today.year - first.year) * 12 + today.month - first.month

    def month_of_hour(self, hour: int) -> int:
        """Return the month in which an hour lies, 0 for the first counted month (and for everything before it)."""
        return self.month_of_day[max(hour, 0) // HOURS_A_DAY]

    def calendar_month(self, hour: int) -> tuple[int, int]:
        """Return the year and the month in which an hour lies, counted or not."""
        return self.calendar_months[hour // HOURS_A_DAY]
