"""What the twin counts, in counters whose keys are words.

A key says everything about a count: month, county, event, programme and, for people whose story is followed, the
profile of the moment. Nothing is folded here; ``compare`` folds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from tests.twin.clock import RunCalendar

from enforcement_sim.codes import PROGRAMMES


class Profile(NamedTuple):
    """What a count remembers of a person."""

    offence: str
    felony: bool
    convicted: bool
    prior_record: str
    status_group: str


class TwinLedger:
    """The counts of one run.

    Attributes
    ----------
    events
        By (month, fips, event, programme).
    profiles
        By (month, fips, event, programme, profile).
    bookings
        By (month, area, offence, felony, status group).
    hours
        By (month of booking, fips, kind, status group).
    any_programme
        By (month, area, event, programme), a person under each programme that had recognised them.
    whole_run
        By ((year, month), fips, event, programme, profile or None), the warm start as well; institutions look here.
    verdicts
        By (month, programme, rule).
    inmate_days
        By (month, fips).
    """

    def __init__(self, calendar: RunCalendar) -> None:
        self.calendar = calendar
        self.events: Counter[tuple[int, int, str, str]] = Counter()
        self.profiles: Counter[tuple[int, int, str, str, Profile]] = Counter()
        self.any_programme: Counter[tuple[int, int, str, str]] = Counter()
        self.whole_run: Counter[tuple[tuple[int, int], int, str, str, Profile | None]] = Counter()
        self.by_month: Counter[tuple[tuple[int, int], int, str, str]] = Counter()
        self.bookings: Counter[tuple[int, int, str, bool, str]] = Counter()
        self.hours: Counter[tuple[int, int, str, str]] = Counter()
        self.verdicts: Counter[tuple[int, str, str]] = Counter()
        self.inmate_days: Counter[tuple[int, int]] = Counter()

    def count(self, hour: int, fips: int, event: str, programme: str, profile: Profile | None = None) -> None:
        """Count an event that happens in an hour; in the tables only if that hour is counted."""
        calendar_month = self.calendar.calendar_month(hour)
        self.whole_run[calendar_month, fips, event, programme, profile] += 1
        self.by_month[calendar_month, fips, event, programme] += 1
        if hour < self.calendar.first_counted_hour:
            return
        month = self.calendar.month_of_hour(hour)
        self.events[month, fips, event, programme] += 1
        if profile is not None:
            self.profiles[month, fips, event, programme, profile] += 1

    def count_any(self, hour: int, area: int, event: str, programmes: Iterable[str]) -> None:
        """Count an event under each programme that has recognised the person."""
        if hour >= self.calendar.first_counted_hour:
            for programme in programmes:
                self.any_programme[self.calendar.month_of_hour(hour), area, event, programme] += 1

    def happened(self, month: tuple[int, int], fips: int, event: str, programme: str | None = None) -> int:
        """Return how often something happened at a place in a calendar month, counted or warm."""
        programmes = PROGRAMMES if programme is None else (programme,)
        return sum(self.by_month[month, fips, event, each] for each in programmes)

    def count_booking(self, hour: int, area: int, offence: str, felony: bool, group: str) -> None:
        """Count a booking of either stream by what it is for and of whom."""
        if hour >= self.calendar.first_counted_hour:
            self.bookings[self.calendar.month_of_hour(hour), area, offence, felony, group] += 1

    def count_verdict(self, hour: int, programme: str, rule: str) -> None:
        """Count that a rule would have covered someone for whom a detainer is issued in an hour."""
        if hour >= self.calendar.first_counted_hour:
            self.verdicts[self.calendar.month_of_hour(hour), programme, rule] += 1

    def add_hours(self, fips: int, group: str, booked: int, kind: str, start: int, end: int) -> None:
        """Add the part of an interval that lies in the counted period to the month of booking."""
        start = max(start, self.calendar.first_counted_hour)
        end = min(end, self.calendar.end_hour)
        if end > start:
            self.hours[self.calendar.month_of_hour(booked), fips, kind, group] += end - start

    def count_inmates(self, day: int, fips: int, inmates: int) -> None:
        """Add the inmates of a jail at the end of a day."""
        if day >= self.calendar.first_counted_day:
            self.inmate_days[self.calendar.month_of_hour(day * 24), fips] += inmates
