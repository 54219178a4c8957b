"""One day of the compiled world, in the order in which it reads.

Bookings first; then the day's 24 hours. In each hour: whoever is due is taken out of the calendar; the programmes
that need no capacity reach people; officers interview, as many as their day allows; jails release, hold or move;
crews pick up, as many as theirs allows; clocks run out; everyone still here gets a next hour. Where capacity is
scarce the order is by priority, then by time waited, then by key, never by position in a table.
"""

from __future__ import annotations

from enforcement_sim.custody.booking import FOREIGN_BORN_FROM, book_day, schedule
from enforcement_sim.custody.case import convict_when_due, draw_duration
from enforcement_sim.custody.compiled import compiled
from enforcement_sim.custody.detainer import begin_hold, covered, is_lifted, is_wanted, keep_past_limit
from enforcement_sim.custody.draws import (
    Purpose,
    luck_of,
    office_day_key,
    place_day_key,
    rounded,
    uniform,
)
from enforcement_sim.custody.ledger import Event, Programme, count_person, count_under
from enforcement_sim.custody.memory import Remembered
from enforcement_sim.custody.queues import next_hour, sort_queue, take_due
from enforcement_sim.custody.records import Bit, Duration, Stage
from enforcement_sim.custody.removal import conclude, leave_custody, note_flag, note_inside, take_into_custody
from enforcement_sim.custody.screening import count_also_found, find, is_recognised
from enforcement_sim.custody.stays import spend_custody_hours, spend_hold_hours, spend_jail_hours, spend_prison_hours

__all__ = ["close_books", "people_in_jail", "run_day"]


@compiled
def _count_missed(p, now, status, events, log):
    """Someone whose match was still being decided on leaves: Secure Communities came too late."""
    if p.response > now and not p.bits & Bit.DETAINER:
        count_under(p, status.group, Event.MISSED_IN_TIME, Programme.SECURE_COMMUNITIES.value, events, log)


@compiled
def _reach(
    p, now, programme, place, offence, status, luck, rules, parameters, durations, events, log, verdicts, month,
):  # fmt: skip
    """Secure Communities or a visit reaches a person in jail; one with a detainer is only found again."""
    if not p.bits & Bit.DETAINER:
        find(
            p, luck, programme, now, place, offence, status, rules, parameters, durations, events, log, verdicts, month
        )  # fmt: skip
    elif is_recognised(p, luck, programme, place, status, parameters):
        count_also_found(p, programme, status, events, log)


@compiled
def home_of(p, places):
    """The county in whose pool the person is; from prison on this is not where they are."""
    if p.stage >= Stage.PRISON and p.bits & Bit.TO_PRISON:
        return places[p.interview]
    return places[p.place]


@compiled
def _move_to_prison(
    p, luck, now, home, places, offence, status, rules, parameters, durations, memory, n_remembered, events, log,
    verdicts, month,
):  # fmt: skip
    """Leave the jail for the state's prison: a detainer follows; officers there, and visits, screen on admission."""
    count_person(p, status.group, Event.PRISON, events, log)
    if p.bits & Bit.DETAINER:
        count_person(p, status.group, Event.DETAINER_MOVED, events, log)
    p.stage = Stage.PRISON
    note_inside(p, luck, home, status, 1, parameters, memory, n_remembered)
    p.response = -1
    p.visit = -1
    p.interview = p.place
    p.place = home.prison
    p.arrival = now
    prison = places[home.prison]
    prison.inmates += 1
    officer = p.status >= FOREIGN_BORN_FROM and uniform(luck, Purpose.OFFICER_ON_SITE) < prison.officer_share
    if (
        not p.bits & Bit.DETAINER
        and officer
        and uniform(luck, Purpose.SAYS_FOREIGN_BORN) < parameters.jail_287g_says_foreign_born_share
    ):
        programme = Programme.JAIL_287G.value
        count_under(p, status.group, Event.INTERVIEWED, programme, events, log)
        find(p, luck, programme, now, prison, offence, status, rules, parameters, durations, events, log, verdicts, month)  # fmt: skip  # noqa: E501
    if not p.bits & Bit.DETAINER and uniform(luck, Purpose.FOUND_IN_PRISON) < parameters.background_prison_find_share:
        programme = Programme.CRIMINAL_ALIEN_PROGRAM.value
        find(p, luck, programme, now, prison, offence, status, rules, parameters, durations, events, log, verdicts, month)  # fmt: skip  # noqa: E501
    p.release = now + draw_duration(luck, Purpose.SENTENCE_TIME, Duration.PRISON, durations)


