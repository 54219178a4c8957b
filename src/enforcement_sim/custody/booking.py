"""Booking: who is booked where, for what, and whether any programme can ever touch the person.

Most bookings are of people whom no programme can reach; they are drawn, counted, and remembered only as a departure
on the day they leave. The rest become records. Draws are made in no particular order: each is a function of the
booking's key, so leaving one out never moves another.
"""

from __future__ import annotations

import numpy as np

from enforcement_sim.custody.case import draw_duration, plan_release
from enforcement_sim.custody.compiled import compiled
from enforcement_sim.custody.draws import (
    Purpose,
    booking_key,
    field_arrest_key,
    luck_of,
    person_key,
    place_day_key,
    poisson,
    response_key,
    uniform,
)
from enforcement_sim.custody.ledger import Event, HourKind, Programme, add_hours, count_under
from enforcement_sim.custody.memory import Remembered, flags_of, number_of, slot_of
from enforcement_sim.custody.records import Bit, Duration, Stage
from enforcement_sim.custody.screening import find
from enforcement_sim.law.grounds import bit
from enforcement_sim.vocabulary import OFFENCES

__all__ = ["book_day", "next_event", "schedule"]

FOREIGN_BORN_FROM = 1
NONCITIZEN_FROM = 2
CROSSED = 5
OVERSTAYED = 6
"""Positions in ``STATUSES`` from which people are foreign-born, not citizens, and unauthorised by either way."""
_PRIOR_REMOVAL = np.uint32(bit("prior_removal"))
_OUTSTANDING_ORDER = np.uint32(bit("outstanding_order"))
_RECENT_ENTRY = np.uint32(bit("recent_entry"))
_LONG_RESIDENCE = np.uint32(bit("long_residence"))
_CITIZEN_FAMILY = np.uint32(bit("citizen_family"))
_ILLEGAL_ENTRY = np.uint32(bit("illegal_entry_conviction"))
_SECURITY = np.uint32(bit("security_or_gang"))
_REGISTRANT = np.uint32(bit("registrant_or_warrant"))
_FRAUD = np.uint32(bit("immigration_fraud"))
_VICTIM = np.uint32(bit("victim_or_witness"))
TRAFFIC = OFFENCES.index("traffic")
IMMIGRATION_HOLD = OFFENCES.index("immigration_hold")


@compiled
def schedule(p, i, calendar, hour):
    """Put a person in the calendar's bucket for an hour."""
    p.due = hour
    bucket = hour % calendar.shape[0]
    p.next = calendar[bucket]
    calendar[bucket] = i


@compiled
def person_grounds(person_luck, luck, in_ident, flags, status, parameters):
    """Grounds that the person brings along. Earlier dealings with DHS need a record there, or are remembered."""
    grounds = status.grounds
    removed = in_ident and uniform(person_luck, Purpose.PRIOR_REMOVAL) < status.prior_removal
    if removed or flags & Remembered.REMOVED:
        grounds |= _PRIOR_REMOVAL
        if uniform(person_luck, Purpose.ILLEGAL_ENTRY) < parameters.status_illegal_entry_conviction_share:
            grounds |= _ILLEGAL_ENTRY
    if in_ident and uniform(person_luck, Purpose.OUTSTANDING_ORDER) < status.outstanding_order:
        grounds |= _OUTSTANDING_ORDER
    if uniform(person_luck, Purpose.RECENT_ENTRY) < status.recent_entry:
        grounds |= _RECENT_ENTRY
    elif uniform(person_luck, Purpose.LONG_RESIDENCE) < status.long_residence:
        grounds |= _LONG_RESIDENCE
    if uniform(person_luck, Purpose.CITIZEN_FAMILY) < status.citizen_family:
        grounds |= _CITIZEN_FAMILY
    if not status.citizen:
        if uniform(person_luck, Purpose.SECURITY) < parameters.status_security_share:
            grounds |= _SECURITY
        if uniform(person_luck, Purpose.REGISTRANT) < parameters.status_registrant_share:
            grounds |= _REGISTRANT
        if uniform(person_luck, Purpose.FRAUD) < parameters.status_fraud_share:
            grounds |= _FRAUD
    if uniform(luck, Purpose.VICTIM) < parameters.status_victim_share:
        grounds |= _VICTIM
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
    if p.response >= 0:
        due = min(due, p.response)
    if p.visit >= 0:
        due = min(due, p.visit)
    if p.interview >= 0 and not p.bits & Bit.DETAINER:
        due = min(due, p.interview)
    return due


