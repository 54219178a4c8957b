"""The twin's people as SimPy processes: the same flow in the discrete-event library that analysts reach for first.

One process a followed arrestee; bookings that are only counted need none. Persons, jails, rules and draws are the
slow twin's, so that only the calendar differs: a ``simpy.Environment`` instead of the twin's own, and a plain set
instead of Mesa's register of agents. What stands in line within an hour is put in order by the priority of a SimPy
event, pass before pass and within a pass by the queue's rule, so the ledger is the twin's in every cell. Processes
wait only where another's turn could matter, which is as few events as the order of an hour allows.
"""

from __future__ import annotations

from collections.abc import Generator
from enum import IntEnum
from typing import Any

import simpy
from tests.twin.after_custody import PersonAfterJail
from tests.twin.arrestee import Arrestee
from tests.twin.clock import HOURS_A_DAY
from tests.twin.compare import differences, twin_tables
from tests.twin.finding import Stage
from tests.twin.model import TwinModel
from tests.twin.prisoner import prisoners_of_earlier_years

from enforcement_sim.scenarios.schema import Scenario

Life = Generator[simpy.Event, None, None]

KEY_BITS = 64
HOUR_BITS = 32
RANK_BITS = KEY_BITS + HOUR_BITS + 1
"""A place in a queue as one whole number: who has priority, since which hour, and the booking's key."""

EARLIER = 1 << (HOUR_BITS - 1)
"""Makes hours before the run, when its first prisoners were booked, numbers from 0."""


class Turn(IntEnum):
    """What comes before what within an hour. SimPy keeps 0 and 1 for processes that begin and end."""

    DAWN = 2
    REACH = 3
    OFFICER = 4
    VISITOR = 5
    MOVE = 6
    CREW = 7
    CLOCK = 8
    DEPARTURE = 9
    NIGHT = 10


PRIORITY = {turn: turn << RANK_BITS for turn in Turn}


def rank(since: int, key: int, behind: bool = False) -> int:
    """Return a place in a queue; the lowest is first."""
    return ((int(behind) << HOUR_BITS) + since + EARLIER << KEY_BITS) + int(key)


class SimPyFlow(TwinModel):
    """One run of a scenario with SimPy's calendar.

    Parameters
    ----------
    scenario
        Resolved and checked.
    seed
        The run's seed; the scenario's if None.
    """

    def __init__(self, scenario: Scenario, seed: int | None = None) -> None:
        self.present: set[Any] = set()
        super().__init__(scenario, seed)
        self.environment = simpy.Environment()

    # Mesa's register would be charged to SimPy otherwise.

    def register_agent(self, agent: Any) -> None:
        """Note that somebody is here."""
        self.present.add(agent)

    def deregister_agent(self, agent: Any) -> None:
        """Note that somebody is not here any more."""
        self.present.discard(agent)

    def run(self) -> SimPyFlow:
        """Simulate every day and close the books."""
        self.environment.process(self.days())
        self.environment.run(until=self.calendar.days * HOURS_A_DAY)
        for person in [person for person in self.present if isinstance(person, PersonAfterJail)]:
            person.be_overtaken_by_the_end(self.calendar.end_hour)
        return self

    def turn(self, turn: Turn, hour: int, place: int = 0) -> simpy.Event:
        """Return an event that happens at an hour, when it is this one's turn."""
        event = simpy.Event(self.environment)
        event._ok, event._value = True, None  # as simpy.Timeout does, which knows no priority
        self.environment.schedule(event, PRIORITY[turn] + place, hour - self.environment.now)  # type: ignore[arg-type]
        return event

    def days(self) -> Life:
        """What counties, field offices and headquarters do, day by day."""
        for day in range(self.calendar.days):
            yield self.turn(Turn.DAWN, day * HOURS_A_DAY)
            self.day = day
            self.apply_settings()
            self.institutions.decide(day)
            if day == 0 and self.values["start.prison_stock"] == 1:
                for prisoner in prisoners_of_earlier_years(self):
                    self.look_again(prisoner)
            for jail in self.jails:
                self.book(jail)
            for jail in self.jails:
                jail.begin_day(day)
            for office in self.offices:
                office.begin_day(day)
            yield self.turn(Turn.NIGHT, (day + 1) * HOURS_A_DAY - 1)
            self.counted.depart(day)
            for jail in self.jails:
                self.ledger.count_inmates(day, jail.fips, jail.inmates)

    # ---- what the twin enters in its calendar begins a process here ------------------------------------------------

    def look_again(self, person: Arrestee) -> None:
        """Begin the story of somebody who may be found."""
        self.environment.process(self.life_of(person))

    def await_departure(self, person: Arrestee) -> None:
        """Begin the story of somebody to whom nothing will happen."""
        self.environment.process(self.untouched_life_of(person))

    def untouched_life_of(self, person: Arrestee) -> Life:
        """Go on the day of release."""
        yield self.turn(Turn.DEPARTURE, (person.plan.release // HOURS_A_DAY + 1) * HOURS_A_DAY - 1)
        person.depart_untouched()

    def life_of(self, person: Arrestee) -> Life:
        """Wake when something is due, and take one's turn in each pass that concerns one."""
        while person.stage is not Stage.GONE:
            hour = person.next_hour()
            yield self.turn(Turn.REACH, hour)
            person.reach(hour)
            if person.waits_for_officer:
                yield self.turn(Turn.OFFICER, hour, rank(person.booked, person.key))
                person.meet_officer(hour)
            if person.waits_for_visit:
                yield self.turn(Turn.VISITOR, hour, rank(person.booked, person.key))
                person.meet_visitor(hour)
            in_jail = person.stage is Stage.JAIL
            if person.stage is not Stage.HELD and not (in_jail and person.plan.release > hour):
                yield self.turn(Turn.MOVE, hour)
                person.move(hour)
            if person.is_ready_for_crew(hour):
                yield self.turn(Turn.CREW, hour, rank(person.hold_start, person.key, not person.has_priority()))
                person.meet_crew(hour)
            if person.stage is Stage.HELD:
                yield self.turn(Turn.CLOCK, hour)
                person.watch_the_clock(hour)


def differences_from_the_twin(flow: SimPyFlow, twin: TwinModel) -> list[str]:
    """Say in words where two finished runs differ, the flow's counts first; nothing if every cell is equal."""
    return [line.replace("engine", "SimPy", 1) for line in differences(twin_tables(flow), twin_tables(twin))]
