"""The clocks against a calendar on paper: holidays typed from the law, hours counted one by one.

Nothing here is computed the way the engine computes it: the reference walks from hour to hour and asks of each whether
its day is a Saturday, a Sunday or one of the typed holidays.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from enforcement_sim.parameters.register import load_register
from enforcement_sim.process.clock import EPOCH, HOURS_A_DAY, Clock, federal_holidays, hold_expiry, make_clock

# 5 USC 6103(a), the ten public holidays, on the days on which federal offices were closed for them (5 USC 6103(b) and
# Executive Order 11582; Office of Personnel Management, federal holidays of each year).
HOLIDAYS = {
    2005: "2004-12-31 2005-01-17 2005-02-21 2005-05-30 2005-07-04 2005-09-05 2005-10-10 2005-11-11 2005-11-24 2005-12-26",
    2006: "2006-01-02 2006-01-16 2006-02-20 2006-05-29 2006-07-04 2006-09-04 2006-10-09 2006-11-10 2006-11-23 2006-12-25",
    2007: "2007-01-01 2007-01-15 2007-02-19 2007-05-28 2007-07-04 2007-09-03 2007-10-08 2007-11-12 2007-11-22 2007-12-25",
    2008: "2008-01-01 2008-01-21 2008-02-18 2008-05-26 2008-07-04 2008-09-01 2008-10-13 2008-11-11 2008-11-27 2008-12-25",
    2009: "2009-01-01 2009-01-19 2009-02-16 2009-05-25 2009-07-03 2009-09-07 2009-10-12 2009-11-11 2009-11-26 2009-12-25",
    2010: "2010-01-01 2010-01-18 2010-02-15 2010-05-31 2010-07-05 2010-09-06 2010-10-11 2010-11-11 2010-11-25 2010-12-24",
    2011: "2010-12-31 2011-01-17 2011-02-21 2011-05-30 2011-07-04 2011-09-05 2011-10-10 2011-11-11 2011-11-24 2011-12-26",
    2012: "2012-01-02 2012-01-16 2012-02-20 2012-05-28 2012-07-04 2012-09-03 2012-10-08 2012-11-12 2012-11-22 2012-12-25",
    2013: "2013-01-01 2013-01-21 2013-02-18 2013-05-27 2013-07-04 2013-09-02 2013-10-14 2013-11-11 2013-11-28 2013-12-25",
    2014: "2014-01-01 2014-01-20 2014-02-17 2014-05-26 2014-07-04 2014-09-01 2014-10-13 2014-11-11 2014-11-27 2014-12-25",
    2015: "2015-01-01 2015-01-19 2015-02-16 2015-05-25 2015-07-03 2015-09-07 2015-10-12 2015-11-11 2015-11-26 2015-12-25",
}
CLOSED = {date.fromisoformat(day) for days in HOLIDAYS.values() for day in days.split()}
HOLDS = (0, 1, 24, 48, 72, 96)
START, END = date(2005, 1, 1), date(2014, 12, 31)
LAST_DAY_OF_PAPER = date(2015, 6, 30)


def counts_on(day: date) -> bool:
    """Whether the hours of a day count towards a hold."""
    return day.weekday() not in (5, 6) and day not in CLOSED


@pytest.fixture(scope="module")
def clock() -> Clock:
    """Return the clock of all ten years."""
    return make_clock(START, END, 0)


@pytest.fixture(scope="module")
def counted() -> list[bool]:
    """Return for each hour from 2005 to the middle of 2015 whether it counts."""
    days = [START + timedelta(days=day) for day in range((LAST_DAY_OF_PAPER - START).days)]
    return [counts for day in days for counts in [counts_on(day)] * HOURS_A_DAY]


def expiry_by_hand(start: int, hold_hours: int, counted: list[bool]) -> int:
    """Walk on from the start of a hold until so many hours have counted."""
    hour = start
    while hold_hours > 0:
        hold_hours -= counted[hour]
        hour += 1
    return hour


def expiry(clock: Clock, start: int, hold_hours: int) -> int:
    """Return what the engine looks up."""
    return int(hold_expiry(start, hold_hours, clock.hold_counted, clock.hold_hour_at))


def hour_of(clock: Clock, day: date, hour: int = 0) -> int:
    """Return the hour of a run at which an hour of a day begins."""
    return (day - clock.start).days * HOURS_A_DAY + hour


# ---- holidays --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", HOLIDAYS)
def test_holidays_are_those_of_the_law(year: int) -> None:
    """5 USC 6103(a) and (b): ten holidays, kept on Friday for a Saturday and on Monday for a Sunday."""
    assert [day.isoformat() for day in federal_holidays(year)] == HOLIDAYS[year].split()


def test_working_days_leave_out_weekends_and_holidays(clock: Clock) -> None:
    """Every day of ten years, New Year's Days kept in December of the year before among them."""
    expected = [counts_on(START + timedelta(days=day)) for day in range(clock.days)]
    assert clock.working_day.tolist() == [int(works) for works in expected]
    assert clock.working_day[(date(2010, 12, 31) - START).days] == 0


