"""The stock of prisoners: people sentenced in earlier years, who are in state prisons when a run begins.

Terms last years, so a warm start of one year would leave prisons, and with them removals of people with grave
convictions, too empty. The stock is drawn as a steady state: how many follows from admissions and mean terms, and a
term found under way is a long one with a chance in proportion to its length. They are not of any county's pool.
"""

from __future__ import annotations

from enforcement_sim.custody.booking import NONCITIZEN_FROM, person_grounds, schedule
from enforcement_sim.custody.case import convict_when_due
from enforcement_sim.custody.compiled import compiled
from enforcement_sim.custody.draws import Purpose, luck_of, place_day_key, poisson, prisoner_key, uniform
from enforcement_sim.custody.ledger import Programme
from enforcement_sim.custody.records import Bit, Duration, Stage
from enforcement_sim.custody.screening import find

__all__ = ["draw_noncitizen", "draw_sentence", "fill_prisons"]


@compiled
def draw_noncitizen(luck, place, statuses):
    """Position of the status of a prisoner: the county's, among those who are not citizens."""
    below = place.status_cdf[NONCITIZEN_FROM - 1]
    draw = below + uniform(luck, Purpose.STATUS) * (1.0 - below)
    s = NONCITIZEN_FROM
    while s < statuses.shape[0] - 1 and draw >= place.status_cdf[s]:
        s += 1
    return s


@compiled
def draw_sentence(luck, durations, total):
    """Hours of a whole sentence that is found under way: long ones are found more often."""
    target = uniform(luck, Purpose.SENTENCE_TIME) * total
    below = 0.0
    last = durations.shape[1] - 1
    for quantile in range(last):
        below += durations[Duration.PRISON, quantile]
        if below > target:
            return durations[Duration.PRISON, quantile]
    return durations[Duration.PRISON, last]


@compiled
def fill_prisons(
    seed, prisoners_a_noncitizen_booking, bookings_a_day, thin, people, free, n_free, places, offences, statuses,
    rules, record_grounds, parameters, durations, calendar, events, log, verdicts,
):  # fmt: skip
    """Put prisoners of earlier years into the prisons.

    Parameters
    ----------
    prisoners_a_noncitizen_booking : float
        Share of non-citizens' bookings that end in prison, times the mean term in days.
    bookings_a_day : float
        Expected bookings in the nation on a mean day.

    The other arrays are those of ``day.run_day``. What is counted on the way is to be dropped.
    """
    total = 0.0
    for quantile in range(durations.shape[1]):
        total += durations[Duration.PRISON, quantile]
    for j in range(places.shape[0]):
        place = places[j]
        if place.is_prison:
            continue
        noncitizens = 1.0 - place.status_cdf[NONCITIZEN_FROM - 1]
        mean = bookings_a_day * place.day_share * noncitizens * prisoners_a_noncitizen_booking / thin
        here = poisson(luck_of(seed, place_day_key(place.fips, 0)), Purpose.STOCK, mean)
        for index in range(here):
            key = prisoner_key(place.fips, index)
            luck = luck_of(seed, key)
            s = draw_noncitizen(luck, place, statuses)
            status = statuses[s]
            draw = uniform(luck, Purpose.OFFENCE)
            o = 0
            while o < offences.shape[0] - 1 and draw >= offences[o].prisoner_cdf:
                o += 1
            offence = offences[o]
            sentence = draw_sentence(luck, durations, total)
            served = int(uniform(luck, Purpose.ELAPSED) * sentence)
            n_free[0] -= 1
            i = free[n_free[0]]
            p = people[i]
            p.key, p.place, p.status, p.offence = key, place.prison, s, o
            p.stage, p.programme, p.booked, p.due = Stage.PRISON, Programme.NONE, -served - 1, 0
            p.response, p.visit, p.expiry = -1, -1, -1
            p.interview, p.arrival = j, 0
            p.release, p.free, p.disposition = sentence - served, sentence - served, 0
            p.bits = Bit.FELONY | Bit.TO_PRISON
            draw = uniform(luck, Purpose.PRIOR_RECORD)
            record = 0
            while record < record_grounds.shape[0] - 1 and draw >= status.record_cdf[record]:
                record += 1
            p.record = record
            in_ident = uniform(luck, Purpose.IN_IDENT) < status.in_ident
            brought = person_grounds(luck, luck, in_ident, 0, status, parameters)
            p.grounds = brought | offence.felony_grounds | record_grounds[record]
            convict_when_due(p, 0, offence)
            prison = places[place.prison]
            prison.inmates += 1
            if uniform(luck, Purpose.FOUND_IN_PRISON) < parameters.background_prison_find_share:
                programme = Programme.CRIMINAL_ALIEN_PROGRAM.value
                find(p, luck, programme, 0, prison, offence, status, rules, parameters, durations, events, log, verdicts, 0)  # fmt: skip  # noqa: E501
            schedule(p, i, calendar, p.release)
