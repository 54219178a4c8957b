"""The recorded lives of a finished run, and what must be known around them to explain one.

Events by booking; the person behind each booking, and with it what enforcement had changed about the person by a day;
how many of a day's crews were gone by an hour. All of it is read from the ledger's lives and the journal, or recomputed
from keys. Deciding why anything happened is left to ``trace``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from enforcement_sim.custody.clock import HOURS_A_DAY
from enforcement_sim.custody.compiled import compiled_maker
from enforcement_sim.custody.draws import (
    BOOKINGS,
    FIELD_ARRESTS,
    PRISONERS,
    RESPONSES,
    Purpose,
    luck_of,
    office_day_key,
    person_key,
    place_day_key,
    rounded,
    uniform,
)
from enforcement_sim.custody.memory import number_of
from enforcement_sim.custody.records import QUANTILES, Duration
from enforcement_sim.custody.tables import duration_table, offence_table, parameter_record, status_table
from enforcement_sim.errors import InputError
from enforcement_sim.vocabulary import EVENTS, PROGRAMMES

if TYPE_CHECKING:
    from enforcement_sim.custody.engine import Engine
    from enforcement_sim.custody.journal import Journal

__all__ = ["SERIES", "Key", "Lives", "key_parts"]

SERIES = {
    BOOKINGS: "booking",
    FIELD_ARRESTS: "added field arrest",
    RESPONSES: "booking added by a response",
    PRISONERS: "prisoner of the stock",
}
"""What a key can belong to."""

_FIPS_BITS, _DAY_BITS, _INDEX_BITS = 17, 14, 17
_DAY_SHIFT, _INDEX_SHIFT, _SERIES_SHIFT = 17, 31, 48
_NUMBER = {name: number for number, name in enumerate(EVENTS)}
_OUT = (_NUMBER["removed"], _NUMBER["returned"])
_OF_POOL = (BOOKINGS, RESPONSES)


class Key(NamedTuple):
    """What a key says: county, days since 2000-01-01, number within the day, series."""

    fips: int
    day: int
    number: int
    series: int


def key_parts(key: int) -> Key:
    """Split a key of a booking, field arrest, response or prisoner.

    Examples
    --------
    >>> from enforcement_sim.custody.draws import booking_key
    >>> key_parts(booking_key(12021, 3980, 7))
    Key(fips=12021, day=3980, number=7, series=0)
    """
    return Key(
        key & (1 << _FIPS_BITS) - 1,
        key >> _DAY_SHIFT & (1 << _DAY_BITS) - 1,
        key >> _INDEX_SHIFT & (1 << _INDEX_BITS) - 1,
        key >> _SERIES_SHIFT,
    )


@compiled_maker
def _people_behind(keys, pools, fips, seed, exponent, offset):  # type: ignore[no-untyped-def]
    """The person's key behind each booking of a pool."""
    people = np.empty(keys.size, np.uint64)
    lowest = offset**exponent
    for i in range(keys.size):
        number = number_of(luck_of(seed, keys[i]), pools[i], exponent, offset, lowest)
        people[i] = person_key(fips[i], number)
    return people


@dataclass(frozen=True)
class Known:
    """What was remembered of a person at the start of a day: enrolled in IDENT, removed before."""

    enrolled: bool
    removed: bool


