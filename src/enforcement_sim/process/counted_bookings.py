"""Counted bookings: people born in the United States without a record at DHS, whom no programme could ever touch.

Nine in ten bookings. Each happens, is counted by kind and fills a bed until a day that one draw fixes; nobody is followed.
Citation and responses of victims, police and offenders take bookings out, or add them, by each booking's own draws, so that
a change that changes nothing leaves the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np

from enforcement_sim.process.bookings import describe
from enforcement_sim.process.clock import HOURS_A_DAY
from enforcement_sim.process.context import Person
from enforcement_sim.process.counts import Event, HourKind, Programme
from enforcement_sim.process.decisions import Decision, note
from enforcement_sim.process.jit import part, stage
from enforcement_sim.process.layouts import QUANTILES, Duration
from enforcement_sim.process.person import Bit, Stage
from enforcement_sim.process.recorder import Row, new_row
from enforcement_sim.process.responses import comes_about, is_any, rate_of_added
from enforcement_sim.process.rng import (
    Draw,
    counted_key,
    counted_response_key,
    place_day_key,
    poisson,
    stream_of,
    uniform,
)
from enforcement_sim.process.tables import US_BORN

KIND = np.dtype(
    [
        ("cumulative", "f8"),
        ("offence", "u1"),
        ("felony", "u1"),
        ("printed", "u1"),
        ("to_prison", "u1"),
        ("stay", "u1"),  # row of the hours in bed
    ],
    align=True,
)
GUIDES = 4096
"""Equal parts of [0, 1), each with the first kind that a draw in it can choose."""
_GRADES = 2
_RELEASED, _NOT_CONVICTED, _PRISON, _JAIL, _TIME_SERVED = range(5)
_WAIT_FOR_RELEASE, _WAIT_FOR_DISPOSITION, _SENTENCE = range(3)
_STAY_OF_WAY = (
    _WAIT_FOR_RELEASE,
    _WAIT_FOR_DISPOSITION,
    _WAIT_FOR_DISPOSITION,
    _SENTENCE,
    _WAIT_FOR_DISPOSITION,
)


def _ways(values: Mapping[str, float], released: float, to_prison: float, grade: str) -> tuple[float, ...]:
    """Return the shares of the ways out of jail of one offence and grade."""
    held = 1.0 - released
    convicted = held * values[f"case.conviction_share_{grade}"]
    let_go = convicted * (1.0 - to_prison)
    jail = values["case.jail_share"]
    return released, held - convicted, convicted * to_prison, let_go * jail, let_go * (1.0 - jail)


def kind_table(values: Mapping[str, float], offences: np.ndarray) -> np.ndarray:
    """List the kinds of bookings of people born in the United States without a record at DHS.

    Parameters
    ----------
    values
        Every address of the register with its value.
    offences
        Rows of dtype ``layouts.OFFENCE``.

    Returns
    -------
    structured array of dtype ``KIND``, shape (offences × 2 grades × 2 × 5 ways,)
        By offence, misdemeanour before felony, not printed before printed, ways in the order of docs/process.md;
        ``cumulative`` rises to 1.
    """
    shares = np.diff(offences["citizen_cdf"], prepend=0.0)
    rows: list[tuple[float, int, int, int, int, int]] = []
    for (number, offence), felony, printed in product(enumerate(offences), range(_GRADES), range(2)):
        grade = "felony" if felony else "misdemeanour"
        of_grade = offence["felony_share"] if felony else 1.0 - offence["felony_share"]
        of_prints = offence["printed_share"] if printed else 1.0 - offence["printed_share"]
        to_prison = offence["prison_share"] if felony else 0.0
        ways = _ways(values, float(offence[f"release_{grade}"]), float(to_prison), grade)
        rows += [
            (shares[number] * of_grade * of_prints * share, number, felony, printed, way == _PRISON, 2 * stay + felony)
            for way, (share, stay) in enumerate(zip(ways, _STAY_OF_WAY, strict=True))
        ]
    kinds = np.array(rows, KIND)
    kinds["cumulative"] = np.cumsum(kinds["cumulative"]) / kinds["cumulative"].sum()
    return kinds


def kind_guide(kinds: np.ndarray) -> np.ndarray:
    """Return, for each of `GUIDES` equal parts of [0, 1), the first kind that a draw in it can choose; int16."""
    starts = np.arange(GUIDES) / GUIDES
    return np.searchsorted(kinds["cumulative"], starts, side="right").clip(0, kinds.size - 1).astype(np.int16)


def hours_in_bed(values: Mapping[str, float], durations: np.ndarray) -> np.ndarray:
    """Return equally likely hours in jail of each way out and grade, int32, shape (6, QUANTILES).

    Rows: released before disposition, held to disposition, jail sentence; misdemeanour before felony in each.
    """
    released = int(values["case.longest_release_days"]) * HOURS_A_DAY
    longest = int(values["case.longest_stay_days"]) * HOURS_A_DAY
    waits = (durations[Duration.DISPOSITION_MISDEMEANOUR], durations[Duration.DISPOSITION_FELONY])
    sentences = (durations[Duration.JAIL_MISDEMEANOUR], durations[Duration.JAIL_FELONY])
    releases = (durations[Duration.RELEASE_MISDEMEANOUR], durations[Duration.RELEASE_FELONY])
    rows = [
        *(np.minimum(row, released) for row in releases),
        *(np.minimum(row, longest) for row in waits),
        *(_sums(np.minimum(wait, longest), sentence, longest) for wait, sentence in zip(waits, sentences, strict=True)),
    ]
    return np.array(rows, np.int32)


def _sums(first: np.ndarray, second: np.ndarray, longest: int) -> np.ndarray:
    """Return the means of equal slices of all sums of two durations, in ascending order, to the nearest hour."""
    sums = np.minimum(np.add.outer(first, second), longest)
    times = np.bincount(sums.ravel())
    below = np.cumsum(times)
    total = np.cumsum(times * np.arange(times.size))
    ends = np.arange(1, QUANTILES + 1) * first.size
    at = np.searchsorted(below, ends)
    up_to = total[at] - (below[at] - ends) * at  # the sum of the smallest so many
    return np.asarray(np.floor(np.diff(up_to, prepend=0) / first.size + 0.5))


CITIZENS = 0
"""The status group of people born in the United States."""


@part
def _draw_kind(w, stream):
    """Position of the kind of a counted booking, by the cumulative shares; the guide says where to begin to look."""
    draw = uniform(stream, Draw.KIND)
    kind = w.kind_guide[int(draw * GUIDES)]
    while kind < w.kinds.shape[0] - 1 and draw >= w.kinds[kind].cumulative:
        kind += 1
    return kind


@stage
def count_bookings(w):
    """Count the day's bookings of people out of every programme's reach, in every county."""
    filled = 0
    for j in range(w.places.shape[0]):
        if not w.places[j].is_prison:
            # A constant argument leaves out of the loop what is rarely asked: a third of its time.
            if is_any(w, w.places[j]) or w.record.rows.shape[0]:
                filled = _count_place(w, j, True, filled)
            else:
                filled = _count_place(w, j, False, filled)
    _write_departures(w.departures, w.leaving, filled)


@stage
def _write_departures(departures, leaving, filled):
    """Add departures to their days: apart from the draws, so that the processor waits for many lines of memory at once."""
    everywhere = departures.reshape(departures.size)
    for k in range(filled):
        everywhere[leaving[k]] += 1


@part
def _count_place(w, j, asked, filled):
    """Count a county's bookings of the day, by kind, with the day on which each bed is free again."""
    place, today = w.places[j], w.today[0]
    fips, number, day = place.fips, today.number, today.day
    stream = stream_of(w.seed, place_day_key(fips, number))
    mean = today.expected * place.day_share * (1.0 - place.reachable_share) / w.thin
    others = poisson(stream, Draw.OTHERS, mean)
    more = rate_of_added(w, place)
    added = poisson(stream, Draw.OTHERS_ADDED, mean * more) if more > 0.0 else 0
    midnight, slots = day * HOURS_A_DAY, w.departures.shape[1]
    counts, today_slot = w.bookings[today.month, place.area], day % slots
    booked, printed, again, hours = 0, 0, 0, 0
    further = place.further_prints if place.sharing else 0.0
    for index in range(others + added):
        key = counted_key(fips, number, index)
        if index >= others:
            key = counted_response_key(fips, number, index - others)
        stream = stream_of(w.seed, key)
        kind = w.kinds[_draw_kind(w, stream)]
        both = int(uniform(stream, Draw.BED) * QUANTILES * QUANTILES)
        hour = midnight + w.durations[Duration.HOUR_OF_DAY, both % QUANTILES]
        until = hour + w.hours_in_bed[kind.stay, both // QUANTILES]
        if asked and not _takes_place(w, j, key, kind, hour, until, index >= others):
            continue
        booked += 1
        printed += kind.printed
        if further > 0.0 and kind.printed and uniform(stream, Draw.PRINTED_AGAIN) < further:
            again += 1
        hours += max(0, min(until, w.last_hour) - max(hour, w.first_hour))
        counts[kind.offence, kind.felony, CITIZENS] += 1
        slot = today_slot + until // HOURS_A_DAY - day
        slot = kind.to_prison * slots + (slot if slot < slots else slot - slots)
        if filled == w.leaving.shape[0]:
            _write_departures(w.departures, w.leaving, filled)
            filled = 0
        w.leaving[filled] = slot * w.departures.shape[2] + j
        filled += 1
    place.inmates += booked
    w.events[j, Event.BOOKED, Programme.NONE] += booked
    w.events[j, Event.PRINTED, Programme.NONE] += printed
    if place.sharing:
        w.events[j, Event.SUBMITTED, Programme.SECURE_COMMUNITIES] += printed + again
    month = w.month_of_day[max(midnight, w.first_hour) // HOURS_A_DAY]
    w.hours[month, place.area, HourKind.CRIMINAL_CASE, CITIZENS] += hours
    w.place_hours[j, HourKind.CRIMINAL_CASE, CITIZENS] += hours
    return filled


@stage
def _takes_place(w, j, key, kind, hour, until, added):
    """Whether citation and responses leave the booking, or make it; recorded where it is asked for."""
    row = w.people[w.free[w.n_free[0] - 1]]
    row.key, row.place, row.home, row.stage = key, j, j, Stage.NOWHERE
    row.booked, row.due, row.since, row.until, row.bound = hour, hour, hour, until, until
    row.status, row.offence = US_BORN, kind.offence
    row.bits = Bit.FELONY.value if kind.felony else 0
    p = Person(row, stream_of(w.seed, key), w.places[j], w.statuses[US_BORN], w.offences[kind.offence])
    takes_place = not is_any(w, p.place) or comes_about(w, p, added)
    if takes_place and w.record.rows.shape[0]:
        _record(w, p, kind)
    row.key = 0  # a free row again
    return takes_place


@stage
def _record(w, p, kind):
    """Record a counted booking: what it is counted for, and how it ends."""
    row = p.row
    note(w, p, Decision.COUNTED, True)
    note(w, p, Decision.PRINTED_COUNTED, kind.printed != 0)
    if kind.printed:
        note(w, p, Decision.SHARED, p.place.sharing != 0)
    describe(w, p, p, False, 0)
    row.due = row.until
    new_row(w.record, row, Row.OUTSIDE.value, Event.PRISON if kind.to_prison else Event.RELEASED)
