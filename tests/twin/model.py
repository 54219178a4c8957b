"""The slow twin as a Mesa model: the order of a day, as docs/process.md has it.

``TwinModel(scenario, seed).run()`` is a whole run, and a step is a day. Everyone who has something due stands in a
calendar under the hour at which it is due; nobody else is looked at.
"""

from __future__ import annotations

from types import SimpleNamespace

import mesa
import numpy as np
from tests.twin.after_custody import PersonAfterJail
from tests.twin.arrestee import Arrestee
from tests.twin.booking import NONE
from tests.twin.charge import Arrest, Charge, Origin, charge_of, why_added, why_not_booked
from tests.twin.clock import HOURS_A_DAY, RunCalendar
from tests.twin.counted import CountedBookings
from tests.twin.finding import Stage
from tests.twin.institutions import Institutions
from tests.twin.ledger import TwinLedger
from tests.twin.people import Person
from tests.twin.places import FieldOffice, Jail
from tests.twin.prisoner import prisoners_of_earlier_years
from tests.twin.streams import Stream

from enforcement_sim.codes import LISTS
from enforcement_sim.places.build import World, build_world
from enforcement_sim.process.tables import duration_table, offence_table, status_table
from enforcement_sim.scenarios.schema import Scenario

DAYS_A_YEAR = 365.25


def rows_of(table: np.ndarray) -> list[SimpleNamespace]:
    """Return a structured array as plain rows."""
    fields = table.dtype.names or ()
    return [SimpleNamespace(**{field: row[field].tolist() for field in fields}) for row in table]