@compiled
def _let_go(
    p, luck, now, place, places, offence, status, rules, parameters, durations, hold_counted, hold_hour_at, memory,
    n_remembered, events, log, verdicts, month, hours, place_hours, window, month_of_day,
):  # fmt: skip
    """The jail would let go. Returns whether the person's way ends here."""
    spend_jail_hours(p, now, status, place, hours, place_hours, window, month_of_day)
    if p.bits & Bit.TO_PRISON:
        place.inmates -= 1
        _move_to_prison(
            p, luck, now, place, places, offence, status, rules, parameters, durations, memory, n_remembered, events,
            log, verdicts, month,
        )  # fmt: skip
        return False
    if not p.bits & Bit.DETAINER:
        place.inmates -= 1
        _count_missed(p, now, status, events, log)
        count_person(p, status.group, Event.RELEASED, events, log)
        return True
    lifted = is_lifted(luck, status, parameters)
    if lifted or not covered(rules[place.honour_rule], p.grounds):
        place.inmates -= 1
        count_person(p, status.group, Event.DETAINER_LIFTED if lifted else Event.DETAINER_DECLINED, events, log)
        note_flag(p, luck, place, status, Remembered.LET_GO.value, parameters, memory, n_remembered)
        return True
    begin_hold(p, luck, now, place, status, parameters, durations, hold_counted, hold_hour_at, events, log)
    return False


@compiled
def _leave_prison(
    p, luck, now, place, home, office, status, rules, parameters, durations, memory, n_remembered, events, log,
):  # fmt: skip
    """The end of a prison term: ICE comes on the day for those with a detainer whom it wants."""
    place.inmates -= 1
    note_inside(p, luck, home, status, -1, parameters, memory, n_remembered)
    if p.bits & Bit.DETAINER:
        lifted = is_lifted(luck, status, parameters)
        if not lifted and is_wanted(p, luck, place):
            take_into_custody(
                p, luck, now, place, home, office, status, rules, parameters, durations, memory, n_remembered, events,
                log,
            )  # fmt: skip
            return False
        count_person(p, status.group, Event.DETAINER_LIFTED if lifted else Event.DETAINER_LAPSED, events, log)
    else:
        count_person(p, status.group, Event.RELEASED, events, log)
    return True


