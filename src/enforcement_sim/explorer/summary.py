"""The part of a run that the explorer caches: small arrays from which it draws every picture.

A run's tables take megabytes; the arrays that a worker process sends back take some hundred kilobytes. Counts of a
thinned run are scaled up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from enforcement_sim.codes import EVENTS
from enforcement_sim.law.definitions import load_definitions
from enforcement_sim.results.count import people_by_category
from enforcement_sim.results.result import Result

STAGES = ("matched", "identified", "detainer_issued", "ice_custody", "removed")
"""Stages whose offence mix is stored, in the order in which people reach them."""
MAP_EVENTS = ("identified", "detainer_issued", "ice_custody", "removed")
"""Events whose counts by county and month are stored, with the bookings as their base."""
BOOKED = "booked"


@dataclass(frozen=True)
class Summary:
    """The arrays of one run.

    Attributes
    ----------
    measures : dict
        Measure -> value.
    months : tuple of str
        As ``2010-10``, in order.
    series : int64 array, shape (months, len(PROGRAMMES), len(EVENTS))
    mixes : dict
        Definition -> people, int64 array, shape (len(STAGES), len(PROGRAMMES), categories of the definition).
    counties : tuple of str
        Five-digit FIPS codes.
    by_county : int32 array, shape (counties, months, 1 + len(MAP_EVENTS))
        Bookings, then :data:`MAP_EVENTS`.
    """

    measures: Mapping[str, float]
    months: tuple[str, ...]
    series: np.ndarray
    mixes: Mapping[str, np.ndarray]
    counties: tuple[str, ...]
    by_county: np.ndarray

    @property
    def funnel(self) -> np.ndarray:
        """People by programme and event over the whole period, shape (len(PROGRAMMES), len(EVENTS))."""
        return np.asarray(self.series.sum(axis=0))

    def monthly(self, event: str) -> np.ndarray:
        """Return one event by month, all programmes together."""
        return np.asarray(self.series[:, :, EVENTS.index(event)].sum(axis=1))

    @property
    def size(self) -> int:
        """Approximate size in bytes."""
        return int(self.series.nbytes + self.by_county.nbytes + sum(people.nbytes for people in self.mixes.values()))


def summary_of(result: Result) -> Summary:
    """Return the summary of a run.

    Examples
    --------
    >>> from enforcement_sim import load_scenario, run
    >>> result = run(load_scenario("baseline").with_(**{
    ...     "scope": {"counties": ["10003"]}, "period.start": "2012-01-01", "period.end": "2012-02-29"}), seed=1)
    >>> summary = summary_of(result)
    >>> summary.months, int(summary.monthly("booked").sum()) == int(result.measures()["booked"])
    (('2012-01', '2012-02'), True)
    """
    people = result.array(STAGES, by=("event", "programme", "profile"))
    return Summary(
        result.measures(),
        tuple(f"{month:%Y-%m}" for month in result.count(by="month")["month"]),
        result.array(by=("month", "programme", "event")),
        {name: people_by_category(people, name) for name in load_definitions()},
        tuple(result.count(by="county")["county"]),
        result.array((BOOKED, *MAP_EVENTS), by=("county", "month", "event")).astype(np.int32),
    )