# ---- the hold clock --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hold_hours", HOLDS)
def test_holds_of_every_hour_around_every_holiday(hold_hours: int, clock: Clock, counted: list[bool]) -> None:
    """8 CFR 287.7(d): Saturdays, Sundays and holidays do not count. All hours of the week around each holiday."""
    kept_in_range = [day for day in sorted(CLOSED) if START + timedelta(days=3) <= day <= END - timedelta(days=3)]
    assert len(kept_in_range) == 99
    for holiday in kept_in_range:
        first = hour_of(clock, holiday - timedelta(days=3))
        for start in range(first, first + 7 * HOURS_A_DAY):
            assert expiry(clock, start, hold_hours) == expiry_by_hand(start, hold_hours, counted), (holiday, start)


@pytest.mark.parametrize("hold_hours", HOLDS)
def test_holds_of_every_weekday_and_hour(hold_hours: int, clock: Clock, counted: list[bool]) -> None:
    """Every hour of two whole years, one of them a leap year."""
    first, last = hour_of(clock, date(2011, 7, 1)), hour_of(clock, date(2013, 7, 1))
    hours = np.arange(first, last)
    found = [expiry(clock, int(start), hold_hours) for start in hours]
    # The same walk, kept between neighbouring starts: the end moves on as the start does.
    end, inside = first, 0
    for start, looked_up in zip(hours.tolist(), found, strict=True):
        if end < start:
            end, inside = start, 0
        while inside < hold_hours:
            inside += counted[end]
            end += 1
        assert looked_up == end, start
        inside -= counted[start] if end > start else 0


@pytest.mark.parametrize(
    ("begins", "hour", "hold_hours", "ends", "end_hour"),
    [
        ("2012-03-01", 17, 48, "2012-03-05", 17),  # Thursday to Monday
        ("2012-03-02", 17, 48, "2012-03-06", 17),  # Friday to Tuesday
        ("2012-03-02", 0, 24, "2012-03-03", 0),  # a whole Friday ends where Saturday begins
        ("2012-03-02", 0, 48, "2012-03-06", 0),
        ("2012-03-03", 12, 48, "2012-03-07", 0),  # Saturday's hours do not count
        ("2012-03-03", 12, 0, "2012-03-03", 12),  # no hold at all ends at once
        ("2012-03-03", 12, 1, "2012-03-05", 1),
        ("2013-11-27", 17, 48, "2013-12-02", 17),  # Wednesday before Thanksgiving: 7 h, Friday 24 h, Monday 17 h
        ("2012-02-17", 17, 48, "2012-02-22", 17),  # Friday before Washington's Birthday: over the long weekend
        ("2010-12-23", 17, 96, "2010-12-30", 17),  # Christmas kept on Friday the 24th
        ("2010-12-30", 17, 48, "2011-01-04", 17),  # New Year's Day 2011 kept on Friday, 31 December 2010
    ],
)
def test_holds_worked_out_by_hand(begins: str, hour: int, hold_hours: int, ends: str, end_hour: int) -> None:
    """Cases that anyone can follow on a wall calendar."""
    clock = make_clock(date(2010, 12, 1), date(2014, 1, 31), 0)
    start = hour_of(clock, date.fromisoformat(begins), hour)
    assert expiry(clock, start, hold_hours) == hour_of(clock, date.fromisoformat(ends), end_hour)


