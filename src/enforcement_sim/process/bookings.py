"""Bookings of people within reach: who is booked where, for what, and whether a programme can touch this booking.

Where none can, the person is remembered only as a departure on the day they leave; the rest become rows. People out of
every programme's reach are counted in ``counted_bookings``. Draws are made in no particular order: each is a function of the
booking's key, so leaving one out never moves another.
"""

from __future__ import annotations

import numpy as np

from enforcement_sim.codes import OFFENCES
from enforcement_sim.law.grounds import bit
from enforcement_sim.process.calendar import next_hour, schedule
from enforcement_sim.process.case import plan_release
from enforcement_sim.process.clock import HOURS_A_DAY
from enforcement_sim.process.context import Person
from enforcement_sim.process.counts import (
    Event,
    HourKind,
    Programme,
    add_hours,
    count_again,
    count_outside,
    count_under,
    profile_of,
)
from enforcement_sim.process.decisions import Decision, decide, duration, ends, note, quantile, share, with_odds
from enforcement_sim.process.earlier import removed_earlier
from enforcement_sim.process.jit import part, stage
from enforcement_sim.process.layouts import Duration
from enforcement_sim.process.offence_mix import TRAFFIC, draw_offence
from enforcement_sim.process.person import Bit, Stage
from enforcement_sim.process.person_state import StateFlag, flags_of, may_be_known, number_of, slot_of
from enforcement_sim.process.recorder import Row, new_row
from enforcement_sim.process.responses import comes_about, is_any, rate_of_added
from enforcement_sim.process.rng import (
    Draw,
    booking_key,
    field_arrest_key,
    person_key,
    place_day_key,
    poisson,
    response_key,
    stream_of,
    uniform,
)
from enforcement_sim.process.screening import find
from enforcement_sim.process.tables import CROSSED, FOREIGN_BORN_FROM, NONCITIZEN_FROM, OVERSTAYED

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


@part
def _person_grounds(w, p, person, in_ident, flags):
    """Grounds that the person brings along. Earlier dealings with DHS need a record there, or are remembered."""
    status, parameters = p.status, w.parameters[0]
    stream = person.stream
    grounds = status.grounds
    removed = in_ident and uniform(stream, Draw.PRIOR_REMOVAL) < status.prior_removal
    if removed or flags & StateFlag.REMOVED:
        grounds |= _PRIOR_REMOVAL
        if uniform(stream, Draw.ILLEGAL_ENTRY) < parameters.status_illegal_entry_conviction_share:
            grounds |= _ILLEGAL_ENTRY
    if in_ident and uniform(stream, Draw.OUTSTANDING_ORDER) < status.outstanding_order:
        grounds |= _OUTSTANDING_ORDER
    if uniform(stream, Draw.RECENT_ENTRY) < status.recent_entry:
        grounds |= _RECENT_ENTRY
    elif uniform(stream, Draw.LONG_RESIDENCE) < status.long_residence:
        grounds |= _LONG_RESIDENCE
    if uniform(stream, Draw.CITIZEN_FAMILY) < status.citizen_family:
        grounds |= _CITIZEN_FAMILY
    if not status.citizen:
        if uniform(stream, Draw.SECURITY) < parameters.status_security_share:
            grounds |= _SECURITY
        if uniform(stream, Draw.REGISTRANT) < parameters.status_registrant_share:
            grounds |= _REGISTRANT
        if uniform(stream, Draw.FRAUD) < parameters.status_fraud_share:
            grounds |= _FRAUD
    if uniform(p.stream, Draw.VICTIM) < parameters.status_victim_share:
        grounds |= _VICTIM
    return grounds


