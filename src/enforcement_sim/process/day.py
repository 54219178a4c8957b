"""One day of the compiled world, in the order in which it reads.

Bookings and capacities first; then, in each of the day's 24 hours, five passes over everyone who is due: programmes reach
people, officers interview and visits are held, jails and prisons and courts let go, crews pick up, clocks run out. Where
capacity is scarce the order is by priority, then by time waited, then by key, never by position in a table.
"""

from __future__ import annotations

import math

from enforcement_sim.process.bookings import book_day
from enforcement_sim.process.calendar import next_hour, next_shift, schedule, sort_queue, take_due
from enforcement_sim.process.case import convict_when_due
from enforcement_sim.process.clock import HOURS_A_DAY
from enforcement_sim.process.context import person
from enforcement_sim.process.counted_bookings import count_bookings
from enforcement_sim.process.counts import Event, Programme, count, count_under, spend_hours
from enforcement_sim.process.decisions import Decision, note
from enforcement_sim.process.hold import expire_hold, leave_jail_or_hold, try_pickup
from enforcement_sim.process.immigration_court import conclude, leave_custody
from enforcement_sim.process.jit import compiled, part, stage
from enforcement_sim.process.person import Bit, Stage
from enforcement_sim.process.prison import leave_prison, move_to_prison
from enforcement_sim.process.refusal import let_go_without_hold, try_arrest
from enforcement_sim.process.rng import Draw, office_day_key, place_day_key, rounded, stream_of
from enforcement_sim.process.screening import find, is_screened
from enforcement_sim.process.screening import reach as programme_reaches

DUE, WAITING, VISITED, ARRIVING = 0, 1, 2, 3
"""The queues: who is due, who waits for an officer, for a visit, for a crew."""


@compiled
def run_day(w):
    """Simulate one day."""
    book_day(w)
    if w.today[0].whole:
        count_bookings(w)
    _give_out_capacities(w)
    today = w.today[0]
    for now in range(today.day * HOURS_A_DAY, (today.day + 1) * HOURS_A_DAY):
        due = take_due(w, now, w.queues[DUE])
        waiting, visited = reach(w, due)
        interview(w, waiting, visited)
        arriving = move(w, due)
        pick_up(w, arriving)
        expire(w, due)
    _take_departures(w)


@stage
def _give_out_capacities(w):
    """How many interviews, pick-ups, visits and beds there are today."""
    number, parameters = w.today[0].number, w.parameters[0]
    for j in range(w.places.shape[0]):
        place = w.places[j]
        if place.interviews_a_day > 0.0:
            interviews = place.interviews_a_day / w.thin
            if place.oversight:
                interviews *= 1.0 - parameters.institutions_oversight_time_share
            stream = stream_of(w.seed, place_day_key(place.fips, number))
            # Not divided by ``thin``: fewer interviews a day that keep for longer are lost as often.
            most = math.ceil(parameters.jail_287g_interview_carry_days * place.interviews_a_day)
            place.interviews_left = min(place.interviews_left, most) + rounded(stream, Draw.INTERVIEWS, interviews)
        else:
            place.interviews_left = 0
    ratio = 1.0 if w.today[0].working else parameters.pickup_weekend_capacity_ratio
    for k in range(w.offices.shape[0]):
        office = w.offices[k]
        stream = stream_of(w.seed, office_day_key(office.code, number))
        office.pickups_left = rounded(stream, Draw.CREWS, office.capacity * ratio / w.thin)
        office.visits_left = rounded(stream, Draw.VISITS, office.visits * ratio / w.thin)
        office.beds_today = rounded(stream, Draw.BEDS, office.beds / w.thin)


@stage
def reach(w, due):
    """Pass (a), people in jail: convictions, Secure Communities' answers, calls for an officer or a visit."""
    waiting, visited = 0, 0
    for k in range(due):
        i = w.queues[DUE, k]
        if w.people[i].stage != Stage.JAIL:
            continue
        p = person(w, i)
        row = p.row
        convict_when_due(p)
        if 0 <= row.answer <= row.due:
            programme_reaches(w, p, Programme.SECURE_COMMUNITIES.value)
            row.answer = -1
        if 0 <= row.visit <= row.due:
            w.queues[VISITED, visited] = i
            visited += 1
        if 0 <= row.call <= row.due:
            if row.bits & Bit.DETAINER or not is_screened(w, p):
                row.call = -1
            else:
                w.queues[WAITING, waiting] = i
                waiting += 1
    return waiting, visited


@stage
def interview(w, waiting, visited):
    """Pass (b): officers interview, and visits are held, as many as there are today."""
    queue = w.queues[WAITING]
    sort_queue(w.people, queue, waiting, w.sorting, False)
    for k in range(waiting):
        p = person(w, queue[k])
        if note(w, p, Decision.OFFICER, p.place.interviews_left > 0):
            p.place.interviews_left -= 1
            p.row.call = -1
            count_under(w, p, Event.INTERVIEWED, Programme.JAIL_287G.value)
            find(w, p, Programme.JAIL_287G.value)
        else:
            p.row.call = next_shift(w)
    queue = w.queues[VISITED]
    sort_queue(w.people, queue, visited, w.sorting, False)
    for k in range(visited):
        p = person(w, queue[k])
        office = w.offices[p.place.office]
        if note(w, p, Decision.VISIT, office.visits_left > 0):
            office.visits_left -= 1
            p.row.visit = -1
            programme_reaches(w, p, Programme.CRIMINAL_ALIEN_PROGRAM.value)
        else:
            p.row.visit = next_shift(w)