def test_the_mean_hold_of_a_quiet_week() -> None:
    """Over a week without holidays a 48-hour hold lasts 480 / 7 = 68.57 hours on average.

    That is so for holds that begin at any moment. The whole hours at which holds begin here include Thursday midnight,
    where the end jumps from Saturday's first moment to Monday's: it has the early end, 24 hours below the middle.
    """
    clock = make_clock(date(2012, 3, 5), date(2012, 4, 30), 0)
    week = range(7 * HOURS_A_DAY)
    lasting = [expiry(clock, start, 48) - start for start in week]
    assert lasting[3 * HOURS_A_DAY - 1 : 3 * HOURS_A_DAY + 2] == [48, 48, 96]
    at_any_moment = (sum(lasting) + (96 - 48) / 2) / len(lasting)
    assert at_any_moment == 480 / 7


def test_holds_that_count_every_hour() -> None:
    """Where weekends and holidays count, a hold is a plain sum."""
    clock = make_clock(date(2013, 11, 1), date(2013, 12, 31), 10, weekends_count=True)
    for start in range(0, clock.hours, 7):
        assert [expiry(clock, start, hold) for hold in HOLDS] == [start + hold for hold in HOLDS]


def test_the_longest_hold_ends_inside_the_tables(counted: list[bool]) -> None:
    """A hold of the register's longest length that begins in the run's last hour ends where it should."""
    longest = int(load_register()["detainer.hold_hours"].high)
    clock = make_clock(date(2014, 10, 1), END, 30)
    shift = hour_of(make_clock(START, END, 0), clock.start)
    start = clock.hours - 1
    assert expiry(clock, start, longest) == expiry_by_hand(start + shift, longest, counted) - shift


# ---- triage hours ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opens", "closes", "on_weekends"), [(8, 17, False), (8, 17, True), (0, 24, False), (0, 24, True), (23, 24, False)]
)
def test_triage_hours(opens: int, closes: int, on_weekends: bool) -> None:
    """The first open hour not before each hour: opening and closing times, weekends and holidays."""
    clock = make_clock(
        date(2013, 11, 20),
        date(2014, 1, 5),
        5,
        triage_opens=opens,
        triage_closes=closes,
        triage_on_weekends=on_weekends,
    )
    for start in range(clock.hours):
        hour = start
        while True:
            day = clock.start + timedelta(hours=hour)
            day_is_open = on_weekends or counts_on(clock.start + timedelta(days=hour // HOURS_A_DAY))
            if opens <= hour % HOURS_A_DAY < closes and day_is_open:
                break
            hour += 1
        assert int(clock.triage_next[start]) == hour, day


# ---- days and months -------------------------------------------------------------------------------------------------


def test_days_belong_to_their_months() -> None:
    """A counted day lies in its calendar month; the first and last months may be parts."""
    clock = make_clock(date(2011, 12, 30), date(2012, 3, 1), 0)
    assert clock.months == (date(2011, 12, 1), date(2012, 1, 1), date(2012, 2, 1), date(2012, 3, 1))
    assert np.bincount(clock.month_of_day).tolist() == [2, 31, 29, 1]
    assert (clock.days, clock.hours, clock.first_counted_hour) == (63, 63 * 24, 0)


@pytest.mark.parametrize("warm_days", [1, 45, 400])
def test_the_warm_start_lies_before_the_first_month(warm_days: int) -> None:
    """Days before the period come first and belong to its first month; the period itself does not move."""
    cold, warm = (make_clock(date(2010, 2, 15), date(2010, 4, 10), days) for days in (0, warm_days))
    assert warm.start == date(2010, 2, 15) - timedelta(days=warm_days)
    assert warm.first_counted_day == warm_days
    assert warm.date_of(warm.first_counted_day) == date(2010, 2, 15)
    assert (warm.end, warm.months, warm.days) == (cold.end, cold.months, cold.days + warm_days)
    assert set(warm.month_of_day[:warm_days].tolist()) == {0}
    assert warm.month_of_day[warm_days:].tolist() == cold.month_of_day.tolist()


def test_a_day_has_one_number_in_every_run() -> None:
    """Keys count days from 2000-01-01, whatever the period and the warm start."""
    assert date(2000, 1, 1) == EPOCH
    for warm_days in (0, 365):
        clock = make_clock(date(2012, 3, 1), date(2012, 3, 31), warm_days)
        assert clock.day_number(warm_days) == (date(2012, 3, 1) - date(2000, 1, 1)).days == 4443
