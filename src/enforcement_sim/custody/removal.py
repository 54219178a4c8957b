"""After the jail: prison, ICE custody, and how it ends.

Routes out of custody: release of people who prove not to be removable, release in discretion, reinstatement of an earlier
removal or order, administrative removal, voluntary return, and a notice to appear with a case before a judge: detained
throughout, bonded out or released; with counsel or without; a stipulated order, removal, relief or termination.
Removals and returns are counted apart, and whoever leaves is remembered as gone.
"""

from __future__ import annotations

import numpy as np

from enforcement_sim.custody.case import draw_duration, scaled
from enforcement_sim.custody.compiled import compiled
from enforcement_sim.custody.detainer import covered
from enforcement_sim.custody.draws import Purpose, uniform
from enforcement_sim.custody.ledger import OUTCOME_SHIFT, RECORD_MASK, Event, count_person
from enforcement_sim.custody.memory import FOR_GOOD, Remembered, person_of, remember
from enforcement_sim.custody.records import Duration, Outcome, Stage
from enforcement_sim.custody.screening import is_removable
from enforcement_sim.law.grounds import bits

__all__ = ["conclude", "leave_custody", "note_flag", "note_gone", "note_inside", "outcome_of", "take_into_custody"]

_REINSTATED = bits(["prior_removal", "outstanding_order"])
_ADMINISTRATIVE = bits(["aggravated_or_two_felonies"])
_MANDATORY = bits(["felony_conviction"])
PERMANENT_RESIDENT = 2
"""Position in ``STATUSES``: administrative removal does not reach residents (8 USC 1228(b)(2))."""


@compiled
def outcome_of(p):
    """How custody or the case will end."""
    return np.int64(p.record) >> OUTCOME_SHIFT


@compiled
def _set_outcome(p, outcome):
    p.record = (np.int64(p.record) & RECORD_MASK) | (outcome << OUTCOME_SHIFT)


@compiled
def _case_outcome(luck, removed_share, represented, parameters):
    """How a case before a judge ends; counsel raises the odds of not being removed."""
    if represented:
        kept_out = (1.0 - removed_share) * parameters.custody_counsel_odds_ratio
        removed_share = removed_share / (removed_share + kept_out)
    if uniform(luck, Purpose.CASE_OUTCOME) < removed_share:
        return Outcome.REMOVED.value
    if uniform(luck, Purpose.RELIEF) < parameters.custody_relief_share:
        return Outcome.RELIEF.value
    return Outcome.TERMINATED.value


@compiled
def _charge(p, luck, now, status, parameters, durations, events, log):
    """A notice to appear: detention, bond, counsel, and how the case will end. Returns the duration of custody."""
    group = status.group
    count_person(p, group, Event.CHARGED, events, log)
    mandatory = (p.grounds & _MANDATORY) != 0
    detained = mandatory or uniform(luck, Purpose.DETAINED) < parameters.custody_detained_share
    bond_share = parameters.custody_bond_share
    early = parameters.custody_counsel_detained_share * parameters.custody_counsel_early_share
    if uniform(luck, Purpose.COUNSEL) < early:  # counsel in time for the bond hearing
        odds = parameters.custody_counsel_bond_odds_ratio * bond_share
        bond_share = odds / (odds + 1.0 - bond_share)
    bonded = detained and not mandatory and uniform(luck, Purpose.BOND) < bond_share
    throughout = detained and not bonded
    if bonded:
        count_person(p, group, Event.BONDED, events, log)
    counsel = parameters.custody_counsel_detained_share if throughout else parameters.custody_counsel_released_share
    represented = uniform(luck, Purpose.COUNSEL) < counsel
    if represented:
        count_person(p, group, Event.REPRESENTED, events, log)
    if not throughout:
        docket = draw_duration(luck, Purpose.DOCKET_TIME, Duration.DOCKET, durations)
        p.release = now + (scaled(docket, parameters.custody_counsel_docket_ratio) if represented else docket)
    if throughout and not represented and uniform(luck, Purpose.STIPULATED) < parameters.custody_stipulated_share:
        count_person(p, group, Event.STIPULATED, events, log)
        _set_outcome(p, Outcome.REMOVED.value)
        return draw_duration(luck, Purpose.CUSTODY_TIME, Duration.CUSTODY_SHORT, durations)
    removed = parameters.custody_detained_removed_share if throughout else parameters.custody_released_removed_share
    _set_outcome(p, _case_outcome(luck, removed, represented, parameters))
    row = Duration.CUSTODY_CASE if throughout else (Duration.BOND if bonded else Duration.CUSTODY_SHORT)
    return draw_duration(luck, Purpose.CUSTODY_TIME, row, durations)