class Lives:
    """What was recorded of every followed booking of a run.

    Parameters
    ----------
    engine
        Of a run that is over and recorded lives.
    journal
        What stood on each day.

    Attributes
    ----------
    keys : uint64 array
        Keys of the reported counties' bookings with at least one event, in ascending order.
    rows : structured array of dtype ``LIFE``
        Every event, by key and in order of happening; those of places that are not reported, too, because they use crews.

    Raises
    ------
    InputError
        If the run recorded no lives or is not over.
    """

    def __init__(self, engine: Engine, journal: Journal | None) -> None:
        if journal is None:
            raise InputError(
                "this run recorded no lives: make the model with EnforcementModel(scenario, seed, lives=True)"
            )
        if not engine.closed:
            raise InputError("the run is not over: lives are read after model.run()")
        self.engine, self.journal, self.clock = engine, journal, engine.clock
        self.seed, self.rules = engine.seed, engine.rules
        self.rows = engine.ledger.lives()
        places = engine.places
        self.row_of_fips = {int(fips): row for row, fips in enumerate(places["fips"])}
        keys, starts = np.unique(self.rows["key"], return_index=True)
        reported = np.isin(keys & np.uint64((1 << _FIPS_BITS) - 1), places["fips"][places["reported"] != 0])
        self.keys, self._starts = keys[reported], starts[reported]
        self._ends = np.append(starts[1:], len(self.rows))[reported]
        self.values = engine.values
        self.offences, self.statuses = offence_table(self.values), status_table(self.values)
        self.durations = duration_table(self.values)
        self.parameters = parameter_record(self.values)[0]

    def __len__(self) -> int:
        return int(self.keys.size)

    def __contains__(self, key: int) -> bool:
        return self._position(key) >= 0

    def _position(self, key: int) -> int:
        position = int(np.searchsorted(self.keys, np.uint64(key)))
        return position if position < self.keys.size and int(self.keys[position]) == key else -1

    def events_of(self, key: int) -> np.ndarray:
        """Return a booking's events in order, dtype ``LIFE``; none if nothing was recorded of it."""
        position = self._position(key)
        if position < 0:
            return self.rows[:0]
        return self.rows[self._starts[position] : self._ends[position]]

    def at_jail(self, key: int, event: str) -> int:
        """Return the hour at which something happened to a booking outside prison; -1 if it did not."""
        return self._hour(self.events_of(key), _NUMBER[event])

    def _hour(self, events: np.ndarray, event: int, programme: int = -1) -> int:
        for row in events:
            of_programme = programme < 0 or row["programme"] == programme
            if row["event"] == event and of_programme and not self.engine.places["is_prison"][row["place"]]:
                return int(row["hour"])
        return -1

    def visit_of(self, key: int) -> int:
        """Return the hour at which a visit of the Criminal Alien Program to the jail found someone; -1 for never."""
        events, programme = self.events_of(key), PROGRAMMES.index("criminal_alien_program")
        first = self._hour(events, _NUMBER["identified"], programme)
        return first if first >= 0 else self._hour(events, _NUMBER["also_found"], programme)

    def hour_of_booking(self, key: int) -> int:
        """Return the hour at which a booking of a day takes place."""
        luck = np.uint64(luck_of(self.seed, np.uint64(key)))
        day = key_parts(key).day - self.clock.day_number(0)
        quantile = int(uniform(luck, int(Purpose.HOUR)) * QUANTILES)
        return day * HOURS_A_DAY + int(self.durations[Duration.HOUR_OF_DAY, quantile])

    # ---- the person behind -------------------------------------------------------------------------------------------

    @cached_property
    def _bookings_of_person(self) -> dict[int, list[int]]:
        parts = [key_parts(int(key)) for key in self.keys]
        pooled = np.array([part.series in _OF_POOL for part in parts], bool)
        fips = np.array([part.fips for part in parts], np.int64)[pooled]
        pools = np.array([self.engine.places["pool"][self.row_of_fips[int(code)]] for code in fips], np.int64)
        exponent, offset = self.values["people.frailty_exponent"], self.values["people.frailty_offset"]
        people = _people_behind(self.keys[pooled], pools, fips, self.seed, exponent, offset)
        found: dict[int, list[int]] = {}
        for person, key in zip(people, self.keys[pooled], strict=True):
            found.setdefault(int(person), []).append(int(key))
        return found

    def bookings_of(self, person: int) -> list[int]:
        """Return the keys of a person's bookings that were followed."""
        return self._bookings_of_person.get(person, [])

    def known(self, person: int, hour: int) -> Known:
        """Return what was remembered of a person who is not a citizen before an hour."""
        enrolled = removed = False
        for key in self.bookings_of(person):
            events = self.events_of(key)
            before = events["event"][events["hour"] < hour]
            enrolled |= bool((before == _NUMBER["ice_custody"]).any())
            removed |= bool(np.isin(before, _OUT).any())
        return Known(enrolled, removed)

    # ---- capacities ----------------------------------------------------------------------------------------------------

    @cached_property
    def _pickups(self) -> dict[tuple[int, int], np.ndarray]:
        """Hours of pick-ups from jails, by office and day, in order."""
        places = self.engine.places
        taken = self.rows[self.rows["event"] == _NUMBER["ice_custody"]]
        taken = taken[places["is_prison"][taken["place"]] == 0]
        found: dict[tuple[int, int], list[int]] = {}
        for row in taken:
            found.setdefault((int(places["office"][row["place"]]), int(row["hour"]) // HOURS_A_DAY), []).append(
                int(row["hour"])
            )
        return {where: np.sort(hours) for where, hours in found.items()}

    @cached_property
    def _interviews(self) -> dict[tuple[int, int], np.ndarray]:
        """Hours of interviews in jails, by place and day, in order."""
        held = self.rows[self.rows["event"] == _NUMBER["interviewed"]]
        held = held[self.engine.places["is_prison"][held["place"]] == 0]
        found: dict[tuple[int, int], list[int]] = {}
        for row in held:
            found.setdefault((int(row["place"]), int(row["hour"]) // HOURS_A_DAY), []).append(int(row["hour"]))
        return {where: np.sort(hours) for where, hours in found.items()}

    def crews(self, office: int, hour: int) -> tuple[int, int]:
        """Return how many pick-ups an office had made that day by the end of an hour, and how many it could make."""
        day = hour // HOURS_A_DAY
        record = self.journal.office_on(day, office)
        ratio = 1.0 if self.clock.working_day[day] else self.values["pickup.weekend_capacity_ratio"]
        luck = np.uint64(luck_of(self.seed, np.uint64(office_day_key(int(record["code"]), self.clock.day_number(day)))))
        able = int(rounded(luck, int(Purpose.CREWS), float(record["capacity"]) * ratio / self.engine.thin))
        made = self._pickups.get((office, day), np.zeros(0, np.int64))
        return int(np.searchsorted(made, hour, side="right")), able

    def interviews(self, place: int, hour: int) -> tuple[int, int]:
        """Return how many interviews a place had held that day by the end of an hour, and how many it could hold."""
        day = hour // HOURS_A_DAY
        record = self.journal.place_on(day, place)
        held = self._interviews.get((place, day), np.zeros(0, np.int64))
        able = 0
        if record["interviews_a_day"] > 0.0:
            luck = np.uint64(
                luck_of(self.seed, np.uint64(place_day_key(int(record["fips"]), self.clock.day_number(day))))
            )
            amount = float(record["interviews_a_day"]) / self.engine.thin
            if record["oversight"]:
                amount *= 1.0 - self.values["institutions.oversight_time_share"]
            able = int(rounded(luck, int(Purpose.INTERVIEWS), amount))
        return int(np.searchsorted(held, hour, side="right")), able
