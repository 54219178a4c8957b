"""ICE custody and the immigration court: the route out of custody, and how it ends.

Routes out of custody: release of people who prove not to be removable, release in discretion, reinstatement of an earlier
removal or order, administrative removal, voluntary return, and a notice to appear with a case before a judge: detained
throughout, bonded out or released; with counsel or without; a stipulated order, removal, relief or termination.
Removals and returns are counted apart, and whoever leaves is remembered as gone.
"""

from __future__ import annotations

from enforcement_sim.law.grounds import bits
from enforcement_sim.process.case import scaled
from enforcement_sim.process.counts import Event, count
from enforcement_sim.process.decisions import Decision, decide, duration, ends, note, share, verdict
from enforcement_sim.process.jit import part, stage
from enforcement_sim.process.person import Outcome, Stage
from enforcement_sim.process.person_state import FOR_GOOD, StateFlag, note_flag, note_gone, note_inside
from enforcement_sim.process.screening import is_removable

_REINSTATED = bits(["prior_removal", "outstanding_order"])
_ADMINISTRATIVE = bits(["aggravated_or_two_felonies"])
_FELON = bits(["felony_conviction"])
_CONVICTED = bits(["any_conviction"])
PERMANENT_RESIDENT = 2
"""Position in ``STATUSES``: administrative removal does not reach residents (8 USC 1228(b)(2))."""
SHORT, WHOLE_CASE, UNTIL_BOND = 0, 1, 2
"""How long custody lasts: cases of ``Decision.CUSTODY_TIME``."""


@stage
def take_into_custody(w, p):
    """A person enters ICE custody: decide the route, when custody ends, and when a case that goes on outside does."""
    row = p.row
    now = row.due
    count(w, p, Event.ICE_CUSTODY)
    row.stage, row.since, row.bound, row.court = Stage.CUSTODY, now, -1, -1
    w.offices[p.place.office].in_custody += 1
    note_inside(w, p, 1)
    note_flag(w, p, StateFlag.ENROLLED.value)
    row.until = now + duration(w, p, Decision.CUSTODY_TIME, now, _route(w, p))
    if 0 <= row.court <= row.until:
        row.court = row.until + 1  # a case that goes on outside ends after custody, not before


@part
def _route(w, p):
    """Decide how custody or the case will end; returns how long custody lasts."""
    row = p.row
    if not is_removable(w, p):
        row.outcome = Outcome.TERMINATED
        return SHORT if decide(w, p, Decision.LAWFUL_RELEASE, share(w, Decision.LAWFUL_RELEASE)) else WHOLE_CASE
    if verdict(w, p, Decision.DISCRETION_RULE, p.place.discretion_rule) and decide(
        w, p, Decision.DISCRETION, share(w, Decision.DISCRETION)
    ):
        row.outcome = Outcome.DISCRETION
        return SHORT
    if note(w, p, Decision.REINSTATED, (row.grounds & _REINSTATED) != 0):
        count(w, p, Event.REINSTATED)
        row.outcome = Outcome.REMOVED
        return SHORT
    aggravated = row.status != PERMANENT_RESIDENT and (row.grounds & _ADMINISTRATIVE) != 0
    if aggravated and decide(w, p, Decision.ADMINISTRATIVE, share(w, Decision.ADMINISTRATIVE)):
        count(w, p, Event.ADMINISTRATIVE)
        row.outcome = Outcome.REMOVED
        return SHORT
    if decide(w, p, Decision.RETURN, share(w, Decision.RETURN)):
        row.outcome = Outcome.RETURNED
        return SHORT
    return _charge(w, p)