@compiled
def draw_status(luck, place, statuses):
    """Position of the status of whoever is booked, by the place's cumulative shares."""
    draw = uniform(luck, Purpose.STATUS)
    s = 0
    while s < statuses.shape[0] - 1 and draw >= place.status_cdf[s]:
        s += 1
    return s


@compiled
def draw_offence(luck, citizen, offences):
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
def hours_in_lockup(luck, parameters, durations):
    """Hours in a city lock-up before the county jail, where officers and visits are; prints are taken in either."""
    if uniform(luck, Purpose.LOCKED_UP) >= parameters.case_lockup_share:
        return 0
    return draw_duration(luck, Purpose.LOCKUP_TIME, Duration.LOCKUP, durations)


@compiled
def plan_interview(luck, booked, s, disposition, place, parameters, durations):
    """The hour at which a 287(g) officer means to interview the person; -1 for never."""
    if s < FOREIGN_BORN_FROM or uniform(luck, Purpose.OFFICER_ON_SITE) >= place.officer_share:
        return -1
    if uniform(luck, Purpose.SAYS_FOREIGN_BORN) >= parameters.jail_287g_says_foreign_born_share:
        return -1
    if not place.post_case:
        moved = hours_in_lockup(luck, parameters, durations)
        return booked + moved + draw_duration(luck, Purpose.INTERVIEW_TIME, Duration.INTERVIEW, durations)
    return booked + disposition if disposition >= 0 else -1


@compiled
def plan_visit(luck, booked, s, parameters, durations):
    """The hour at which the Criminal Alien Program visits the person; -1 for never."""
    if s < NONCITIZEN_FROM or uniform(luck, Purpose.VISITED) >= parameters.background_coverage:
        return -1
    moved = hours_in_lockup(luck, parameters, durations)
    return booked + moved + draw_duration(luck, Purpose.VISIT_TIME, Duration.VISIT, durations)


@compiled
def admit(
    key, luck, person_luck, flags, j, s, o, felony, booked, release, disposition, bits, matched, in_field, in_ident,
    interview, visit, month, people, free, n_free, places, offences, statuses, rules, record_grounds, parameters,
    durations, triage_next, calendar, events, log, verdicts,
):  # fmt: skip
    """Store the record of someone whom a programme can still touch; a task force finds its person at once."""
    status, offence, place = statuses[s], offences[o], places[j]
    n_free[0] -= 1
    i = free[n_free[0]]
    p = people[i]
    p.key, p.place, p.status, p.offence = key, j, s, o
    p.stage, p.programme, p.booked, p.due = Stage.JAIL, Programme.NONE, booked, booked
    p.response, p.interview, p.visit, p.expiry, p.arrival = -1, interview, visit, -1, -1
    p.release, p.free = release, release
    p.disposition = booked + disposition if disposition >= 0 else -1
    p.bits = bits | (Bit.FELONY if felony else 0)
    draw = uniform(person_luck, Purpose.PRIOR_RECORD)
    record = 0
    while record < record_grounds.shape[0] - 1 and draw >= status.record_cdf[record]:
        record += 1
    p.record = record
    charge = offence.felony_grounds if felony else offence.misdemeanour_grounds
    brought = person_grounds(person_luck, luck, in_ident, flags, status, parameters)
    p.grounds = brought | charge | record_grounds[record]
    if matched:
        count_under(p, status.group, Event.MATCHED, Programme.SECURE_COMMUNITIES.value, events, log)
        p.response = decided_at(luck, booked, durations, triage_next)
    if in_field:
        programme = Programme.TASK_FORCE.value
        count_under(p, status.group, Event.FIELD_ARREST, programme, events, log)
        find(
            p, luck, programme, booked, place, offence, status, rules, parameters, durations, events, log, verdicts,
            month,
        )  # fmt: skip
    schedule(p, i, calendar, next_event(p))