@stage
def describe(w, p, person, in_ident, flags):
    """Set the prior record and the grounds of someone; ``person`` has the stream of the person instead of the booking."""
    row = p.row
    draw = uniform(person.stream, Draw.PRIOR_RECORD)
    record = 0
    while record < w.record_grounds.shape[0] - 1 and draw >= p.status.record_cdf[record]:
        record += 1
    row.record = record
    charge = p.offence.felony_grounds if row.bits & Bit.FELONY else p.offence.misdemeanour_grounds
    row.grounds = _person_grounds(w, p, person, in_ident, flags) | charge | w.record_grounds[record]
    if w.record.rows.shape[0]:
        position = new_row(w.record, row, Row.BOOKING.value, row.status)
        if position >= 0:
            written = w.record.rows[position]
            written.hour, written.threshold, written.profile = row.booked, row.grounds, profile_of(p)
            written.answer = row.stage != Stage.NOWHERE


IMMIGRATION_HOLD = OFFENCES.index("immigration_hold")
BOOKED, BY_TASK_FORCE, BY_RESPONSE = 0, 1, 2
"""How a booking comes about: as in history, added by a task force, added by a response."""


@part
def _draw_status(w, stream, place):
    """Position of the status of whoever is booked, by the place's cumulative shares."""
    draw = uniform(stream, Draw.STATUS)
    s = 0
    while s < w.statuses.shape[0] - 1 and draw >= place.status_cdf[s]:
        s += 1
    return s


# ---- who will come to the jail ---------------------------------------------------------------------------------------


@stage
def _hours_in_lockup(w, p):
    """Hours in a city lock-up before the county jail, where officers and visits are; prints are taken in either."""
    if not decide(w, p, Decision.LOCKED_UP, share(w, Decision.LOCKED_UP)):
        return 0
    return duration(w, p, Decision.LOCKUP_TIME, p.row.booked)


@part
def _plan_interview(w, p):
    """The hour at which a 287(g) officer means to interview the person; -1 for never."""
    if p.row.status < FOREIGN_BORN_FROM:
        return -1
    if not decide(w, p, Decision.OFFICER_ON_SITE, p.place.officer_share):
        return -1
    if not decide(w, p, Decision.SAYS_FOREIGN_BORN, share(w, Decision.SAYS_FOREIGN_BORN)):
        return -1
    if note(w, p, Decision.AFTER_CASE, p.place.post_case != 0):
        return p.row.court
    moved = p.row.booked + _hours_in_lockup(w, p)
    return moved + duration(w, p, Decision.INTERVIEW_TIME, moved)


BESIDE_OFFICERS = 1
"""Case of the coverage of visits: how much of it is left where 287(g) officers interview."""


@part
def _is_visited(w, p):
    """Whether the Criminal Alien Program, as far as it has grown and as present as it is in this jail, means to visit."""
    covered_today = share(w, Decision.VISITED) * w.today[0].visits_grown
    if p.place.officer_share > 0.0:
        covered_today *= share(w, Decision.VISITED, BESIDE_OFFICERS)
    return decide(w, p, Decision.VISITED, with_odds(covered_today, p.place.presence_odds))


@part
def _plan_visit(w, p):
    """The hour at which the Criminal Alien Program visits the person; -1 for never."""
    if p.row.status < NONCITIZEN_FROM or not _is_visited(w, p):
        return -1
    moved = p.row.booked + _hours_in_lockup(w, p)
    return moved + duration(w, p, Decision.VISIT_TIME, moved)


@part
def _plan_answer(w, p):
    """The hour at which a field office has decided on the response to a match; work goes on in its hours only."""
    answered = p.row.booked + duration(w, p, Decision.RESPONSE_TIME, p.row.booked)
    last = w.triage_next.shape[0] - 1
    opened = w.triage_next[min(answered, last)]
    done = opened + duration(w, p, Decision.TRIAGE_TIME, opened)
    return ends(w, p, max(done, w.triage_next[min(done, last)]))


