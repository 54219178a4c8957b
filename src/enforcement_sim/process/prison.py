"""Prison: the move there, who looks for people there, the end of a term, and the people who are in prison when a run begins.

Terms last years, so a warm start of one year would leave prisons, and with them removals of people with grave
convictions, too empty. The initial population is drawn as a steady state: how many follows from admissions and mean terms,
and a term found under way is a long one with a chance in proportion to its length. They are not of any county's pool.
"""

from __future__ import annotations

from enforcement_sim.process.bookings import describe
from enforcement_sim.process.calendar import schedule
from enforcement_sim.process.case import convict_when_due
from enforcement_sim.process.context import Person, person
from enforcement_sim.process.counts import Event, Programme, count, count_under
from enforcement_sim.process.decisions import Decision, decide, duration, share
from enforcement_sim.process.immigration_court import take_into_custody
from enforcement_sim.process.jit import compiled, part, stage
from enforcement_sim.process.layouts import Duration
from enforcement_sim.process.offence_mix import draw_prisoner_offence
from enforcement_sim.process.person import Bit, Stage
from enforcement_sim.process.person_state import note_inside
from enforcement_sim.process.rng import Draw, place_day_key, poisson, prisoner_key, stream_of, uniform
from enforcement_sim.process.screening import find, is_screened, reach
from enforcement_sim.process.tables import FOREIGN_BORN_FROM, NONCITIZEN_FROM
from enforcement_sim.process.wanted import is_handed_over, is_lifted, is_wanted


@part
def move_to_prison(w, i):
    """Leave the jail for the state's prison: a detainer follows; officers there, and visits, screen on admission."""
    p = person(w, i)
    row = p.row
    count(w, p, Event.PRISON)
    if row.bits & Bit.DETAINER:
        count(w, p, Event.DETAINER_MOVED)
    note_inside(w, p, 1)
    row.stage, row.since, row.bound = Stage.PRISON, row.due, -1
    row.answer, row.visit, row.call = -1, -1, -1
    row.place = p.place.prison
    p = person(w, i)
    p.place.inmates += 1
    if row.status >= FOREIGN_BORN_FROM and _is_interviewed(w, p):
        count_under(w, p, Event.INTERVIEWED, Programme.JAIL_287G.value)
        reach(w, p, Programme.JAIL_287G.value)
    if not row.bits & Bit.DETAINER:
        _look_in_prison(w, p)
    row.until = row.due + duration(w, p, Decision.PRISON_TIME, row.due)


@part
def _is_interviewed(w, p):
    """Whether a 287(g) officer of the prison interviews a newcomer."""
    of_those_with_detainer = share(w, Decision.WITH_DETAINER)
    has_detainer = (p.row.bits & Bit.DETAINER) != 0
    if has_detainer and of_those_with_detainer <= 0.0:
        return False
    if not decide(w, p, Decision.OFFICER_ON_SITE, p.place.officer_share):
        return False
    if not decide(w, p, Decision.SAYS_FOREIGN_BORN, share(w, Decision.SAYS_FOREIGN_BORN)):
        return False
    if not is_screened(w, p):
        return False
    return not has_detainer or decide(w, p, Decision.WITH_DETAINER, of_those_with_detainer)


@part
def _look_in_prison(w, p):
    """The Criminal Alien Program looks for people in prison."""
    if decide(w, p, Decision.FOUND_IN_PRISON, share(w, Decision.FOUND_IN_PRISON)):
        find(w, p, Programme.CRIMINAL_ALIEN_PROGRAM.value)


@part
def leave_prison(w, p):
    """The end of a term: 287(g) officers hand over, or ICE comes for those it wants. Returns whether the way ends here."""
    p.place.inmates -= 1
    note_inside(w, p, -1)
    if not p.row.bits & Bit.DETAINER:
        count(w, p, Event.RELEASED)
        return True
    lifted = is_lifted(w, p)
    if not lifted and (is_handed_over(w, p) or is_wanted(w, p)):
        take_into_custody(w, p)
        return False
    count(w, p, Event.DETAINER_LIFTED if lifted else Event.DETAINER_LAPSED)
    return True


# ---- the initial population ------------------------------------------------------------------------------------------


@part
def _noncitizen_status(w, place, stream):
    """Position of the status of a prisoner: the county's, among those who are not citizens."""
    below = place.status_cdf[NONCITIZEN_FROM - 1]
    draw = below + uniform(stream, Draw.STATUS) * (1.0 - below)
    s = NONCITIZEN_FROM
    while s < w.statuses.shape[0] - 1 and draw >= place.status_cdf[s]:
        s += 1
    return s


@stage
def _sentence_under_way(w, stream, total):
    """Hours of a whole sentence that is found under way: long ones are found more often."""
    target = uniform(stream, Draw.SENTENCE_TIME) * total
    below = 0.0
    last = w.durations.shape[1] - 1
    for quantile in range(last):
        below += w.durations[Duration.PRISON, quantile]
        if below > target:
            return w.durations[Duration.PRISON, quantile]
    return w.durations[Duration.PRISON, last]


@compiled
def fill_prisons(w, prisoners_a_noncitizen_booking, bookings_a_day):
    """Put prisoners of earlier years into the prisons. What is counted on the way is to be dropped.

    Parameters
    ----------
    w : World
    prisoners_a_noncitizen_booking : float
        Share of non-citizens' bookings that end in prison, times the mean term in days.
    bookings_a_day : float
        Expected bookings in the nation on a mean day.
    """
    total = 0.0
    for quantile in range(w.durations.shape[1]):
        total += w.durations[Duration.PRISON, quantile]
    for j in range(w.places.shape[0]):
        place = w.places[j]
        if place.is_prison:
            continue
        noncitizens = place.reachable_share * (1.0 - place.status_cdf[NONCITIZEN_FROM - 1])
        prisoners = prisoners_a_noncitizen_booking * place.prisoner_ratio
        mean = bookings_a_day * place.day_share * noncitizens * prisoners / w.thin
        here = poisson(stream_of(w.seed, place_day_key(place.fips, 0)), Draw.STOCK, mean)
        for index in range(here):
            _put_into_prison(w, j, prisoner_key(place.fips, index), total)


@part
def _put_into_prison(w, j, key, total):
    """One prisoner, by the county of conviction."""
    stream = stream_of(w.seed, key)
    sentence = _sentence_under_way(w, stream, total)
    served = int(uniform(stream, Draw.ELAPSED) * sentence)
    w.n_free[0] -= 1
    i = w.free[w.n_free[0]]
    row = w.people[i]
    row.key, row.home, row.place = key, j, w.places[j].prison
    row.status, row.offence = _noncitizen_status(w, w.places[j], stream), draw_prisoner_offence(w, stream, w.places[j])
    row.stage, row.first, row.found, row.outcome = Stage.PRISON, 0, 0, 0
    row.booked, row.due, row.since, row.until, row.bound = -served - 1, 0, 0, sentence - served, -1
    row.answer, row.visit, row.call, row.court = -1, -1, -1, 0
    row.bits = Bit.FELONY | Bit.TO_PRISON
    p = person(w, i)
    in_ident = uniform(stream, Draw.IN_IDENT) < p.status.in_ident
    describe(w, p, Person(row, stream, p.place, p.status, p.offence), in_ident, 0)
    convict_when_due(p)
    p.place.inmates += 1
    _look_in_prison(w, p)
    schedule(w, i, row.until)
