"""Bookings that are counted and not followed: people born in the United States of whom IDENT knows nothing.

The section "Counted bookings" of docs/process.md. Such a booking is no agent: it has a kind, which says what is in the
tables, and a bed until the day of the release.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from tests.twin.booking import NONE, SECURE_COMMUNITIES
from tests.twin.charge import Arrest, Charge, Origin, responses_at
from tests.twin.clock import HOURS_A_DAY

from enforcement_sim.codes import STATUSES
from enforcement_sim.process.layouts import QUANTILES, Duration
from enforcement_sim.process.rng import Draw, counted_key, counted_response_key

if TYPE_CHECKING:
    from tests.twin.model import TwinModel
    from tests.twin.places import Jail

GRADES = ("misdemeanour", "felony")


class Kind(NamedTuple):
    """What a counted booking can be: its share, what the tables count of it, and its row of hours in jail."""

    share: float
    number: int
    felony: bool
    printed: bool
    event: str
    hours: Sequence[int]


class Departure(NamedTuple):
    """Who leaves which jail, when, and by which event."""

    jail: Jail
    release: int
    event: str


@lru_cache(maxsize=8)
def hours_with_a_sentence(waits: tuple[int, ...], sentences: tuple[int, ...], longest: int) -> tuple[int, ...]:
    """Return the hours of a jail sentence and the wait before it: all pairs, in slices of equal size."""
    pairs = np.sort(np.minimum(np.add.outer(waits, sentences), longest), axis=None)
    sums = pairs.reshape(QUANTILES, -1).sum(axis=1).tolist()
    return tuple((2 * total + len(sentences)) // (2 * len(sentences)) for total in sums)  # a half up


def ways_out(model: TwinModel, number: int, grade: str) -> Iterator[tuple[float, str, Sequence[int]]]:
    """Give the ways out of jail of an offence and grade: share, event and row of hours, in the order of the page."""
    offence, values = model.offences[number], model.values
    felony = grade == "felony"

    def row(name: str) -> list[int]:
        return model.durations[Duration[f"{name}_{grade.upper()}"]]

    longest_release = int(values["case.longest_release_days"]) * HOURS_A_DAY
    longest_stay = int(values["case.longest_stay_days"]) * HOURS_A_DAY
    to_release = [min(hours, longest_release) for hours in row("RELEASE")]
    to_disposition = [min(hours, longest_stay) for hours in row("DISPOSITION")]
    with_sentence = hours_with_a_sentence(tuple(row("DISPOSITION")), tuple(row("JAIL")), longest_stay)

    released = offence.release_felony if felony else offence.release_misdemeanour
    convicted = values[f"case.conviction_share_{grade}"]
    prison = offence.prison_share if felony else 0.0
    jail = values["case.jail_share"]
    yield released, "released", to_release
    yield (1 - released) * (1 - convicted), "released", to_disposition
    yield (1 - released) * convicted * prison, "prison", to_disposition
    yield (1 - released) * convicted * (1 - prison) * jail, "released", with_sentence
    yield (1 - released) * convicted * (1 - prison) * (1 - jail), "released", to_disposition


def kinds_of(model: TwinModel) -> Iterator[Kind]:
    """List the kinds: by offence, misdemeanour before felony, not printed before printed, by way out."""
    before = 0.0
    for number, offence in enumerate(model.offences):
        share = offence.citizen_cdf - before
        before = offence.citizen_cdf
        for grade in GRADES:
            felony = grade == "felony"
            of_grade = offence.felony_share if felony else 1 - offence.felony_share
            ways = list(ways_out(model, number, grade))
            for printed in (False, True):
                of_print = offence.printed_share if printed else 1 - offence.printed_share
                for of_way, event, hours in ways:
                    yield Kind(share * of_grade * of_print * of_way, number, felony, printed, event, hours)


class CountedBookings:
    """The second stream of bookings of one run.

    Attributes
    ----------
    departures
        Who leaves, by day of the run.
    """

    def __init__(self, model: TwinModel) -> None:
        self.model = model
        self.kinds = list(kinds_of(model))
        self.cumulative = list(accumulate(kind.share for kind in self.kinds))
        self.hours_of_day = model.durations[Duration.HOUR_OF_DAY]
        self.anybody = model.person(model.stream_of_key(0), STATUSES.index("us_born"))  # only who is a citizen is asked
        self.departures: dict[int, list[Departure]] = {}

    def book(self, jail: Jail, day: int) -> None:
        """Count a day's bookings at a place, and after them those that responses add."""
        if day < self.model.calendar.first_whole_day:
            return
        expected = self.model.expected_national_bookings(day) * jail.day_share
        expected = expected * (1 - jail.reachable_share) / self.model.thin
        stream = jail.stream_of_day(day)
        self.count_all(jail, day, stream.count(Draw.OTHERS, expected), counted_key, Origin.AS_EVER)
        more = stream.count(Draw.OTHERS_ADDED, expected * responses_at(jail).added.total)
        self.count_all(jail, day, more, counted_response_key, Origin.RESPONSE)

    def count_all(self, jail: Jail, day: int, number: int, key_of: Callable[..., np.uint64], origin: Origin) -> None:
        """Count so many bookings of one series of keys."""
        for index in range(number):
            key = int(key_of(jail.fips, self.model.calendar.day_number(day), index))
            stream = self.model.stream_of_key(key)
            kind = self.kinds[min(bisect_right(self.cumulative, stream.draw(Draw.KIND)), len(self.kinds) - 1)]
            bed = stream.draw(Draw.BED)
            hour = day * HOURS_A_DAY + self.hours_of_day[int(bed * QUANTILES * QUANTILES) % QUANTILES]
            arrest = Arrest(key, stream, hour, self.anybody, origin)
            charge = Charge(kind.number, self.model.offences[kind.number], kind.felony)
            if self.model.comes_through_the_door(jail, arrest, charge):
                again = stream.yes(Draw.PRINTED_AGAIN, jail.further_prints)
                self.count_one(jail, charge, kind, hour, hour + kind.hours[int(bed * QUANTILES)], again)

    def count_one(self, jail: Jail, charge: Charge, kind: Kind, booked: int, release: int, again: bool) -> None:
        """Count a booking and its hours, and give it a bed until its day."""
        ledger, group = self.model.ledger, self.anybody.group
        ledger.count(booked, jail.fips, "booked", NONE)
        ledger.count_booking(booked, jail.area, charge.name, charge.felony, group)
        if kind.printed:
            ledger.count(booked, jail.fips, "printed", NONE)
        for _ in range(1 + again if kind.printed and jail.sharing else 0):
            ledger.count(booked, jail.fips, "submitted", SECURE_COMMUNITIES)
        ledger.add_hours(jail.fips, group, booked, "criminal_case", booked, release)
        jail.inmates += 1
        self.departures.setdefault(release // HOURS_A_DAY, []).append(Departure(jail, release, kind.event))

    def depart(self, day: int) -> None:
        """Free the beds of those whose release falls on a day."""
        for jail, release, event in self.departures.pop(day, []):
            jail.inmates -= 1
            self.model.ledger.count(release, jail.fips, event, NONE)