@compiled
def run_day(
    day, number, seed, expected, thin, working, people, free, n_free, memory, n_remembered, places, offices, offences,
    statuses, rules,
    record_grounds, parameters_row, durations, hold_counted, hold_hour_at, triage_next, calendar, queues, departures,
    events, log, hours, place_hours, inmate_days, verdicts, window, month_of_day,
):  # fmt: skip
    """Simulate one day.

    Parameters
    ----------
    day, number : int
        Day of the run, and days since 2000-01-01.
    seed : uint64
    expected : float
        Bookings expected in the whole nation on this day.
    thin : int
        One booking key in so many is kept.
    working : int
        1 unless the day is a Saturday, Sunday or federal holiday.
    people, free, n_free
        Records, the stack of free rows, and its height.
    memory, n_remembered
        What is remembered of people, and of how many.
    queues : int32 array, shape (3, people)
        Work space: who is due, who waits for an officer, who waits for a crew.

    The other arrays are those of ``records``, ``clock`` and ``ledger``.
    """
    parameters = parameters_row[0]
    month = month_of_day[day]
    book_day(
        day, number, seed, expected, thin, people, free, n_free, memory, places, offences, statuses, rules,
        record_grounds, parameters, durations, triage_next, calendar, departures, events, log, hours, place_hours,
        verdicts, window, month_of_day,
    )  # fmt: skip
    for j in range(places.shape[0]):
        place = places[j]
        place.interviews_left = 0
        if place.interviews_a_day > 0.0:
            luck = luck_of(seed, place_day_key(place.fips, number))
            interviews = place.interviews_a_day / thin
            if place.oversight:
                interviews *= 1.0 - parameters.institutions_oversight_time_share
            place.interviews_left = rounded(luck, Purpose.INTERVIEWS, interviews)
    for k in range(offices.shape[0]):
        office = offices[k]
        ratio = 1.0 if working else parameters.pickup_weekend_capacity_ratio
        luck = luck_of(seed, office_day_key(office.code, number))
        office.pickups_left = rounded(luck, Purpose.CREWS, office.capacity * ratio / thin)
        office.visits_left = rounded(luck, Purpose.VISITS, office.visits * ratio / thin)
        office.beds_today = rounded(luck, Purpose.BEDS, office.beds / thin)

    next_shift = (day + 1) * 24 + int(parameters.institutions_shift_begins)
    due, waiting, arriving = queues[0], queues[1], queues[2]
    visited = arriving  # visits are over before crews are called
    for now in range(day * 24, day * 24 + 24):
        n_due = take_due(now, people, calendar, due)
        n_waiting = 0
        n_visited = 0
        for k in range(n_due):
            p = people[due[k]]
            if p.stage == Stage.JAIL:
                offence, status, place = offences[p.offence], statuses[p.status], places[p.place]
                luck = luck_of(seed, p.key)
                convict_when_due(p, now, offence)
                if 0 <= p.response <= now:
                    programme = Programme.SECURE_COMMUNITIES.value
                    _reach(p, now, programme, place, offence, status, luck, rules, parameters, durations, events, log, verdicts, month)  # fmt: skip  # noqa: E501
                    p.response = -1
                if 0 <= p.visit <= now:
                    visited[n_visited] = due[k]
                    n_visited += 1
                if 0 <= p.interview <= now:
                    if p.bits & Bit.DETAINER:
                        p.interview = -1
                    else:
                        waiting[n_waiting] = due[k]
                        n_waiting += 1
        sort_queue(people, waiting, n_waiting, False)
        for k in range(n_waiting):
            p = people[waiting[k]]
            offence, status, place = offences[p.offence], statuses[p.status], places[p.place]
            if place.interviews_left > 0:
                place.interviews_left -= 1
                p.interview = -1
                count_under(p, status.group, Event.INTERVIEWED, Programme.JAIL_287G.value, events, log)
                luck = luck_of(seed, p.key)
                programme = Programme.JAIL_287G
                find(p, luck, programme.value, now, place, offence, status, rules, parameters, durations, events, log, verdicts, month)  # fmt: skip  # noqa: E501
            else:
                p.interview = next_shift
        sort_queue(people, visited, n_visited, False)
        for k in range(n_visited):
            p = people[visited[k]]
            offence, status, place = offences[p.offence], statuses[p.status], places[p.place]
            office = offices[place.office]
            if office.visits_left > 0:
                office.visits_left -= 1
                p.visit = -1
                luck = luck_of(seed, p.key)
                programme = Programme.CRIMINAL_ALIEN_PROGRAM.value
                _reach(p, now, programme, place, offence, status, luck, rules, parameters, durations, events, log, verdicts, month)  # fmt: skip  # noqa: E501
            else:
                p.visit = next_shift

        n_arriving = 0
        for k in range(n_due):
            p = people[due[k]]
            offence, status, place = offences[p.offence], statuses[p.status], places[p.place]
            luck = luck_of(seed, p.key)
            over = False
            if p.stage == Stage.JAIL:
                if p.release <= now:
                    over = _let_go(
                        p, luck, now, place, places, offence, status, rules, parameters, durations, hold_counted,
                        hold_hour_at, memory, n_remembered, events, log, verdicts, month, hours, place_hours, window,
                        month_of_day,
                    )  # fmt: skip
            elif p.stage == Stage.PRISON:
                spend_prison_hours(p, now, status, place, hours, place_hours, window, month_of_day)
                home = home_of(p, places)
                over = _leave_prison(
                    p, luck, now, place, home, offices[place.office], status, rules, parameters, durations, memory,
                    n_remembered, events, log,
                )  # fmt: skip
            elif p.stage == Stage.CUSTODY:
                spend_custody_hours(p, now, status, place, hours, place_hours, window, month_of_day)
                home = home_of(p, places)
                over = leave_custody(
                    p, luck, now, home, offices[place.office], status, parameters, durations, memory, n_remembered,
                    events, log,
                )  # fmt: skip
            elif p.stage == Stage.DOCKET:
                conclude(
                    p, luck, now, home_of(p, places), status, parameters, durations, memory, n_remembered, events, log
                )
                over = True
            if over:
                p.stage = Stage.NOWHERE
            elif p.stage == Stage.HELD and 0 <= p.arrival <= now:
                arriving[n_arriving] = due[k]
                n_arriving += 1
        sort_queue(people, arriving, n_arriving, True)
        for k in range(n_arriving):
            p = people[arriving[k]]
            place, status = places[p.place], statuses[p.status]
            office = offices[place.office]
            if office.pickups_left > 0 and office.in_custody < office.beds_today:
                office.pickups_left -= 1
                place.inmates -= 1
                spend_hold_hours(p, now, status, place, hours, place_hours, window, month_of_day)
                luck = luck_of(seed, p.key)
                take_into_custody(
                    p, luck, now, place, place, office, status, rules, parameters, durations, memory, n_remembered,
                    events, log,
                )  # fmt: skip
            else:
                p.arrival = next_shift

        for k in range(n_due):
            i = due[k]
            p = people[i]
            if p.stage == Stage.HELD and (p.visit if p.bits & Bit.KEPT else p.expiry) <= now:
                place, status = places[p.place], statuses[p.status]
                luck = luck_of(seed, p.key)
                if not keep_past_limit(p, luck, place, status, parameters, durations, events, log):
                    place.inmates -= 1
                    spend_hold_hours(p, now, status, place, hours, place_hours, window, month_of_day)
                    count_person(p, status.group, Event.DETAINER_LAPSED, events, log)
                    note_flag(p, luck, place, status, Remembered.LET_GO.value, parameters, memory, n_remembered)
                    p.stage = Stage.NOWHERE
            if p.stage == Stage.NOWHERE:
                free[n_free[0]] = i
                n_free[0] += 1
            else:
                schedule(p, i, calendar, next_hour(p))

    slot = day % departures.shape[1]
    for j in range(places.shape[0]):
        place = places[j]
        for to_prison in range(2):
            left = departures[j, slot, to_prison]
            if left:
                place.inmates -= left
                events[j, Event.PRISON if to_prison else Event.RELEASED, Programme.NONE] += left
                departures[j, slot, to_prison] = 0
        inmate_days[j] += place.inmates


