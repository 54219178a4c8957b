"""The hold and the pick-up: what the jail does when a person with a detainer could leave, and who comes in time.

ICE may have lifted the detainer, the jail's own rule may decline it, or the hold begins and the clock runs (8 CFR
287.7(d)). 287(g) officers may take people whom they know to ICE at once; for others the field office sends a crew if it wants
them. Custody begins if a bed is free.
"""

from __future__ import annotations

from enforcement_sim.process.calendar import next_shift
from enforcement_sim.process.case import scaled
from enforcement_sim.process.clock import hold_expiry
from enforcement_sim.process.counts import Event, count, spend_hours
from enforcement_sim.process.decisions import Decision, decide, duration, ends, note, share, verdict
from enforcement_sim.process.immigration_court import take_into_custody
from enforcement_sim.process.jit import part
from enforcement_sim.process.person import Bit, Stage
from enforcement_sim.process.person_state import StateFlag, note_flag
from enforcement_sim.process.refusal import holds_all_the_same, let_go_without_hold
from enforcement_sim.process.wanted import is_handed_over, is_lifted, is_wanted


@part
def leave_jail_or_hold(w, p):
    """The jail would let a person with a detainer go. Returns whether the person's way ends here."""
    lifted = is_lifted(w, p)
    refused = not lifted and not verdict(w, p, Decision.HONOURED, p.place.honour_rule) and not holds_all_the_same(w, p)
    if not lifted and not refused and not decide(w, p, Decision.MEDICAL_REASON, share(w, Decision.MEDICAL_REASON)):
        _begin_hold(w, p)
        return False
    p.place.inmates -= 1
    count(w, p, Event.DETAINER_LIFTED if lifted else Event.DETAINER_DECLINED)
    if refused:
        return let_go_without_hold(w, p)
    note_flag(w, p, StateFlag.LET_GO.value)
    return True


@part
def _begin_hold(w, p):
    """Start the clock of the hold; 287(g) officers take the person to ICE, or a crew comes if the person is wanted."""
    row = p.row
    now = row.due
    row.stage, row.since, row.call = Stage.HELD, now, -1
    row.until = hold_expiry(now, int(w.parameters[0].detainer_hold_hours), w.hold_counted, w.hold_hour_at)
    row.bound = row.until
    count(w, p, Event.HELD)
    if is_handed_over(w, p):
        row.bits |= Bit.HANDED_OVER
        row.call = now
    elif is_wanted(w, p):
        if row.bits & Bit.SENTENCED and decide(w, p, Decision.NOTICE, share(w, Decision.NOTICE)):
            row.call = now
        else:
            delay = scaled(duration(w, p, Decision.DELAY_TIME, now), p.place.delay_factor)
            row.call = ends(w, p, now + delay)


@part
def expire_hold(w, p):
    """The hold has ended without a crew. Returns whether the person's way ends here."""
    row = p.row
    if not row.bits & Bit.KEPT:
        note(w, p, Decision.HOLD_CLOCK, True)
        kept = share(w, Decision.KEPT_PAST_LIMIT)
        if p.place.oversight:
            kept *= 1.0 - w.parameters[0].institutions_oversight_past_limit_reduction
        if decide(w, p, Decision.KEPT_PAST_LIMIT, kept):
            row.bits |= Bit.KEPT
            row.until += duration(w, p, Decision.PAST_LIMIT_TIME, row.until)
            count(w, p, Event.OVERDETAINED)
            return False
    p.place.inmates -= 1
    spend_hours(w, p, row.due)
    count(w, p, Event.DETAINER_LAPSED)
    note_flag(w, p, StateFlag.LET_GO.value)
    return True


@part
def try_pickup(w, p):
    """A crew or 287(g) officers are due: they take the person, or come again at the next shift."""
    if not _is_met(w, p):
        p.row.call = next_shift(w)
        return
    if not p.row.bits & Bit.KEPT:
        note(w, p, Decision.HOLD_CLOCK, False)
    p.place.inmates -= 1
    spend_hours(w, p, p.row.due)
    take_into_custody(w, p)


@part
def _is_met(w, p):
    """Whether there is room to take the person into custody; officers who hand over use no pick-up of the field office."""
    office = w.offices[p.place.office]
    crew, bed = office.pickups_left > 0, office.in_custody < office.beds_today
    if p.row.bits & Bit.HANDED_OVER:
        return note(w, p, Decision.HAND_OVER_BED, bed)
    if not note(w, p, Decision.CREW, crew and bed, 1 if crew else 0):
        return False
    office.pickups_left -= 1
    return True