class TwinModel(mesa.Model):
    """One run of a scenario, agent by agent.

    Parameters
    ----------
    scenario
        Resolved and checked.
    seed
        The run's seed; the scenario's if None.
    """

    def __init__(self, scenario: Scenario, seed: int | None = None) -> None:
        seed = scenario.seed if seed is None else seed
        super().__init__(rng=int(seed))
        world: World = build_world(scenario, seed)
        self.seed = np.uint64(seed)
        before = world.before
        self.values = dict(world.values if before is None else before.values)
        self.decided = world.values
        self.capacities = world.offices
        self.thin = world.thin
        self.rules = world.rules
        self.settings = list(world.settings)
        self.calendar = RunCalendar(world.clock.start, world.clock.first_counted_day, world.clock.days, self.values)
        self.ledger = TwinLedger(self.calendar)
        self.durations = duration_table(self.values).tolist()
        self.statuses = rows_of(status_table(self.values))
        self.offences = rows_of(offence_table(self.values))
        self.citizen_offences = [offence.citizen_cdf for offence in self.offences]
        self.noncitizen_offences = [offence.noncitizen_cdf for offence in self.offences]

        self.offices = [FieldOffice(self, row) for row in (world.offices if before is None else before.offices)]
        self.jails = [Jail(self, row, self.offices[row["office"]]) for row in world.places]
        for jail, row in zip(self.jails, world.places, strict=True):
            jail.prison = None if jail.is_prison else self.jails[row["prison"]]
        self.counties = [jail for jail in self.jails if not jail.is_prison]
        self.institutions = Institutions(self)
        self.counted = CountedBookings(self)

        self.day = 0
        self.bookings = 0
        self.due: dict[int, list[Arrestee]] = {}
        self.departures: dict[int, list[Arrestee]] = {}

    def run(self) -> TwinModel:
        """Simulate every day and close the books."""
        while self.day < self.calendar.days:
            self.step()
        self.close()
        return self

    def step(self) -> None:
        """Simulate one day."""
        if self.day == self.calendar.first_counted_day:
            self.take_effect()
        self.apply_settings()
        self.institutions.decide(self.day)
        if self.day == 0 and self.values["start.prison_stock"] == 1:
            for prisoner in prisoners_of_earlier_years(self):
                self.look_again(prisoner)
        for jail in self.jails:
            self.book(jail)
        for jail in self.jails:
            jail.begin_day(self.day)
        for office in self.offices:
            office.begin_day(self.day)
        for hour in range(self.day * HOURS_A_DAY, (self.day + 1) * HOURS_A_DAY):
            self.pass_hour(hour)
        self.end_day()
        self.day += 1

    # ---- 1. rules and institutions ------------------------------------------------------------------------------

    def take_effect(self) -> None:
        """Put the scenario's own levers into force: from today on nothing is as history has it."""
        self.values.update(self.decided)
        self.calendar.keep_hours(self.values)
        for office, row in zip(self.offices, self.capacities, strict=True):
            office.give(row)

    def apply_settings(self) -> None:
        """Put into force what takes effect today."""
        while self.settings and self.settings[0].day <= self.day:
            setting = self.settings.pop(0)
            for place, value in zip(setting.places, setting.value, strict=True):
                self.jails[place].be_told(setting.field, value)

    # ---- 2. bookings --------------------------------------------------------------------------------------------

    def expected_national_bookings(self, day: int) -> float:
        """Return the bookings to expect in the nation on a day.

        Years before the register's first count as its first.
        """
        today = self.calendar.date_of(day)
        year = max(int(LISTS["year"][0]), min(today.year, int(LISTS["year"][-1])))
        a_day = self.values[f"booking.national_per_year.{year}"] / DAYS_A_YEAR
        return a_day * self.factor("weekday", today.weekday()) * self.factor("month", today.month - 1)

    def factor(self, kind: str, position: int) -> float:
        """Return the factor of a weekday or a month over the mean of its kind."""
        factors = [self.values[f"booking.{kind}_factor.{name}"] for name in LISTS[kind]]
        return factors[position] / (sum(factors) / len(factors))

    def book(self, jail: Jail) -> None:
        """Follow today's arrestees of a jail within reach, but for those who are away or kept out, and count all others."""
        for arrest in jail.arrests_of_day(self.day):
            if arrest.person.is_away_at(arrest.hour):
                if arrest.origin is not Origin.RESPONSE:
                    self.ledger.count(arrest.hour, jail.fips, "suppressed", NONE)
                continue
            charge = charge_of(self, jail, arrest)
            if not self.comes_through_the_door(jail, arrest, charge):
                continue
            person = Arrestee(self, jail, arrest, charge)
            if person.untouched:
                self.await_departure(person)
            else:
                self.look_again(person)
        self.counted.book(jail, self.day)

    def comes_through_the_door(self, jail: Jail, arrest: Arrest, charge: Charge) -> bool:
        """Return whether an arrest leads to a booking; count what keeps it out, or what adds it."""
        if arrest.origin is Origin.RESPONSE:
            event = why_added(jail, arrest, charge)
            comes = event != ""
        else:
            event = why_not_booked(jail, arrest, charge)
            comes = event == ""
        if event:
            self.ledger.count(arrest.hour, jail.fips, event, NONE)
        self.bookings += comes
        return comes

    def stream_of_key(self, key: int | np.uint64) -> Stream:
        """Return the stream of a booking, a person, a jail's day or an office's day."""
        return Stream(self.seed, int(key), self.durations)

    def person(self, stream: Stream, status_number: int) -> Person:
        """Return a person whom nothing is remembered of yet."""
        return Person(stream, status_number, self.statuses[status_number], self.values)

    def await_departure(self, person: Arrestee) -> None:
        """Enter an untouched person under the day on which they leave; nothing else happens to them."""
        self.departures.setdefault(person.plan.release // HOURS_A_DAY, []).append(person)

    # ---- 4. the hours -------------------------------------------------------------------------------------------

    def look_again(self, person: Arrestee) -> None:
        """Enter a person in the calendar under the next hour at which something is due."""
        self.due.setdefault(person.next_hour(), []).append(person)

    def pass_hour(self, hour: int) -> None:
        """Look at everyone who has something due, in five passes."""
        people = self.due.pop(hour, [])
        for person in people:
            person.reach(hour)
        waiting = [person for person in people if person.waits_for_officer]
        for person in sorted(waiting, key=lambda person: (person.booked, person.key)):
            person.meet_officer(hour)
        waiting = [person for person in people if person.waits_for_visit]
        for person in sorted(waiting, key=lambda person: (person.booked, person.key)):
            person.meet_visitor(hour)
        for person in people:
            person.move(hour)
        ready = [person for person in people if person.is_ready_for_crew(hour)]
        for person in sorted(ready, key=lambda person: (not person.has_priority(), person.waiting_since(), person.key)):
            person.meet_crew(hour)
        for person in people:
            person.watch_the_clock(hour)
        for person in people:
            if person.stage is not Stage.GONE:
                self.look_again(person)

    # ---- 5. the end of a day, and of the run --------------------------------------------------------------------

    def end_day(self) -> None:
        """Let the untouched and the counted of today go and count who is in jail."""
        for person in self.departures.pop(self.day, []):
            person.depart_untouched()
        self.counted.depart(self.day)
        for jail in self.jails:
            self.ledger.count_inmates(self.day, jail.fips, jail.inmates)

    def close(self) -> None:
        """Count those still on the way when the period ends."""
        for person in [agent for agent in self.agents if isinstance(agent, PersonAfterJail)]:
            person.be_overtaken_by_the_end(self.calendar.end_hour)