@stage
def _admit(w, p, person, flags, in_ident, matched, in_field):
    """Take someone whom a programme can still touch into the calendar; a task force finds its person at once."""
    row = p.row
    w.n_free[0] -= 1
    row.stage = Stage.JAIL
    describe(w, p, person, in_ident, flags)
    if matched:
        count_under(w, p, Event.MATCHED, Programme.SECURE_COMMUNITIES.value)
        row.answer = _plan_answer(w, p)
    if in_field:
        count_under(w, p, Event.FIELD_ARREST, Programme.TASK_FORCE.value)
        find(w, p, Programme.TASK_FORCE.value)
    schedule(w, w.free[w.n_free[0]], next_hour(row))


@stage
def book_day(w):
    """Draw each county's bookings of people within reach, the arrests its task forces add, and those responses add."""
    for j in range(w.places.shape[0]):
        if not w.places[j].is_prison:
            _book_place(w, j)


@part
def _book_place(w, j):
    """Draw the bookings of a county's day. With thinning, one person in ``thin`` is kept, with all bookings."""
    place, today, parameters = w.places[j], w.today[0], w.parameters[0]
    stream = stream_of(w.seed, place_day_key(place.fips, today.number))
    mean = today.expected * place.day_share * place.reachable_share
    bookings = poisson(stream, Draw.COUNT, mean)
    in_field = 0
    if place.field_arrests_a_day > 0.0:
        in_field = poisson(stream, Draw.FIELD_COUNT, place.field_arrests_a_day * parameters.task_force_added_share)
    more = rate_of_added(w, place)
    by_response = poisson(stream, Draw.RESPONSE_COUNT, mean * more) if more > 0.0 else 0
    responds = is_any(w, place)
    lowest = parameters.people_frailty_offset**parameters.people_frailty_exponent
    for index in range(bookings + in_field + by_response):
        how, key = BOOKED, booking_key(place.fips, today.number, index)
        if index >= bookings + in_field:
            how, key = BY_RESPONSE, response_key(place.fips, today.number, index - bookings - in_field)
        elif index >= bookings:
            how, key = BY_TASK_FORCE, field_arrest_key(place.fips, today.number, index - bookings)
        _book(w, j, how, key, lowest, responds)
    w.people[w.free[w.n_free[0] - 1]].key = 0  # the row in which untouched people were drawn


@part
def _book(w, j, how, key, lowest, responds):
    """Draw one booking in the next free row; the row is taken if a programme can touch the person."""
    place, parameters = w.places[j], w.parameters[0]
    stream = stream_of(w.seed, key)
    person_stream = stream
    known, number = key, -1
    if how != BY_TASK_FORCE:
        exponent, offset = parameters.people_frailty_exponent, parameters.people_frailty_offset
        number = number_of(stream, place.pool, exponent, offset, lowest)
        known = person_key(place.fips, number)
        person_stream = stream_of(w.seed, known)
    if w.thin > 1 and uniform(person_stream, Draw.THIN) >= 1.0 / w.thin:
        return
    row = w.people[w.free[w.n_free[0] - 1]]
    row.key, row.place, row.home, row.stage = key, j, j, Stage.NOWHERE
    row.booked = w.today[0].day * HOURS_A_DAY + quantile(w, stream, Draw.HOUR, Duration.HOUR_OF_DAY)
    row.due, row.since = row.booked, row.booked
    in_field = how == BY_TASK_FORCE
    if in_field:
        crossed = uniform(stream, Draw.STATUS) < parameters.status_entered_without_inspection_share
        row.status = CROSSED if crossed else OVERSTAYED
        charged = uniform(stream, Draw.OFFENCE) < parameters.task_force_charge_share
        row.offence = TRAFFIC if charged else IMMIGRATION_HOLD
    else:
        row.status = _draw_status(w, person_stream, place)
        row.offence = draw_offence(w, stream, w.statuses[row.status].citizen, place)
    p = Person(row, stream, place, w.statuses[row.status], w.offences[row.offence])
    flags = np.uint32(0)
    if not in_field and row.status >= NONCITIZEN_FROM:
        away = False
        if may_be_known(w.known, place, number):
            flags, away = flags_of(w.states, known, row.booked)
        if place.removed_before > 0.0 and p.status.removable > 0.0:
            person = Person(row, person_stream, place, p.status, p.offence)
            earlier, gone = removed_earlier(w, person, number)
            flags, away = flags | earlier, away or gone
        if note(w, p, Decision.AWAY, away):
            if how == BOOKED:
                count_outside(w, p, Event.SUPPRESSED)
            return
        if row.status >= CROSSED and place.field_share > 0.0 and how == BOOKED:
            in_field = decide(w, p, Decision.FIELD, place.field_share)
    row.bits = Bit.FELONY.value if uniform(stream, Draw.GRADE) < p.offence.felony_share else 0
    if responds and not in_field and not comes_about(w, p, how == BY_RESPONSE):
        return
    if flags & StateFlag.LET_GO:
        w.events[j, Event.REARRESTED, Programme.NONE] += 1
        w.states[slot_of(w.states, known)].flags &= ~np.uint32(StateFlag.LET_GO)
    _jail(w, p, person_stream, flags, in_field)


