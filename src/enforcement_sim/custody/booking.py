"""Booking: who is booked where, for what, and whether any programme can ever touch the person.

Most bookings are of people whom no programme can reach; they are drawn, counted, and remembered only as a departure
on the day they leave. The rest become records. Draws are made in no particular order: each is a function of the
booking's key, so leaving one out never moves another.
"""

from __future__ import annotations

import numpy as np

from enforcement_sim.custody.case import draw_duration, plan_release
from enforcement_sim.custody.compiled import compiled
from enforcement_sim.custody.draws import Purpose, booking_key, luck_of, place_day_key, poisson, uniform
from enforcement_sim.custody.ledger import Event, HourKind, Programme, add_hours, count_person
from enforcement_sim.custody.records import Bit, Duration, Stage
from enforcement_sim.law.grounds import bit

__all__ = ["DEPARTURE_DAYS", "book_day", "next_event", "schedule"]

DEPARTURE_DAYS = 1024
"""Length of the memory of departures, in days; longer than the longest stay of the register."""
FOREIGN_BORN_FROM = 1
NONCITIZEN_FROM = 2
"""Positions in ``STATUSES`` from which people are foreign-born and not citizens."""
_PRIOR_REMOVAL = np.uint32(bit("prior_removal"))
_OUTSTANDING_ORDER = np.uint32(bit("outstanding_order"))
_RECENT_ENTRY = np.uint32(bit("recent_entry"))
_LONG_RESIDENCE = np.uint32(bit("long_residence"))
_CITIZEN_FAMILY = np.uint32(bit("citizen_family"))


@compiled
def schedule(p, i, calendar, hour):
    """Put a person in the calendar's bucket for an hour."""
    p.due = hour
    bucket = hour % calendar.shape[0]
    p.next = calendar[bucket]
    calendar[bucket] = i


@compiled
def person_grounds(luck, in_ident, status):
    """Grounds that the person brings along, whatever the booking. Earlier dealings with DHS need a record there."""
    grounds = status.grounds
    if in_ident and uniform(luck, Purpose.PRIOR_REMOVAL) < status.prior_removal:
        grounds |= _PRIOR_REMOVAL
    if in_ident and uniform(luck, Purpose.OUTSTANDING_ORDER) < status.outstanding_order:
        grounds |= _OUTSTANDING_ORDER
    if uniform(luck, Purpose.RECENT_ENTRY) < status.recent_entry:
        grounds |= _RECENT_ENTRY
    elif uniform(luck, Purpose.LONG_RESIDENCE) < status.long_residence:
        grounds |= _LONG_RESIDENCE
    if uniform(luck, Purpose.CITIZEN_FAMILY) < status.citizen_family:
        grounds |= _CITIZEN_FAMILY
    return grounds


@compiled
def decided_at(luck, booked, durations, triage_next):
    """The hour at which a field office has decided on the response to a match; work goes on in its hours only."""
    response = booked + draw_duration(luck, Purpose.RESPONSE_TIME, Duration.RESPONSE, durations)
    last = triage_next.shape[0] - 1
    opened = triage_next[min(response, last)]
    done = opened + draw_duration(luck, Purpose.TRIAGE_TIME, Duration.TRIAGE, durations)
    return max(done, triage_next[min(done, last)])


@compiled
def next_event(p):
    """The next hour at which something can happen to a person in jail without a hold."""
    due = p.release
    if not p.bits & Bit.DETAINER:
        if p.response >= 0:
            due = min(due, p.response)
        if p.interview >= 0:
            due = min(due, p.interview)
        if p.visit >= 0:
            due = min(due, p.visit)
    return due


@compiled
def draw_status(luck, place, statuses):  # type: ignore[no-untyped-def]
    """Position of the status of whoever is booked, by the place's cumulative shares."""
    draw = uniform(luck, Purpose.STATUS)
    s = 0
    while s < statuses.shape[0] - 1 and draw >= place.status_cdf[s]:
        s += 1
    return s


@compiled
def draw_offence(luck, citizen, offences):  # type: ignore[no-untyped-def]
    """Position of the offence class, by the shares of citizens or of non-citizens."""
    draw = uniform(luck, Purpose.OFFENCE)
    o = 0
    if citizen:
        while o < offences.shape[0] - 1 and draw >= offences[o].citizen_cdf:
            o += 1
    else:
        while o < offences.shape[0] - 1 and draw >= offences[o].noncitizen_cdf:
            o += 1
    return o


@compiled
def plan_interview(luck, booked, s, disposition, place, parameters, durations):  # type: ignore[no-untyped-def]
    """The hour at which a 287(g) officer means to interview the person; -1 for never."""
    if s < FOREIGN_BORN_FROM or uniform(luck, Purpose.OFFICER_ON_SITE) >= place.officer_share:
        return -1
    if uniform(luck, Purpose.SAYS_FOREIGN_BORN) >= parameters.jail_287g_says_foreign_born_share:
        return -1
    if not place.post_case:
        return booked + draw_duration(luck, Purpose.INTERVIEW_TIME, Duration.INTERVIEW, durations)
    return booked + disposition if disposition >= 0 else -1


