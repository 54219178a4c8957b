"""Measures of a card that need records of single bookings: people booked again, and removed people with citizen family.

They are counted in a few counties in which every booking is recorded. *Booked again* follows everyone who left a jail, with
a detainer that ended there or without one, for the same eight months. It standardises the second group to the first's mix
of status, grade, record and kind of offence, because a rate after release means little without a comparison group. All
bookings of these people are found from their keys, also those that no programme could affect. In the model a detainer does
not change later behaviour, so a difference can only come from the composition of the groups and from who is away. Nothing
about a single person leaves this module.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from enforcement_sim.codes import EVENTS, OFFENCES, STATUS_GROUPS
from enforcement_sim.law.grounds import bit
from enforcement_sim.process.clock import HOURS_A_DAY
from enforcement_sim.process.counts import profile_parts
from enforcement_sim.process.histories import Records, key_parts
from enforcement_sim.process.jit import compiled_maker
from enforcement_sim.process.person_state import number_of
from enforcement_sim.process.recorder import Recorder, Row
from enforcement_sim.process.rng import (
    BOOKINGS,
    RESPONSES,
    Draw,
    booking_key,
    person_key,
    place_day_key,
    poisson,
    stream_of,
)
from enforcement_sim.results.measures import ratio

if TYPE_CHECKING:
    from enforcement_sim.scenarios.schema import Scenario

FOLLOWED_DAYS = 240
"""Days after release in which a booking counts: the eight months of the published rate (8,145 people, 2014)."""

SAMPLED = ("booked_again_gap", "booked_again_let_go", "booked_again_comparable", "removed_with_citizen_family")
"""Measures from :func:`record_measures`."""

LET_GO = ("detainer_lifted", "detainer_declined", "detainer_lapsed")
"""Ways out of a jail with a detainer that ended there."""
WITHOUT_DETAINER = "released"
MET_AT_THE_DOOR = "picked_up_at_release"
"""Whoever is picked up in the hour of the release has not been let go."""
REMOVED = "removed"
_CITIZEN = STATUS_GROUPS.index("citizen")
_CITIZEN_FAMILY = bit("citizen_family")
_VIOLENT = ("serious_violent", "aggravated_assault", "simple_assault", "sex_offence", "weapons")
_DRIVING = ("dui", "traffic")
_KIND_OF_OFFENCE = tuple(1 if name in _VIOLENT else 2 if name in _DRIVING else 0 for name in OFFENCES)

Stratum = tuple[int, int, int, int]
"""Status group, felony or not, any prior conviction or none, and violence, driving or any other kind of offence."""


@dataclass(frozen=True)
class Release:
    """One release of a synthetic person from a jail, in an hour since the run began.

    ``let_go`` says whether a detainer ended there (otherwise there was none); groups are compared within a ``stratum``.
    """

    person: int
    fips: int
    hour: int
    let_go: bool
    stratum: Stratum


def sampled_measures(task: tuple[Scenario, int]) -> dict[str, float]:
    """Run a scenario under a seed with every booking recorded, and count; importable by name, for workers.

    Raises
    ------
    InputError
        For a whole nation that is not thinned.
    """
    from enforcement_sim.runs.recorded_runs import check_recordable, run_recorded

    scenario, seed = task
    check_recordable(scenario)
    events = Records(run_recorded(scenario, seed, Recorder(decisions=False)).engine)
    keys = {key for keys in _bookings(events, list(_releases(events))).values() for key in keys}
    keys |= set(_keys_with(events, REMOVED))
    return record_measures(Records(run_recorded(scenario, seed, Recorder(keys, every_event=True)).engine))


def record_measures(records: Records) -> dict[str, float]:
    """Return the measures :data:`SAMPLED` from the records of a run.

    Returns
    -------
    dict of str to float
        ``booked_again_let_go``: share of the people let go with a detainer who were booked again within
        :data:`FOLLOWED_DAYS`; ``booked_again_comparable``: the same of people released without a detainer, standardised
        to the first's strata; ``booked_again_gap``: the first less the second. NaN if nobody could be
        followed so long. ``removed_with_citizen_family``: people removed who have a citizen spouse or child.
    """
    releases = list(_releases(records))
    again = booked_again(records, releases)
    let_go, comparable = standardised(releases, again)
    return {
        "booked_again_gap": let_go - comparable,
        "booked_again_let_go": let_go,
        "booked_again_comparable": comparable,
        "removed_with_citizen_family": float(_with_citizen_family(records, REMOVED) * records.engine.thin),
    }


def standardised(releases: list[Release], again: list[bool]) -> tuple[float, float]:
    """Return the shares booked again: of people let go, and of comparable people released without a detainer.

    Strata without both kinds of people are left out of both shares; the second is weighted by the first's numbers.

    Examples
    --------
    >>> old, young = (3, 1, 1, 0), (3, 0, 0, 0)
    >>> groups = [(True, old)] * 3 + [(True, young)] + [(False, old)] + [(False, young)] * 2
    >>> releases = [Release(0, 10001, 0, let_go, stratum) for let_go, stratum in groups]
    >>> standardised(releases, [True, True, False, False, True, True, False])
    (0.5, 0.875)
    """
    people: Counter[tuple[bool, Stratum]] = Counter()
    came_back: Counter[tuple[bool, Stratum]] = Counter()
    for release, booked in zip(releases, again, strict=True):
        people[release.let_go, release.stratum] += 1
        came_back[release.let_go, release.stratum] += booked
    strata = [stratum for let_go, stratum in people if let_go and people[False, stratum]]
    everyone = sum(people[True, stratum] for stratum in strata)
    first = ratio(sum(came_back[True, stratum] for stratum in strata), everyone)
    rates = (people[True, stratum] * came_back[False, stratum] / people[False, stratum] for stratum in strata)
    return first, ratio(math.fsum(rates), everyone)


def _releases(records: Records) -> Iterator[Release]:
    """Ways out of jails in the counted period, of people who are not citizens and can be followed long enough."""
    clock, places = records.clock, records.engine.places
    numbers = {EVENTS.index(name): name in LET_GO for name in (*LET_GO, WITHOUT_DETAINER)}
    rows = _events_of_the_reported(records)
    met = rows["key"][rows["number"] == EVENTS.index(MET_AT_THE_DOOR)]
    last = clock.hours - FOLLOWED_DAYS * HOURS_A_DAY
    chosen = np.isin(rows["number"], list(numbers)) & (rows["hour"] >= clock.first_counted_hour)
    chosen &= (rows["hour"] < last) & (places["is_prison"][rows["place"]] == 0)
    rows = rows[chosen & ~np.isin(rows["key"], met)]
    offence, felony, _, record, group = profile_parts(rows["profile"].astype(np.int64))
    exponent, offset = _frailty(records)
    for place, key in enumerate(rows["key"].tolist()):
        parts = key_parts(key)
        if group[place] == _CITIZEN or parts.series not in (BOOKINGS, RESPONSES):
            continue
        pool = int(records.engine.places["pool"][records.row_of_fips[parts.fips]])
        stream = np.uint64(stream_of(records.seed, np.uint64(key)))
        person = int(person_key(parts.fips, int(number_of(stream, pool, exponent, offset, offset**exponent))))
        stratum = int(group[place]), int(felony[place]), int(record[place] > 0), _KIND_OF_OFFENCE[offence[place]]
        yield Release(person, parts.fips, int(rows["hour"][place]), numbers[int(rows["number"][place])], stratum)


def booked_again(records: Records, releases: list[Release]) -> list[bool]:
    """Return for every release whether the person is booked within :data:`FOLLOWED_DAYS` of it.

    A booking that does not come about, because the person is away or is cited instead, does not count. Bookings that
    imported responses add are ignored (there are none unless a scenario asks for them).
    """
    keys = _bookings(records, releases)
    within = FOLLOWED_DAYS * HOURS_A_DAY
    found = []
    for release in releases:
        hours = ((records.hour_of_booking(key), key) for key in keys[release.person])
        later = (key for hour, key in hours if release.hour < hour <= release.hour + within)
        found.append(any(records.booking_of(key) is not None for key in later))
    return found


def _bookings(records: Records, releases: list[Release]) -> dict[int, list[int]]:
    """Return the keys of all bookings of everybody who was released."""
    wanted: dict[int, set[int]] = {}
    for release in releases:
        wanted.setdefault(release.fips, set()).add(release.person)
    keys: dict[int, list[int]] = {}
    for fips, people in wanted.items():
        keys |= _bookings_of(records, fips, people)
    return keys


def _frailty(records: Records) -> tuple[float, float]:
    return records.engine.values["people.frailty_exponent"], records.engine.values["people.frailty_offset"]


@compiled_maker
def _people_of_day(fips, day, bookings, pool, seed, exponent, offset):  # type: ignore[no-untyped-def]
    """The person's key behind each booking of a county's day."""
    people = np.empty(bookings, np.uint64)
    lowest = offset**exponent
    for number in range(bookings):
        stream = stream_of(seed, booking_key(fips, day, number))
        people[number] = person_key(fips, number_of(stream, pool, exponent, offset, lowest))
    return people


def _bookings_of(records: Records, fips: int, people: set[int]) -> dict[int, list[int]]:
    """Return the keys of all bookings of some people of a county's pool, in the order of time."""
    place = records.engine.places[records.row_of_fips[fips]]
    wanted = np.array(sorted(people), np.uint64)
    found: dict[int, list[int]] = {person: [] for person in people}
    exponent, offset = _frailty(records)
    for day in range(records.clock.days):
        number = records.clock.day_number(day)
        stream = np.uint64(stream_of(records.seed, np.uint64(place_day_key(fips, number))))
        mean = float(records.engine.expected[day]) * float(place["day_share"])
        bookings = int(poisson(stream, int(Draw.COUNT), mean))
        behind = _people_of_day(fips, number, bookings, int(place["pool"]), records.seed, exponent, offset)
        for index in np.flatnonzero(np.isin(behind, wanted)).tolist():
            found[int(behind[index])].append(int(booking_key(fips, number, index)))
    return found


def _events_of_the_reported(records: Records) -> np.ndarray:
    """Return the events of the reported counties' people; others are recorded because they use the same crews."""
    events: np.ndarray = records.rows[records.rows["kind"] == Row.EVENT]
    return events[np.isin(events["key"], records.keys)]


def _keys_with(records: Records, event: str) -> list[int]:
    """Return the bookings to which an event happened in the counted period, once for each time."""
    rows = _events_of_the_reported(records)
    happened = (rows["number"] == EVENTS.index(event)) & (rows["hour"] >= records.clock.first_counted_hour)
    keys: list[int] = rows["key"][happened].tolist()
    return keys


def _with_citizen_family(records: Records, event: str) -> int:
    """Count an event, in the counted period, of people who have a citizen spouse or child."""
    bookings = (records.booking_of(key) for key in _keys_with(records, event))
    return sum(booking is not None and bool(booking.grounds & _CITIZEN_FAMILY) for booking in bookings)
