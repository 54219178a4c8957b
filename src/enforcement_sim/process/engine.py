"""The engine: one run's arrays, and the step that hands them to the compiled day.

Built from records that others filled (places, offices) and from tables compiled out of the register and the rulebook.
It knows nothing of agents or scenarios: between two steps anybody may change a place's rule or an office's capacity
in the arrays, and the next day follows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from enforcement_sim.codes import LISTS, PRIOR_RECORDS
from enforcement_sim.law.grounds import bits
from enforcement_sim.law.rules import DECISIONS, Rule, load_rulebook
from enforcement_sim.parameters.register import load_register
from enforcement_sim.process.calendar import BLOCK, CALENDAR_HOURS, LONGEST_WAIT, Calendar, blocks_for
from enforcement_sim.process.clock import DAYS_A_YEAR, HISTORY_START, HOURS_A_DAY, Clock, make_clock
from enforcement_sim.process.context import TODAY, World
from enforcement_sim.process.counted_bookings import hours_in_bed, kind_guide, kind_table
from enforcement_sim.process.counts import Ledger
from enforcement_sim.process.day import close_books, people_in_jail, run_day
from enforcement_sim.process.growth import gate_by_day, growth_by_day
from enforcement_sim.process.layouts import OFFICE, PLACE, Duration
from enforcement_sim.process.person import ARRESTEE
from enforcement_sim.process.person_state import bits_for, empty_states, grown_states
from enforcement_sim.process.prison import fill_prisons
from enforcement_sim.process.recorder import NOTHING, Recorder
from enforcement_sim.process.tables import (
    NONCITIZEN_FROM,
    RECORD_GROUNDS,
    duration_rows,
    duration_table,
    offence_table,
    parameter_record,
    prison_rates,
    rule_table,
    share_table,
    status_table,
)

FIRST_ROWS = 1 << 12
ROWS_PER_DAILY_BOOKING = 1.25
"""Free rows kept before each day for each followed booking that is expected, besides the first ones: no day can fill them."""
DAYS_OF_BOOKING = 2
"""Departures are remembered for the longest stay, the day of booking and the day of leaving."""
LEAVING = 1 << 12
"""Departures that are written down at a time."""
FIRST_YEAR = 365
"""Days whose bookings fill the prisons where every run begins on the same day: the last day must not matter."""
CAPACITIES = ("capacity", "visits", "beds")
"""Fields of an office that are resources."""
QUEUES = 4
"""Who is due, who waits for an officer, for a visit, for a crew."""


def bookings_by_day(values: Mapping[str, float], clock: Clock) -> np.ndarray:
    """Return the bookings expected in the whole nation on each day of a run, float64, shape (days,).

    Weekday and month factors are normalised to a mean of one; years before the register's first use its first.
    """
    weekday = np.array([values[f"booking.weekday_factor.{name}"] for name in LISTS["weekday"]])
    month = np.array([values[f"booking.month_factor.{name}"] for name in LISTS["month"]])
    weekday, month = weekday / weekday.mean(), month / month.mean()
    expected = np.empty(clock.days)
    for day in range(clock.days):
        when = clock.date_of(day)
        per_year = bookings_of_year(values, when.year)
        expected[day] = per_year / DAYS_A_YEAR * weekday[when.weekday()] * month[when.month - 1]
    return expected


def days_remembered(values: Mapping[str, float]) -> int:
    """Return the days within which whoever is booked has left the jail, from the day of booking to the day of leaving."""
    return int(max(values["case.longest_stay_days"], values["case.longest_release_days"])) + DAYS_OF_BOOKING


def bookings_of_year(values: Mapping[str, float], year: int) -> float:
    """Return the bookings of the nation in a calendar year; before the register's first year its first.

    Examples
    --------
    >>> bookings_of_year(load_register().defaults(), 1999)
    12400000.0
    """
    first_year, last_year = int(LISTS["year"][0]), int(LISTS["year"][-1])
    return values[f"booking.national_per_year.{min(max(year, first_year), last_year)}"]


def clock_for(values: Mapping[str, float], start: date, end: date) -> Clock:
    """Build the clock of a run from the register's values.

    Parameters
    ----------
    values
        Every address of the register with its value.
    start, end
        First and last day that is counted.

    Examples
    --------
    With earlier removals every run begins on the same day, whatever it counts:

    >>> values = {**load_register().defaults(), "start.earlier_removals": 1}
    >>> [str(clock_for(values, date(year, 10, 1), date(2012, 9, 30)).start) for year in (2005, 2011)]
    ['2004-10-01', '2004-10-01']
    """
    warm_days, earlier_days = int(values["start.warm_days"]), 0
    if values["start.earlier_removals"]:
        not_counted = (start - HISTORY_START).days + warm_days
        warm_days = min(not_counted, max(warm_days, days_remembered(values)))
        earlier_days = not_counted - warm_days
    return make_clock(
        start,
        end,
        warm_days,
        earlier_days=earlier_days,
        weekends_count=bool(values["hold.counts_weekends"]),
        triage_opens=int(values["screening.triage_opens"]),
        triage_closes=int(values["screening.triage_closes"]),
        triage_on_weekends=bool(values["screening.triage_on_weekends"]),
    )


def grown(rows: np.ndarray, size: int) -> np.ndarray:
    """Return rows with zeros behind them, ``size`` in all."""
    longer = np.zeros(size, rows.dtype)
    longer[: rows.size] = rows
    return longer


def grown_stack(stack: np.ndarray, height: np.ndarray, old: int, size: int) -> np.ndarray:
    """Return a stack of free numbers with those from ``old`` to ``size`` on top, the lowest uppermost; ``height`` follows."""
    longer = np.empty(size, np.int32)
    free = int(height[0])
    longer[:free] = stack[:free]
    longer[free : free + size - old] = np.arange(size - 1, old - 1, -1, dtype=np.int32)
    height[0] = free + size - old
    return longer


class Before(NamedTuple):
    """What is otherwise before the first counted day: what comes from levers, of which a scenario decides one.

    Attributes
    ----------
    clock : Clock
        The run's time, with the hours of then.
    offices : structured array
        Rows of dtype ``OFFICE``.
    values : mapping
        Every address of the register with its value.
    """

    clock: Clock
    offices: np.ndarray
    values: Mapping[str, float]


class Inputs(NamedTuple):
    """What a run begins from.

    Attributes
    ----------
    clock : Clock
        The run's time.
    places, offices : structured array
        Rows of dtype ``PLACE`` and ``OFFICE``; the engine and the agents share them.
    areas : int
        How many areas the places lie in.
    values : mapping
        Every address of the register with its value.
    rules : sequence of Rule
        The rules that places' rule numbers point to.
    thin : int
        Keep one person in so many; capacities shrink alike.
    before : Before or None
        What is otherwise before the first counted day.
    """

    clock: Clock
    places: np.ndarray
    offices: np.ndarray
    areas: int
    values: Mapping[str, float]
    rules: Sequence[Rule]
    thin: int = 1
    before: Before | None = None


class Engine:
    """One run's arrays and its step.

    Parameters
    ----------
    seed
        The run's seed, 0 to 2**63 - 1.
    inputs
        What the run begins from.
    recorder
        What writes decisions and events down; nothing is recorded unless given.

    Attributes
    ----------
    day : int
        The next day to simulate.
    ledger : Ledger
        What has been counted.
    durations : int32 array, shape (durations, quantiles)
        Quantiles of every duration in hours.
    values : mapping
        Every address of the register with its value, from the first counted day on (:meth:`values_at`).
    """

    def __init__(self, seed: int, inputs: Inputs, recorder: Recorder | None = None) -> None:
        self.seed = np.uint64(seed)
        self.clock, self.places, self.offices, areas, self.values, rules, self.thin, self._before = inputs
        self.rules = tuple(rules)
        self.recorder = recorder
        self.day = 0
        self.closed = False
        clock, places, values = self.clock, self.places, self.values
        self.ledger = Ledger(places.size, areas, len(clock.months), len(rules), places["area"])
        self.expected = bookings_by_day(values, clock)
        self._gate_shares, self._visits_grown = gate_by_day(values, clock), growth_by_day(values, clock)
        self.durations = duration_table(values)
        self._departures = np.zeros((2, days_remembered(values), places.size), np.int16)
        self._today = np.zeros(1, TODAY)
        self._constant = self._constant_arrays(clock, values)
        if self._before is not None and clock.first_counted_day > 0:
            self._begin_with(self._before)
        self.people = np.zeros(0, ARRESTEE)
        self._free, self._n_free = np.zeros(0, np.int32), np.zeros(1, np.int64)
        buckets, blocks = np.full(CALENDAR_HOURS, -1, np.int32), np.zeros(0, BLOCK)
        self._calendar = Calendar(buckets, blocks, np.zeros(0, np.int32), np.zeros(1, np.int64))
        self._set_margins()
        self._grow(self._margin + FIRST_ROWS)
        places["people_before"] = np.cumsum(places["pool"]) - places["pool"]
        self._known = bits_for(int(places["pool"].sum()))
        self.states = empty_states(2 * FIRST_ROWS)
        self._n_states = np.zeros(1, np.int64)

    def _begin_with(self, before: Before) -> None:
        """Lay down what is otherwise before the first counted day, and keep what holds from then on for that day."""
        self._decided, self._capacities = self._constant, self.offices[list(CAPACITIES)].copy()
        self.offices[list(CAPACITIES)] = before.offices[list(CAPACITIES)]
        self._constant = self._constant_arrays(before.clock, before.values)

    def _take_effect(self) -> None:
        """Put into force what the scenario decides: its levers from the first counted day on.

        An office keeps what somebody has set in its row meanwhile, where the scenario decides nothing about it.
        """
        if self._before is None:
            return
        self._constant = self._decided
        for field in CAPACITIES:
            differs = self._capacities[field] != self._before.offices[field]
            self.offices[field][differs] = self._capacities[field][differs]

    def values_at(self, day: int) -> Mapping[str, float]:
        """Return every address of the register with its value on a day of the run."""
        return self.values if self._before is None or day >= self.clock.first_counted_day else self._before.values

    def _constant_arrays(self, clock: Clock, values: Mapping[str, float]) -> dict[str, Any]:
        """Return the fields of the context that are the same arrays on every day; levers make others on the first counted one."""
        offences = offence_table(values)
        kinds = kind_table(values, offences)
        return {
            "seed": self.seed,
            "thin": self.thin,
            "first_hour": clock.first_counted_hour,
            "last_hour": clock.hours,
            "today": self._today,
            "leaving": np.zeros(LEAVING, np.int32),
            "places": self.places,
            "offices": self.offices,
            "offences": offences,
            "statuses": status_table(values),
            "rules": rule_table(list(self.rules), list(DECISIONS)),
            "record_grounds": np.array([bits(RECORD_GROUNDS[name]) for name in PRIOR_RECORDS], np.uint32),
            "parameters": parameter_record(values),
            "shares": share_table(values),
            "durations": self.durations,
            "duration_rows": duration_rows(),
            "kinds": kinds,
            "kind_guide": kind_guide(kinds),
            "hours_in_bed": hours_in_bed(values, self.durations),
            **{name: getattr(clock, name) for name in ("hold_counted", "hold_hour_at", "triage_next", "month_of_day")},
        }

    def _set_margins(self) -> None:
        """Work out how many people today's bookings may take rows for, and how many may be counted, at most."""
        places, values = self.places, self.values_at(self.day)
        bookings = float(self.expected[self.day]) / self.thin * places["day_share"]
        may_add = sum(max(0.0, values[f"response.{name}"]) for name in ("crime", "reporting", "traffic_arrests"))
        bookings = bookings * (1.0 + may_add + np.maximum(places["arrest_change"], 0.0))
        field_arrests = float(places["field_arrests_a_day"].sum()) * values["task_force.added_share"]
        followed = float((bookings * places["reachable_share"]).sum())
        self._margin = int(ROWS_PER_DAILY_BOOKING * (followed + field_arrests)) + FIRST_ROWS
        self._counted = int(ROWS_PER_DAILY_BOOKING * (float(bookings.sum()) - followed)) + FIRST_ROWS

    def _grow(self, rows: int) -> None:
        """Make room for ``rows`` people; row numbers stay as they are."""
        old = self.people.size
        self.people = grown(self.people, rows)
        self._free = grown_stack(self._free, self._n_free, old, rows)
        buckets, blocks, free_blocks, n_free_blocks = self._calendar
        more = grown(blocks, blocks_for(rows))
        free_blocks = grown_stack(free_blocks, n_free_blocks, blocks.size, more.size)
        self._calendar = Calendar(buckets, more, free_blocks, n_free_blocks)
        self._queues = np.zeros((QUEUES, rows), np.int32)
        self._sorting = np.zeros(2 * LONGEST_WAIT + rows, np.int32)

    def world(self) -> World:
        """Return the context of the day that is to be simulated."""
        clock, ledger = self.clock, self.ledger
        day = min(self.day, clock.days - 1)
        self._today[0] = (
            self.expected[day],
            day,
            clock.day_number(day),
            clock.month_of_day[day],
            clock.working_day[day],
            day >= clock.first_whole_day,
            self._gate_shares[day],
            self._visits_grown[day],
        )
        on_the_way = self.people.size - int(self._n_free[0])
        counted = ("events", "log", "bookings", "hours", "place_hours", "inmate_days", "verdicts")
        return World(
            **self._constant,
            people=self.people,
            free=self._free,
            n_free=self._n_free,
            calendar=self._calendar,
            queues=self._queues,
            sorting=self._sorting,
            known=self._known,
            states=self.states,
            n_states=self._n_states,
            departures=self._departures,
            **{name: getattr(ledger, name) for name in counted},
            record=NOTHING
            if self.recorder is None
            else self.recorder.recording(on_the_way + self._margin, self._counted),
        )

    def _fill_prisons(self) -> None:
        """Draw the initial prison population; what finding them counted lies before the run and is dropped."""
        terms = float(self.durations[Duration.PRISON].mean()) / HOURS_A_DAY
        prisoners = float(prison_rates(self.values).sum()) * terms
        first = FIRST_YEAR if self.values["start.earlier_removals"] else self.clock.days
        a_day = float(self.expected[:first].mean())
        counties = self.places["is_prison"] == 0
        here = self.places[counties]
        noncitizens = here["reachable_share"] * (1.0 - here["status_cdf"][:, NONCITIZEN_FROM - 1])
        expected = (
            a_day * prisoners * float((here["day_share"] * noncitizens * here["prisoner_ratio"]).sum()) / self.thin
        )
        most = int(ROWS_PER_DAILY_BOOKING * expected) + FIRST_ROWS
        self._grow(self.people.size + most)
        self.ledger.make_room(most)
        self._margin = most
        fill_prisons(self.world(), prisoners, a_day)
        self.ledger.drop()
        if self.recorder is not None:
            self.recorder.drop_events()

    def step(self) -> None:
        """Simulate one day, and fold the ledger at the end of a month.

        Raises
        ------
        RuntimeError
            If the run is over.
        """
        if self.day >= self.clock.days:
            raise RuntimeError("the run is over: its last day has been simulated")
        clock, day, ledger = self.clock, self.day, self.ledger
        if day == 0 and self.values["start.prison_stock"]:
            self._fill_prisons()
        if day == clock.first_counted_day:
            ledger.discard()
        self._set_margins()
        if self._n_free[0] < self._margin:
            self._grow(self.people.size + max(self._margin, self.people.size // 4))
        self.states = grown_states(self.states, self._n_states, self._margin)
        month = int(clock.month_of_day[day])
        ledger.make_room(self.people.size - int(self._n_free[0]) + self._margin)
        run_day(self.world())
        self.day += 1
        if self.day == clock.first_counted_day:
            self._take_effect()  # today, so that institutions which decide before tomorrow's step find it done
        last = self.day == clock.days
        if last:
            self._close()
        if day < clock.first_counted_day:
            if clock.date_of(self.day).day == 1:
                ledger.end_warm_month()  # nothing of the warm start is kept, so its buffers never fill
        elif last or clock.month_of_day[self.day] != month:
            ledger.end_month(month)

    def _close(self) -> None:
        self.ledger.make_room(self.people.size - int(self._n_free[0]))  # each may be pending
        close_books(self.world())
        self._last_recount = self.inmates_recounted()
        self.closed = True
        # Work space of a quarter of the run's memory, of no use any more.
        self._departures = np.zeros((0, 0, 0), np.int16)
        self._queues, self._sorting = np.zeros((QUEUES, 0), np.int32), np.zeros(0, np.int32)

    def run_to_end(self) -> None:
        """Simulate every day that is left."""
        while self.day < self.clock.days:
            self.step()

    def forget_people(self) -> None:
        """Give back the rows of people and what is remembered of them, of no use once a run is over.

        Raises
        ------
        RuntimeError
            Before the last day.
        """
        if not self.closed:
            raise RuntimeError("people are still on their way")
        self.people = self.people[:0].copy()
        self.states, self._known = empty_states(1), np.zeros(0, np.uint8)

    def inmates_recounted(self) -> np.ndarray:
        """Count who is in jail from the people themselves, int64, shape (places,).

        Conservation holds when this equals ``places["inmates"]``.
        """
        if self.closed:
            return self._last_recount
        inmates = np.zeros(self.places.size, np.int64)
        people_in_jail(self.people, self._departures, inmates)
        return inmates


def smallest_engine() -> Engine:
    """Return an engine of one small place and three days: running it compiles, or loads, every engine function."""
    values = dict(load_register().defaults()) | {"start.warm_days": 1.0}
    places = np.zeros(2, PLACE)  # a county and its prison
    places["is_prison"], places["prison"], places["fips"] = (0, 1), (1, -1), (1, 1000)
    places["day_share"], places["sharing"], places["reachable_share"] = (1e-4, 0.0), (1, 0), 0.2
    places["status_cdf"] = np.linspace(0.4, 1.0, places["status_cdf"].shape[1])
    for field in (
        "issue_covered",
        "acted_share",
        "wanted_priority",
        "wanted_other",
        "delay_factor",
        "presence_odds",
        "prisoner_ratio",
    ):
        places[field] = 1.0
    places["bail_denied_share"], places["traffic_share"], places["further_prints"] = 0.5, 0.2, 0.2
    places["officer_share"], places["interviews_a_day"] = 0.5, 1.0
    places["pool"], places["field_arrests_a_day"] = 100, 1.0
    offices = np.zeros(1, OFFICE)
    offices["capacity"], offices["visits"], offices["beds"] = 1.0, 1.0, 1.0
    rules = tuple(load_rulebook().rules.values())
    clock = clock_for(values, date(2010, 1, 2), date(2010, 1, 3))
    return Engine(1, Inputs(clock, places, offices, 1, values, rules))