@part
def _charge(w, p):
    """A notice to appear: detention, bond, counsel, and how the case will end; returns how long custody lasts."""
    row = p.row
    count(w, p, Event.CHARGED)
    mandatory = note(w, p, Decision.MANDATORY, _is_mandatory(w, p))
    detained = mandatory or decide(w, p, Decision.DETAINED, share(w, Decision.DETAINED))
    bonded = detained and not mandatory and _is_bonded(w, p)
    throughout = detained and not bonded
    if bonded:
        count(w, p, Event.BONDED)
    where = 1 if throughout else 0
    represented = decide(w, p, Decision.COUNSEL, share(w, Decision.COUNSEL, where), where)
    if represented:
        count(w, p, Event.REPRESENTED)
    if not throughout:
        docket = duration(w, p, Decision.DOCKET_TIME, row.due)
        if represented:
            docket = scaled(docket, w.parameters[0].custody_counsel_docket_ratio)
        row.court = ends(w, p, row.due + docket)
    elif not represented and decide(w, p, Decision.STIPULATED, share(w, Decision.STIPULATED)):
        count(w, p, Event.STIPULATED)
        row.outcome = Outcome.REMOVED
        return SHORT
    row.outcome = _judgment(w, p, where, represented)
    if throughout:
        return WHOLE_CASE
    return UNTIL_BOND if bonded else SHORT


@part
def _is_mandatory(w, p):
    """Whether a conviction, now or before, is of an offence for which the statute leaves no bond."""
    felon = (p.row.grounds & _FELON) != 0
    if not felon and (p.row.grounds & _CONVICTED) == 0:
        return False
    case = 1 if felon else 0
    mandatory = share(w, Decision.MANDATORY_OFFENCE, case)
    if mandatory <= 0.0 or mandatory >= 1.0:
        return mandatory >= 1.0
    return decide(w, p, Decision.MANDATORY_OFFENCE, mandatory, case)


@part
def _is_bonded(w, p):
    """Whether a judge sets bond and it is paid; counsel in time for the hearing raises the odds."""
    parameters = w.parameters[0]
    bond = share(w, Decision.BOND)
    early = share(w, Decision.COUNSEL_EARLY) * parameters.custody_counsel_early_share
    if decide(w, p, Decision.COUNSEL_EARLY, early):
        odds = parameters.custody_counsel_bond_odds_ratio * bond
        bond = odds / (odds + 1.0 - bond)
    return decide(w, p, Decision.BOND, bond)


@part
def _judgment(w, p, where, represented):
    """How a case before a judge ends; counsel raises the odds of not being removed."""
    removed = share(w, Decision.CASE_OUTCOME, where)
    if represented:
        kept_out = (1.0 - removed) * w.parameters[0].custody_counsel_odds_ratio
        removed = removed / (removed + kept_out)
    if decide(w, p, Decision.CASE_OUTCOME, removed, where):
        return Outcome.REMOVED.value
    if decide(w, p, Decision.RELIEF, share(w, Decision.RELIEF)):
        return Outcome.RELIEF.value
    return Outcome.TERMINATED.value


@part
def leave_custody(w, p):
    """The end of ICE custody; returns whether the person's way ends here."""
    w.offices[p.place.office].in_custody -= 1
    note_inside(w, p, -1)
    if p.row.court < 0:
        conclude(w, p)
        return True
    p.row.stage, p.row.since, p.row.until = Stage.DOCKET, p.row.due, p.row.court
    return False


@stage
def conclude(w, p):
    """Count how the person's way through the system ended, and remember who is gone."""
    outcome, now = p.row.outcome, p.row.due
    if outcome == Outcome.REMOVED or outcome == Outcome.RETURNED:
        count(w, p, Event.REMOVED if outcome == Outcome.REMOVED else Event.RETURNED)
        until = FOR_GOOD
        if decide(w, p, Decision.REENTRY, share(w, Decision.REENTRY)):
            until = now + duration(w, p, Decision.REENTRY_TIME, now)
        note_gone(w, p, until)
        note_flag(w, p, StateFlag.REMOVED.value)
    elif outcome == Outcome.RELIEF:
        count(w, p, Event.RELIEF)
    elif outcome == Outcome.DISCRETION:
        count(w, p, Event.DISCRETION_RELEASE)
    else:
        count(w, p, Event.TERMINATED)
