"""The context of a run: every array in one tuple, and a person as the stages see one.

Compiled functions take ``(w, p, ...)``: the run's arrays and the person. Both are tuples of references, so that what a
function changes in a row is changed for all.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from enforcement_sim.process.calendar import Calendar
from enforcement_sim.process.jit import pasted
from enforcement_sim.process.recorder import Recording
from enforcement_sim.process.rng import stream_of

TODAY = np.dtype(
    [
        ("expected", "f8"),  # bookings expected in the whole nation
        ("day", "i8"),  # of the run
        ("number", "i8"),  # days since 2000-01-01
        ("month", "i8"),
        ("working", "i8"),  # 1 unless a Saturday, Sunday or federal holiday
        ("whole", "i8"),  # 1 unless only people within reach are booked, before the warm start
        ("gate_share", "f8"),  # of people charged below level 1 on whom Secure Communities acts
        ("visits_grown", "f8"),  # the Criminal Alien Program's coverage of jails, relative to its level when grown
    ],
    align=True,
)


class World(NamedTuple):
    """Every array of a run; the dtypes are those of ``person``, ``layouts``, ``person_state`` and ``recorder``."""

    seed: np.uint64
    thin: int  # one person in so many is kept
    first_hour: int  # that is counted
    last_hour: int
    today: np.ndarray
    people: np.ndarray
    free: np.ndarray  # a stack of free rows, and its height
    n_free: np.ndarray
    calendar: Calendar
    queues: np.ndarray  # work space: who is due, who waits for an officer, for a visit, for a crew
    sorting: np.ndarray  # work space of sorting them
    leaving: np.ndarray  # work space: departures not yet written down
    known: np.ndarray  # a bit for each person of the pools: whether anything may be remembered
    states: np.ndarray  # what is remembered of people, and of how many
    n_states: np.ndarray
    places: np.ndarray
    offices: np.ndarray
    offences: np.ndarray
    statuses: np.ndarray
    rules: np.ndarray
    record_grounds: np.ndarray  # grounds of each prior record
    parameters: np.ndarray
    shares: np.ndarray  # thresholds that stand in the register, by decision and case
    durations: np.ndarray  # quantiles of each duration
    duration_rows: np.ndarray  # rows of durations, by decision and case
    hold_counted: np.ndarray
    hold_hour_at: np.ndarray
    triage_next: np.ndarray
    month_of_day: np.ndarray
    kinds: np.ndarray  # of counted bookings, and where to begin to look for one
    kind_guide: np.ndarray
    hours_in_bed: np.ndarray
    departures: np.ndarray  # people no programme can touch, by whether to prison, day of leaving and place
    events: np.ndarray
    log: np.ndarray
    bookings: np.ndarray
    hours: np.ndarray
    place_hours: np.ndarray
    inmate_days: np.ndarray
    verdicts: np.ndarray
    record: Recording


class Person(NamedTuple):
    """A person's row, the stream of the booking, and what the row refers to."""

    row: np.void
    stream: np.uint64
    place: np.void
    status: np.void
    offence: np.void


@pasted
def person(w, i):
    """The person in a row."""
    row = w.people[i]
    return Person(row, stream_of(w.seed, row.key), w.places[row.place], w.statuses[row.status], w.offences[row.offence])