@compiled
def close_books(
    end, month, people, places, statuses, events, log, hours, place_hours, window, month_of_day,
):  # fmt: skip
    """Count whoever is still on the way when the period ends, and the hours spent until then.

    Pending is anyone with a detainer, in ICE custody, or whose case goes on.
    """
    for i in range(people.shape[0]):
        p = people[i]
        if p.stage == Stage.NOWHERE:
            continue
        place, status = places[p.place], statuses[p.status]
        if p.stage == Stage.JAIL:
            spend_jail_hours(p, end, status, place, hours, place_hours, window, month_of_day)
        elif p.stage == Stage.HELD:
            spend_hold_hours(p, end, status, place, hours, place_hours, window, month_of_day)
        elif p.stage == Stage.PRISON:
            spend_prison_hours(p, end, status, place, hours, place_hours, window, month_of_day)
        elif p.stage == Stage.CUSTODY:
            spend_custody_hours(p, end, status, place, hours, place_hours, window, month_of_day)
        if p.bits & Bit.DETAINER:
            due = p.due
            p.due = end  # the hour that is recorded with the event
            count_person(p, status.group, Event.PENDING, events, log)
            p.due = due


@compiled
def people_in_jail(people, departures, inmates):
    """Count by place who is in jail or prison: records, and remembered departures still to come. Fills ``inmates``."""
    inmates[:] = 0
    for i in range(people.shape[0]):
        if people[i].stage == Stage.JAIL or people[i].stage == Stage.HELD or people[i].stage == Stage.PRISON:
            inmates[people[i].place] += 1
    for j in range(departures.shape[0]):
        total = 0
        for slot in range(departures.shape[1]):
            total += departures[j, slot, 0] + departures[j, slot, 1]
        inmates[j] += total