@compiled
def arrest_change(place, parameters):
    """Relative change in non-citizens' bookings for minor traffic here, by practice, avoidance or local effort."""
    change = place.arrest_change
    if place.sharing:
        change += parameters.response_traffic_arrests
    return change


@compiled
def responses(place, parameters):
    """Relative changes in offences committed and in victims' reports here: none where prints are not shared."""
    if place.sharing:
        return parameters.response_crime, parameters.response_reporting
    return 0.0, 0.0


@compiled
def rate_of_added(place, parameters):
    """How many bookings responses may add, for each booking that is expected."""
    crime, reporting = responses(place, parameters)
    return max(0.0, crime) + max(0.0, reporting) + max(0.0, arrest_change(place, parameters))


@compiled
def is_minor_traffic(s, o, felony):
    """Whether this is a non-citizen's booking for minor traffic, which follows local arrest practice."""
    return s >= NONCITIZEN_FROM and o == TRAFFIC and not felony


@compiled
def not_booked(luck, s, o, felony, place, offence, parameters):
    """The event by which a booking that history has does not come about; -1 if it does."""
    if place.cites and not felony and uniform(luck, Purpose.CITED) < offence.citable_share:
        return Event.CITED.value
    crime, reporting = responses(place, parameters)
    if uniform(luck, Purpose.CRIME) < -crime:
        return Event.AVERTED.value
    if offence.has_victim and uniform(luck, Purpose.REPORTED) < -reporting:
        return Event.UNREPORTED.value
    if is_minor_traffic(s, o, felony) and uniform(luck, Purpose.ARRESTED) < -arrest_change(place, parameters):
        return Event.NOT_ARRESTED.value
    return -1


@compiled
def added_as(luck, s, o, felony, place, offence, parameters):
    """The event as which a booking that history does not have comes about; -1 if it does not."""
    crime, reporting = responses(place, parameters)
    crime, reporting = max(0.0, crime), max(0.0, reporting)
    drawn = uniform(luck, Purpose.ADDED) * rate_of_added(place, parameters)
    if drawn < crime:
        return Event.CAUSED.value
    if drawn < crime + reporting:
        return Event.NEWLY_REPORTED.value if offence.has_victim else -1
    return Event.NEWLY_ARRESTED.value if is_minor_traffic(s, o, felony) else -1