@compiled
def plan_visit(luck, booked, s, parameters, durations):  # type: ignore[no-untyped-def]
    """The hour at which the Criminal Alien Program visits the person; -1 for never."""
    if s < NONCITIZEN_FROM or uniform(luck, Purpose.VISITED) >= parameters.background_coverage:
        return -1
    return booked + draw_duration(luck, Purpose.VISIT_TIME, Duration.VISIT, durations)


@compiled
def admit(
    key, luck, j, s, o, felony, booked, release, disposition, bits, matched, in_ident, interview, visit,
    people, free, n_free, offences, statuses, record_grounds, durations, triage_next, calendar, events, log,
):  # type: ignore[no-untyped-def]  # fmt: skip
    """Store the record of someone whom a programme can still touch."""
    status, offence = statuses[s], offences[o]
    n_free[0] -= 1
    i = free[n_free[0]]
    p = people[i]
    p.key, p.place, p.status, p.offence = key, j, s, o
    p.stage, p.programme, p.booked = Stage.JAIL, Programme.NONE, booked
    p.response, p.interview, p.visit, p.expiry, p.arrival = -1, interview, visit, -1, -1
    p.release, p.free = release, release
    p.disposition = booked + disposition if disposition >= 0 else -1
    p.bits = bits | (Bit.FELONY if felony else 0)
    draw = uniform(luck, Purpose.PRIOR_RECORD)
    record = 0
    while record < record_grounds.shape[0] - 1 and draw >= status.record_cdf[record]:
        record += 1
    p.record = record
    charge = offence.felony_grounds if felony else offence.misdemeanour_grounds
    p.grounds = person_grounds(luck, in_ident, status) | charge | record_grounds[record]
    if matched:
        p.programme = Programme.SECURE_COMMUNITIES
        count_person(p, status.group, Event.MATCHED, events, log)
        p.programme = Programme.NONE
        p.response = decided_at(luck, booked, durations, triage_next)
    schedule(p, i, calendar, next_event(p))


@compiled
def book_day(
    day, number, seed, expected, thin, people, free, n_free, places, offences, statuses, record_grounds, parameters,
    durations, triage_next, calendar, departures, events, log, hours, place_hours, window, month_of_day,
):  # type: ignore[no-untyped-def]  # fmt: skip
    """Draw each place's bookings of the day. With thinning, one booking key in ``thin`` is kept.

    The loop runs for every booking of the country, so it keeps to scalars and rows; what needs many arrays is left
    to :func:`admit`, which runs for one booking in twenty.
    """
    kept = 1.0 / thin
    for j in range(places.shape[0]):
        place = places[j]
        bookings = poisson(luck_of(seed, place_day_key(place.fips, number)), Purpose.COUNT, expected * place.day_share)
        for index in range(bookings):
            key = booking_key(place.fips, number, index)
            luck = luck_of(seed, key)
            if thin > 1 and uniform(luck, Purpose.THIN) >= kept:
                continue
            booked = day * 24 + draw_duration(luck, Purpose.HOUR, Duration.HOUR_OF_DAY, durations)
            s = draw_status(luck, place, statuses)
            status = statuses[s]
            o = draw_offence(luck, status.citizen, offences)
            offence = offences[o]
            felony = uniform(luck, Purpose.GRADE) < offence.felony_share
            printed = uniform(luck, Purpose.PRINTED) < offence.printed_share
            submitted = printed and place.sharing != 0
            in_ident = uniform(luck, Purpose.IN_IDENT) < status.in_ident
            wait, disposition, bits = plan_release(luck, felony, offence, parameters, durations)
            release = booked + wait
            events[j, Event.BOOKED, Programme.NONE] += 1
            if printed:
                events[j, Event.PRINTED, Programme.NONE] += 1
            if submitted:
                events[j, Event.SUBMITTED, Programme.SECURE_COMMUNITIES] += 1
            place.inmates += 1
            matched = submitted and in_ident
            interview = plan_interview(luck, booked, s, disposition, place, parameters, durations)
            visit = plan_visit(luck, booked, s, parameters, durations)
            to_prison = (bits & Bit.TO_PRISON) != 0
            in_time = 0 <= interview <= release or 0 <= visit <= release
            if matched or in_time or (to_prison and s >= NONCITIZEN_FROM):
                admit(
                    key, luck, j, s, o, felony, booked, release, disposition, bits, matched, in_ident, interview,
                    visit, people, free, n_free, offences, statuses, record_grounds, durations, triage_next,
                    calendar, events, log,
                )  # fmt: skip
            else:
                departures[j, (release // 24) % DEPARTURE_DAYS, 1 if to_prison else 0] += 1
                kind, area = HourKind.CRIMINAL_CASE, place.area
                add_hours(
                    booked, booked, release, kind, status.group, j, area, hours, place_hours, window, month_of_day
                )
