"""After the jail: prison, ICE custody, and how it ends.

Routes out of custody: release in discretion, release of people who prove not to be removable, reinstatement of an
earlier removal or order, voluntary return, and a notice to appear with a case that ends in removal, relief or
termination, in detention or on the docket outside. Removals and returns are counted apart.
"""

from __future__ import annotations

import numpy as np

from enforcement_sim.custody.case import draw_duration
from enforcement_sim.custody.compiled import compiled
from enforcement_sim.custody.detainer import covered
from enforcement_sim.custody.draws import Purpose, uniform
from enforcement_sim.custody.ledger import OUTCOME_SHIFT, RECORD_MASK, Event, count_person
from enforcement_sim.custody.records import Duration, Outcome, Stage
from enforcement_sim.custody.screening import is_removable
from enforcement_sim.law.grounds import bits

__all__ = ["conclude", "leave_custody", "outcome_of", "take_into_custody"]

_REINSTATED = bits(["prior_removal", "outstanding_order"])


@compiled
def outcome_of(p):
    """How custody or the case will end."""
    return np.int64(p.record) >> OUTCOME_SHIFT


@compiled
def _set_outcome(p, outcome):
    p.record = (np.int64(p.record) & RECORD_MASK) | (outcome << OUTCOME_SHIFT)


@compiled
def _case_outcome(luck, removed_share, parameters):
    if uniform(luck, Purpose.CASE_OUTCOME) < removed_share:
        return Outcome.REMOVED.value
    if uniform(luck, Purpose.RELIEF) < parameters.custody_relief_share:
        return Outcome.RELIEF.value
    return Outcome.TERMINATED.value


@compiled
def take_into_custody(p, luck, now, place, status, rules, parameters, durations, events, log):
    """A person enters ICE custody: decide the route, and when custody ends.

    Sets ``arrival`` to now, ``expiry`` to the end of custody, and ``release`` to the end of the case if it goes on
    outside (-1 if not).
    """
    count_person(p, status.group, Event.ICE_CUSTODY, events, log)
    p.stage = Stage.CUSTODY
    p.arrival = now
    p.release = -1
    row = Duration.CUSTODY_SHORT
    if not is_removable(p, luck, status):
        _set_outcome(p, Outcome.TERMINATED.value)
        if uniform(luck, Purpose.LAWFUL_RELEASE) >= parameters.custody_lawful_release_share:
            row = Duration.CUSTODY_CASE
    elif (
        covered(rules[place.discretion_rule], p.grounds)
        and uniform(luck, Purpose.DISCRETION) < parameters.custody_discretion_share
    ):
        _set_outcome(p, Outcome.DISCRETION.value)
    elif p.grounds & _REINSTATED:
        _set_outcome(p, Outcome.REMOVED.value)
    elif uniform(luck, Purpose.RETURN) < parameters.custody_return_share:
        _set_outcome(p, Outcome.RETURNED.value)
    else:
        count_person(p, status.group, Event.CHARGED, events, log)
        if uniform(luck, Purpose.DETAINED) < parameters.custody_detained_share:
            _set_outcome(p, _case_outcome(luck, parameters.custody_detained_removed_share, parameters))
            row = Duration.CUSTODY_CASE
        else:
            _set_outcome(p, _case_outcome(luck, parameters.custody_released_removed_share, parameters))
            p.release = now + draw_duration(luck, Purpose.DOCKET_TIME, Duration.DOCKET, durations)
    p.expiry = now + draw_duration(luck, Purpose.CUSTODY_TIME, row, durations)
    if 0 <= p.release <= p.expiry:
        p.release = p.expiry + 1  # a case that goes on outside ends after custody, not before


@compiled
def leave_custody(p, status, events, log):
    """The end of ICE custody; returns whether the person's way ends here."""
    if p.release >= 0:
        p.stage = Stage.DOCKET
        return False
    conclude(p, status, events, log)
    return True


@compiled
def conclude(p, status, events, log):
    """Count how the person's way through the system ended."""
    outcome = outcome_of(p)
    if outcome == Outcome.REMOVED:
        count_person(p, status.group, Event.REMOVED, events, log)
    elif outcome == Outcome.RETURNED:
        count_person(p, status.group, Event.RETURNED, events, log)
    elif outcome == Outcome.RELIEF:
        count_person(p, status.group, Event.RELIEF, events, log)
    elif outcome == Outcome.DISCRETION:
        count_person(p, status.group, Event.DISCRETION_RELEASE, events, log)
    else:
        count_person(p, status.group, Event.TERMINATED, events, log)