@compiled
def book_day(
    day, number, seed, expected, thin, people, free, n_free, memory, places, offences, statuses, rules,
    record_grounds, parameters, durations, triage_next, calendar, departures, events, log, hours, place_hours,
    verdicts, window, month_of_day,
):  # fmt: skip
    """Draw each county's bookings of the day, the arrests its task forces add, and those that responses add.

    With thinning, one person in ``thin`` is kept, with all bookings. The loop runs for every booking of the country, so
    it keeps to scalars and rows; what needs many arrays is left to :func:`admit`, which runs for one booking in twenty.
    """
    kept = 1.0 / thin
    month = month_of_day[day]
    exponent, offset = parameters.people_frailty_exponent, parameters.people_frailty_offset
    lowest = offset**exponent
    for j in range(places.shape[0]):
        place = places[j]
        if place.is_prison:
            continue
        place_luck = luck_of(seed, place_day_key(place.fips, number))
        mean = expected * place.day_share
        bookings = poisson(place_luck, Purpose.COUNT, mean)
        in_field_too = bookings
        if place.field_arrests_a_day > 0.0:
            in_field_mean = place.field_arrests_a_day * parameters.task_force_added_share
            in_field_too += poisson(place_luck, Purpose.FIELD_COUNT, in_field_mean)
        everyone = in_field_too
        crime, reporting = responses(place, parameters)
        more = rate_of_added(place, parameters)
        responds = place.cites != 0 or arrest_change(place, parameters) != 0.0 or crime != 0.0 or reporting != 0.0
        if more > 0.0:
            everyone += poisson(place_luck, Purpose.RESPONSE_COUNT, mean * more)
        for index in range(everyone):
            in_field = bookings <= index < in_field_too
            by_response = index >= in_field_too
            key = booking_key(place.fips, number, index)
            if in_field:
                key = field_arrest_key(place.fips, number, index - bookings)
            elif by_response:
                key = response_key(place.fips, number, index - in_field_too)
            luck = luck_of(seed, key)
            person_luck = luck
            person = key
            if not in_field:
                person = person_key(place.fips, number_of(luck, place.pool, exponent, offset, lowest))
                person_luck = luck_of(seed, person)
            if thin > 1 and uniform(person_luck, Purpose.THIN) >= kept:
                continue
            booked = day * 24 + draw_duration(luck, Purpose.HOUR, Duration.HOUR_OF_DAY, durations)
            flags = np.uint32(0)
            if in_field:
                crossed = uniform(luck, Purpose.STATUS) < parameters.status_entered_without_inspection_share
                s = CROSSED if crossed else OVERSTAYED
            else:
                s = draw_status(person_luck, place, statuses)
                if s >= NONCITIZEN_FROM:
                    flags, away = flags_of(memory, person, booked)
                    if away:
                        if not by_response:
                            events[j, Event.SUPPRESSED, Programme.NONE] += 1
                        continue
            status = statuses[s]
            if in_field:
                o = TRAFFIC if uniform(luck, Purpose.OFFENCE) < parameters.task_force_charge_share else IMMIGRATION_HOLD
            else:
                o = draw_offence(luck, status.citizen, offences)
                if s >= CROSSED and place.field_share > 0.0 and not by_response:
                    in_field = uniform(luck, Purpose.FIELD) < place.field_share
            offence = offences[o]
            felony = uniform(luck, Purpose.GRADE) < offence.felony_share
            if responds and not in_field:
                if by_response:
                    event = added_as(luck, s, o, felony, place, offence, parameters)
                    if event < 0:
                        continue
                    events[j, event, Programme.NONE] += 1
                else:
                    event = not_booked(luck, s, o, felony, place, offence, parameters)
                    if event >= 0:
                        events[j, event, Programme.NONE] += 1
                        continue
            if flags & Remembered.LET_GO:
                events[j, Event.REARRESTED, Programme.NONE] += 1
                memory[slot_of(memory, person)].flags &= ~np.uint32(Remembered.LET_GO)
            printed = uniform(luck, Purpose.PRINTED) < offence.printed_share
            submitted = printed and place.sharing != 0
            in_ident = uniform(person_luck, Purpose.IN_IDENT) < status.in_ident
            wait, disposition, bits = plan_release(luck, felony, offence, parameters, durations)
            release = booked + wait
            events[j, Event.BOOKED, Programme.NONE] += 1
            if printed:
                events[j, Event.PRINTED, Programme.NONE] += 1
            if submitted:
                events[j, Event.SUBMITTED, Programme.SECURE_COMMUNITIES] += 1
            place.inmates += 1
            matched = submitted and (in_ident or (flags & Remembered.ENROLLED) != 0)
            interview = plan_interview(luck, booked, s, disposition, place, parameters, durations)
            visit = plan_visit(luck, booked, s, parameters, durations)
            to_prison = (bits & Bit.TO_PRISON) != 0
            in_time = 0 <= interview <= release or 0 <= visit <= release
            if matched or in_field or in_time or (to_prison and s >= NONCITIZEN_FROM):
                admit(
                    key, luck, person_luck, flags, j, s, o, felony, booked, release, disposition, bits, matched,
                    in_field, in_ident, interview, visit, month, people, free, n_free, places, offences, statuses,
                    rules, record_grounds, parameters, durations, triage_next, calendar, events, log, verdicts,
                )  # fmt: skip
            else:
                departures[j, (release // 24) % departures.shape[1], 1 if to_prison else 0] += 1
                kind, area = HourKind.CRIMINAL_CASE, place.area
                add_hours(
                    booked, booked, release, kind, status.group, j, area, hours, place_hours, window, month_of_day
                )