@stage
def move(w, due):
    """Pass (c): releases, transfers, ends of custody and cases; returns for how many a crew is due."""
    arriving = 0
    for k in range(due):
        i = w.queues[DUE, k]
        row = w.people[i]
        over = False
        if row.until <= row.due:
            if row.stage == Stage.JAIL:
                over = _leave_jail(w, i)
            elif row.stage == Stage.PRISON:
                spend_hours(w, person(w, i), row.due)
                over = leave_prison(w, person(w, i))
            elif row.stage == Stage.CUSTODY:
                spend_hours(w, person(w, i), row.due)
                over = leave_custody(w, person(w, i))
            elif row.stage == Stage.DOCKET:
                conclude(w, person(w, i))
                over = True
        if over:
            row.stage = Stage.NOWHERE
        elif (row.stage == Stage.HELD and 0 <= row.call <= row.due) or (
            row.stage == Stage.AT_LARGE and row.until <= row.due
        ):
            w.queues[ARRIVING, arriving] = i
            arriving += 1
    return arriving


@part
def _leave_jail(w, i):
    """The jail would let go. Returns whether the person's way ends here."""
    p = person(w, i)
    spend_hours(w, p, p.row.due)
    if p.row.bits & Bit.TO_PRISON:
        p.place.inmates -= 1
        move_to_prison(w, i)
        return False
    if p.row.bits & Bit.DETAINER:
        return leave_jail_or_hold(w, p)
    p.place.inmates -= 1
    if p.row.answer > p.row.due:  # the match was still being decided on: too late
        count_under(w, p, Event.MISSED_IN_TIME, Programme.SECURE_COMMUNITIES.value)
    count(w, p, Event.RELEASED)
    if p.row.bits & Bit.NOT_SENT:
        return let_go_without_hold(w, p)
    return True


@stage
def pick_up(w, arriving):
    """Pass (d): crews that are due take people into custody, at the door and at large too, as far as there is room."""
    queue = w.queues[ARRIVING]
    sort_queue(w.people, queue, arriving, w.sorting, True)
    for k in range(arriving):
        i = queue[k]
        if w.people[i].stage == Stage.HELD:
            try_pickup(w, person(w, i))
        elif try_arrest(w, person(w, i)):
            w.people[i].stage = Stage.NOWHERE


@stage
def expire(w, due):
    """Pass (e): clocks that have run out end holds; whoever is still here gets a next hour."""
    for k in range(due):
        i = w.queues[DUE, k]
        row = w.people[i]
        if row.stage == Stage.HELD and row.until <= row.due and expire_hold(w, person(w, i)):
            row.stage = Stage.NOWHERE
        if row.stage == Stage.NOWHERE:
            w.free[w.n_free[0]] = i
            w.n_free[0] += 1
        else:
            schedule(w, i, next_hour(row))


@stage
def _take_departures(w):
    """People whom no programme could touch leave, and the day's inmates are added up."""
    slot = w.today[0].day % w.departures.shape[1]
    for j in range(w.places.shape[0]):
        place = w.places[j]
        for to_prison in range(2):
            left = w.departures[to_prison, slot, j]
            if left:
                place.inmates -= left
                w.events[j, Event.PRISON if to_prison else Event.RELEASED, Programme.NONE] += left
                w.departures[to_prison, slot, j] = 0
        w.inmate_days[j] += place.inmates


@compiled
def close_books(w):
    """Count whoever is still on the way when the period ends, and the hours spent until then.

    Pending is anyone with a detainer, at large and sought, in ICE custody, or whose case goes on.
    """
    for i in range(w.people.shape[0]):
        stage = w.people[i].stage
        if stage == Stage.NOWHERE:
            continue
        p = person(w, i)
        spend_hours(w, p, w.last_hour)
        with_ice = stage == Stage.CUSTODY or stage == Stage.DOCKET or stage == Stage.AT_LARGE
        if with_ice or p.row.bits & Bit.DETAINER:
            due = p.row.due
            p.row.due = w.last_hour
            note(w, p, Decision.PERIOD_END, True)
            count(w, p, Event.PENDING)
            p.row.due = due


@compiled
def people_in_jail(people, departures, inmates):
    """Count by place who is in jail or prison: rows, and remembered departures still to come. Fills ``inmates``."""
    inmates[:] = 0
    for i in range(people.shape[0]):
        stage = people[i].stage
        if stage == Stage.JAIL or stage == Stage.HELD or stage == Stage.PRISON:
            inmates[people[i].place] += 1
    for to_prison in range(departures.shape[0]):
        for slot in range(departures.shape[1]):
            for j in range(departures.shape[2]):
                inmates[j] += departures[to_prison, slot, j]
