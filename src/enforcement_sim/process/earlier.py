"""Removals before the run: whom enforcement had removed when history begins.

A run may begin with a pool from which nobody was ever removed, or with one from which those are missing who were removed in
the years before. Nothing is stored for that: whether a person was removed, when, and whether the person is back are
functions of the person's key, asked when the person is booked. Who is booked often was removed more often.
"""

from __future__ import annotations

import math

import numpy as np

from enforcement_sim.process.clock import DAYS_A_YEAR, HOURS_A_DAY
from enforcement_sim.process.decisions import Decision, decide, quantile, share
from enforcement_sim.process.jit import part
from enforcement_sim.process.layouts import Duration
from enforcement_sim.process.person_state import StateFlag, share_of_number
from enforcement_sim.process.rng import Draw, uniform

HOURS_A_YEAR = DAYS_A_YEAR * HOURS_A_DAY
_REMOVED = np.uint32(StateFlag.REMOVED | StateFlag.ENROLLED)
_NOTHING = np.uint32(0)


@part
def removed_earlier(w, person, number):
    """What removals before the run left of a person: flags, and whether the person is away at the booking hour.

    ``person`` has the stream of the person instead of the booking; ``number`` is the person's in the pool of the place.
    """
    place, parameters = person.place, w.parameters[0]
    exponent, offset = parameters.people_frailty_exponent, parameters.people_frailty_offset
    of_bookings = share_of_number(place.pool, number, exponent, offset, offset**exponent)
    expected = place.removed_before * of_bookings * person.status.removable
    if not decide(w, person, Decision.REMOVED_EARLIER, 1.0 - math.exp(-expected)):
        return _NOTHING, False
    if uniform(person.stream, Draw.REENTRY) >= share(w, Decision.REENTRY):
        return _REMOVED, True
    before = int(uniform(person.stream, Draw.EARLIER_TIME) * parameters.start_removal_years * HOURS_A_YEAR)
    back = quantile(w, person.stream, Draw.REENTRY_TIME, Duration.REENTRY) - before - 1
    return _REMOVED, back > person.row.booked
