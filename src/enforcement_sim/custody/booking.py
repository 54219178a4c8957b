"""Booking: who is booked where, for what, and whether any programme can ever touch the person.

Most bookings are of people whom no programme can reach; they are drawn, counted, and remembered only as a departure
on the day they leave. The rest become records. Draws are made in no particular order: each is a function of the
booking's key, so leaving one out never moves another.
"""

from __future__ import annotations

import numpy as np

from enforcement_sim.custody.case import draw_duration, plan_release
from enforcement_sim.custody.compiled import compiled
from enforcement_sim.custody.draws import Purpose, luck_of, uniform
from enforcement_sim.custody.ledger import Event, HourKind, Programme, add_hours, count, count_person
from enforcement_sim.custody.records import Bit, Duration, Stage
from enforcement_sim.law.grounds import bit

__all__ = ["DEPARTURE_DAYS", "book", "schedule"]

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
def book(
    seed, key, day, j, place, people, free, n_free, offences, statuses, record_grounds, parameters, durations,
    triage_next, calendar, departures, events, log, hours, place_hours, window, month_of_day,
):  # fmt: skip
    """Book one person; store a record only if a programme can still touch the booking."""
    luck = luck_of(seed, key)
    booked = day * 24 + draw_duration(luck, Purpose.HOUR, Duration.HOUR_OF_DAY, durations)
    draw = uniform(luck, Purpose.STATUS)
    s = 0
    while s < statuses.shape[0] - 1 and draw >= place.status_cdf[s]:
        s += 1
    status = statuses[s]
    draw = uniform(luck, Purpose.OFFENCE)
    o = 0
    if status.citizen:
        while o < offences.shape[0] - 1 and draw >= offences[o].citizen_cdf:
            o += 1
    else:
        while o < offences.shape[0] - 1 and draw >= offences[o].noncitizen_cdf:
            o += 1
    offence = offences[o]
    felony = uniform(luck, Purpose.GRADE) < offence.felony_share
    printed = uniform(luck, Purpose.PRINTED) < offence.printed_share
    submitted = printed and place.sharing != 0
    in_ident = uniform(luck, Purpose.IN_IDENT) < status.in_ident
    wait, disposition, bits = plan_release(luck, felony, offence, parameters, durations)
    release = booked + wait
    count(j, Event.BOOKED, Programme.NONE, events)
    if printed:
        count(j, Event.PRINTED, Programme.NONE, events)
    if submitted:
        count(j, Event.SUBMITTED, Programme.SECURE_COMMUNITIES, events)
    place.inmates += 1

    matched = submitted and in_ident
    interview = -1
    if s >= FOREIGN_BORN_FROM and place.officer_share > 0.0:
        if (
            uniform(luck, Purpose.OFFICER_ON_SITE) < place.officer_share
            and uniform(luck, Purpose.SAYS_FOREIGN_BORN) < parameters.jail_287g_says_foreign_born_share
        ):
            if not place.post_case:
                interview = booked + draw_duration(luck, Purpose.INTERVIEW_TIME, Duration.INTERVIEW, durations)
            elif disposition >= 0:
                interview = booked + disposition
    visit = -1
    if s >= NONCITIZEN_FROM and uniform(luck, Purpose.VISITED) < parameters.background_coverage:
        visit = booked + draw_duration(luck, Purpose.VISIT_TIME, Duration.VISIT, durations)
    to_prison = (bits & Bit.TO_PRISON) != 0
    touched = matched or 0 <= interview <= release or 0 <= visit <= release or (to_prison and s >= NONCITIZEN_FROM)
    if not touched:
        departures[j, (release // 24) % DEPARTURE_DAYS, 1 if to_prison else 0] += 1
        kind, group = HourKind.CRIMINAL_CASE, status.group
        add_hours(booked, booked, release, kind, group, j, place.area, hours, place_hours, window, month_of_day)
        return

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