@part
def _jail(w, p, person_stream, flags, in_field):
    """Print the person, plan the case and who will come; whom no programme can touch is remembered as a departure."""
    row, place = p.row, p.place
    person = Person(row, person_stream, place, p.status, p.offence)
    release, disposition, plan = plan_release(w, p, (row.bits & Bit.FELONY) != 0)
    row.until = row.booked + release
    row.bound, row.court = row.until, row.booked + disposition if disposition >= 0 else -1
    row.bits |= plan
    w.events[row.place, Event.BOOKED, Programme.NONE] += 1
    felony = 1 if row.bits & Bit.FELONY else 0
    w.bookings[w.today[0].month, place.area, row.offence, felony, p.status.group] += 1
    printed = decide(w, p, Decision.PRINTED, p.offence.printed_share)
    if printed:
        w.events[row.place, Event.PRINTED, Programme.NONE] += 1
    submitted = note(w, p, Decision.SHARED, place.sharing != 0) and printed
    again = False
    if submitted:
        # Counted, and no decision about the person: nothing that happens to anybody follows from a second print.
        again = place.further_prints > 0.0 and uniform(p.stream, Draw.PRINTED_AGAIN) < place.further_prints
        w.events[row.place, Event.SUBMITTED, Programme.SECURE_COMMUNITIES] += 2 if again else 1
    place.inmates += 1
    in_ident = decide(w, person, Decision.IN_IDENT, p.status.in_ident)
    matched = submitted and (in_ident or note(w, p, Decision.ENROLLED, (flags & StateFlag.ENROLLED) != 0))
    row.answer, row.first, row.found, row.outcome = -1, 0, 0, 0
    row.call, row.visit = _plan_interview(w, p), _plan_visit(w, p)
    in_time = 0 <= row.call <= row.until or 0 <= row.visit <= row.until
    if matched or in_field or in_time or (plan == Bit.TO_PRISON and row.status >= NONCITIZEN_FROM):
        _admit(w, p, person, flags, in_ident, matched, in_field)
        if matched and again:
            count_again(w, p, Event.MATCHED, Programme.SECURE_COMMUNITIES.value)
        return
    prison = 1 if plan == Bit.TO_PRISON else 0
    w.departures[prison, (row.until // HOURS_A_DAY) % w.departures.shape[1], row.place] += 1
    add_hours(w, p, row.booked, row.until, HourKind.CRIMINAL_CASE)
    if w.record.rows.shape[0]:
        _record_untouched(w, p, person, in_ident, flags)


@stage
def _record_untouched(w, p, person, in_ident, flags):
    """Record a booking that no programme can touch: who it is, and how it ends."""
    row = p.row
    describe(w, p, person, in_ident, flags)
    row.due = row.until
    new_row(w.record, row, Row.OUTSIDE.value, Event.PRISON if row.bits & Bit.TO_PRISON else Event.RELEASED)