@compiled
def take_into_custody(
    p, luck, now, place, home, office, status, rules, parameters, durations, memory, n_remembered, events, log,
):  # fmt: skip
    """A person enters ICE custody: decide the route, and when custody ends.

    ``home`` is the county whose pool the person belongs to; after prison it is not the place. Sets ``arrival`` to now,
    ``expiry`` to the end of custody, and ``release`` to the end of the case if it goes on outside (-1 if not).
    """
    group = status.group
    count_person(p, group, Event.ICE_CUSTODY, events, log)
    p.stage = Stage.CUSTODY
    p.arrival = now
    p.release = -1
    office.in_custody += 1
    note_inside(p, luck, home, status, 1, parameters, memory, n_remembered)
    note_flag(p, luck, home, status, Remembered.ENROLLED.value, parameters, memory, n_remembered)
    row = Duration.CUSTODY_SHORT
    if not is_removable(p, luck, status):
        _set_outcome(p, Outcome.TERMINATED.value)
        if uniform(luck, Purpose.LAWFUL_RELEASE) >= parameters.custody_lawful_release_share:
            row = Duration.CUSTODY_CASE
        stay = draw_duration(luck, Purpose.CUSTODY_TIME, row, durations)
    elif (
        covered(rules[place.discretion_rule], p.grounds)
        and uniform(luck, Purpose.DISCRETION) < parameters.custody_discretion_share
    ):
        _set_outcome(p, Outcome.DISCRETION.value)
        stay = draw_duration(luck, Purpose.CUSTODY_TIME, row, durations)
    elif p.grounds & _REINSTATED:
        count_person(p, group, Event.REINSTATED, events, log)
        _set_outcome(p, Outcome.REMOVED.value)
        stay = draw_duration(luck, Purpose.CUSTODY_TIME, row, durations)
    elif (
        p.status != PERMANENT_RESIDENT
        and (p.grounds & _ADMINISTRATIVE) != 0
        and uniform(luck, Purpose.ADMINISTRATIVE) < parameters.custody_administrative_share
    ):
        count_person(p, group, Event.ADMINISTRATIVE, events, log)
        _set_outcome(p, Outcome.REMOVED.value)
        stay = draw_duration(luck, Purpose.CUSTODY_TIME, row, durations)
    elif uniform(luck, Purpose.RETURN) < parameters.custody_return_share:
        _set_outcome(p, Outcome.RETURNED.value)
        stay = draw_duration(luck, Purpose.CUSTODY_TIME, row, durations)
    else:
        stay = _charge(p, luck, now, status, parameters, durations, events, log)
    p.expiry = now + stay
    if 0 <= p.release <= p.expiry:
        p.release = p.expiry + 1  # a case that goes on outside ends after custody, not before


@compiled
def note_gone(p, luck, home, status, until, parameters, memory, n_remembered):
    """Remember until when a person who is not a citizen is gone; the latest hour stands."""
    if not status.citizen:
        person = person_of(p, luck, home, parameters)
        if person:
            known = remember(memory, n_remembered, person)
            known.until = max(known.until, until)


@compiled
def note_inside(p, luck, home, status, more, parameters, memory, n_remembered):
    """Remember that one booking more (1) or less (-1) of a person who is not a citizen is in prison or ICE custody."""
    if not status.citizen:
        person = person_of(p, luck, home, parameters)
        if person:
            known = remember(memory, n_remembered, person)
            known.flags = np.uint32(np.int64(known.flags) + more * Remembered.INSIDE)


@compiled
def note_flag(p, luck, home, status, flag, parameters, memory, n_remembered):
    """Remember a fact about a person who is not a citizen."""
    if not status.citizen:
        person = person_of(p, luck, home, parameters)
        if person:
            remember(memory, n_remembered, person).flags |= np.uint32(flag)


@compiled
def leave_custody(p, luck, now, home, office, status, parameters, durations, memory, n_remembered, events, log):
    """The end of ICE custody; returns whether the person's way ends here."""
    office.in_custody -= 1
    note_inside(p, luck, home, status, -1, parameters, memory, n_remembered)
    if p.release >= 0:
        p.stage = Stage.DOCKET
        return False
    conclude(p, luck, now, home, status, parameters, durations, memory, n_remembered, events, log)
    return True


@compiled
def conclude(p, luck, now, home, status, parameters, durations, memory, n_remembered, events, log):
    """Count how the person's way through the system ended, and remember who is gone."""
    outcome = outcome_of(p)
    group = status.group
    if outcome == Outcome.REMOVED or outcome == Outcome.RETURNED:
        event = Event.REMOVED if outcome == Outcome.REMOVED else Event.RETURNED
        count_person(p, group, event, events, log)
        until = FOR_GOOD
        if uniform(luck, Purpose.REENTRY) < parameters.people_reentry_share:
            until = now + draw_duration(luck, Purpose.REENTRY_TIME, Duration.REENTRY, durations)
        note_gone(p, luck, home, status, until, parameters, memory, n_remembered)
        note_flag(p, luck, home, status, Remembered.REMOVED.value, parameters, memory, n_remembered)
        return
    if outcome == Outcome.RELIEF:
        count_person(p, group, Event.RELIEF, events, log)
    elif outcome == Outcome.DISCRETION:
        count_person(p, group, Event.DISCRETION_RELEASE, events, log)
    else:
        count_person(p, group, Event.TERMINATED, events, log)
