"""Counted bookings: people born in the United States without a record at DHS, whom no programme could ever touch.

Nine in ten bookings. Each happens, is counted by kind and fills a bed until a day that one draw fixes; nobody is followed.
Citation and responses of victims, police and offenders take bookings out, or add them, by each booking's own draws, so that
a change that changes nothing leaves the same bytes.
"""

from __future__ import annotations

from enforcement_sim.process.booking_kinds import GUIDES
from enforcement_sim.process.clock import HOURS_A_DAY
from enforcement_sim.process.context import Person
from enforcement_sim.process.counts import Event, HourKind, Programme
from enforcement_sim.process.deciding import note
from enforcement_sim.process.decisions import Decision
from enforcement_sim.process.grounds_of_person import describe
from enforcement_sim.process.jit import part, stage
from enforcement_sim.process.layouts import QUANTILES, Duration
from enforcement_sim.process.person import Bit, Stage
from enforcement_sim.process.recorder import Row, new_row
from enforcement_sim.process.responses import comes_about, is_any, rate_of_added
from enforcement_sim.process.rng import (
    Purpose,
    counted_key,
    counted_response_key,
    luck_of,
    place_day_key,
    poisson,
    uniform,
)
from enforcement_sim.process.tables import US_BORN

__all__ = ["count_bookings"]

CITIZENS = 0
"""The status group of people born in the United States."""


@part
def _draw_kind(w, luck):
    """Position of the kind of a counted booking, by the cumulative shares; the guide says where to begin to look."""
    draw = uniform(luck, Purpose.KIND)
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
    luck = luck_of(w.seed, place_day_key(fips, number))
    mean = today.expected * place.day_share * (1.0 - place.reachable_share) / w.thin
    others = poisson(luck, Purpose.OTHERS, mean)
    more = rate_of_added(w, place)
    added = poisson(luck, Purpose.OTHERS_ADDED, mean * more) if more > 0.0 else 0
    midnight, slots = day * HOURS_A_DAY, w.departures.shape[1]
    counts, today_slot = w.bookings[today.month, place.area], day % slots
    booked, printed, hours = 0, 0, 0
    for index in range(others + added):
        key = counted_key(fips, number, index)
        if index >= others:
            key = counted_response_key(fips, number, index - others)
        luck = luck_of(w.seed, key)
        kind = w.kinds[_draw_kind(w, luck)]
        both = int(uniform(luck, Purpose.BED) * QUANTILES * QUANTILES)
        hour = midnight + w.durations[Duration.HOUR_OF_DAY, both % QUANTILES]
        until = hour + w.hours_in_bed[kind.stay, both // QUANTILES]
        if asked and not _takes_place(w, j, key, kind, hour, until, index >= others):
            continue
        booked += 1
        printed += kind.printed
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
        w.events[j, Event.SUBMITTED, Programme.SECURE_COMMUNITIES] += printed
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
    p = Person(row, luck_of(w.seed, key), w.places[j], w.statuses[US_BORN], w.offences[kind.offence])
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
